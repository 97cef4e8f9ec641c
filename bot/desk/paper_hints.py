"""What the photographs of proofs say beside what the form says. A machine read them: it points, it never decides.

Every hint names the page and the line it comes from, so that the clerk looks there and not at the machine's word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from bot.desk.hints import SHANGHAI, Hint, hint
from bot.reading_pictures.folding import simplified
from bot.reading_pictures.papers import Paper, names, numbers, terms
from dialogs.labels import day
from state_machine.case_records import CaseRecord
from state_machine.codes import PROOFS_OF, Field, Ground, Proof
from state_machine.verdicts import material_key, pages_of, ticked
from storage.blobs import from_bytes
from storage.readings import Said

#: So much of a line is quoted.
QUOTED = 40
#: This share of the address's characters, in their order, must stand in one or two lines of the paper.
ENOUGH = 0.8
_AREA = re.compile(r"^(?:浙江省)?(?:丽水市)?(?:[\u4e00-\u9fff]{2,6}(?:县|市))?")
_ADDRESS = re.compile(r"(?:坐落|地址|住址|位于|房屋|住房)[^\u4e00-\u9fff]{0,3}.*?(?:镇|乡|街道|路|村|小区|号|幢|栋|室)")


@dataclass(frozen=True)
class Read:
    """One page of a proof and what it says; `place` is its number as the desk shows it."""

    place: int
    paper: Paper


def paper_hints(case: CaseRecord, said: Sequence[Said], today: date) -> dict[str, list[Hint]]:
    """Hints by item key, for the proofs of which anything was read."""
    by_page = {one.page_id: one for one in said}
    found: dict[str, list[Hint]] = defaultdict(list)
    for proof in ticked(case.answers):
        pages = pages_of(case.pages, proof)
        told = [(place, by_page[page.page_id]) for place, page in enumerate(pages, 1) if page.page_id in by_page]
        read = [Read(place, from_bytes(one.content, Paper)) for place, one in told if one.content is not None]
        read = [one for one in read if one.paper.lines]
        if read:
            found[material_key(proof)] += _all(case, proof, read, today)
        elif told:
            found[material_key(proof)].append(hint("paper_unread"))
    return dict(found)


def _all(case: CaseRecord, proof: Proof, read: Sequence[Read], today: date) -> Iterator[Hint]:
    yield from _number(str(case.answers.get(Field.ID_NUMBER, "")), read, today)
    yield from _name(str(case.answers.get(Field.NAME, "")), read)
    if proof in PROOFS_OF[Ground.HOUSING]:
        yield from _address(str(case.answers.get(Field.CURRENT_ADDRESS, "")), read)
    handed_in = case.events[0].at.astimezone(SHANGHAI).date() if case.events else today
    yield from _terms(read, handed_in)


def _number(number: str, read: Sequence[Read], today: date) -> Iterator[Hint]:
    seen = [(one.place, found) for one in read for found in numbers(one.paper, today)]
    if not number or not seen:
        return
    if same := next((place for place, found in seen if found == number), None):
        yield hint("paper_number_good", "good", page=same)
        return
    place, found = seen[0]
    yield hint("paper_number_differs", "warn", page=place, found=found, form=number)


def _name(name: str, read: Sequence[Read]) -> Iterator[Hint]:
    """In full anywhere, or another name where the paper says whose it is."""
    if not name:
        return
    wanted = _letters(name)
    for one in read:
        if line := next((line for line in one.paper.lines if wanted in _letters(line)), None):
            yield hint("paper_name_good", "good", page=one.place, line=_quoted(line, wanted))
            return
    for one in read:
        for other, line in names(one.paper):
            yield hint("paper_name_differs", "warn", page=one.place, found=other, line=_quoted(line, other), form=name)
            return
    yield hint("paper_name_missing", form=name)


def _address(address: str, read: Sequence[Read]) -> Iterator[Hint]:
    """The form's address in the paper, or what the paper gives as one."""
    wanted = _letters(_AREA.sub("", simplified(address)))
    if len(wanted) < 4:
        return
    best = max(((_share(wanted, text), one.place, text) for one in read for text in _in_twos(one.paper)), default=None)
    if best is not None and best[0] >= ENOUGH:
        yield hint("paper_address_good", "good", page=best[1], line=_quoted(best[2], wanted))
        return
    for one in read:
        if line := next((line for line in one.paper.lines if _ADDRESS.search(line)), None):
            yield hint("paper_address_differs", "warn", page=one.place, line=line[:QUOTED], form=address)
            return


def _terms(read: Sequence[Read], handed_in: date) -> Iterator[Hint]:
    """A contract that had ended, or had not begun, on the day the application was handed in."""
    told = [(term, one.place) for one in read for term in terms(one.paper)]
    if not told:
        return
    term, place = max(told, key=lambda found: found[0].end)
    span = {"page": place, "from_day": day(term.start), "to_day": day(term.end), "handed_in": day(handed_in)}
    if term.end < handed_in:
        yield hint("paper_term_over", "warn", **span)
    elif term.start > handed_in:
        yield hint("paper_term_ahead", "warn", **span)
    else:
        yield hint("paper_term_good", "good", **span)


def _letters(text: str) -> str:
    """Folded, without marks and blanks."""
    return re.sub(r"[^0-9A-Za-z\u3400-\u9fff\U00020000-\U000323af]", "", simplified(text))


def _in_twos(paper: Paper) -> Iterator[str]:
    """Every line, and every two that follow each other: an address may run over."""
    for n, line in enumerate(paper.lines):
        yield line
        if n + 1 < len(paper.lines):
            yield line + paper.lines[n + 1]


def _share(wanted: str, text: str) -> float:
    blocks = SequenceMatcher(None, wanted, _letters(text), autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1) / len(wanted)


def _quoted(line: str, around: str) -> str:
    """The part of a line that matters."""
    if len(line) <= QUOTED:
        return line
    at = max(0, line.find(around[:2]) - 8)
    return f"{'…' if at else ''}{line[at : at + QUOTED]}…"
