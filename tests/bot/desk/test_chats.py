"""坐席: a chat asked for, answered, and handed back to exactly the pending question."""

from __future__ import annotations

import msgspec
import pytest

from bot.desk.chat_pages import masked
from bot.reception import Reception, Said
from dialogs.turn import Conversation, Overlay
from state_machine.officers import Role
from storage import conversations, outbox, person_requests
from storage.ids import new_id
from tests.bot.desk.conftest import House
from tests.storage.databases import BOTH


async def waiting_chat(house: House) -> tuple[Reception, str, str, dict[str, object]]:
    """An applicant in the middle of an application asks for a person: reception, token, account, the last reply."""
    reception = Reception(house.archive, house.rules, house.settings.zone(), clock=house.now)
    token = await reception.open_session(house.time)
    await reception.take_turn(token, new_id(), Said(text="我要办居住证"), house.time)
    reply = await reception.take_turn(token, new_id(), Said(choice="agree"), house.time)
    account_id = await reception.account_of(token)
    county, keyring = house.rules.county_code, house.archive.keyring
    why = "我的号码 522229199005171234 总是不对，电话 13612345678"
    await house.archive.write(
        lambda conn: person_requests.add(conn, keyring, county, account_id, why, house.time), key=account_id
    )
    return reception, token, account_id, msgspec.json.decode(reply)


async def notices(house: House, account_id: str) -> list[str]:
    """What the account was sent."""
    keyring = house.archive.keyring
    entries = await house.archive.read(lambda conn: outbox.after(conn, keyring, account_id, 0))
    return [said["text"] for entry in entries for said in msgspec.json.decode(entry.payload)["says"]]


async def overlay(house: House, account_id: str) -> Overlay | None:
    """What lies on top of the applicant's pending question."""
    keyring = house.archive.keyring
    found = await house.archive.read(lambda conn: conversations.load(conn, keyring, account_id))
    if found.conversation is None:
        return None
    return msgspec.json.decode(found.conversation, type=Conversation).overlay


@pytest.mark.parametrize("house", BOTH, indirect=True)
async def test_a_chat_is_answered_by_a_person_and_returns_to_the_pending_question(house: House) -> None:
    """The bot is silent in between; afterwards the very question stands again, said in the chat."""
    reception, token, account_id, before = await waiting_chat(house)
    agent = await house.as_("wu")
    page = await agent.go("/desk/chats")
    assert "522229********1234" in page.text
    assert "199005171234" not in page.text
    href = next(given["href"] for _, given in page.tags if given.get("href", "").startswith("/desk/chats/"))
    page = await agent.go(href)
    assert "我要办居住证" in page.text
    form = page.form("/reply")
    await agent.press(form, text="您好，号码少了一位。")
    await agent.press(form, text="您好，号码少了一位。")
    assert [n for n in await notices(house, account_id) if "号码少了一位" in n] == [
        (await notices(house, account_id))[0]
    ]
    assert await overlay(house, account_id) is Overlay.PERSON
    page = await agent.go(href)
    await agent.press(page.form("/hand-back"))
    assert await overlay(house, account_id) is None
    pending = before["says"][-1]["text"]  # type: ignore[index]  # JSON
    assert (await notices(house, account_id))[-1] == pending
    assert "现在没有人在等" in agent.page.text
    after = msgspec.json.decode(await reception.take_turn(token, new_id(), Said(text="帮助"), house.time))
    assert after["asks"] == before["asks"]


async def test_two_agents_never_answer_one_chat(house: House) -> None:
    """Who answers first has it; the other is told, and the words stay typed."""
    await waiting_chat(house)
    await house.hire("zheng", "郑坐席", {Role.AGENT})
    first, second = await house.as_("wu"), await house.as_("zheng")
    page = await first.go("/desk/chats")
    href = next(given["href"] for _, given in page.tags if given.get("href", "").startswith("/desk/chats/"))
    await first.press((await first.go(href)).form("/reply"), text="我来答。")
    page = await second.press((await second.go(href)).form("/reply"), text="我也想答。")
    assert second.status == 409
    assert page.form("/reply").value("text") == "我也想答。"


def test_numbers_are_masked_where_they_are_not_needed() -> None:
    """An ID number keeps its region and end, a phone its ends; other numbers stay."""
    assert masked("522229199005171234、13612345678、2026 年") == "522229********1234、136****5678、2026 年"
