"""《浙江省居住证》互认转换申请表 (附件 1) as a sheet: every cell's words, from answers, signature and events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from bot.papers.glyphs import clean
from bot.papers.typesetting import Sheet
from bot.papers.words import day_of, moment, say, texts
from dialogs import labels
from state_machine.case_history import OPINIONS, in_force
from state_machine.case_records import CaseEvent, CaseRecord, EventKind
from state_machine.codes import PROOFS_OF, ApplicantIs, Field, Ground, Proof, Recognition
from state_machine.signature import Signature
from state_machine.verdicts import ticked

#: 居住出租房屋: the boxes that stand together under this heading; the others of 合法稳定住所 have cells of their own.
RENTED = (
    Proof.RENTAL_REGISTRATION,
    Proof.LEASE_FILING,
    Proof.LEASE_CONTRACT,
    Proof.RENTAL_SAFETY,
    Proof.RENTAL_TAX,
    Proof.RENTAL_OTHER,
)
BOXES: dict[str, tuple[Proof, ...]] = {
    "employment": PROOFS_OF[Ground.EMPLOYMENT],
    "own": (Proof.OWN_HOME,),
    "dormitory": (Proof.STAFF_DORMITORY,),
    "rented": RENTED,
    "housing_other": (Proof.HOUSING_OTHER,),
    "schooling": PROOFS_OF[Ground.SCHOOLING],
}
DIGITS = 18


def blank_form(county: str) -> Sheet:
    """The form with nothing in it, to be filled in by hand."""
    return _sheet(county, "", {}, None, ["", ""], [_opinion(office, None, None) for office, _ in OPINIONS], "")


def draft_form(county: str, answers: Mapping[str, Any]) -> Sheet:
    """The form as far as it is filled in, before signing."""
    opinions = [_opinion(office, None, None) for office, _ in OPINIONS]
    return _sheet(county, "", answers, None, ["", ""], opinions, say("filled.preview"))


def case_form(county: str, record: CaseRecord, signature: Signature | None, zone: tzinfo) -> Sheet:
    """The form of a case as it stands: signed, with the opinions there are.

    Entered at the counter, the applicant signs the printed sheet by hand: the line is left empty for them.
    """
    signed = _last_signing(record)
    by_hand = signed is not None and bool(signed.details.get("at_counter"))
    stated = None if by_hand else signature or _stated(record, signed)
    signed_on = "" if by_hand or signed is None else day_of(signed.at, zone)
    note = "" if stated is None else _signed_note(stated, zone)
    opinions = []
    for office, kinds in OPINIONS:
        event = next((found for kind in kinds if (found := in_force(record, kind)) is not None), None)
        opinions.append(_opinion(office, event, zone))
    number = record.application_number
    return _sheet(county, number, record.answers, stated, [signed_on, note], opinions, number)


def _sheet(
    county: str,
    number: str,
    answers: Mapping[str, Any],
    signature: Signature | None,
    signed: Sequence[str],
    opinions: Sequence[Mapping[str, str]],
    foot: str,
) -> Sheet:
    chosen = ticked(answers)
    drawing = None if signature is None else signature.drawing
    return {
        "template": "form",
        "author": county,
        "words": texts()["form"],
        "foot": foot,
        "answers": {
            "number": number,
            "digits": list(clean(str(answers.get(Field.ID_NUMBER) or "")).ljust(DIGITS)[:DIGITS]),
            "name": _shown(answers, Field.NAME),
            "sex": _shown(answers, Field.SEX),
            "ethnicity": _shown(answers, Field.ETHNICITY),
            "province": _shown(answers, Field.HUKOU_PROVINCE),
            "county": _shown(answers, Field.HUKOU_COUNTY),
            "hukou_address": _shown(answers, Field.HUKOU_ADDRESS),
            "current_address": _shown(answers, Field.CURRENT_ADDRESS),
            "routes": [
                {"label": say(f"filled.routes.{route.value}"), "on": answers.get(Field.RECOGNITION) == route}
                for route in Recognition
            ],
            **{
                name: [{"label": say(f"filled.boxes.{p.value}"), "on": p in chosen} for p in proofs]
                for name, proofs in BOXES.items()
            },
            "signed_for": _signed_for(answers),
            "signed_on": signed[0] or say("filled.empty_date"),
            "signed_note": signed[1],
            "opinions": list(opinions),
        },
        "signature": None
        if signature is None
        else {
            "name": clean(signature.name),
            "strokes": [] if drawing is None else [list(map(list, stroke)) for stroke in drawing.strokes],
            "height": 0 if drawing is None else drawing.height,
        },
    }


def _shown(answers: Mapping[str, Any], name: Field) -> str:
    value = answers.get(name)
    return "" if value in (None, "") else clean(labels.show(name, value))


def _last_signing(record: CaseRecord) -> CaseEvent | None:
    """When the form was last signed and handed in."""
    handed_in = (EventKind.SUBMITTED, EventKind.RESUBMITTED)
    return next((event for event in reversed(record.events) if event.kind in handed_in), None)


def _stated(record: CaseRecord, signed: CaseEvent | None) -> Signature | None:
    """The typed signature of a case from before signatures were stored on their own: it stands in the answers."""
    told = next((one for one in record.acknowledgements if one.text_id == "declaration"), None)
    name = str(record.answers.get(Field.DECLARATION) or "")
    if told is None or signed is None or not name:
        return None
    return Signature(name, told.at, told.version, told.sha256)


def _signed_note(signature: Signature, zone: tzinfo) -> str:
    how = say(f"filled.how.{signature.kind.value}")
    return say("filled.signed_note", how=how, at=moment(signature.at, zone), sha256=signature.declaration_sha256)


def _signed_for(answers: Mapping[str, Any]) -> str:
    """代办: the agent's name stands on the line, and what they are to the applicant."""
    if answers.get(Field.APPLICANT_IS) != ApplicantIs.OTHER or not answers.get(Field.DECLARATION):
        return ""
    return say("filled.for_other", relation=_shown(answers, Field.RELATION))


def _opinion(office: str, event: CaseEvent | None, zone: tzinfo | None) -> dict[str, str]:
    line = {"office": say(f"filled.offices.{office}"), "opinion": "", "name": "", "date": say("filled.empty_date")}
    if event is None or zone is None:
        return line
    said = say(f"filled.opinion.{event.kind.value}")
    if event.recommends is not None:
        said = say(f"filled.recommends.{event.recommends.value}")
    words = clean(event.opinion)
    both = say("filled.with_words", said=said, words=words) if words else f"{said}。"
    return line | {"opinion": both, "name": clean(event.name), "date": day_of(event.at, zone)}
