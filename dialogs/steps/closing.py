"""核对单 and 声明签名."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from dialogs import consent, labels, review, submission, wording
from dialogs.readers import Problem, Unclear
from dialogs.scene import Scene
from dialogs.steps.step import Step
from dialogs.turn import Choice, Say
from state_machine.codes import Field
from state_machine.interview import InterviewState, Purpose


class Review(Step):
    """Everything on one list; any line can be changed from here."""

    state = InterviewState.REVIEW
    field = Field.REVIEW

    def choices(self, scene: Scene) -> tuple[Choice, ...]:
        """One button a line, numbered as the list is, then 都对."""
        record = scene.record
        is_correction = record.purpose is Purpose.CORRECTION
        fields = tuple(Choice(code, label) for code, label, _ in review.lines(record))
        confirm = labels.button("resubmit" if is_correction else "confirm")
        leave = tuple(
            Choice(f"leave:{item}", wording.text("labels", "buttons.leave", item=labels.item_label(item)))
            for item in review.still_to_mend(record)
        )
        return (*fields, Choice("confirm", confirm), *leave)

    def prompt(self, scene: Scene) -> Say:
        """The list and what to do with it."""
        ask = super().prompt(scene).text
        sheet = [review.sheet(scene)] if scene.is_new else []
        parts = [*sheet, ask]
        if scene.record.purpose is Purpose.CORRECTION:
            parts = [*sheet, review.correction_sheet(scene), scene.text("correction.ask")]
        return Say("\n\n".join(parts), self.choices(scene))

    def read(self, scene: Scene, text: str) -> Any | Unclear:
        """Only its buttons and what understanding finds."""
        return Unclear(Problem.NO_CHOICE)


class Declaration(Step):
    """申请人声明: the signer's name, typed."""

    state = InterviewState.DECLARATION
    field = Field.DECLARATION

    def details(self, scene: Scene) -> dict[str, Any]:
        """Who signs."""
        role = "agent" if scene.record.is_for_other() else "applicant"
        return super().details(scene) | {"role": scene.text(f"declaration.{role}")}

    def choices(self, scene: Scene) -> tuple[Choice, ...]:
        """Back to the list."""
        return labels.buttons("review")

    def prompt(self, scene: Scene) -> Say:
        """The declaration in the words of 附件 1, then the signature."""
        ask = super().prompt(scene).text
        if not scene.is_new:
            return Say(ask, self.choices(scene))
        words = f"{consent.shown_text(scene, consent.DECLARATION)}\n\n{ask}"
        return Say(words, self.choices(scene), document=scene.office.form_preview())

    def exact(self, scene: Scene, text: str) -> Any | None:
        """The signer's name is a signature, whatever else it may sound like."""
        name = submission.signer(scene.record)
        return name if _letters(text) == _letters(name) else None

    def read(self, scene: Scene, text: str) -> Any | Unclear:
        """Anything else is not the name on the form."""
        return Unclear(Problem.OTHER_NAME, {"name": submission.signer(scene.record)})

    def objection(self, scene: Scene, value: Any) -> Unclear | None:
        """A name, but not the signer's."""
        if _letters(str(value)) == _letters(submission.signer(scene.record)):
            return None
        return Unclear(Problem.OTHER_NAME, {"name": submission.signer(scene.record)})

    def press(self, scene: Scene, value: str) -> bool:
        """回去再看看."""
        if value != "review":
            return False
        submission.reopen_review(scene)
        return True


def _letters(name: str) -> str:
    return re.sub(r"[\s·•・‧.]", "", unicodedata.normalize("NFKC", name))
