"""互认一: the permit held, and 互认二: the registered time."""

from __future__ import annotations

from typing import Any

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
    options = CITIES


class PermitValidUntil(Step):
    """Its last valid day."""

    state = InterviewState.PERMIT_VALID_UNTIL
    field = Field.PERMIT_VALID_UNTIL


class RegisteredPeriods(Step):
    """Where and when the applicant was registered; the sum is shown at once."""

    state = InterviewState.REGISTERED_PERIODS
    field = Field.REGISTERED_PERIODS

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
        registration.explain(scene, value)
