"""The one reader of every answer.

`READERS[field](text, today)` reads a direct answer to that question: the value, or `Unclear` with a `Problem`.
The place readers also take `province=` (official name). `find_all(text, today)` spots facts inside a longer text.
A value needs evidence (a label, a shape, a position): nothing is guessed.
"""

from dialogs.readers.outcome import Found, Problem, Unclear
from dialogs.readers.registry import READERS, find_all, load

__all__ = ["READERS", "Found", "Problem", "Unclear", "find_all", "load"]
