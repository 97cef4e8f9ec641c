"""The stand-in cloud does what Telegram does, as far as python-telegram-bot can tell."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from tests.telegram.hands import TOKEN, Cloud, Person


@pytest.fixture
async def bot(cloud: Cloud) -> AsyncIterator[Bot]:
    """python-telegram-bot's own client at the stand-in's address."""
    made = Bot(TOKEN, base_url=f"{cloud.url}/bot", base_file_url=f"{cloud.url}/file/bot")
    async with made:
        yield made


async def test_an_update_comes_again_until_the_next_offset_acknowledges_it(cloud: Cloud, bot: Bot) -> None:
    """Asking for a higher offset is what takes an update away."""
    await Person(cloud, 11).say("你好")
    first = await bot.get_updates()
    again = await bot.get_updates()
    assert [one.update_id for one in first] == [one.update_id for one in again]
    assert first[0].message is not None
    assert first[0].message.text == "你好"
    assert await bot.get_updates(offset=first[0].update_id + 1) == ()


async def test_a_message_with_buttons_is_pressed_edited_and_deleted(cloud: Cloud, bot: Bot) -> None:
    """A button's data come back with the message they hang on; an edit that changes nothing is refused."""
    who = Person(cloud, 12)
    await who.say("/start")
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("同意", callback_data="1:agree")]])
    sent = await bot.send_message(12, "您同意吗？", reply_markup=buttons)
    await who.press("同意")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert query.data == "1:agree"
    assert query.message is not None
    assert query.message.message_id == sent.message_id
    assert await query.answer()
    with pytest.raises(BadRequest, match="too old"):
        await query.answer()
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("您同意吗？", 12, sent.message_id, reply_markup=buttons)
    await bot.edit_message_text("好", 12, sent.message_id)
    assert [shown.text for shown in await who.bots()] == ["好"]
    await bot.delete_message(12, sent.message_id)
    assert await who.bots() == []


async def test_what_telegram_refuses_is_refused(cloud: Cloud, bot: Bot) -> None:
    """Unknown chats, long texts, long button data, http web apps, unknown tokens, blocked bots."""
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(404, "在吗")
    who = Person(cloud, 13)
    await who.say("你好")
    with pytest.raises(BadRequest, match="too long"):
        await bot.send_message(13, "长" * 4097)
    for button in (
        InlineKeyboardButton("按", callback_data="长" * 22),
        InlineKeyboardButton("按", web_app=WebAppInfo("http://127.0.0.1/")),
        InlineKeyboardButton("按", url="ftp://x"),
    ):
        with pytest.raises(BadRequest):
            await bot.send_message(13, "按", reply_markup=InlineKeyboardMarkup([[button]]))
    await who.block()
    with pytest.raises(Forbidden):
        await bot.send_message(13, "在吗")
    with pytest.raises(InvalidToken):
        async with Bot("1:OTHER", base_url=f"{cloud.url}/bot"):
            pass


async def test_pages_are_fetched_and_an_album_shares_its_group(cloud: Cloud, bot: Bot) -> None:
    """The last size is the picture itself; a file over 20 MB cannot be fetched."""
    who = Person(cloud, 14)
    await who.photos(b"one", b"two", order=[1, 0])
    await who.document(b"x", size=21 * 1024 * 1024)
    albums = await bot.get_updates()
    pages = [one.message for one in albums if one.message is not None and one.message.photo]
    assert len({page.media_group_id for page in pages}) == 1
    assert [page.message_id for page in pages] == [2, 1]
    fetched = await bot.get_file(pages[0].photo[-1].file_id)
    assert bytes(await fetched.download_as_bytearray()) == b"two"
    too_big = albums[-1].message
    assert too_big is not None
    assert too_big.document is not None
    with pytest.raises(BadRequest, match="too big"):
        await bot.get_file(too_big.document.file_id)


async def test_a_webhook_and_a_poller_exclude_each_other(cloud: Cloud, bot: Bot) -> None:
    """While a webhook is set, polling is a conflict."""
    await bot.set_webhook("http://127.0.0.1:9/nobody", secret_token="s3cret")
    assert (await bot.get_webhook_info()).url == "http://127.0.0.1:9/nobody"
    with pytest.raises(Conflict):
        await bot.get_updates()
    await bot.delete_webhook()
    await bot.set_my_commands([BotCommand("start", "开始办理")])
    assert (await bot.get_my_commands())[0].description == "开始办理"


async def test_faults_come_as_ordered_and_only_as_often(
    cloud: Cloud, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One 429 with its seconds, then all is well again."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    await Person(cloud, 15).say("你好")
    await cloud.faults({"kind": "flood", "seconds": 3, "times": 1})
    with pytest.raises(RetryAfter) as told:
        await bot.send_message(15, "好")
    assert told.value.retry_after == timedelta(seconds=3)
    await bot.send_message(15, "好")
    assert [call["code"] for call in await cloud.calls() if call["method"] == "sendmessage"] == [429, 200]


async def test_a_cloud_begun_anew_knows_nothing_of_what_was(cloud: Cloud, bot: Bot) -> None:
    """Tests share its process: chats, updates, webhook, calls and faults of one are not there for the next."""
    who = Person(cloud, 15)
    await who.say("你好")
    await bot.send_message(15, "您好")
    await bot.set_webhook("http://127.0.0.1:9/")
    await cloud.faults({"kind": "error", "times": 2})
    with pytest.raises(NetworkError):
        await bot.send_message(15, "还在吗")
    before = await cloud.bot()
    assert (before["webhook"], before["pending"], len(before["faults"])) == ("http://127.0.0.1:9/", 1, 1)
    await cloud.anew()
    after = await cloud.bot()
    assert (after["webhook"], after["pending"], after["faults"]) == ("", 0, [])
    assert (await cloud.calls(), await cloud.counts(), await who.messages()) == ([], {}, [])
