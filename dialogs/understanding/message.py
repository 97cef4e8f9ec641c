"""A message as understanding looks at it: cleaned, cut into known words, with what is left over counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property

from dialogs.readers.folding import fold
from dialogs.understanding.everyday import in_short_script
from dialogs.understanding.scan import Token, cut, read_cues

#: People say what they want at the start or at the end; what lies between in a very long text decides nothing.
HEAD, TAIL = 360, 240
#: Cannot be an order to give something up: nobody explains that at such length.
MAX_REQUEST = 60

_CLAUSE_END = re.compile(r"[,，。.!！?？;；~…\n]+|\s{1,}(?=[\u4e00-\u9fff])")
_LETTERS = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffffA-Za-z0-9]")
_ASKS_AT_THE_END = re.compile(
    r"(?:吗|么|(?<=..)[^我也就都还并从绝决起是你他她它 ,，]不"
    r"|(?:够格|能办|办得|给认|能行|给办|算数|行得|办成|要得|得行)不"
    r"|(?<=..)[^有我也还都从并就她他你的 ,，]没|[了过]没有?|没得"
    r"|(?:可以|行|能|没事|没关系|够|用)吧|[?？])"
    r"\s*[啊呀哦嘛哈咯呢哩的]*\s*$"
)
#: 上不上班, 批没批; and words that ask by themselves.
_ASKS_ANYWHERE = re.compile(
    r"([\u4e00-\u9fff])[不没]\1|几[个天点时年张次份岁月日号块]|哪|什么|怎么|.还是[^不没要想会听看得有办]|多久|多少|多长|[咋啥]"
)
#: Small words around what is meant.
SOFT = frozenset({"filler", "self", "you", "polite", "please_can", "thanks", "greeting"})


@dataclass(frozen=True)
class Clause:
    """A part of the message between two marks."""

    start: int
    text: str
    tokens: tuple[Token, ...]

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Everything its words stand for."""
        return frozenset(kind for token in self.tokens for kind in token.kinds)

    @property
    def end(self) -> int:
        """Where it ends in the message."""
        return self.start + len(self.text)

    @cached_property
    def asks(self) -> bool:
        """Whether it ends as a question does."""
        return bool(_ASKS_AT_THE_END.search(self.text))

    def unknown(self) -> int:
        """How many of its letters no known word explains."""
        return len(_LETTERS.findall(self.text)) - sum(len(_LETTERS.findall(t.word)) for t in self.tokens)


@dataclass(frozen=True)
class Message:
    """The whole message. `text` has as many characters as what was typed (up to the cut)."""

    text: str
    clauses: tuple[Clause, ...]

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """All known words, in order."""
        return tuple(token for clause in self.clauses for token in clause.tokens)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Everything its words stand for; `ask` when something is asked."""
        found = {kind for clause in self.clauses for kind in clause.kinds}
        if found & _ASKING or any(c.asks or _ASKS_ANYWHERE.search(c.text) for c in self.clauses):
            found.add("ask")
        return frozenset(found)

    @cached_property
    def letters(self) -> int:
        """How many letters, digits and characters it has."""
        return len(_LETTERS.findall(self.text))

    @cached_property
    def unknown(self) -> int:
        """How many of them no known word explains."""
        return sum(clause.unknown() for clause in self.clauses)

    def said(self, *kinds: str) -> str:
        """The words of these kinds, for the explanation."""
        return "、".join(t.word for t in self.tokens if t.kinds & set(kinds))

    def is_only(self, *kinds: str) -> bool:
        """Whether it says something of these kinds and, small words aside, nothing else."""
        wanted = frozenset(kinds)
        return (
            self.unknown == 0
            and bool(self.kinds & wanted)
            and all(token.kinds & (wanted | SOFT) for token in self.tokens)
        )


_ASKING = frozenset({"q", "how", "what", "where", "when", "howlong", "howmany", "why", "meaning"})


def _homophones() -> tuple[tuple[str, str], ...]:
    return tuple((wrong, right) for right, slips in read_cues("slips").items() for wrong in str(slips).split())


_SLIPS = _homophones()
_ANY_SLIP = re.compile("|".join(re.escape(wrong) for wrong, _ in _SLIPS))


def mend(text: str) -> str:
    """Slips of voice typing put right, character for character."""
    if not _ANY_SLIP.search(text):
        return text
    for wrong, right in _SLIPS:
        if wrong in text:
            text = text.replace(wrong, right)
    return text


@cache
def _dialect() -> tuple[tuple[str, str], ...]:
    pairs = [(said, plain) for plain, many in read_cues("dialect").items() for said in str(many).split()]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def in_plain_words(text: str) -> str:
    """A short answer with regional words replaced; only for choices, never for names or addresses."""
    for said, plain in _dialect():
        text = text.replace(said, plain)
    return text


def look_at(text: str) -> Message:
    """Clean and cut `text`."""
    folded = mend(in_short_script(fold(text)))
    if len(folded) > HEAD + TAIL:
        folded = folded[:HEAD] + "\n" + folded[-TAIL:]
    clauses, at = [], 0
    for mark in _CLAUSE_END.finditer(folded):
        part = folded[at : mark.end()]
        if part.strip():
            clauses.append(Clause(at, part, tuple(cut(part.lower(), at))))
        at = mark.end()
    rest = folded[at:]
    if rest.strip():
        clauses.append(Clause(at, rest, tuple(cut(rest.lower(), at))))
    return Message(folded, tuple(clauses))
