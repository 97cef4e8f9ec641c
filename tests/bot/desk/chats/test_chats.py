"""坐席: a chat asked for, taken, answered on both sides, a field filled in, and handed back to the pending question."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from bot.desk.chats import answers
from bot.desk.chats.masking import masked, masked_answer
from storage import audit
from tests.bot.desk.both_sides import OPEN, BothSides
from tests.bot.desk.browser import Browser, Page
from tests.bot.visitor import AN_APPLICANT, Visitor


async def waiting(sides: BothSides, asks: str = "phone") -> Visitor:
    """An applicant in the middle of an application who asks for a person."""
    applicant = sides.applicant()
    await applicant.reach(asks)
    await applicant.turn(text="找工作人员")
    return applicant


def chats_on(page: Page) -> list[str]:
    """The chats a list offers, in its order."""
    found = (given.get("href", "") for _, given in page.tags)
    return [href for href in found if re.fullmatch(r"/desk/chats/[0-9a-f]{32}", href)]


async def opened(clerk: Browser, number: int = 0) -> str:
    """Open a chat of the list."""
    href = chats_on(await clerk.go("/desk/chats"))[number]
    await clerk.go(href)
    return href


def texts(entries: list[dict[str, Any]]) -> list[str]:
    """What the applicant's page shows of notices."""
    return [say["text"] for entry in entries if "event_id" in entry for say in entry["says"]]


async def trail(sides: BothSides, action: str) -> list[audit.AuditEntry]:
    """The lines of the trail with this action."""
    county = sides.service.rules.county_code
    entries = await sides.service.archive.read(lambda conn: audit.entries(conn, county, limit=500))
    return [entry for entry in entries if entry.action == action]


async def test_a_chat_is_taken_answered_and_handed_back_to_the_very_question(sides: BothSides) -> None:
    """While a person has it the bot says nothing; afterwards the same question stands, and is said."""
    applicant = await waiting(sides)
    asked = applicant.last["asks"]
    clerk = await sides.clerk("wu")
    href = await opened(clerk)
    await clerk.press(clerk.page.form("/take"))
    assert "您在答" in clerk.page.text
    silent = await applicant.turn(text="我的手机号总是不对")
    assert silent["says"] == []
    page = await clerk.go(href)
    assert "我的手机号总是不对" in page.text
    form = page.form("/reply")
    await clerk.press(form, text="您好，请看一下是不是 11 位。")
    await clerk.press(form, text="您好，请看一下是不是 11 位。")
    await clerk.press((await clerk.go(href)).form("/hand-back"))
    told = texts(await applicant.history())
    assert [text for text in told if "11 位" in text] == [told[1]]
    assert "来了" in told[0]
    again = await applicant.turn(text="帮助")
    assert again["asks"] == asked
    assert told[-1] in {say["text"] for say in again["says"]} or "手机" in told[-1]
    assert "现在没有人在等" in (await clerk.go("/desk/chats")).text


async def test_two_agents_never_answer_one_chat(sides: BothSides) -> None:
    """Who answers first has it; the other is told, and the words stay typed."""
    await waiting(sides)
    first, second = await sides.clerk("wu"), await sides.clerk("zheng")
    await opened(first)
    await opened(second)
    await first.press(first.page.form("/reply"), text="我来答。")
    page = await second.press(second.page.form("/reply"), text="我也想答。")
    assert second.status == 409
    assert page.form("/reply").value("text") == "我也想答。"


async def test_the_list_shows_waiting_time_unread_marks_and_masks_numbers(sides: BothSides) -> None:
    """What nobody has looked at is counted; looking at it clears the mark; numbers are hidden."""
    applicant = await waiting(sides)
    await applicant.turn(text="我的电话 13612345678 填不上")
    sides.clock.move(minutes=7)
    clerk = await sides.clerk("wu")
    page = await clerk.go("/desk/chats")
    assert "等了 7 分钟" in page.text
    assert "2 条没看" in page.text
    assert "136****5678" in page.text
    assert "13612345678" not in clerk.html
    await opened(clerk)
    assert "13612345678" not in clerk.html
    assert "条没看" not in (await clerk.go("/desk/chats")).text


async def test_the_application_stands_beside_it_masked_until_somebody_asks_and_that_is_written_down(
    sides: BothSides,
) -> None:
    """The whole of it, with numbers hidden; showing them is a POST of its own and in the trail."""
    await waiting(sides)
    clerk = await sides.clerk("wu")
    href = await opened(clerk)
    number = AN_APPLICANT.answers["id_number"]
    assert number not in clerk.html
    assert AN_APPLICANT.answers["name"] in clerk.page.text
    assert len(await trail(sides, "read_chat")) == 1
    await clerk.press(clerk.page.form("/reveal"))
    assert number in clerk.page.text
    assert len(await trail(sides, "reveal_chat")) == 1
    assert clerk.path == href + "/reveal"


async def test_what_a_clerk_fills_in_is_stored_by_the_applicants_own_yes_alone(sides: BothSides) -> None:
    """A wrong value is refused in words; a right one becomes a card; only 都对 stores it, and once."""
    applicant = await waiting(sides)
    clerk = await sides.clerk("wu")
    href = await opened(clerk)
    page = await clerk.press(clerk.page.form("/fill-in"), field="phone", value="1361234")
    assert clerk.status == 409
    assert page.form("/fill-in").value("value") == "1361234"
    phone = AN_APPLICANT.answers["phone"]
    await clerk.press(page.form("/fill-in"), field="phone", value=phone)
    card = (await applicant.history())[-1]["says"][-1]
    assert phone in card["text"]
    await applicant.turn(text="等一下")
    await clerk.go(href)
    yes = next(choice["value"] for choice in card["choices"] if choice["value"].startswith("card_yes"))
    kept = await applicant.turn(choice=yes)
    assert [say["text"] for say in kept["says"]] == ["记下了。"]
    assert (await applicant.turn(choice=yes))["says"] == []
    await clerk.press((await clerk.go(href)).form("/hand-back"))
    assert (await applicant.turn(text="帮助"))["asks"] == "proofs"


async def test_a_card_refused_or_left_lying_stores_nothing(sides: BothSides) -> None:
    """不对 drops it; a card not answered when the chat is handed back is asked by the bot."""
    applicant = await waiting(sides)
    clerk = await sides.clerk("wu")
    href = await opened(clerk)
    phone = AN_APPLICANT.answers["phone"]
    await clerk.press(clerk.page.form("/fill-in"), field="phone", value=phone)
    assert "没有记" in (await applicant.turn(text="不对"))["says"][0]["text"]
    await clerk.press((await clerk.go(href)).form("/fill-in"), field="phone", value=phone)
    await clerk.press((await clerk.go(href)).form("/hand-back"))
    standing = (await applicant.history())[-1]["says"][-1]
    assert phone in standing["text"]
    assert (await applicant.turn(choice="yes"))["asks"] == "proofs"


async def test_nothing_can_be_filled_in_before_the_privacy_notice_is_agreed_to(sides: BothSides) -> None:
    """个人信息保护法 29: first the consent, then anything about a person."""
    applicant = sides.applicant()
    await applicant.turn(choice="start")
    await applicant.turn(text="找工作人员")
    clerk = await sides.clerk("wu")
    await opened(clerk)
    assert not clerk.page.has_form("/fill-in")
    assert "同意" in clerk.page.text


async def test_outside_office_hours_the_applicant_is_told_when_somebody_will_be_there(sides: BothSides) -> None:
    """Saturday evening: Monday 8:30; before a holiday, the day after it; nobody is alarmed meanwhile."""
    sides.clock.move(days=5, hours=10)  # Saturday 20:00
    applicant = await waiting(sides)
    assert "11月30日（周一）8:30" in applicant.words
    sides.clock.move(minutes=30)
    assert await sides.service.desk.attending.round(sides.clock()) == 0
    sides.clock.move(days=1, hours=12, minutes=11)  # Monday 8:41
    assert await sides.service.desk.attending.round(sides.clock()) == 1


async def test_a_chat_left_waiting_alerts_the_others_and_tells_the_truth_once(sides: BothSides) -> None:
    """After ten minutes in office hours: marked and first on everybody's list; told once; a colleague may go on."""
    first = await waiting(sides)
    clerk, other = await sides.clerk("wu"), await sides.clerk("zheng")
    href = await opened(clerk)
    await clerk.press(clerk.page.form("/take"))
    sides.clock.move(minutes=4)
    await waiting(sides)
    assert not (await other.go(href)).has_form("/take-over")
    sides.clock.move(minutes=7)
    assert await sides.service.desk.attending.round(sides.clock()) == 1
    assert await sides.service.desk.attending.round(sides.clock()) == 0
    told = [text for text in texts(await first.history()) if "久等" in text]
    assert len(told) == 1
    page = await other.go("/desk/chats")
    assert chats_on(page)[0] == href
    assert "等太久了" in page.text
    assert "2 个在等您回，其中 1 个等太久了" in page.text
    await other.press((await other.go(href)).form("/take-over"))
    await other.press(other.page.form("/reply"), text="我来接着答。")
    assert "我来接着答。" in texts(await first.history())[-1]
    assert "其中 0 个等太久了" in (await other.go("/desk/chats")).text


async def test_a_muted_applicant_is_told_kindly_and_goes_on_with_the_form(sides: BothSides) -> None:
    """With a reason and a time; the form goes on; a person is called again after it, or when it is lifted."""
    applicant = await waiting(sides)
    clerk = await sides.clerk("wu")
    await opened(clerk)
    page = await clerk.press(clerk.page.form("/mute"), reason="because", hours="24")
    assert clerk.status == 409
    await clerk.press(page.form("/mute"), reason="flooding", hours="24")
    told = texts(await applicant.history())
    assert any("短时间发得太多" in text and "申请不受影响" in text for text in told)
    assert (await trail(sides, "mute"))[0].details == {"reason": "flooding", "hours": 24}
    await applicant.turn(text="找工作人员")
    assert "11月24日（周二）10:00以后可以再找" in applicant.words
    assert chats_on(await clerk.go("/desk/chats")) == []
    await applicant.turn(text=AN_APPLICANT.answers["phone"])
    assert applicant.last["asks"] == "proofs"
    await clerk.press((await clerk.go("/desk/chats")).form("/unmute"))
    await applicant.turn(text="找工作人员")
    assert len(chats_on(await clerk.go("/desk/chats"))) == 1
    assert len(await trail(sides, "unmute")) == 1


async def test_ready_answers_are_found_inserted_and_never_sent_by_themselves(sides: BothSides) -> None:
    """Words find the topic; inserting only fills the box."""
    applicant = await waiting(sides)
    before = len(await applicant.history())
    clerk = await sides.clerk("wu")
    href = await opened(clerk)
    page = await clerk.go(f"{href}/answers?wanted=要交多少钱")
    assert "不收钱" in page.text
    assert answers.search("收费", sides.service.rules, OPEN.date())[0].topic == "fees"
    page = await clerk.go(f"{href}?insert=fees")
    assert "不收钱" in page.form("/reply").value("text")
    assert len(await applicant.history()) == before
    assert (await clerk.go(f"{href}/answers?wanted=量子力学", headers={"HX-Request": "true"})).text.strip() != ""


async def test_the_desk_hears_at_once_that_something_changed_and_never_what(sides: BothSides) -> None:
    """The stream carries two bare words; a chat asked for and a message each ring it."""
    clerk = await sides.clerk("wu")
    async with clerk.http.get(f"{sides.base}/desk/chats/events") as stream:
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        await stream.content.readuntil(b"\n\n")
        applicant = await waiting(sides)
        async with asyncio.timeout(10):
            assert await stream.content.readuntil(b"\n\n") == b'event: list\ndata: "list"\n\n'
    href = chats_on(await clerk.go("/desk/chats"))[0]
    async with clerk.http.get(f"{sides.base}/desk/chats/events?chat={href.rpartition('/')[2]}") as stream:
        await stream.content.readuntil(b"\n\n")
        await applicant.turn(text="还在吗")
        async with asyncio.timeout(10):
            heard = await stream.content.readuntil(b'"chat"\n\n')
    assert "还在吗".encode() not in heard


async def test_the_applicants_words_arrive_live_on_their_side_too(sides: BothSides) -> None:
    """The clerk's answer comes by the applicant's stream of events."""
    applicant = await waiting(sides)
    clerk = await sides.clerk("wu")
    await opened(clerk)
    async with applicant.client.get("/chat/events") as stream:
        await stream.content.readuntil(b"\n\n")
        await clerk.press(clerk.page.form("/reply"), text="看到您了。")
        async with asyncio.timeout(10):
            assert "看到您了。".encode() in await stream.content.readuntil(b"\n\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("522229199005171234、13612345678、2026 年", "522229********1234、136****5678、2026 年"),
        ("编号 331126202600012345", "编号 331126********2345"),
        ("没有号码", "没有号码"),
    ],
)
def test_numbers_are_masked_where_they_are_not_needed(text: str, shown: str) -> None:
    """An ID number keeps its region and end, a phone its ends; other numbers stay."""
    assert masked(text) == shown


def test_a_permits_number_keeps_its_ends_only() -> None:
    """Whatever its form."""
    assert masked_answer("permit_number", "330300123456") == "33*******456"
