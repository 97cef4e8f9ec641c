"""What somebody does in a chat, and what the bot says to it: the real service beside the stand-in cloud."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from bot.joining import make_code
from storage import accounts, cases, channels, outbox
from storage.schema import turns
from storage.turns import past
from tests.bot.pages import drawn, encoded
from tests.storage.canary import found_in_clear
from tests.storage.made import new_case
from tests.telegram.hands import Cloud, Person, Shown
from tests.telegram.house import House

NUMBER = "52262719870503997X"


@pytest.fixture
async def house(cloud: Cloud, tmp_path: Path) -> AsyncIterator[House]:
    """The service as an installation with its own address runs it: nothing private in the chat."""
    opened = await House(tmp_path, cloud).open()
    yield opened
    await opened.close()


@pytest.fixture
async def open_house(cloud: Cloud, tmp_path: Path) -> AsyncIterator[House]:
    """The service where numbers and pictures may be sent in the chat."""
    opened = await House(tmp_path, cloud, telegram={"private_in_chat": True}).open()
    yield opened
    await opened.close()


class Talk:
    """One person's chat, line by line."""

    def __init__(self, house: House, chat: int) -> None:
        self.house, self.person = house, Person(house.cloud, chat)
        self.seen: dict[int, int] = {}

    async def after(self, done: dict[str, Any]) -> list[Shown]:
        """What the bot says (or writes anew) to something."""
        numbers = done["update_ids"] if "update_ids" in done else [done["update_id"]]
        await self.house.answered(self.person.chat, numbers)
        found = [one for one in await self.person.bots() if self.seen.get(one.message_id) != one.edits]
        self.seen |= {one.message_id: one.edits for one in found}
        return found

    async def says(self, *lines: str) -> list[Shown]:
        """Say and press lines; the answer to the last."""
        told: list[Shown] = []
        for line in lines:
            pressed = line.startswith("〔")
            done = await (self.person.press(line.strip("〔〕")) if pressed else self.person.say(line))
            told = await self.after(done)
        return told


TO_NUMBER = (
    "我要办居住证", "〔同意〕", "〔同意〕", "〔同意〕", "〔给自己办〕", "〔没有证，在浙江登记住过〕",
    "2025年3月1日到8月31日在义乌，2025年9月1日到现在在庆元", "〔有工作〕", "〔选好了〕",
    "贵州", "松桃", "盘石镇响水洞村三组12号",
)  # fmt: skip


async def test_a_toggle_writes_into_its_own_message(house: House) -> None:
    """Ticking a ground changes the message it hangs on; nothing new is sent."""
    talk = Talk(house, 31)
    asked = await talk.says(*TO_NUMBER[:7])
    ticked = await talk.says("〔有工作〕")
    assert [one.message_id for one in ticked] == [asked[-1].message_id]
    assert ticked[0].edits == 1
    assert ticked[0].buttons[0].startswith("✓ 有工作")


async def test_an_old_button_is_over_and_the_pending_question_stands(house: House) -> None:
    """同意 under the first text does not agree to the second one; what stands is asked again."""
    talk = Talk(house, 32)
    first = (await talk.says("我要办居住证"))[-1]
    await talk.says("〔同意〕")
    again = await talk.after(await talk.person.press("同意", message_id=first.message_id))
    assert "用不上了" in again[-1].text
    assert "您能这样承诺吗？" in again[-1].text
    unknown = await talk.after(await house.cloud.act("press", 32, message_id=first.message_id, data="9:whatever:agree"))
    assert "用不上了" in unknown[-1].text


async def test_the_same_question_takes_an_older_copy_of_its_button(house: House) -> None:
    """Asked again after a side question, the question takes the button under its first copy."""
    talk = Talk(house, 33)
    first = (await talk.says("我要办居住证"))[-1]
    await talk.says("要不要钱")
    told = await talk.after(await talk.person.press("同意", message_id=first.message_id))
    assert "【真实承诺】" in told[-1].text


async def test_every_press_is_answered(house: House) -> None:
    """The button stops turning, and says what was pressed."""
    talk = Talk(house, 34)
    await talk.says("我要办居住证", "〔同意〕")

    async def answered() -> bool:
        queries = (await house.cloud.bot())["queries"].values()
        return bool(queries) and all(query["answered"] for query in queries)

    await house.cloud.until(answered, "the press to be answered")
    assert [query["said"] for query in (await house.cloud.bot())["queries"].values()] == ["同意"]


async def test_a_typed_id_number_is_taken_out_of_the_chat_and_nowhere_kept(house: House) -> None:
    """By default the number is asked for on our own page; typed all the same, it is deleted and not stored."""
    talk = Talk(house, 35)
    asked = await talk.says(*TO_NUMBER)
    assert "请不要写在这里" in asked[-1].text
    assert asked[-1].data[0]["web_app"]["url"].startswith("https://hurentong.example/steps/")
    told = await talk.says(NUMBER)
    assert "删掉了" in told[-1].text
    assert NUMBER not in "".join(one.text for one in await talk.person.messages())
    exchanges = await house.service.archive.read(lambda conn: conn.execute(select(turns.c.account_id)).all())
    keyring = house.service.archive.keyring
    kept = await house.service.archive.read(lambda conn: past(conn, keyring, exchanges[0].account_id, limit=None))
    assert all(NUMBER not in (one.exchange.text or "") for one in kept)


async def test_an_album_sent_into_the_chat_is_deleted_with_one_word(house: House) -> None:
    """Pictures do not stay on Telegram: all are taken away, and that is said once."""
    talk = Talk(house, 36)
    await talk.says("我要办居住证")
    told = await talk.after(await talk.person.photos(b"one", b"two", b"three"))
    assert len(told) == 1
    assert "不用发照片" in told[0].text

    async def gone() -> bool:
        return all(one.by_bot or one.text for one in await talk.person.messages())

    await house.cloud.until(gone, "the pictures to be taken away")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
                      "is_animated": False, "is_video": False}}, "表情"),
        ({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}}, "语音"),
        ({"location": {"latitude": 27.6, "longitude": 119.0}}, "位置"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "看不懂"),
        ({"checklist": {"title": "要办的事", "tasks": [{"id": 1, "text": "居住证"}]}}, "看不懂"),
    ],
    ids=["sticker", "voice", "location", "dice", "checklist"],
)  # fmt: skip
async def test_what_is_no_turn_gets_a_word_and_the_question_again(house: House, body: Any, words: str) -> None:
    """A sticker, a voice message, a place: what to do instead, and the pending question."""
    talk = Talk(house, 37)
    await talk.says("我要办居住证")
    told = await talk.after(await talk.person.send(**body))
    assert words in told[-1].text
    assert "您同意我们收集" in told[-1].text


async def test_an_edited_message_is_not_read_anew_and_that_is_said(house: House) -> None:
    """An edit changes nothing; one that now holds an ID number is taken away as well."""
    talk = Talk(house, 38)
    sent = await talk.person.say("我要办居住证")
    await talk.after(sent)
    told = await talk.after(await house.cloud.act("edit", 38, message_id=sent["message_id"], text="算了"))
    assert "请重新发一条" in told[-1].text
    await talk.after(await house.cloud.act("edit", 38, message_id=sent["message_id"], text=NUMBER))
    assert NUMBER not in "".join(one.text for one in await talk.person.messages())


async def test_a_group_is_told_once_to_write_privately(house: House) -> None:
    """Nothing personal is said where others read along, and not every time somebody calls the bot."""
    for text in ("/start", "/help", "大家好"):
        done = await house.cloud.act("say", -77, text=text, kind="group")
        await house.answered(-77, [done["update_id"]])

    async def told() -> bool:
        return len([one for one in await house.cloud.chat(-77) if one.by_bot]) == 1

    await house.cloud.until(told, "the group to be told")
    said = [one.text for one in await house.cloud.chat(-77) if one.by_bot]
    assert said[0].startswith("我只能一个一个地帮人办")


async def test_a_channel_post_gets_no_answer(house: House) -> None:
    """A channel talks to its readers, not to us."""
    done = await house.cloud.act("say", -88, text="公告", kind="channel")
    await house.answered(-88, [done["update_id"]])
    assert [one for one in await house.cloud.chat(-88) if one.by_bot] == []


async def test_commands_say_what_their_words_say(house: House) -> None:
    """/status is 进度, /back is 上一步; one we do not have is said so."""
    talk = Talk(house, 39)
    assert "我是互认通" in (await talk.says("/start"))[-1].text
    await talk.says("我要办居住证", "〔同意〕")
    assert "上一步" in (await talk.says("/back"))[0].text
    assert any("第" in one.text for one in await talk.says("/status"))
    assert "没有这个命令" in (await talk.says("/destroy"))[-1].text


async def test_only_ones_own_contact_answers_the_question_for_a_number(open_house: House) -> None:
    """共享手机号 is offered; somebody else's contact is refused, one's own is the answer."""
    talk = Talk(open_house, 40)
    asked = await talk.says(*TO_NUMBER, NUMBER, "罗大勇", "汉族", "屏都街道工业园区远大厂宿舍2幢206室")
    assert asked[-1].buttons == ["共享手机号"]
    assert "别人的名片" in (await talk.after(await talk.person.contact("+8613800001111", user_id=41)))[-1].text
    told = await talk.after(await talk.person.contact("+8613900002580"))
    assert "哪些证明" in told[-1].text


async def test_who_blocks_the_bot_and_comes_back_goes_on(house: House) -> None:
    """Blocked, nothing is sent; unblocked, the chat goes on where it was."""
    talk = Talk(house, 42)
    await talk.says("我要办居住证")
    await house.answered(42, [(await talk.person.block())["update_id"]])
    await house.answered(42, [(await talk.person.block(False))["update_id"]])
    assert "【真实承诺】" in (await talk.says("同意"))[-1].text


async def test_the_menu_is_set_in_chinese_and_the_name_is_known(house: House) -> None:
    """The commands beside the text field, each with what it does."""

    async def named() -> bool:
        return bool(house.service.telegram_name) and bool((await house.cloud.bot())["commands"])

    await house.cloud.until(named, "the menu")
    assert {"command": "human", "description": "找工作人员"} in (await house.cloud.bot())["commands"]
    assert house.service.telegram_name == "bot1000_bot"


async def test_a_chat_joins_the_web_by_a_code_in_a_link(house: House) -> None:
    """`/start <code>` is asked back, for the link may be a stranger's; the yes joins. A wrong code says so."""
    service = house.service
    keyring, county, now = service.archive.keyring, service.rules.county_code, service.now()

    def begun(conn: Any) -> str:
        account_id = accounts.open_account(conn, keyring, county, now)
        return make_code(conn, keyring, county, account_id, now)

    code = await service.archive.write(begun, key="test")
    talk = Talk(house, 43)
    assert "这个码不对" in (await talk.says("/join ABCD-EFGH"))[-1].text
    asked = (await talk.says(f"/start {code}"))[-1].text
    assert "别人发给您的，请不要连" in asked
    assert f"/join_{code}" in asked
    assert "连上了" in (await talk.says(f"/join_{code}"))[-1].text


async def test_a_notice_that_quotes_what_was_handed_in_is_masked(house: House) -> None:
    """A clerk's words may name the house; the chat holds nothing of the application any more, the case does."""
    service, talk = house.service, Talk(house, 44)
    await talk.says("你好")
    keyring, county, now = service.archive.keyring, service.rules.county_code, service.now()
    say = {"text": "请改：现在住竹口镇工业园88号，号码是 19900000001"}
    payload = msgspec.json.encode({"says": [say], "at": now.isoformat()})

    def tell(conn: Any) -> None:
        reached = channels.find(conn, keyring, county, channels.TELEGRAM, "44")
        assert reached is not None
        stored = new_case(conn, keyring, reached.account_id, 1)
        stored.record.answers["current_address"] = "竹口镇工业园88号"
        cases.save(conn, keyring, stored, due_on=None, due_unknown=False)
        outbox.add(conn, keyring, reached.account_id, stored.case_id, "returned", payload, now)

    await service.archive.write(tell, key="test")
    service.sender.wake()
    await house.settled()
    told = (await talk.person.bots())[-1].text
    assert told == "请改：现在住竹口镇工业园**号，号码是 199****0001"


async def test_an_album_out_of_order_is_one_turn_with_one_answer(open_house: House, tmp_path: Path) -> None:
    """Where pictures may be sent, an album's pages are stored in the order sent, answered once, and taken away."""
    talk = Talk(open_house, 44)
    await talk.says(*TO_NUMBER, NUMBER, "罗大勇", "汉族", "屏都街道远大厂宿舍2幢206室", "13900002580")
    await talk.says("〔签订劳动合同〕", "〔选好了〕")
    pages = [encoded(drawn((1000 + 10 * n, 800))) for n in range(3)]
    told = await talk.after(await talk.person.photos(*pages, order=[2, 0, 1]))
    assert len(told) == 1
    assert "收到 3 张" in told[0].text
    done = await talk.says("〔发完了〕")
    assert "13900002580" not in done[-1].text
    assert NUMBER not in done[-1].text
    assert "139****2580" in done[-1].text
    assert "远大厂宿舍*幢***室" in done[-1].text
    assert [one for one in await talk.person.messages() if not one.by_bot and not one.text] == []
    told_once = (NUMBER, "13900002580", "罗大勇", "屏都街道远大厂宿舍")
    assert found_in_clear([tmp_path], told_once) == []
