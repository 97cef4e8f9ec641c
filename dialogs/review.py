"""核对单: every answer on one list; for a correction, what is to be mended and whether it is."""

from __future__ import annotations

from typing import Any

from dialogs import labels, materials, reasons
from dialogs.scene import Scene
from state_machine.codes import Field, Proof
from state_machine.interview import FIELD_OF, InterviewRecord, InterviewState, Purpose, path

_NOT_LISTED = (Field.PLEDGE, Field.ELIGIBILITY, Field.MATERIALS)


def fields_of(record: InterviewRecord) -> list[Field]:
    """The answers on this applicant's path that can be changed, in the order of the questions."""
    return [
        FIELD_OF[s]
        for s in path(record)
        if s in FIELD_OF and FIELD_OF[s] not in _NOT_LISTED and FIELD_OF[s] in record.answers
    ]


def lines(record: InterviewRecord) -> list[tuple[str, str, str]]:
    """(field code, its name, the answer in words) for the sheet; the sex, which stands in the number, has no number."""
    found = [(f.value, labels.label_of(f), labels.show(f, record.answers[f])) for f in fields_of(record)]
    if Field.PROOFS in record.answers:
        shown = "；".join(
            f"{labels.proof_label(p)} {len(materials.pages_of(record, p))} 张" for p in materials.ticked(record)
        )
        found.append((Field.MATERIALS.value, labels.label_of(Field.MATERIALS), shown))
    return found


def sheet(scene: Scene) -> str:
    """The whole list, numbered as its buttons are."""
    record = scene.record
    numbered = "\n".join(f"{n}. {label}：{value}" for n, (_, label, value) in enumerate(lines(record), 1))
    sex = record.answers.get(Field.SEX)
    derived = "\n" + scene.text("review.sex", sex=labels.show(Field.SEX, sex)) if sex else ""
    return scene.text("review.sheet", lines=numbered) + derived


# Corrections.


def item_value(record: InterviewRecord, item: str) -> Any:
    """What stands under an item key now: the answer, or the digests of the proof's pages in order."""
    kind, _, code = item.partition(":")
    if kind == "material":
        return [page.digest for page in materials.pages_of(record, code)]
    return record.answers.get(code)


def is_mended(record: InterviewRecord, item: str) -> bool:
    """Changed since the notice, left on purpose, or no longer part of the application."""
    if item in record.left_as_is:
        return True
    kind, _, code = item.partition(":")
    if kind == "material" and code not in record.answers.get(Field.PROOFS, []):
        return True
    if item == f"answer:{Field.DECLARATION}":
        return True  # signing again is what mends it
    return bool(item_value(record, item) != record.before.get(item))


def still_to_mend(record: InterviewRecord) -> list[str]:
    """The named items that are neither changed nor left on purpose."""
    if record.purpose is not Purpose.CORRECTION:
        return []
    return [item for item in record.to_mend if not is_mended(record, item)]


def correction_sheet(scene: Scene) -> str:
    """Every item to mend: what was wrong, how to mend it, and where it stands."""
    record = scene.record
    parts = []
    for n, item in enumerate(record.to_mend, 1):
        mark = "left" if item in record.left_as_is else "done" if is_mended(record, item) else "open"
        why = reasons.in_words(record.mend_reasons.get(item, []), record.mend_notes.get(item, ""), record.mend_wording)
        state = scene.text(f"correction.{mark}")
        parts.append(scene.text("correction.item", n=n, label=labels.item_label(item), state=state, why=why))
    return scene.text("correction.sheet", items="\n".join(parts))


def question_of(item: str) -> InterviewState:
    """The question at which an item is mended."""
    kind, _, code = item.partition(":")
    if kind == "material":
        return InterviewState.MATERIALS
    return InterviewState.ID_NUMBER if code == Field.SEX else InterviewState(code)


def proof_of(item: str) -> Proof | None:
    """The proof of a material item."""
    kind, _, code = item.partition(":")
    return Proof(code) if kind == "material" else None
