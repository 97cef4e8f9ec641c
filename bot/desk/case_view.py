"""What the case page shows, worked out from the case record: plain values for the templates, no queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from bot.desk.hints import Hint
from bot.desk.words import moment, say, texts
from dialogs import labels, reasons
from state_machine.case_records import CaseRecord, CaseState, Change, EventKind
from state_machine.codes import PROOFS_OF, Field, Ground, Proof
from state_machine.interview import Page
from state_machine.verdicts import Verdict, answer_key, answers_on_path, material_key, pages_of, ticked

F = Field
#: The form's parts, in the order of 附件 1; the agent's (代办人) come last.
PARTS: tuple[tuple[str, tuple[Field, ...]], ...] = (
    ("person", (F.ID_NUMBER, F.NAME, F.SEX, F.ETHNICITY)),
    ("home", (F.HUKOU_PROVINCE, F.HUKOU_COUNTY, F.HUKOU_ADDRESS, F.CURRENT_ADDRESS, F.PHONE)),
    ("route", (F.RECOGNITION, F.PERMIT_NUMBER, F.PERMIT_PLACE, F.PERMIT_VALID_UNTIL, F.REGISTERED_PERIODS, F.GROUND)),
    ("proofs", (F.PROOFS,)),
    ("pledges", (F.DECLARATION,)),
    ("agent", (F.APPLICANT_IS, F.RELATION, F.AGENT_NAME, F.AGENT_ID_NUMBER, F.AGENT_PHONE)),
)
#: Beside a proof of which ground stand which answers, after name and number.
BESIDE_PROOF: Mapping[Ground | None, tuple[Field, ...]] = {
    Ground.EMPLOYMENT: (F.GROUND,),
    Ground.HOUSING: (F.CURRENT_ADDRESS,),
    Ground.SCHOOLING: (F.GROUND,),
}


@dataclass(frozen=True)
class ReasonBox:
    """One reason that fits an item, ticked or not."""

    code: str
    text: str
    checked: bool


@dataclass(frozen=True)
class PageLink:
    """One page of a proof, by its address in this case."""

    href: str
    thumb: str
    #: How many sheets a PDF has; 0 for a picture.
    sheets: int
    text: str
    advice: str


@dataclass(frozen=True)
class Fact:
    """A label and its value."""

    label: str
    value: str


@dataclass(frozen=True)
class Row:
    """One line of the form, or one proof. `item` is empty for what nobody judges."""

    label: str
    value: str = ""
    item: str = ""
    fingerprint: str = ""
    met: bool | None = None
    reasons: tuple[ReasonBox, ...] = ()
    note: str = ""
    kept: str = ""
    trouble: str = ""
    locked: bool = False
    may_judge: bool = False
    #: The claim is gone but may be taken anew: the form is kept, and saving it claims first.
    reclaims: bool = False
    before: str | None = None
    hints: tuple[Hint, ...] = ()
    pages: tuple[PageLink, ...] = ()
    #: The answers a proof bears on, to be read beside it.
    proves: tuple[Fact, ...] = ()

    @property
    def slug(self) -> str:
        """The item's key as an element id."""
        return self.item.replace(":", "-")


@dataclass(frozen=True)
class Part:
    """A titled block of the form."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Typed:
    """What a clerk sent for one item, kept on the page when it could not be saved."""

    item: str
    met: bool | None
    reasons: tuple[str, ...]
    note: str
    trouble: str


@dataclass(frozen=True)
class Reader:
    """What the page needs to know beside the case: may this clerk judge, and who is who."""

    may_judge: bool
    zone: ZoneInfo
    hints: Mapping[str, Sequence[Hint]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    typed: Typed | None = None
    may_claim: bool = False
    staff_id: str = ""


def version_of(case: CaseRecord) -> str:
    """Changes whenever what a notice would say changes: a preview is only good for the version it showed."""
    standing = (case.state, len(case.events), case.answers, [v for _, v in sorted(case.sheet.verdicts.items())])
    return sha256(msgspec.json.encode(standing)).hexdigest()[:16]


def parts_of(case: CaseRecord, reader: Reader) -> list[Part]:
    """The form on the left."""
    on_path = answers_on_path(case.answers)
    if F.SEX in case.answers:
        on_path[F.SEX] = case.answers[F.SEX]
    parts = []
    for name, fields in PARTS:
        rows = tuple(answer_row(case, f, reader) for f in fields if f in on_path)
        if name == "pledges":
            rows = (*_pledges(case, reader), *rows)
        if rows:
            parts.append(Part(say(f"case.parts.{name}"), rows))
    return parts


def answer_row(case: CaseRecord, name: Field, reader: Reader) -> Row:
    """One answer with its verdict."""
    key = answer_key(name)
    change = _last_change(case, key)
    before = None if change is None else labels.show(name, change.before)
    return _judged(case, key, labels.label_of(name), labels.show(name, case.answers.get(name)), reader, before=before)


def proof_rows(case: CaseRecord, reader: Reader) -> list[Row]:
    """The materials on the right, one block for each ticked box."""
    rows = []
    for proof in ticked(case.answers):
        key = material_key(proof)
        pages = pages_of(case.pages, proof)
        links = tuple(_link(case, page, n) for n, page in enumerate(pages, 1))
        before = _pages_before(_last_change(case, key), pages)
        rows.append(
            _judged(
                case, key, labels.proof_label(proof), "", reader, before=before, pages=links, proves=proves(case, proof)
            )
        )
    return rows


def proves(case: CaseRecord, proof: Proof) -> tuple[Fact, ...]:
    """What a clerk compares a proof with."""
    ground = next((ground for ground, proofs in PROOFS_OF.items() if proof in proofs), None)
    fields = (F.NAME, F.ID_NUMBER, *BESIDE_PROOF.get(ground, ()))
    return tuple(
        Fact(labels.label_of(name), labels.show(name, case.answers[name])) for name in fields if name in case.answers
    )


def changed_of(case: CaseRecord) -> list[dict[str, str]]:
    """What the last correction changed, while it is being judged; an item that is gone leads nowhere."""
    last = next((e for e in reversed(case.events) if e.kind is EventKind.RESUBMITTED), None)
    if last is None or case.state is not CaseState.RESUBMITTED:
        return []
    standing = set(case.sheet.keys())
    return [
        {
            "label": label_of_item(change.item),
            "href": f"#v-{change.item.replace(':', '-')}" if change.item in standing else "",
        }
        for change in last.changes
    ]


def label_of_item(item: str) -> str:
    """The name of an item as clerks read it."""
    kind, _, code = item.partition(":")
    return labels.proof_label(Proof(code)) if kind == "material" else labels.label_of(Field(code))


def row_of(case: CaseRecord, item: str, reader: Reader) -> Row | None:
    """The row of one item, for an answer that carries only this one."""
    rows = [row for part in parts_of(case, reader) for row in part.rows] + proof_rows(case, reader)
    return next((row for row in rows if row.item == item), None)


def _judged(
    case: CaseRecord,
    key: str,
    label: str,
    value: str,
    reader: Reader,
    before: str | None = None,
    pages: tuple[PageLink, ...] = (),
    proves: tuple[Fact, ...] = (),
) -> Row:
    item = next((i for i in case.sheet.items if i.key == key), None)
    hints = tuple(reader.hints.get(key, ()))
    if item is None:
        return Row(label, value, hints=hints, before=before, pages=pages, proves=proves)
    verdict = case.sheet.verdicts.get(key)
    typed = reader.typed if reader.typed and reader.typed.item == key else None
    locked = case.sheet.is_locked(key)
    said = typed or verdict
    return Row(
        label,
        value,
        item=key,
        fingerprint=item.fingerprint,
        met=said.met if said else None,
        reasons=_reasons(key, locked, said.reasons if said else ()),
        note=said.note if said else "",
        kept="" if typed else _kept(verdict, reader),
        trouble=typed.trouble if typed else "",
        locked=locked,
        may_judge=reader.may_judge or (typed is not None and reader.may_claim),
        reclaims=not reader.may_judge and typed is not None and reader.may_claim,
        before=before,
        hints=hints,
        pages=pages,
        proves=proves,
    )


def _kept(verdict: Verdict | None, reader: Reader) -> str:
    """Saved by me, or found by a colleague before."""
    if verdict is None:
        return ""
    if verdict.by == reader.staff_id:
        return say("verdict.kept")
    return say("verdict.kept_by", name=reader.names.get(verdict.by, ""))


def _reasons(item: str, locked: bool, chosen: Sequence[str]) -> tuple[ReasonBox, ...]:
    """The reasons that fit an item; for a locked one only what could not be seen the first time."""
    return tuple(
        ReasonBox(reason.code, reason.text, reason.code in chosen)
        for reason in reasons.fitting(item)
        if reason.hidden or not locked
    )


def _pledges(case: CaseRecord, reader: Reader) -> Iterator[Row]:
    for told in case.acknowledgements:
        label = texts()["case"]["pledges"].get(told.text_id, told.text_id)
        yield Row(label, say("case.acknowledged", at=moment(told.at, reader.zone), version=told.version))


def _link(case: CaseRecord, page: Page, n: int) -> PageLink:
    base = f"/desk/cases/{case.case_id}/pages/{page.page_id}"
    is_pdf = page.media_type == "application/pdf"
    text = say("case.sheets", n=page.sheets) if is_pdf else say("case.page", n=n)
    advice = "、".join(texts()["case"]["advice"].get(code, code) for code in page.advice)
    thumb = f"{base}/sheets/1?small=1" if is_pdf else f"{base}/thumbnail"
    return PageLink(base, thumb, page.sheets if is_pdf else 0, text, advice)


def _last_change(case: CaseRecord, key: str) -> Change | None:
    """What the last correction did to an item."""
    last = next((e for e in reversed(case.events) if e.kind is EventKind.RESUBMITTED), None)
    return None if last is None else next((c for c in last.changes if c.item == key), None)


def _pages_before(change: Change | None, pages: Sequence[Page]) -> str | None:
    if change is None:
        return None
    old = set(change.before or ())
    fresh = sum(page.page_id not in old for page in pages)
    return say("case.page_was", n=len(old), m=len(pages), changed=fresh)


def tally_of(case: CaseRecord) -> dict[str, Any]:
    """已审 5 / 21 项."""
    of, still_open = len(case.sheet.items), len(case.sheet.unjudged())
    unmet = len(case.sheet.unmet())
    text = say("verdict.tally", judged=of - still_open, of=of)
    if not still_open:
        text = say("verdict.all_judged" if unmet else "verdict.all_met")
    return {"text": text, "open": still_open, "not_met": say("verdict.not_met_count", count=unmet) if unmet else ""}
