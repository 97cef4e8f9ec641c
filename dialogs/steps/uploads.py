"""上传材料: the pages of each ticked proof, one proof after the other."""

from __future__ import annotations

from typing import Any

from dialogs import labels, materials, pictures
from dialogs.readers import Problem, Unclear
from dialogs.scene import Scene
from dialogs.steps.step import Step
from dialogs.turn import Choice, Say
from state_machine.codes import Field
from state_machine.interview import InterviewState


class Materials(Step):
    """Asks for the pages of the first proof that is not finished."""

    state = InterviewState.MATERIALS
    field = Field.MATERIALS

    def details(self, scene: Scene) -> dict[str, Any]:
        """Which proof is wanted."""
        proof = materials.wanted(scene.record)
        return super().details(scene) | {"proof": labels.proof_label(proof) if proof else ""}

    def choices(self, scene: Scene) -> tuple[Choice, ...]:
        """发完了 always; 管理照片 once there are pages; 不交了 where another proof remains."""
        record = scene.record
        proof = materials.wanted(record)
        codes = ["done_uploading"]
        if proof and materials.pages_of(record, proof):
            codes.append("pages")
        elif len(record.answers.get(Field.PROOFS, [])) > 1:
            codes.append("drop_proof")
        return tuple(Choice("done" if c == "done_uploading" else c, labels.button(c)) for c in codes)

    def prompt(self, scene: Scene) -> Say:
        """Asks for photos, or for more of them."""
        record = scene.record
        proof = materials.wanted(record)
        count = len(materials.pages_of(record, proof)) if proof else 0
        if proof and count and not scene.simpler:
            words = scene.text("materials.more", proof=labels.proof_label(proof), count=count)
        else:
            words = super().prompt(scene).text
        is_first = not count and not record.finished_proofs
        picture = pictures.how_to_photograph() if is_first and scene.is_new else None
        return Say(words, self.choices(scene), wants_file=True, picture=picture)

    def read(self, scene: Scene, text: str) -> Any | Unclear:
        """Text is no photo."""
        return Unclear(Problem.NO_CHOICE)

    def press(self, scene: Scene, value: str) -> bool:
        """发完了, 管理照片, 这一项不交了."""
        return materials.press(scene, value)
