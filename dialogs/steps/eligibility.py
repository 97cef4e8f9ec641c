"""能不能办: the answer before anyone types an address. It advises; going on is always open."""

from __future__ import annotations

from dialogs import labels, registration
from dialogs.scene import Scene
from dialogs.steps.step import Step
from dialogs.turn import Choice, Say
from state_machine.codes import Field
from state_machine.interview import InterviewState


class Eligibility(Step):
    """Asked only when something stands in the way; in a mere check it is the end."""

    state = InterviewState.ELIGIBILITY
    field = Field.ELIGIBILITY

    def choices(self, scene: Scene) -> tuple[Choice, ...]:
        """After a check: apply or menu. Otherwise go on, a person, stop; and what could be mended."""
        record = scene.record
        if record.is_check():
            return labels.buttons("apply", "menu", "human")
        mend = (Choice(Field.REGISTERED_PERIODS, labels.button("add_period")),)
        offers_period = any(f.code == "time_short" for f in registration.assessment(scene).blocking)
        return labels.buttons("go_on", "human", "stop") + (mend if offers_period else ())

    def prompt(self, scene: Scene) -> Say:
        """What to do with the answer."""
        if scene.record.is_check():
            is_eligible = registration.assessment(scene).eligible
            key = "eligibility.after_check" if is_eligible else "eligibility.after_check_not_yet"
            return Say(scene.text(key), self.choices(scene))
        return super().prompt(scene)
