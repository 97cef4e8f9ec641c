"""Answers as people and programs give them: codes, numbers, words, none at all, and at the wrong moment."""

from __future__ import annotations

import json

import pytest

from dialogs.turn import Overlay, Reply
from state_machine.case import Act
from state_machine.codes import Field
from state_machine.interview import InterviewState
from tests.dialogs.applicant import Applicant
from tests.dialogs.officers import decide

PERIODS = [{"place": "义乌市", "from": "2025-03-01", "to": None}]
PERSON: dict[str, str] = {
    "hukou_address": "盘石镇响水洞村三组12号",
    "id_number": "52262719870503997X",
    "name": "罗大勇",
    "ethnicity": "土家族",
    "current_address": "庆元县屏都街道工业园区远大厂宿舍2幢206室",
    "phone": "13900002580",
    "declaration": "罗大勇",
}
SELF = {"applicant_is": "self"}
OTHER = {
    "applicant_is": "other",
    "relation": "parent",
    "agent_name": "李桂芳",
    "agent_id_number": "530627196102149943",
    "agent_phone": "13900002581",
    "declaration": "李桂芳",
}
HELD = {"recognition": "held_permit", "permit_number": "33078120240315", "permit_place": "义乌市"}
HELD |= {"permit_valid_until": "2027-03-14"}
REGISTERED = {"recognition": "registered_time", "registered_periods": json.dumps(PERIODS, ensure_ascii=False)}
PLACE = {"hukou_province": "贵州省", "hukou_county": "松桃苗族自治县"}
SEVERAL = {"ground": ("housing", "schooling"), "proofs": ("lease_contract", "university")}
BY_CHOICE = ("pledge", "applicant_is", "relation", "recognition", "hukou_province", "hukou_county", "ethnicity")


def values(reply: Reply) -> list[str]:
    """The values of every button on show."""
    return [choice.value for say in reply.says for choice in say.choices]


def words(reply: Reply) -> str:
    """Everything said."""
    return "\n".join(say.text for say in reply.says)


def go_by_codes(
    applicant: Applicant, answers: dict[str, str], until: str | None = None, *, typed: bool = False
) -> None:
    """Answer whatever `asks` names with the documented value, as a button or typed, and nothing else."""
    reply = applicant.press("new")
    for _ in range(60):
        asks = reply.asks
        if reply.state == "submitted" or asks == until:
            return
        assert asks is not None, words(reply)
        if asks in SEVERAL:
            for value in (*SEVERAL[asks], "done"):
                reply = applicant.say(value) if typed else applicant.press(value)
        elif asks == "materials":
            applicant.send(f"{len(applicant.record.finished_proofs)}.jpg")
            reply = applicant.say("done") if typed else applicant.press("done")
        elif asks in ("pledge", "review"):
            value = {"pledge": "agree", "review": "confirm"}[asks]
            reply = applicant.say(value) if typed else applicant.press(value)
        else:
            by_choice = asks in BY_CHOICE and not typed
            reply = applicant.press(answers[asks]) if by_choice else applicant.say(answers[asks])
    raise AssertionError(f"stuck at {reply.asks}: {words(reply)}")


@pytest.mark.parametrize("typed", [False, True], ids=["pressed", "typed"])
@pytest.mark.parametrize("who", [SELF, OTHER], ids=["self", "other"])
@pytest.mark.parametrize("route", [HELD, REGISTERED], ids=["held", "registered"])
def test_the_documented_codes_alone_lead_to_a_number(who: dict[str, str], route: dict[str, str], typed: bool) -> None:
    """A program that knows `asks` and the values of codes.md, and not a word of Chinese wording, gets through."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | route | who, typed=typed)
    (case,) = applicant.office.records.values()
    assert case.answers[Field.GROUND] == list(SEVERAL["ground"])
    assert case.answers[Field.PROOFS] == list(SEVERAL["proofs"])
    assert case.answers.get(Field.REGISTERED_PERIODS) == (PERIODS if route is REGISTERED else None)


@pytest.mark.parametrize(("province", "county"), [("海南省", "儋州市"), ("黑龙江省", "漠河市"), ("北京市", "海淀区")])
def test_a_value_without_a_button_can_be_sent_as_a_choice(province: str, county: str) -> None:
    """Only the commonest provinces have a button; the code of any other does the same."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="hukou_province")
    applicant.press(province, county)
    assert applicant.record.answers[Field.HUKOU_COUNTY] == county


@pytest.mark.parametrize("stale", ["self", "贵州省", "done", "agree", "汉族", "lease_contract"])
def test_a_button_of_an_earlier_question_is_no_answer_to_a_free_one(stale: str) -> None:
    """An old button pressed at 姓名 does not become the name."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="name")
    assert applicant.press(stale).asks == "name"
    assert Field.NAME not in applicant.record.answers


@pytest.mark.parametrize(
    ("typed", "kept"), [("1 5", ["employment"]), ("1、3、5", ["employment", "schooling"]), ("4", [])]
)
def test_numbers_of_several_choices_never_keep_a_button_as_an_answer(typed: str, kept: list[str]) -> None:
    """选好了 has a number as well, and is no ground."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="ground")
    applicant.say(typed)
    assert applicant.record.answers[Field.GROUND] == kept
    assert applicant.record.state is InterviewState.HUKOU_PROVINCE


@pytest.mark.parametrize("typed", ["都没有", "三样都没有", "一样也没有"])
def test_who_has_none_of_the_three_hears_so_and_may_hand_in(typed: str) -> None:
    """It advises and never refuses: no ground and never registered still ends with a number, and flagged."""
    applicant = Applicant()
    applicant.press("new", "agree", "agree", "agree", "self", "registered_time", "no_registration")
    applicant.say(typed)
    reply = applicant.press("贵州省", "松桃苗族自治县")
    assert reply.asks == "eligibility"
    assert "1. " in words(reply)
    assert "2. " in words(reply)
    applicant.press("go_on")
    for name in ("hukou_address", "id_number", "name", "ethnicity", "current_address", "phone"):
        reply = applicant.say(PERSON[name])
    assert reply.asks == "review", "nothing is asked to be proven"
    applicant.press("confirm")
    assert applicant.say(PERSON["declaration"]).state == "submitted"


def test_a_ground_named_later_asks_for_its_proof() -> None:
    """Somebody who corrects 三样都没有 on the 核对单 is asked for proof after all."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="ground")
    applicant.press("no_ground", "贵州省", "松桃苗族自治县", "go_on")
    for name in ("hukou_address", "id_number", "name", "ethnicity", "current_address", "phone"):
        applicant.say(PERSON[name])
    assert applicant.press("ground", "housing", "done").asks == "proofs"


@pytest.mark.parametrize("typed", ["没有", "手边没有"])
def test_no_permit_number_at_hand_goes_on(typed: str) -> None:
    """没有 at a question that may be left out leaves it out."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | HELD | SELF, until="permit_number")
    assert applicant.say(typed).asks == "permit_place"


def test_a_child_without_a_phone_is_reached_through_the_agent() -> None:
    """代办: 就写我的 is an answer, and so is the button."""
    for act, value in (("say", "就写我的"), ("say", "孩子没有手机"), ("say", "1"), ("press", "13900002581")):
        applicant = Applicant()
        go_by_codes(applicant, PERSON | PLACE | HELD | OTHER, until="phone")
        getattr(applicant, act)(value)
        assert applicant.record.answers[Field.PHONE] == OTHER["agent_phone"]


def test_whoever_applies_alone_has_no_other_phone_to_give() -> None:
    """就写我的 without an agent is no number."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | HELD | SELF, until="phone")
    assert applicant.say("就写我的").asks == "phone"
    assert Field.PHONE not in applicant.record.answers


def test_going_on_below_a_card_is_heard() -> None:
    """Who answers the question below the card is heard: it joins the card, or what is wrong with it is said."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | HELD | SELF, until="name")
    applicant.say("13900002580")
    assert applicant.conversation.overlay is Overlay.CONFIRM_FACTS
    reply = applicant.say("罗大勇")
    assert "罗大勇" in words(reply)
    assert "13900002580" in words(reply)
    applicant.press("yes")
    assert applicant.record.answers[Field.NAME] == "罗大勇"
    assert applicant.record.answers[Field.PHONE] == "13900002580"


def test_a_mistake_below_a_card_is_named() -> None:
    """17 digits under a card are still told to be 17."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | HELD | SELF, until="id_number")
    applicant.say("13900002580")
    assert "17 位" in words(applicant.say("52262719870503997"))
    assert applicant.conversation.overlay is Overlay.CONFIRM_FACTS


def test_what_is_ticked_stays_ticked_when_a_card_is_confirmed() -> None:
    """A side fact confirmed at a question that takes several does not lose the ticks."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | HELD | SELF, until="ground")
    applicant.press("schooling")
    applicant.say("我的手机号是13900002580")
    reply = applicant.press("yes")
    assert reply.asks == "ground"
    assert applicant.conversation.ticked == ["schooling"]


def test_the_agents_number_is_corrected_as_exactly_as_the_applicants() -> None:
    """17 digits are said to be 17, whoever's they are."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | HELD | OTHER, until="agent_id_number")
    assert "17 位" in words(applicant.say("53062719610214994"))


def test_finished_can_be_said_while_looking_at_the_pages() -> None:
    """发完了 in the list of pages finishes the proof; nothing more has to be closed first."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | HELD | SELF, until="materials")
    applicant.send("1.jpg")
    applicant.press("pages")
    applicant.say("发完了")
    assert len(applicant.record.finished_proofs) == 1
    assert applicant.conversation.overlay is None


def test_a_page_is_deleted_by_saying_so_while_sending() -> None:
    """删掉第2张 works where the photos are sent."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | HELD | SELF, until="materials")
    applicant.send("1.jpg", "2.jpg")
    applicant.say("删掉第2张")
    assert len(applicant.record.pages) == 1


def test_a_replaced_page_is_said_to_be_replaced() -> None:
    """换第1张 takes the new photo in the old one's place and says so, not that one more came."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | HELD | SELF, until="materials")
    applicant.send("1.jpg", "2.jpg")
    applicant.press("pages", "replace:1")
    reply = applicant.send("3.jpg")
    assert "换好了，第1张" in words(reply)
    assert len(applicant.record.pages) == 2


@pytest.mark.parametrize("asked_in", ["here", "menu"])
def test_the_chart_shows_where_the_case_stands_once_it_is_handed_in(asked_in: str) -> None:
    """您在这里 follows the case, not the interview that is over."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF)
    (case,) = applicant.office.records.values()

    decide(case, Act.ACCEPT, applicant.at, applicant.rules, {})
    if asked_in == "menu":
        applicant.press("menu")
    reply = applicant.say("流程图")
    assert [say.picture.href for say in reply.says if say.picture] == ["/chat/pictures/flow.svg?at=accepted"]


@pytest.mark.parametrize("asks", ["id_number", "name", "hukou_address"])
def test_a_bare_no_where_it_is_no_answer_is_helped(asks: str) -> None:
    """没有 at a question that needs an answer is met with what is wanted and an example."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until=asks)
    assert "比如" in words(applicant.say("没有"))


@pytest.mark.parametrize(
    ("typed", "route"),
    [("没有", "registered_time"), ("没", "registered_time"), ("有", "held_permit"), ("有的", "held_permit")],
)
def test_having_a_permit_is_answered_with_yes_or_no(typed: str, route: str) -> None:
    """您现在手里有居住证吗 — 没有 is the plainest answer there is."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | HELD | SELF, until="recognition")
    applicant.say(typed)
    assert applicant.record.answers[Field.RECOGNITION] == route


def test_a_father_who_says_so_applies_for_his_child() -> None:
    """Asked whether a guardian should apply instead, 我是他爸爸 is a yes and answers the next question too."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | HELD | SELF, until="id_number")
    applicant.say("522627201805039920")
    assert applicant.conversation.overlay is Overlay.OFFER_AGENT
    assert applicant.say("我是他爸爸").asks == "agent_name"
    assert applicant.record.answers[Field.RELATION] == "parent"
    assert applicant.record.answers[Field.ID_NUMBER] == "522627201805039920"


@pytest.mark.parametrize(
    ("asks", "typed", "told"),
    [
        ("registered_periods", "2025年3月到现在", "在哪里登记"),
        ("registered_periods", "2025年1月到现在 贵阳", "浙江省里"),
        ("registered_periods", "住了三年了", "哪年哪月"),
        ("relation", "朋友", "近亲属"),
        ("relation", "我是他大伯", "近亲属"),
    ],
)
def test_what_is_wrong_is_said_even_where_understanding_is_unsure(asks: str, typed: str, told: str) -> None:
    """Not 没听明白, but what is missing or why it cannot be."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | (OTHER if asks == "relation" else SELF), until=asks)
    reply = applicant.say(typed)
    assert reply.asks == asks
    assert told in words(reply)


def test_every_county_of_a_city_can_be_chosen_by_button_number_or_name() -> None:
    """上饶 has twelve counties; the last of them is as reachable as the first."""
    for typed in ("12", "德兴", "德兴市的"):
        applicant = Applicant()
        go_by_codes(applicant, PERSON | {"hukou_province": "江西省"} | REGISTERED | SELF, until="hukou_county")
        reply = applicant.say("上饶")
        assert len(values(reply)) == 13
        assert "「上饶市」" in words(reply)
        applicant.say(typed)
        assert applicant.record.answers[Field.HUKOU_COUNTY] == "德兴市"


@pytest.mark.parametrize("typed", ["松桃", "贵州松桃"])
def test_a_county_named_for_its_province_is_not_asked_again(typed: str) -> None:
    """Nothing that was told is lost: the county comes on the card with its province."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | REGISTERED | SELF, until="hukou_province")
    applicant.say(typed)
    applicant.press("yes")
    assert applicant.record.answers[Field.HUKOU_COUNTY] == "松桃苗族自治县"
    assert applicant.record.state is InterviewState.HUKOU_ADDRESS


@pytest.mark.parametrize("typed", ["贵州", "吉林", "北京", "河南", "重庆", "浙江省", "我是海南人"])
def test_a_province_alone_needs_no_card(typed: str) -> None:
    """The plain answer goes straight on."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | REGISTERED | SELF, until="hukou_province")
    assert applicant.say(typed).asks == "hukou_county"


def test_what_is_told_on_the_card_is_not_announced_as_asked_again() -> None:
    """Province and county changed together: only the address is asked again."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="review")
    applicant.press("hukou_county")
    applicant.say("盐津")
    reply = applicant.press("yes")
    assert "重新问一下：户口详细地址。" in words(reply)


def test_the_pages_are_shown_to_whoever_looks_through_them() -> None:
    """管理照片 shows every photo under its number: nobody has to remember which was the second."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | HELD | SELF, until="materials")
    applicant.send("1.jpg", "2.jpg", "3.pdf")
    reply = applicant.press("pages")
    photos = [page.page_id for page in applicant.record.pages if page.media_type == "image/jpeg"]
    shown = [say.picture.href for say in reply.says if say.picture]
    assert shown == [f"/chat/pages/{page_id}" for page_id in photos]


def test_an_unconfirmed_card_does_not_vanish_without_a_word() -> None:
    """Who turns to something else is told that the card was not kept."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | HELD | SELF, until="id_number")
    applicant.say("我叫罗大永，手机13900002581")
    reply = applicant.say("上一步")
    assert "没有记" in words(reply)
    assert Field.NAME not in applicant.record.answers


def test_only_what_will_be_asked_again_is_announced() -> None:
    """One of two grounds taken back drops its proof; the other's is kept, and nothing is asked."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="review")
    reply = applicant.press("ground", "schooling", "done")
    assert reply.asks == "review"
    assert "重新问" not in words(reply)
    assert "去掉了" in words(reply)
