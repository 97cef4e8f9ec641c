"""Photos of cards: handed on at once, shown back as a card, and stored only by the applicant's own yes."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from dialogs import photo_card, photos, prompting, speech
from dialogs.rules import Rules
from dialogs.scene import Scene
from dialogs.turn import Conversation, Heard, Overlay, Reply
from state_machine.codes import Field
from state_machine.interview import InterviewState
from state_machine.working_days import Calendar
from tests.dialogs.applicant import Applicant

READS = Rules(calendar=Calendar(), reads_pictures=True)
NUMBER = "52262719870503997X"
CARD: dict[str, Any] = {
    Field.NAME: "罗大勇",
    Field.ID_NUMBER: NUMBER,
    Field.ETHNICITY: "苗族",
    Field.HUKOU_PROVINCE: "贵州省",
    Field.HUKOU_COUNTY: "松桃苗族自治县",
    Field.HUKOU_ADDRESS: "盘石镇响水洞村三组12号",
}
STRAIGHT = ("agree", "agree", "agree", "self", "registered_time")


def at_the_hukou() -> Applicant:
    """Somebody who is asked for the province of their 户口."""
    applicant = Applicant(rules=READS)
    applicant.say("我要办")
    applicant.press(*STRAIGHT)
    applicant.say("2025年3月1日到现在在庆元")
    applicant.press("employment", "done")
    assert applicant.record.state is InterviewState.HUKOU_PROVINCE
    return applicant


def read(applicant: Applicant, facts: dict[str, Any], card: str = "c1", application_id: str | None = None) -> Reply:
    """The reading comes, as the reader behind puts it into the chat."""
    conversation = applicant.conversation
    scene = Scene(conversation, Heard(applicant.at, applicant.today), applicant.office, applicant.rules)
    owner = application_id or (conversation.interview.application_id if conversation.interview else "")
    photo_card.offer(scene, owner, card, facts)
    said = speech.reply(scene)
    applicant.stored = msgspec.json.encode(conversation)
    return said


def words(reply: Reply) -> str:
    """Everything said."""
    return "\n".join(say.text for say in reply.says)


def test_the_question_says_that_a_photo_will_do_and_takes_one() -> None:
    """Nobody has to find out; the photo is handed on, and the question goes on standing."""
    applicant = at_the_hukou()
    assert applicant.reply is not None
    assert "身份证人像面" in applicant.reply.says[-1].text
    assert applicant.reply.says[-1].wants_file
    reply = applicant.send("card.jpg")
    assert "正在识别" in reply.says[0].text
    assert reply.asks == Field.HUKOU_PROVINCE
    assert [whose for _, _, whose in applicant.office.to_read] == ["card"]


def test_without_the_extra_nothing_is_said_of_photos_and_none_is_read() -> None:
    """Everything works by typing, as before."""
    applicant = at_the_hukou()
    applicant.rules = Rules(calendar=Calendar())
    reply = applicant.say("？")
    assert "拍" not in words(reply)
    assert not reply.says[-1].wants_file
    applicant.send("card.jpg")
    assert applicant.office.to_read == []


def test_all_lines_are_shown_and_the_name_is_asked_by_itself_before_anything_is_stored() -> None:
    """Two taps, and the next question is the first one that is still open."""
    applicant = at_the_hukou()
    shown = read(applicant, CARD)
    for value in ("罗大勇", NUMBER, "苗族", "贵州省", "松桃", "盘石镇", "1987年5月3日", "男", "已经删掉"):
        assert value in words(shown)
    assert Field.NAME not in applicant.record.answers
    asked = applicant.press("photo:c1:yes")
    assert "「罗大勇」" in words(asked)
    assert Field.NAME not in applicant.record.answers
    applicant.press("photo:c1:name_yes")
    record = applicant.record
    assert {field: record.answers[field] for field in CARD} == CARD
    assert record.answers[Field.SEX] == "male"
    assert record.state is InterviewState.CURRENT_ADDRESS


def test_yes_and_no_may_be_typed() -> None:
    """Buttons are a help, never the only way."""
    applicant = at_the_hukou()
    read(applicant, CARD)
    applicant.say("都对")
    applicant.say("对")
    assert applicant.record.answers[Field.NAME] == "罗大勇"


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        (Field.NAME, "罗大用", "罗大用"),
        (Field.ETHNICITY, "侗", "侗族"),
        (Field.HUKOU_ADDRESS, "盘石镇响水洞村四组1号", "盘石镇响水洞村四组1号"),
        (Field.ID_NUMBER, "530627199102149971", "530627199102149971"),
    ],
    ids=str,
)
def test_one_line_is_put_right_by_a_tap_and_a_line_of_typing(field: Field, typed: str, kept: str) -> None:
    """The rest of the card stays as it is."""
    applicant = at_the_hukou()
    read(applicant, CARD)
    applicant.press(f"photo:c1:wrong:{field}")
    shown = applicant.say(typed)
    assert kept in words(shown)
    applicant.press("photo:c1:yes", "photo:c1:name_yes")
    assert applicant.record.answers[field] == kept
    assert {f: applicant.record.answers[f] for f in CARD if f != field} == {f: v for f, v in CARD.items() if f != field}


def test_a_number_that_fails_its_checksum_is_not_taken_while_putting_right() -> None:
    """What is wrong is said, and the line still stands to be put right."""
    applicant = at_the_hukou()
    read(applicant, CARD)
    applicant.press("photo:c1:wrong:id_number")
    reply = applicant.say("522627198705039971")
    assert applicant.conversation.overlay_about["changing"] == Field.ID_NUMBER
    assert len(reply.says) == 2
    applicant.press("photo:c1:back")
    assert applicant.conversation.overlay_about["facts"][Field.ID_NUMBER] == NUMBER


def test_a_name_that_is_not_right_is_typed_at_its_own_question() -> None:
    """The one field no checksum speaks for."""
    applicant = at_the_hukou()
    read(applicant, CARD)
    applicant.press("photo:c1:yes", "photo:c1:name_no")
    applicant.say("罗大甬")
    applicant.press("photo:c1:yes", "photo:c1:name_yes")
    assert applicant.record.answers[Field.NAME] == "罗大甬"


def test_a_line_left_out_is_asked_in_its_turn_with_what_hangs_on_it() -> None:
    """Without its county the rest of an address says nothing."""
    applicant = at_the_hukou()
    read(applicant, CARD)
    applicant.press("photo:c1:wrong:hukou_county", "photo:c1:drop")
    assert set(applicant.conversation.overlay_about["facts"]) == set(CARD) - {Field.HUKOU_COUNTY, Field.HUKOU_ADDRESS}
    applicant.press("photo:c1:yes", "photo:c1:name_yes")
    assert applicant.record.state is InterviewState.HUKOU_COUNTY


def test_a_card_refused_leaves_nothing() -> None:
    """都不算: the question stands as it stood."""
    applicant = at_the_hukou()
    read(applicant, CARD)
    before = dict(applicant.record.answers)
    reply = applicant.press("photo:c1:no")
    assert applicant.record.answers == before
    assert reply.asks == Field.HUKOU_PROVINCE


def test_a_reading_that_comes_late_changes_nothing_that_was_answered_meanwhile() -> None:
    """What the applicant typed stands; only what is still open is on the card."""
    applicant = at_the_hukou()
    applicant.send("card.jpg")
    applicant.say("四川")
    applicant.say("叙永")
    shown = read(applicant, CARD)
    facts = applicant.conversation.overlay_about["facts"]
    assert set(facts) == {Field.NAME, Field.ID_NUMBER, Field.ETHNICITY}
    assert "松桃" not in words(shown)
    applicant.press("photo:c1:yes", "photo:c1:name_yes")
    assert applicant.record.answers[Field.HUKOU_PROVINCE] == "四川省"
    assert applicant.record.answers[Field.HUKOU_COUNTY] == "叙永县"


def test_a_reading_of_what_is_all_answered_says_where_it_differs_and_changes_nothing() -> None:
    """The applicant decides whether that matters."""
    applicant = at_the_hukou()
    for typed in ("四川", "叙永", "水尾镇西溪村2组", NUMBER, "罗大用", "苗"):
        applicant.say(typed)
    before = dict(applicant.record.answers)
    shown = read(applicant, CARD)
    assert "姓名" in words(shown)
    assert "没有改" in words(shown)
    assert applicant.record.answers == before
    assert applicant.conversation.overlay is None


def test_what_is_asked_on_top_is_not_pushed_aside_and_the_card_comes_afterwards() -> None:
    """A yes meant for one thing never says yes to another."""
    applicant = at_the_hukou()
    applicant.send("card.jpg")
    applicant.say("取消")
    shown = read(applicant, CARD)
    assert applicant.conversation.overlay is Overlay.CONFIRM_CANCEL
    assert "答完" in words(shown)
    reply = applicant.press("no")
    assert applicant.conversation.overlay is Overlay.CHECK_PHOTO
    assert "罗大勇" in words(reply)


def test_a_second_photo_adds_to_the_card_and_takes_no_line_back_that_was_put_right() -> None:
    """Who typed the right line while the next photo was being read does not have to watch over it."""
    applicant = at_the_hukou()
    read(applicant, {Field.ID_NUMBER: NUMBER, Field.NAME: "罗大永", Field.ETHNICITY: "汉族"})
    applicant.press("photo:c1:wrong:name")
    applicant.say("罗大勇")
    shown = read(applicant, CARD | {Field.NAME: "罗大咏"}, card="c2")
    assert "罗大勇" in words(shown)
    assert "罗大咏" not in words(shown)
    assert "苗族" in words(shown)
    assert "盘石镇" in words(shown)
    applicant.press("photo:c2:yes", "photo:c2:name_yes")
    assert {field: applicant.record.answers[field] for field in CARD} == CARD


def test_a_second_photo_does_not_interrupt_the_line_being_put_right() -> None:
    """The line asked for is still the line that is typed next; the name is asked again, for the card is another."""
    applicant = at_the_hukou()
    read(applicant, {Field.ID_NUMBER: NUMBER, Field.NAME: "罗大永"})
    applicant.press("photo:c1:wrong:name")
    read(applicant, CARD | {Field.NAME: "罗大咏"}, card="c2")
    shown = applicant.say("罗大勇")
    assert "罗大勇" in words(shown)
    assert "盘石镇" in words(shown)
    assert applicant.record.answers.get(Field.NAME) is None


def test_an_old_cards_button_says_yes_to_nothing() -> None:
    """Nor to a newer card, nor to whatever else is asked by then."""
    applicant = at_the_hukou()
    read(applicant, CARD, "c1")
    applicant.press("photo:c1:no")
    read(applicant, CARD, "c2")
    applicant.press("photo:c1:yes")
    assert not applicant.conversation.overlay_about.get("asks_name")
    applicant.press("photo:c2:no")
    applicant.say("取消")
    applicant.press("photo:c2:yes")
    assert applicant.conversation.interview is not None


def test_a_reading_for_an_application_that_is_not_in_hand_is_told_and_not_kept() -> None:
    """Another application never gets this one's card."""
    applicant = at_the_hukou()
    shown = read(applicant, CARD, application_id="another")
    assert "没有留" in words(shown)
    assert applicant.conversation.overlay is None
    assert applicant.conversation.photo == {}


def test_nothing_read_is_said_with_the_next_step() -> None:
    """A bad photo is nobody's fault."""
    shown = read(at_the_hukou(), {})
    assert "再拍一张" in words(shown)


def test_a_question_asked_while_the_card_lies_open_is_answered_and_the_card_stands_again() -> None:
    """A digression costs nothing."""
    applicant = at_the_hukou()
    read(applicant, CARD)
    reply = applicant.say("要多少钱？")
    assert applicant.conversation.overlay is Overlay.CHECK_PHOTO
    assert len(reply.says) == 2


def test_too_many_photos_at_once_are_refused_kindly() -> None:
    """A queue has an end."""
    applicant = at_the_hukou()
    applicant.send("a.jpg", "b.jpg")
    reply = applicant.send("c.jpg", "d.jpg")
    assert len(applicant.office.to_read) == 3
    assert "直接打字" in words(reply)


def test_only_pictures_are_read() -> None:
    """A PDF is no photo of a card, and a damaged file is named."""
    applicant = at_the_hukou()
    assert "PDF" in words(applicant.send("a.pdf"))
    assert "太大" in words(applicant.send("a.jpg", problem="too_big"))
    assert applicant.office.to_read == []


def test_every_question_with_a_photo_has_its_words() -> None:
    """The hint is never a key that is missing."""
    assert all(photos.wording.has("photos", f"welcome.{kind}") for kind in photos.WELCOME.values())


def test_a_held_permit_is_read_on_its_own_route_and_its_lines_are_not_asked_again() -> None:
    """Route 1: number, place and last day come from one photo."""
    applicant = Applicant(rules=READS)
    applicant.say("我要办")
    applicant.press("agree", "agree", "agree", "self", "held_permit")
    permit = {
        Field.PERMIT_NUMBER: "33078120240315",
        Field.PERMIT_PLACE: "义乌市",
        Field.PERMIT_VALID_UNTIL: "2027-03-14",
    }
    read(applicant, CARD | permit)
    applicant.press("photo:c1:yes", "photo:c1:name_yes")
    assert applicant.record.state is InterviewState.GROUND
    applicant.press("employment", "done")
    assert applicant.record.state is InterviewState.CURRENT_ADDRESS


def test_an_agents_card_answers_for_the_agent_only() -> None:
    """代办: whose card it is follows from the question."""
    applicant = Applicant(rules=READS)
    applicant.say("我要办")
    applicant.press("agree", "agree", "agree", "other", "parent")
    applicant.send("card.jpg")
    assert applicant.office.to_read[-1][2] == "agent_card"
    read(applicant, {Field.AGENT_NAME: "罗大勇", Field.AGENT_ID_NUMBER: NUMBER})
    applicant.press("photo:c1:yes", "photo:c1:name_yes")
    assert applicant.record.state is InterviewState.AGENT_PHONE
    assert Field.NAME not in applicant.record.answers


def test_nothing_is_welcome_in_a_mere_check() -> None:
    """能不能办 asks for nobody's card."""
    conversation = Conversation()
    assert not photos.is_welcome(conversation, READS)
    applicant = Applicant(rules=READS)
    applicant.say("我能办吗")
    applicant.press("registered_time")
    applicant.say("2025年3月1日到现在在庆元")
    reply = applicant.press("employment", "done")
    assert not reply.says[-1].wants_file
    assert prompting.photos.hint is photos.hint


SAYINGS = (
    "都对", "不对", "罗小勇", "侗族", "四川", NUMBER, "要多少钱？", "取消", "上一步", "转人工", "{name}", "",
    "啊" * 300, "改一下民族",
)  # fmt: skip
ACTS = (
    "yes", "no", "back", "drop", "name_yes", "name_no", "wrong:name", "wrong:id_number", "wrong:hukou_county", "x",
)  # fmt: skip
ELSEWHERE = ("yes", "no", "back", "menu", "resume")


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_pressed_or_typed_at_a_card_nothing_is_stored_without_both_yeses(seed: int) -> None:
    """Nothing raises; a name comes into the form by the yes to the name, and by nothing else."""
    rng = random.Random(seed)
    applicant = at_the_hukou()
    for n in range(30):
        before = applicant.conversation
        card = f"c{rng.randrange(3)}"
        kind = rng.randrange(10)
        if kind == 0 and before.interview is not None:
            read(applicant, dict(rng.sample(sorted(CARD.items()), rng.randrange(7))), card)
            continue
        pressed = f"photo:{card}:{rng.choice(ACTS)}" if kind < 6 else rng.choice(ELSEWHERE)
        typed = rng.choice(SAYINGS) if kind > 7 else None
        reply = applicant.say(typed) if typed is not None else applicant.press(pressed)
        assert all(say.text for say in reply.says), n
        after = applicant.conversation
        if before.overlay is Overlay.CHECK_PHOTO and before.interview and after.interview:
            asked = before.overlay_about.get("asks_name")
            stored = after.interview.answers.get(Field.NAME) != before.interview.answers.get(Field.NAME)
            assert not stored or asked, (pressed, typed)
