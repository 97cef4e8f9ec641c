"""《浙江省居住证》互认转换申请表 (附件 1) as a sheet to print: its own boxes, in its own order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from bot.desk.case_page import look
from bot.desk.case_timeline import opinions_of
from bot.desk.visit import Visit
from bot.desk.words import moment, texts
from dialogs import labels
from state_machine.case_records import CaseRecord
from state_machine.codes import PROOFS_OF, ApplicantIs, Field, Ground, Proof, Recognition
from state_machine.verdicts import answers_on_path, ticked

#: 居住出租房屋: the boxes that stand together under this heading.
RENTED = (
    Proof.RENTAL_REGISTRATION,
    Proof.LEASE_FILING,
    Proof.LEASE_CONTRACT,
    Proof.RENTAL_SAFETY,
    Proof.RENTAL_TAX,
    Proof.RENTAL_OTHER,
)


async def show(visit: Visit) -> web.StreamResponse:
    """The sheet; printing it is written down like reading."""
    sight = await look(visit, "print_form")
    return visit.page(
        "form.html", pdf=f"/desk/cases/{visit.case_id}/form.pdf", **form_values(sight.stored.record, visit)
    )


def form_values(record: CaseRecord, visit: Visit) -> dict[str, Any]:
    """What stands in the boxes of the form."""
    answers, chosen = record.answers, ticked(record.answers)
    on_path = answers_on_path(answers) | {Field.SEX: answers.get(Field.SEX)}
    shown = {name.value: labels.show(name, on_path[name]) if name in on_path else "" for name in Field}
    number = str(answers.get(Field.ID_NUMBER, "")).ljust(18)
    signed = next((e.at for e in reversed(record.events) if e.kind in ("submitted", "resubmitted")), None)
    return {
        "number": record.application_number,
        "digits": list(number[:18]),
        "shown": shown,
        "routes": [
            {"label": _box(f"routes.{route.value}"), "on": answers.get(Field.RECOGNITION) == route}
            for route in Recognition
        ],
        "employment": _boxes(PROOFS_OF[Ground.EMPLOYMENT], chosen),
        "housing": _boxes([p for p in PROOFS_OF[Ground.HOUSING] if p not in RENTED], chosen),
        "rented": _boxes(RENTED, chosen),
        "schooling": _boxes(PROOFS_OF[Ground.SCHOOLING], chosen),
        "is_for_other": answers.get(Field.APPLICANT_IS) == ApplicantIs.OTHER,
        "signed_at": moment(signed, visit.zone) if signed else "",
        "opinions": opinions_of(record, visit.zone),
    }


def _boxes(proofs: Sequence[Proof], chosen: Sequence[Proof]) -> list[dict[str, Any]]:
    return [{"label": _box(f"proofs.{proof.value}"), "on": proof in chosen} for proof in proofs]


def _box(name: str) -> str:
    """A box's name in the very words of 附件 1."""
    group, _, code = name.partition(".")
    return str(texts()["form"][group][code])
