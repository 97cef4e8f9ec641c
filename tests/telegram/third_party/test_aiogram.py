"""Somebody else's client finds in the stand-in cloud what it finds at Telegram: the stand-in is honest."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.telegram.hands import TOKEN, Cloud, Person
from tests.telegram.third_party.installed import HERE, client_modules

CHAT = 51


#: What aiogram tells of one call: the error it raised, and the seconds that error names.
FLOOD, NONE = ["TelegramRetryAfter", 3], ["none", None]


@pytest.mark.journey
async def test_aiogram_finds_the_stand_in_to_behave_as_telegram_does(cloud: Cloud) -> None:
    """Updates of every kind, messages, buttons, files, edits and every kind of refusal, in aiogram's own types."""
    who = Person(cloud, CHAT)
    for number in range(4):
        await Person(cloud, CHAT + number).say("你好")
    await Person(cloud, CHAT + 1).block()
    await _everything_a_person_sends(who)
    await cloud.faults({"kind": "flood", "seconds": 3, "chat": CHAT + 2}, {"kind": "error", "chat": CHAT + 3})
    telling = asyncio.create_task(_run(cloud, client_modules()))
    await who.told("您同意吗？", 60)
    await who.press("同意")
    seen = await telling
    assert seen.pop("kinds") == ["message:text"] * 4 + ["my_chat_member:"] + KINDS
    assert seen == EXPECTED


KINDS = [
    *("message:photo", "message:photo", "message:document", "message:contact", "message:sticker", "message:location"),
    *("message:text", "edited_message:text"),
]
EXPECTED = {
    "me": [1000, True],
    "sent": ["您同意吗？", CHAT, "1:abc:agree"],
    "comes again": True,
    "photo": "合同",
    "file": "a page",
    "pressed": ["1:abc:agree", True, CHAT],
    "answered": True,
    "answered twice": ["TelegramBadRequest", None],
    "edited": ["好", True, True],
    "not modified": ["TelegramBadRequest", None],
    "flood": FLOOD,
    "server error": ["TelegramServerError", None],
    "unknown chat": ["TelegramBadRequest", None],
    "deleted": True,
    "chat action": True,
    "blocked": ["TelegramForbiddenError", None],
    "webhook": True,
    "conflict": ["TelegramConflictError", None],
    "webhook address": "http://127.0.0.1:9/nobody",
    "webhook gone": True,
    "wrong token": ["TelegramUnauthorizedError", None],
}


async def _everything_a_person_sends(who: Person) -> None:
    await who.photos(b"a page", b"another", caption="合同")
    await who.document(b"%PDF-1.7")
    await who.contact("13900000000")
    ids = {"file_id": "F", "file_unique_id": "U"}
    sticker = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, **ids}
    await who.send(sticker=sticker)
    await who.send(location={"latitude": 27.6, "longitude": 119.1})
    said = await who.say("错字")
    await who.cloud.act("edit", who.chat, message_id=said["message_id"], text="对的字")


async def _run(cloud: Cloud, modules: Path) -> dict[str, Any]:
    words = [HERE / "aiogram_client.py", cloud.url, TOKEN, str(CHAT)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        env={**os.environ, "PYTHONPATH": str(modules)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, trouble = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0, trouble.decode()[-2000:]
    return dict(json.loads(told))
