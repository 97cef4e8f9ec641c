"""Characters the engine takes for their look-alikes: traditional for simplified, letters for digits."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache

#: Characters of names that simplification would change and the 《通用规范汉字表》 (2013) brought back.
STANDING = frozenset("於昇甯堃锺徵喆淼乾麽夥蒐祕邨甦吒扞陞迺仝叡澂剋祐皙")
#: What a digit of the number is taken for; a checksum must still come out right.
DIGITS = str.maketrans("OoQDIl|iZzBSsGbgqx×χ", "00001111228556699XXX")
ALIKE = str.maketrans("囗・•‧．—–－", "口···.---")


def simplified(text: str) -> str:
    """Simplified characters, one for one; what a name may hold as it is stays."""
    folded = unicodedata.normalize("NFKC", text.replace("·", "\0")).replace("\0", "·").translate(ALIKE)
    return "".join(letter if letter in STANDING else _one(letter) for letter in folded)


def digits(text: str) -> str:
    """Letters that stand where digits should."""
    return text.translate(DIGITS)


@cache
def _one(letter: str) -> str:
    return letter if letter < "\u3400" else _converter()(letter)


@cache
def _converter() -> Callable[[str], str]:
    """OpenCC's; where the extra is missing nothing is read, and every character stands for itself."""
    try:
        from opencc import OpenCC
    except ImportError:
        return str
    convert: Callable[[str], str] = OpenCC("t2s").convert
    return convert
