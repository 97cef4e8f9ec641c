"""Choices by their number: every choice can be typed as it is counted on the screen (1, 第二个, 1和3)."""

from __future__ import annotations

import re
from typing import Any

from state_machine.codes import ApplicantIs, Ground, Recognition

#: The choices of a question in the order they are offered.
_OFFERED: dict[str, tuple[str, ...]] = {
    "pledge": ("agree", "refuse"),
    "applicant_is": tuple(ApplicantIs),
    "recognition": tuple(Recognition),
    "ground": tuple(Ground),
}
_NUMBER = r"(?:第)?([1-3一二三])(?:个|种|项|条|样|类|号)?"
_ORDINALS = re.compile(
    rf"(?:我|选|就|是|要|填|的话|应该是|互认|类型|方式|选项|[A-Ca-c])*{_NUMBER}(?:(?:和|跟|与|、|,|，|\+|还有|加)*{_NUMBER})?(?:(?:和|跟|与|、|,|，|\+|还有|加)*{_NUMBER})?"
    r"(?:都有|都选|都是|都|吧|的|啊|呗|那种|那个)*[.。!]?"
)
_BACKWARDS = {
    "前面那个": 1,
    "前一个": 1,
    "上面那个": 1,
    "前者": 1,
    "后面那个": 2,
    "后一个": 2,
    "下面那个": 2,
    "后者": 2,
}


def chosen(text: str, asking: str | None) -> Any | None:
    """The value chosen by its number, or None."""
    offered = _OFFERED.get(asking or "")
    if offered is None:
        return None
    plain = re.sub(r"\s+", "", text)
    match = _ORDINALS.fullmatch(plain)
    numbers = [int("一二三".find(d) + 1 or d) for d in match.groups() if d] if match else []
    if not match and len(offered) == 2:
        numbers = [n for word, n in _BACKWARDS.items() if re.fullmatch(rf"(?:我|选|要|是|就)*{word}(?:吧|的)?", plain)]
    if not numbers or max(numbers) > len(offered) or (len(numbers) == 1 and "都" in plain):
        return None
    if asking == "ground":
        return [str(offered[n - 1]) for n in sorted(set(numbers))]
    return str(offered[numbers[0] - 1]) if len(numbers) == 1 else None
