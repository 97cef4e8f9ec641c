"""A case's papers as its page lists them: where each opens, and what is wrong where one cannot be printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from bot.desk.words import moment, say
from bot.papers.glyphs import in_words
from bot.papers.printer import MISSING_SIGNS
from bot.papers.typesetting import Sheet, words_of
from bot.papers.words import say as paper_word
from storage.papers import StoredPaper

if TYPE_CHECKING:
    from bot.desk.visit import Visit


def rows_of(visit: Visit, case_id: str, found: Sequence[StoredPaper]) -> list[dict[str, Any]]:
    """A case's papers as its page lists them."""
    return [_row(visit, f"/desk/cases/{case_id}/papers/{paper.paper_id}", paper) for paper in found]


def _row(visit: Visit, base: str, found: StoredPaper) -> dict[str, Any]:
    row = {
        "label": paper_word(f"links.{found.kind}"),
        "number": say("papers.number", number=found.number, at=moment(found.made_at, visit.zone)),
        "href": base if found.trouble is None else "",
        "trouble": "",
        "by_hand": "",
    }
    if found.trouble is not None:
        signs = "、".join(f"「{sign}」（{in_words(sign)}）" for sign in _missing(visit, found))
        row["trouble"] = say(f"papers.trouble.{found.trouble}", signs=signs)
        is_letter = found.trouble == MISSING_SIGNS and "foot" in sheet_of(found)
        row["by_hand"] = f"{base}/by-hand" if is_letter else ""
    return row


def _missing(visit: Visit, found: StoredPaper) -> tuple[str, ...]:
    return visit.service.papers.typesetter.glyphs.missing("".join(words_of(sheet_of(found))))


def sheet_of(found: StoredPaper) -> Sheet:
    """What is to stand on a paper. Raises `Sealed`."""
    sheet: Sheet = msgspec.json.decode(found.sheet())
    return sheet
