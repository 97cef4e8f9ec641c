"""What was begun and not finished is there again: ticks, the city, and the agent of an earlier application."""

from __future__ import annotations

import msgspec
import pytest

from dialogs.turn import Overlay, Reply
from state_machine.codes import ApplicantIs, Field, Relation
from state_machine.interview import InterviewState
from tests.dialogs.applicant import Applicant
from tests.dialogs.test_every_way_to_answer import OTHER, PERSON, PLACE, REGISTERED, SELF, go_by_codes, values, words

SIBLING = PERSON | {"id_number": "522627201806061222", "name": "吴小妹"}


def ticked(reply: Reply) -> list[str]:
    """The choices shown with a tick."""
    return [choice.value for say in reply.says for choice in say.choices if choice.label.startswith("✓")]


@pytest.mark.parametrize("away", [("上一步", "继续"), ("回到菜单", "继续"), ("先放着", "继续"), ("改互认类型", "继续")])
def test_ticks_outlive_going_elsewhere(away: tuple[str, str]) -> None:
    """Whoever ticked one and went to look at something finds it ticked, and is told so."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="ground")
    applicant.press("housing")
    applicant.say(away[0])
    reply = applicant.say(away[1])
    assert reply.asks == "ground"
    assert ticked(reply) == ["housing"]
    assert "刚才选的还在" in words(reply)
    applicant.press("done")
    assert applicant.record.answers[Field.GROUND] == ["housing"]


def test_ticks_of_another_question_or_a_ground_given_up_do_not_come_back() -> None:
    """Proofs half ticked for a ground that is no longer claimed are not ticked."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="proofs")
    applicant.press("lease_contract")
    applicant.say("改符合的条件")
    applicant.press("housing", "done")
    assert applicant.reply is not None
    assert applicant.reply.asks == "proofs"
    assert ticked(applicant.reply) == []


def test_a_finished_answer_left_again_is_as_it_was() -> None:
    """继续 at a question that was answered keeps the answer, whatever was ticked on the way."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="hukou_province")
    applicant.say("改符合的条件")
    applicant.press("employment")
    applicant.say("继续")
    assert applicant.record.answers[Field.GROUND] == ["housing", "schooling"]
    assert applicant.conversation.aside == {}


def test_nothing_is_remembered_of_what_is_cancelled_erased_or_handed_in() -> None:
    """取消 and 删除 take the ticks and the city along."""
    for wish, sure in (("取消", "yes"), ("删除我的全部信息", "yes")):
        applicant = Applicant()
        go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="ground")
        applicant.press("housing")
        assert applicant.conversation.aside
        applicant.say(wish)
        applicant.press(sure)
        assert applicant.conversation.aside == {}


def test_a_city_told_for_the_province_is_where_the_county_is_asked() -> None:
    """上饶: the province is kept, and its twelve counties can be pressed, numbered or typed."""
    for typed in ("12", "德兴", "德兴市"):
        applicant = Applicant()
        go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="hukou_province")
        reply = applicant.say("上饶")
        assert reply.asks == "hukou_county"
        assert "「上饶市」" in words(reply)
        assert len(values(reply)) == 12
        applicant.say(typed)
        assert applicant.record.answers[Field.HUKOU_PROVINCE] == "江西省"
        assert applicant.record.answers[Field.HUKOU_COUNTY] == "德兴市"


def test_a_county_outside_the_city_that_was_told_can_still_be_said() -> None:
    """Buttons are a help: whoever meant another city says its county."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="hukou_province")
    applicant.say("上饶")
    applicant.say("于都")
    assert applicant.record.answers[Field.HUKOU_COUNTY] == "于都县"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        (("江苏徐州", "鼓楼区", "黄楼街道3号"), "徐州市黄楼街道3号"),
        (("江苏", "鼓楼区", "2", "黄楼街道3号"), "徐州市黄楼街道3号"),
        (("河北", "新华区", "石家庄的那个", "石家庄市新华区和平路8号"), "石家庄市和平路8号"),
        (("河北的新华区", "沧州", "小赵庄乡1号"), "沧州市小赵庄乡1号"),
        (("江西", "广信", "皂头镇3号"), "皂头镇3号"),
    ],
)
def test_the_city_stands_in_the_address_where_the_county_has_a_namesake(said: tuple[str, ...], address: str) -> None:
    """An official reads which of two 鼓楼区 is meant; nobody has to type the city for it."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="hukou_province")
    for text in said:
        applicant.say(text)
    assert applicant.record.answers[Field.HUKOU_ADDRESS] == address


def test_another_city_asks_for_the_address_again() -> None:
    """徐州鼓楼区 becomes 南京鼓楼区: the address of the one is not left standing under the other."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="hukou_province")
    for text in ("江苏徐州", "鼓楼区", "黄楼街道3号", "改户口所在的县"):
        applicant.say(text)
    reply = applicant.say("南京的鼓楼区")
    assert reply.asks == "hukou_address"
    assert Field.HUKOU_ADDRESS not in applicant.record.answers


def test_a_county_told_before_its_province_must_lie_in_it() -> None:
    """松桃 confirmed early and then 江西 for the province: the county is asked again, never stored beside it."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF, until="ground")
    conversation = applicant.conversation
    assert conversation.interview is not None
    conversation.interview.answers[Field.HUKOU_COUNTY] = "松桃苗族自治县"
    applicant.stored = msgspec.json.encode(conversation)
    applicant.press("employment", "done")
    assert applicant.press("江西省").asks == "hukou_county"


def family() -> Applicant:
    """A parent who has applied for one child and begins for the second."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | OTHER)
    applicant.press("new", "agree", "agree", "agree")
    return applicant


def test_the_agent_and_the_address_are_taken_over_with_one_confirmation() -> None:
    """For the second child nothing is typed again but what is the child's own."""
    applicant = family()
    reply = applicant.press("other")
    assert applicant.conversation.overlay is Overlay.CONFIRM_FACTS
    for field in ("agent_name", "agent_id_number", "agent_phone", "hukou_address", "current_address"):
        assert (PERSON | PLACE | OTHER).get(field, "") in words(reply)
    assert PERSON["id_number"] not in words(reply)
    assert Field.AGENT_NAME not in applicant.record.answers
    applicant.press("yes")
    answers = applicant.record.answers
    assert answers[Field.RELATION] == Relation.PARENT
    assert answers[Field.AGENT_NAME] == OTHER["agent_name"]
    assert Field.NAME not in answers
    assert applicant.record.state is InterviewState.RECOGNITION


def test_what_is_not_taken_over_is_asked() -> None:
    """都不算 keeps nothing and does not offer it a second time."""
    applicant = family()
    applicant.press("other", "no")
    assert applicant.record.state is InterviewState.RELATION
    assert Field.AGENT_NAME not in applicant.record.answers
    assert applicant.say("继续").asks == "relation"


def test_one_line_can_be_struck_out_or_corrected() -> None:
    """电话换了，是…: the agent's number is meant, for no other stands on the card."""
    applicant = family()
    applicant.press("other")
    applicant.say("电话换了，是13800001357")
    applicant.say("地址不一样")
    applicant.press("yes")
    assert applicant.record.answers[Field.AGENT_PHONE] == "13800001357"
    assert Field.CURRENT_ADDRESS not in applicant.record.answers


def test_whoever_applied_for_themselves_is_the_agent_of_the_child() -> None:
    """The first application was one's own: name, number and phone are the agent's now, the relation is asked."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF)
    applicant.press("new", "agree", "agree", "agree", "other", "yes")
    answers = applicant.record.answers
    assert answers[Field.AGENT_NAME] == PERSON["name"]
    assert answers[Field.AGENT_ID_NUMBER] == PERSON["id_number"]
    assert answers[Field.APPLICANT_IS] == ApplicantIs.OTHER
    assert applicant.record.state is InterviewState.RELATION


def test_nothing_is_offered_to_another_account_or_to_whoever_applies_for_themselves() -> None:
    """Only one's own earlier application, and only for 代办."""
    applicant = family()
    applicant.press("self")
    assert applicant.conversation.overlay is None
    stranger = Applicant()
    go_by_codes(stranger, PERSON | PLACE | REGISTERED | OTHER, until="relation")
    assert stranger.conversation.overlay is None
