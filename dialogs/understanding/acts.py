"""What the applicant wants to do, heard from the words: one step back, a person, going on, a greeting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dialogs.understanding.message import Message
from dialogs.understanding.outcome import Because, Intent
from dialogs.understanding.requests import denial_of

_PICTURES = {"👌": Intent.YES, "👍": Intent.YES, "🙏": Intent.SMALLTALK}


@dataclass(frozen=True)
class Act:
    """A wish heard, how strongly, and from which words."""

    weight: int
    intent: Intent
    because: Because


#: kind of word, intent, weight while a question is pending, weight while none is.
_SIMPLE: tuple[tuple[str, Intent, int, int], ...] = (
    ("back_word", Intent.BACK, 22, 20),
    ("human_word", Intent.HUMAN, 16, 16),
    ("repeat_word", Intent.REPEAT, 17, 17),
    ("skip_word", Intent.SKIP, 16, 12),
    ("resume_word", Intent.RESUME, 14, 16),
    ("help_word", Intent.HELP, 11, 11),
    ("status_word", Intent.STATUS, 15, 17),
    ("status_wait", Intent.STATUS, 12, 13),
    ("complaint_word", Intent.COMPLAINT, 13, 13),
    ("urge", Intent.COMPLAINT, 8, 9),
    ("dont_know", Intent.HELP, 9, 9),
)
#: Whole messages; earlier rows win.
_WHOLE: tuple[tuple[str, Intent], ...] = (
    ("back_word", Intent.BACK),
    ("skip_word", Intent.SKIP),
    ("repeat_word", Intent.REPEAT),
    ("human_word", Intent.HUMAN),
    ("help_word", Intent.HELP),
    ("resume_word", Intent.RESUME),
    ("yes_word", Intent.YES),
    ("no_word", Intent.NO),
    ("thanks", Intent.SMALLTALK),
    ("greeting", Intent.SMALLTALK),
    ("bye", Intent.SMALLTALK),
    ("chat", Intent.SMALLTALK),
)


def picture_words(message: Message) -> Intent | None:
    """What a message of pictures alone says, if anything."""
    return next((intent for picture, intent in _PICTURES.items() if picture in message.text), None)


def orders_the_program(message: Message) -> bool:
    """Text that orders the program about, or asks it to touch others' papers: no applicant's wish."""
    if "hostile" in message.kinds:
        return True
    touching = frozenset({"erase_verb", "withdraw_verb", "cancel_verb", "export_verb"})
    touched = any(clause.kinds & touching and "others" in clause.kinds for clause in message.clauses)
    return touched and not _only_asks(message)


def _only_asks(message: Message) -> bool:
    """室友澳门的 拿回乡证的咋整: it asks, and for nothing to be done."""
    return "ask" in message.kinds and not message.kinds & {"please_can", "export_verb", "erase_verb"}


def whole(message: Message, asking: str | None) -> Act | None:
    """The message is nothing but one act's words."""
    if not message.letters:
        intent = picture_words(message)
        return Act(40, intent, Because(message.text.strip(), intent.value)) if intent else None
    starting = ("start_word", "apply", "want", "permit", "recognise", "application")
    begins = message.kinds & {"start_word", "apply"} and not message.kinds & {"ask", "neg", "can", "how"}
    if begins and not asking and message.is_only(*starting):
        return Act(40, Intent.START, Because(message.said(*starting), "start"))
    for kind, intent in _WHOLE:
        if message.is_only(kind):
            return Act(40, intent, Because(message.said(kind), intent.value))
    return None


def acts(message: Message, asking: str | None) -> Iterator[Act]:
    """Every act heard in the message."""
    denied = denial_of(message)
    if denied is not None:
        yield Act(28, Intent.NO, denied)
    for kind, intent, while_asked, otherwise in _SIMPLE:
        if kind in message.kinds:
            weight = while_asked if asking else otherwise
            yield Act(weight + _repeated(message, kind), intent, Because(message.said(kind), intent.value))
    yield from _export(message)
    yield from _eligibility(message, asking)
    yield from _start(message, asking)
    yield from _small(message)


def _repeated(message: Message, kind: str) -> int:
    return 3 * (sum(1 for token in message.tokens if kind in token.kinds) - 1)


def _export(message: Message) -> Iterator[Act]:
    if "export_verb" in message.kinds and "own_records" in message.kinds and not message.kinds & {"others"}:
        yield Act(21, Intent.EXPORT, Because(message.said("export_verb", "own_records"), "export"))


def _eligibility(message: Message, asking: str | None) -> Iterator[Act]:
    kinds = message.kinds
    if "can" in kinds and "apply" in kinds and "ask" in kinds:
        yield Act(12, Intent.ELIGIBILITY, Because(message.said("can", "apply", "q"), "eligibility"))
    elif not asking and kinds >= {"can", "ask", "self"} and not kinds & {"behalf"}:
        yield Act(8, Intent.ELIGIBILITY, Because(message.said("can", "q"), "eligibility"))
    if "qualify" in kinds:
        yield Act(16, Intent.ELIGIBILITY, Because(message.said("qualify"), "eligibility"))


def _start(message: Message, asking: str | None) -> Iterator[Act]:
    kinds = message.kinds
    if "apply" not in kinds:
        return
    said = Because(message.said("want", "apply", "permit", "recognise"), "start")
    if kinds & {"permit", "old"} and "neg" not in kinds:
        asks = "ask" in kinds and "how" not in kinds
        yield Act(8 if asking or asks else 12, Intent.START, said)
    elif "please_can" in kinds and not asking:
        yield Act(11, Intent.START, said)
    elif "want" in kinds and kinds & {"behalf", "relative", "child"}:
        yield Act(10 if not asking else 5, Intent.START, said)


def _small(message: Message) -> Iterator[Act]:
    for kind, weight in (("thanks", 6), ("bye", 5), ("greeting", 4), ("chat", 7)):
        if kind in message.kinds:
            yield Act(weight, Intent.SMALLTALK, Because(message.said(kind), "smalltalk"))
    first = message.tokens[0] if message.tokens else None
    if first is None or message.kinds & {"ask"} or message.unknown > len(first.word):
        return
    if "no_word" in first.kinds and first.word != "没":
        yield Act(5, Intent.NO, Because(first.word, "no"))
    elif "yes_word" in first.kinds and len(first.word) > 1:
        yield Act(4, Intent.YES, Because(first.word, "yes"))
