"""The catalogue of reasons (texts/reasons.yaml): what can be wrong with an item, and how to mend it (怎么改)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from dialogs import wording
from state_machine.verdicts import ReasonRule


@dataclass(frozen=True)
class Reason:
    """One reason as the desk offers it and the applicant reads it."""

    code: str
    items: tuple[str, ...]
    text: str
    mend: str
    hidden: bool = False


@cache
def catalogue() -> Mapping[str, Reason]:
    """Every reason by its code, in the order of the file."""
    return {
        code: Reason(code, tuple(entry["items"]), entry["text"], entry["mend"], bool(entry.get("hidden", False)))
        for code, entry in wording.texts("reasons").items()
    }


@cache
def reason_rules() -> Mapping[str, ReasonRule]:
    """What `state_machine.case.judge` must know of each reason."""
    return {code: ReasonRule(reason.items, reason.hidden) for code, reason in catalogue().items()}


def fitting(item: str) -> list[Reason]:
    """The reasons that can be said of an item, for the desk."""
    return [reason for code, reason in catalogue().items() if reason_rules()[code].fits(item)]


def in_words(codes: Sequence[str], note: str = "") -> str:
    """Every reason with how to mend it, and the clerk's own words."""
    lines = [f"· {r.text}\n  怎么改：{r.mend}" for code in codes if (r := catalogue().get(code)) is not None]
    if note:
        lines.append(f"· 工作人员说：{note}")
    return "\n".join(lines)
