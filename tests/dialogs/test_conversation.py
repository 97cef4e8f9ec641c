"""Promises of the conversation that a transcript alone does not show."""

from __future__ import annotations

import hashlib

import msgspec
import pytest

from dialogs import wording
from dialogs.turn import Overlay
from state_machine.codes import Field
from state_machine.interview import Purpose
from tests.dialogs.applicant import Applicant
from tests.dialogs.test_anything_goes import STRAIGHT


def at_step(count: int) -> Applicant:
    """An applicant who has come that far along the straight way."""
    applicant = Applicant()
    for act, value in STRAIGHT[:count]:
        getattr(applicant, act)(value)
    return applicant


TO_ID_NUMBER = 12


def test_the_straight_way_ends_with_a_number() -> None:
    """From the first word to the 申请编号, and the state says so."""
    applicant = at_step(len(STRAIGHT))
    assert applicant.reply is not None
    assert applicant.reply.state == "submitted"
    assert applicant.office.cases()[0].application_number in applicant.reply.says[-1].text


def test_three_acknowledgements_are_stored_with_the_hash_of_what_was_shown() -> None:
    """单独同意: each text on its own, with its version and the SHA-256 of the very words on the screen."""
    applicant = Applicant()
    shown = []
    for act, value in STRAIGHT[:4]:
        reply = getattr(applicant, act)(value)
        shown.append(reply.says[-1].text.partition("\n\n")[0])
    stored = applicant.record.acknowledgements
    assert [a.text_id for a in stored] == ["pledge_privacy", "pledge_truth", "pledge_annulment"]
    assert [a.sha256 for a in stored] == [hashlib.sha256(text.encode()).hexdigest() for text in shown[:3]]
    assert all(a.version and a.at.tzinfo for a in stored)


def test_the_signature_is_stored_with_the_declaration() -> None:
    """The name, the text's hash and the time go into the case."""
    applicant = at_step(len(STRAIGHT))
    (case,) = applicant.office.records.values()
    assert case.answers[Field.DECLARATION] == "罗大勇"
    assert case.acknowledgements[-1].text_id == "declaration"
    text = wording.pattern("acknowledgements", "declaration.text")
    assert case.acknowledgements[-1].sha256 == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("word", ["取消", "撤回申请", "删除我的全部信息", "不办了，取消申请"])
def test_nothing_destructive_is_done_at_once(word: str) -> None:
    """Every destructive wish is asked back, and the answers are still there."""
    applicant = at_step(TO_ID_NUMBER)
    answers = applicant.record.answers
    applicant.say(word)
    assert applicant.record.answers == answers
    assert not [c for c in applicant.office.records.values() if c.state == "withdrawn"]


@pytest.mark.parametrize("word", ["先别取消", "任公", "我没说要取消", "何止步", "😀", "钟止"])
def test_negations_names_and_noise_cancel_nothing(word: str) -> None:
    """What only sounds like a command is none."""
    applicant = at_step(TO_ID_NUMBER)
    applicant.say(word)
    assert applicant.conversation.overlay not in (Overlay.CONFIRM_CANCEL, Overlay.CONFIRM_ERASE)


def test_an_unclear_word_at_a_confirmation_does_nothing() -> None:
    """Only a clear yes confirms."""
    applicant = at_step(TO_ID_NUMBER)
    applicant.say("取消")
    applicant.say("嗯……那个啥")
    assert applicant.conversation.overlay is Overlay.CONFIRM_CANCEL
    assert applicant.record.answers


@pytest.mark.parametrize("faint", ["嗯", "好", "行", "好吧"])
def test_a_faint_assent_destroys_nothing(faint: str) -> None:
    """嗯 is not enough to erase an application; the button's own words are."""
    applicant = at_step(TO_ID_NUMBER)
    applicant.say("取消")
    applicant.say(faint)
    assert applicant.record.answers
    assert applicant.say("取消，删掉").state == "menu"


def test_an_answer_given_at_a_confirmation_is_the_answer() -> None:
    """Somebody who simply goes on has not cancelled."""
    applicant = at_step(TO_ID_NUMBER)
    applicant.say("取消")
    reply = applicant.say("52262719870503997X")
    assert Field.ID_NUMBER in applicant.record.answers or Field.ID_NUMBER in str(applicant.conversation.overlay_about)
    assert reply.state != "menu"


def test_a_check_keeps_nothing_and_takes_nothing_personal() -> None:
    """我能办吗 leaves no draft, and no name or number is taken down."""
    applicant = Applicant()
    applicant.press("eligibility")
    applicant.say("我叫罗大勇 身份证号530627199102149971")
    assert applicant.record.purpose is Purpose.CHECK
    assert not applicant.record.answers
    assert not applicant.office.drafts()


def test_facts_told_too_early_wait_for_the_consent() -> None:
    """Before the privacy notice is agreed to, no answer holds them."""
    applicant = Applicant()
    applicant.say("我叫罗大勇 身份证号530627199102149971 手机13900002580")
    assert not applicant.record.answers
    applicant.press("agree")
    assert applicant.conversation.overlay is Overlay.CONFIRM_FACTS


def test_several_facts_are_kept_only_after_the_card() -> None:
    """A card first; 都不算 keeps none of them."""
    applicant = at_step(TO_ID_NUMBER)
    before = applicant.record.answers
    applicant.say("我叫罗大勇 身份证号530627199102149971 手机13900002580")
    assert applicant.record.answers == before
    applicant.press("no")
    assert applicant.record.answers == before


def test_asks_names_the_pending_question_and_nothing_while_something_else_is_asked() -> None:
    """Outside clients can go by `asks`."""
    applicant = at_step(TO_ID_NUMBER)
    assert applicant.reply is not None
    assert applicant.reply.asks == "id_number"
    assert applicant.say("取消").asks is None
    assert applicant.press("no").asks == "id_number"


def test_the_third_failure_offers_an_example_and_a_person() -> None:
    """Nobody is left alone with a question."""
    applicant = at_step(TO_ID_NUMBER)
    for _ in range(3):
        reply = applicant.say("52262719870503997")
    values = [choice.value for say in reply.says for choice in say.choices]
    assert "human" in values
    assert any("比如" in s.text or "这样写" in s.text for s in reply.says)


def test_a_relatives_fact_in_a_form_for_oneself_is_shown_back_first() -> None:
    """我老婆户口在江西: kept only when it is confirmed; of oneself it is kept at once."""
    applicant = at_step(TO_ID_NUMBER - 3)
    assert applicant.say("我老婆户口在江西").asks is None
    assert Field.HUKOU_PROVINCE not in applicant.record.answers
    applicant.press("no")
    assert applicant.say("我户口在江西").asks == "hukou_county"
    assert applicant.record.answers[Field.HUKOU_PROVINCE] == "江西省"


def test_a_person_offered_beside_buttons_stands_behind_them() -> None:
    """After the third failure the first and the second button are what they were: 2 is still 给别人办."""
    applicant = at_step(4)
    for said in ("嘎嘎", "叽叽", "噜噜"):
        reply = applicant.say(said)
    assert [choice.value for say in reply.says for choice in say.choices] == ["self", "other", "human"]
    assert applicant.say("2").asks == "relation"


def test_a_typed_choice_is_the_pressed_choice() -> None:
    """Number, label and part of the label do what the button does."""
    for said in ("1", "给自己办", "本人", "自己"):
        applicant = at_step(4)
        assert applicant.say(said).asks == "recognition", said


def test_a_clerk_who_has_the_chat_is_not_interrupted() -> None:
    """During 人工接管 the bot is silent and changes nothing; afterwards the same question stands."""
    applicant = at_step(TO_ID_NUMBER)
    conversation = applicant.conversation
    conversation.overlay = Overlay.PERSON
    applicant.stored = msgspec.json.encode(conversation)
    assert applicant.say("52262719870503997X").says == ()
    assert Field.ID_NUMBER not in applicant.record.answers
    assert applicant.press("resume").asks == "id_number"
