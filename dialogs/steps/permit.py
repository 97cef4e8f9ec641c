"""互认一: the permit held, and 互认二: the registered time."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from dialogs import labels, registration
from dialogs.readers import Problem, Unclear
from dialogs.scene import Scene
from dialogs.steps.step import Step
from dialogs.turn import Choice
from state_machine.codes import Field
from state_machine.interview import InterviewState
from state_machine.registered_time import FuturePeriod, ReversedPeriod, add_up, periods_from

#: The eleven cities of Zhejiang, as buttons; any county may be typed.
CITIES = ("杭州市", "宁波市", "温州市", "嘉兴市", "湖州市", "绍兴市", "金华市", "衢州市", "舟山市", "台州市", "丽水市")


class PermitNumber(Step):
    """The permit's number. 附件 1 has no box for it, so it may be left out."""

    state = InterviewState.PERMIT_NUMBER
    field = Field.PERMIT_NUMBER
    is_optional = True

    def choices(self, scene: Scene) -> tuple[Choice, ...]:
        """跳过."""
        return (Choice("skip", labels.button("skip")),)


class PermitPlace(Step):
    """Where the permit was issued."""

    state = InterviewState.PERMIT_PLACE
    field = Field.PERMIT_PLACE
    takes_any_value = True
    options = CITIES


class PermitValidUntil(Step):
    """Its last valid day."""

    state = InterviewState.PERMIT_VALID_UNTIL
    field = Field.PERMIT_VALID_UNTIL


class RegisteredPeriods(Step):
    """Where and when the applicant was registered; the sum is shown at once."""

    state = InterviewState.REGISTERED_PERIODS
    field = Field.REGISTERED_PERIODS
    none = "no_registration"

    def choices(self, scene: Scene) -> tuple[Choice, ...]:
        """Never registered: boarders at a school may not be (《条例》第十二条)."""
        return labels.buttons(self.none)

    def exact(self, scene: Scene, text: str) -> Any | None:
        """The value itself as JSON, as a program would send it."""
        return periods_as_written(text)

    def wording(self, scene: Scene, kind: str) -> str:
        """With the periods told before, when the question is asked again."""
        told = scene.record.answers.get(self.field)
        words = super().wording(scene, kind)
        if kind != "ask" or not told:
            return words
        return scene.text("periods.again", shown=labels.show(self.field, told)) + "\n" + words

    def objection(self, scene: Scene, value: Any) -> Unclear | None:
        """A period that cannot be."""
        try:
            add_up(periods_from(value), scene.heard.today, scene.rules.allowed_gap_days)
        except ReversedPeriod:
            return Unclear(Problem.REVERSED)
        except FuturePeriod:
            return Unclear(Problem.IN_FUTURE)
        return None

    def kept(self, scene: Scene, value: Any) -> None:
        """Say the working: the total, the longest run, the gaps (民法典 201–202)."""
        if value:
            registration.explain(scene, value)
        else:
            scene.say("periods.none")


class _Period(msgspec.Struct, forbid_unknown_fields=True):
    place: str
    from_: date = msgspec.field(name="from")
    to: date | None = None


#: Made with the module, before there are threads (see storage/blobs.py).
_PERIODS = msgspec.json.Decoder(list[_Period])


def periods_as_written(text: str) -> list[dict[str, Any]] | None:
    """Periods given as the JSON of `registered_periods`; None if the text is anything else."""
    try:
        told = _PERIODS.decode(text)
    except msgspec.DecodeError:
        return None
    return msgspec.to_builtins(told) or None
