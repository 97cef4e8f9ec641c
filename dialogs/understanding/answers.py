"""The answer to the pending question, by its one reader; choices also by number, by clause, in regional words."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from dialogs.readers import READERS, Problem, Unclear
from dialogs.readers.surnames import SINGLE
from dialogs.understanding.message import Message, in_plain_words
from dialogs.understanding.ordinals import chosen
from state_machine.codes import Field

CHOICES = frozenset(
    (
        "pledge",
        "applicant_is",
        "relation",
        "recognition",
        "ground",
        "sex",
        "ethnicity",
        "proofs",
        "review",
        "eligibility",
    )
)
NAMED = frozenset(("name", "declaration", "agent_name"))
_CALL_ME = re.compile(r"^(?:你们?)?(?:可以|就)?(?:叫|喊)我(?:做)?")
_WORD_NAME = re.compile(r"[\u4e00-\u9fff]{2,3}")
#: Short answers that begin like a family name and are none.
_NO_NAMES = frozenset(
    [
        *(
            "明白",
            "方便",
            "明天",
            "和谐",
            "于是",
            "应该",
            "时间",
            "关于",
            "万一",
            "白天",
            "年前",
            "年后",
            "过年",
            "平时",
        ),
        *(
            "单位",
            "单独",
            "安全",
            "全部",
            "包括",
            "成功",
            "简单",
            "高中",
            "能行",
            "通过",
            "费用",
            "解释",
            "解决",
            "方法",
        ),
    ]
)
