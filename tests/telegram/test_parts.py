"""The pieces of the Telegram channel by themselves: masks, button data, long texts, what an update is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup

from bot.channels.telegram import callbacks
from bot.channels.telegram.masking import Mask, holds_id_number
from bot.channels.telegram.message import LONGEST, Link, Message, length, pieces
from bot.channels.telegram.render import markup, to_keep
from bot.channels.telegram.turns import national
from bot.channels.telegram.updates import Kind, read
from dialogs.question_name import is_bound, name_of
from dialogs.turn import Choice, Conversation, Overlay
from state_machine.interview import InterviewRecord, InterviewState
from tests.telegram.cloud.answers import utf16

NUMBER = "52262719870503997X"


@pytest.mark.parametrize(
    "text",
    [NUMBER, f"我的是{NUMBER}。",
     "５２２６２７１９８７０５０３９９７Ｘ", "522627 19870503 997X", "522627-1987-0503-997x", "522627870503997"],
)  # fmt: skip
def test_an_id_number_is_seen_however_it_is_written(text: str) -> None:
    """Full-width digits, blanks, hyphens, small x, the old fifteen digits."""
    assert holds_id_number(text, is_asked=False)


@pytest.mark.parametrize(
    "text",
    ["13900002580", "2025年3月1日到8月31日", "331102000123", "屏都街道2幢206室", "0578-6120000", "我要办", "一二三"],
)
def test_other_numbers_are_no_id_numbers(text: str) -> None:
    """A telephone, dates, a short permit number, a door."""
    assert not holds_id_number(text, is_asked=False)


def test_where_a_number_is_asked_for_a_mistyped_one_counts_too() -> None:
    """Twelve digits and more are meant as the number that was asked for."""
    assert holds_id_number("5226271987050", is_asked=True)
    assert not holds_id_number("13900002580", is_asked=True)


def test_what_was_told_is_masked_in_every_text() -> None:
    """Number, telephone, doors of addresses, the day of birth; the station's telephone stays."""
    answers = {
        "id_number": NUMBER,
        "phone": "13900002580",
        "current_address": "庆元县屏都街道远大厂宿舍2幢206室",
        "hukou_address": "盘石镇响水洞村三组12号",
        "name": "罗大勇",
    }
    mask = Mask([answers], keep=("13957812345",))
    shown = mask(
        f"罗大勇 {NUMBER} 13900002580 庆元县屏都街道远大厂宿舍2幢206室 盘石镇响水洞村三组12号 "
        "男，1987年5月3日出生 有事打 13957812345"
    )
    assert shown == (
        "罗大勇 522*************7X 139****2580 庆元县屏都街道远大厂宿舍*幢***室 盘石镇响水洞村*组**号 "
        "男，1987年出生 有事打 13957812345"
    )


def test_what_lies_on_a_card_is_masked_before_it_is_an_answer() -> None:
    """Facts shown back, and those that wait for the consent."""
    about = {"card": {"facts": {"current_address": "竹口镇工业园88号"}}}
    conversation = Conversation(overlay=Overlay.PERSON, overlay_about=about, carried={"hukou_address": "大村7组9号"})
    assert Mask.of(conversation)("竹口镇工业园88号，大村7组9号") == "竹口镇工业园**号，大村*组*号"


def test_what_stood_before_a_correction_is_masked_too() -> None:
    """A clerk's words may quote the address that was handed in first."""
    record = InterviewRecord("a", before={"answer:current_address": "竹口镇工业园88号", "material:lease": ["1"]})
    record.answers["current_address"] = "竹口镇大街7号"
    masked = Mask.of(Conversation(interview=record))("原来写的是竹口镇工业园88号，现在是竹口镇大街7号")
    assert masked == "原来写的是竹口镇工业园**号，现在是竹口镇大街*号"


@given(question=st.text("abcdefghijklmnopqrstuvwxyz234567", max_size=8), value=st.text(min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_button_data_fit_and_come_back(question: str, value: str) -> None:
    """Whatever travels is at most 64 bytes and reads as it was written; whatever does not is kept under a name."""
    made = callbacks.plain(question, value)
    if made is None:
        made = callbacks.by_name(question, "AbC_-0123456789x")
        assert callbacks.read(made) == callbacks.Pressed(question, None, "AbC_-0123456789x")
    else:
        assert callbacks.read(made) == callbacks.Pressed(question, value, None)
    assert len(made.encode()) <= 64


@pytest.mark.parametrize("data", ["", "x", "2:abc:agree", "1:ABC:agree", "1:abc", "0", "1:" + "a" * 9 + ":x"])
def test_other_data_are_no_button_of_ours(data: str) -> None:
    """A later form, another bot's, nothing at all."""
    assert callbacks.read(data) is None


def test_a_telephone_number_never_travels_with_a_button() -> None:
    """Values with many digits are kept by us; our own ids are no such values."""
    assert callbacks.plain("abc", "13900002580") is None
    assert callbacks.plain("", "resume:019356789012345678901234567890ab") is not None


@given(st.text(alphabet="字a\n😀", max_size=9000))
@settings(max_examples=40, deadline=None)
def test_a_long_text_goes_in_pieces_that_telegram_takes(text: str) -> None:
    """No piece is too long as Telegram counts; nothing but blanks and line breaks is lost."""
    found = pieces(text)
    assert all(utf16(piece) <= LONGEST for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(length(piece) == utf16(piece) for piece in found)


def test_links_stand_above_the_buttons_and_the_contact_has_a_keyboard() -> None:
    """A page of ours opens inside Telegram; the number is asked for by Telegram's own keyboard."""
    choices = (Choice("done", "发完了"), Choice("pages", "管理照片"), Choice("13900002580", "就写我的"))
    message = Message("照片", choices, links=(Link("上传", "https://x.example/steps/t", True),), question="abc")
    assert to_keep(message) == ["13900002580"]
    shown = markup(message, {"13900002580": "AbC_-0123456789x"})
    assert isinstance(shown, InlineKeyboardMarkup)
    rows = shown.inline_keyboard
    assert rows[0][0].web_app is not None
    assert [button.callback_data for row in rows[1:] for button in row] == [
        "1:abc:done", "1:abc:pages", "1:abc=AbC_-0123456789x",
    ]  # fmt: skip
    keyboard = markup(Message("手机号？", asks_contact=True), {})
    assert isinstance(keyboard, ReplyKeyboardMarkup)
    assert keyboard.keyboard[0][0].request_contact
    assert markup(Message("好"), {}) is None


def test_a_question_has_another_name_when_what_it_shows_has_changed() -> None:
    """The next pledge, the next proof, a changed list; not a tick."""

    def named(state: InterviewState, **answers: object) -> str:
        record = InterviewRecord("a", state=state)
        record.answers.update(answers)
        return name_of(Conversation(interview=record))

    assert named(InterviewState.PLEDGE_PRIVACY) != named(InterviewState.PLEDGE_TRUTH)
    assert named(InterviewState.REVIEW, name="甲") != named(InterviewState.REVIEW, name="乙")
    assert named(InterviewState.GROUND, name="甲") == named(InterviewState.GROUND, name="乙")
    assert name_of(Conversation()) == ""
    assert is_bound("agree")
    assert is_bound("skip")
    assert not is_bound("human")
    assert not is_bound("mend:1:answer:name")


def test_a_forwarded_contact_is_nobodys_own() -> None:
    """Even the sender's own card, forwarded, proves nothing: only what was shared just now does."""
    who = {"id": 7, "is_bot": False, "first_name": "x"}
    message = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "from": who}
    message["contact"] = {"phone_number": "+8613900002580", "first_name": "x", "user_id": 7}
    assert read(json.dumps({"update_id": 1, "message": message}).encode()).is_own
    message["forward_origin"] = {"type": "hidden_user", "date": 1, "sender_user_name": "x"}
    assert not read(json.dumps({"update_id": 2, "message": message}).encode()).is_own


def test_a_moving_picture_is_no_document() -> None:
    """A GIF comes with a document beside it; it is no material."""
    who = {"id": 7, "is_bot": False, "first_name": "x"}
    animation = {"file_id": "a", "file_unique_id": "a", "width": 1, "height": 1, "duration": 1}
    message = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, "from": who, "animation": animation}
    message["document"] = {"file_id": "a", "file_unique_id": "a"}
    assert read(json.dumps({"update_id": 1, "message": message}).encode()).kind is Kind.OTHER


def test_a_number_is_written_as_people_write_it() -> None:
    """With +86, without, another country's."""
    assert [national(n) for n in ("+8613900002580", "8613900002580", "13900002580", "+15551234567")] == [
        "13900002580", "13900002580", "13900002580", "15551234567",
    ]  # fmt: skip
