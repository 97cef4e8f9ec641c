"""The questions whose answer is one of a few."""

from __future__ import annotations

from typing import Any

from dialogs import labels
from dialogs.readers import Problem, Unclear
from dialogs.scene import Scene
from dialogs.steps.step import Step
from dialogs.turn import Choice
from state_machine.codes import PROOFS_OF, ApplicantIs, Field, Ground, Recognition, Relation
from state_machine.interview import InterviewState


class ForWhom(Step):
    """为谁办."""

    state = InterviewState.APPLICANT_IS
    field = Field.APPLICANT_IS
    options = tuple(ApplicantIs)


class RelationOf(Step):
    """代办人与申请人的关系 (国令663 第九条)."""

    state = InterviewState.RELATION
    field = Field.RELATION
    options = tuple(Relation)


class Route(Step):
    """互认类型 (庆政办发〔2023〕43号, 一)."""

    state = InterviewState.RECOGNITION
    field = Field.RECOGNITION
    options = tuple(Recognition)


class Grounds(Step):
    """合法稳定就业 / 合法稳定住所 / 连续就读."""

    state = InterviewState.GROUND
    field = Field.GROUND
    options = tuple(Ground)
    takes_several = True
    none = "no_ground"

    def choices(self, scene: Scene) -> tuple[Choice, ...]:
        """The three, and none of them: that too is an answer, and 能不能办 says what it means."""
        return (*super().choices(scene), *labels.buttons(self.none))


class Proofs(Step):
    """The boxes of 附件 1 under the chosen grounds, and no others."""

    state = InterviewState.PROOFS
    field = Field.PROOFS
    takes_several = True

    def choices(self, scene: Scene) -> tuple[Choice, ...]:
        """Only the boxes of the chosen grounds (行政许可法 31: nothing unrelated is asked for)."""
        return labels.choices_of(Field.PROOFS, [p.value for p in self.allowed(scene)])

    @staticmethod
    def allowed(scene: Scene) -> list[Any]:
        """The boxes of the chosen grounds in the order of the form."""
        chosen = scene.record.answers.get(Field.GROUND, [])
        return [proof for ground in Ground if ground in chosen for proof in PROOFS_OF[ground]]

    def objection(self, scene: Scene, value: Any) -> Unclear | None:
        """A box of a ground that was not chosen."""
        if any(p not in self.allowed(scene) for p in value):
            return Unclear(Problem.NO_CHOICE, {"proofs": list(value)})
        return None
