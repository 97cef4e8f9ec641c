"""The catalogue of reasons (texts/reasons.yaml): what can be wrong with an item, and how to mend it (怎么改)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from dialogs import wording
from dialogs.wording import Edit
from state_machine.verdicts import ReasonRule

BOOK = "reasons"


@dataclass(frozen=True)
class Reason:
    """One reason as the desk offers it and the applicant reads it."""

    code: str
    items: tuple[str, ...]
    text: str
    mend: str
    hidden: bool = False
    #: Offered no more; what has been said with it stays readable.
    retired: bool = False


class _Catalogue:
    """The shipped reasons under the office's own edits, in every edition there was. Made anew when an edit comes."""

    def __init__(self, edits: Iterable[Edit] = ()) -> None:
        self.edits = tuple(edit for edit in edits if edit.book == BOOK)
        self.newest = max((edit.edition for edit in self.edits), default=0)
        self._known: dict[int, Mapping[str, Reason]] = {}
        self.rules = {code: ReasonRule(reason.items, reason.hidden) for code, reason in self.at(self.newest).items()}

    def at(self, edition: int) -> Mapping[str, Reason]:
        """Every reason as it read in an edition."""
        if edition not in self._known:
            entries = wording.overlaid(BOOK, self.edits, edition)
            self._known[edition] = {code: reason_of(code, parts) for code, parts in entries.items()}
        return self._known[edition]


def reason_of(code: str, parts: Mapping[str, Any]) -> Reason:
    """A reason from its parts as the file and the edits hold them."""
    hidden, retired = bool(parts.get("hidden", False)), bool(parts.get("retired", False))
    return Reason(code, tuple(parts["items"]), parts["text"], parts["mend"], hidden, retired)


@cache
def _in_use() -> list[_Catalogue]:
    return [_Catalogue()]


def use(edits: Iterable[Edit]) -> None:
    """From now on the catalogue reads with these edits (all there are, of every edition)."""
    _in_use()[0] = _Catalogue(edits)


def edition() -> int:
    """The edition in force; a notice written now keeps it."""
    return _in_use()[0].newest


def catalogue(edition: int | None = None) -> Mapping[str, Reason]:
    """Every reason by its code, in the order of the file: as it reads now, or as it read in an edition."""
    book = _in_use()[0]
    return book.at(book.newest if edition is None else edition)


def reason_rules() -> Mapping[str, ReasonRule]:
    """What `state_machine.case.judge` must know of each reason."""
    return _in_use()[0].rules


def fitting(item: str) -> list[Reason]:
    """The reasons that can be said of an item, for the desk."""
    rules = reason_rules()
    return [reason for code, reason in catalogue().items() if not reason.retired and rules[code].fits(item)]


def in_words(codes: Sequence[str], note: str = "", edition: int | None = None) -> str:
    """Every reason with how to mend it, and the clerk's own words; in the words of an edition if one is named."""
    known = catalogue(edition)
    return lines_of([known[code] for code in codes if code in known], note)


def lines_of(said: Sequence[Reason], note: str = "") -> str:
    """These reasons as a notice says them."""
    lines = [f"· {r.text}\n  怎么改：{r.mend}" for r in said]
    if note:
        lines.append(f"· 工作人员说：{note}")
    return "\n".join(lines)
