"""From a message to its meaning."""

from __future__ import annotations

import unicodedata
from datetime import date

from dialogs.understanding.outcome import Because, Intent, Understanding

#: Whole messages that mean one thing whatever is being asked.
COMMANDS: dict[str, Intent] = {
    "上一步": Intent.BACK,
    "返回": Intent.BACK,
    "跳过": Intent.SKIP,
    "继续": Intent.RESUME,
    "帮助": Intent.HELP,
    "人工": Intent.HUMAN,
    "转人工": Intent.HUMAN,
    "进度": Intent.STATUS,
    "取消": Intent.CANCEL,
    "再说一遍": Intent.REPEAT,
}


def load() -> None:
    """Read what understanding needs, so that the first message is not slower than the others."""


def understand(text: str, asking: str | None, today: date) -> Understanding:
    """The meaning of `text` while the field `asking` is pending (None: nothing is).

    `today` is the date in Asia/Shanghai. Never raises on any text; what is not known is `unclear`.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    intent = COMMANDS.get(plain)
    if intent is None:
        return Understanding(Intent.UNCLEAR)
    return Understanding(intent, because=(Because(plain, intent.value),))
