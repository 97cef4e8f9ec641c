"""While a person has the chat: photographs are kept where they are wanted, and a card is answered; nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dialogs import takeover
from dialogs.interviewer import respond
from dialogs.rules import Rules
from dialogs.turn import Conversation, Heard, Overlay, PersonCall, ReceivedFile
from state_machine.codes import Proof
from state_machine.interview import Acknowledgement, InterviewRecord, InterviewState, Page
from state_machine.working_days import Calendar
from tests.dialogs.paper_office import SHANGHAI, PaperOffice

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RULES = Rules(calendar=Calendar())


def conversation(state: InterviewState = InterviewState.MATERIALS) -> Conversation:
    """Somebody whose pages are asked for, with a person."""
    agreed = [Acknowledgement(name, "1", "0" * 64, AT) for name in ("pledge_privacy", "pledge_truth")]
    answers = {"applicant_is": "self", "recognition": "held_permit", "ground": ["employment"]}
    record = InterviewRecord(
        "a1", state=state, answers={**answers, "proofs": ["labour_contract"]}, acknowledgements=agreed
    )
    found = Conversation(interview=record)
    takeover.silence(found)
    return found


def say(talk: Conversation, **heard: object) -> list[str]:
    """One turn; what is said."""
    reply = respond(talk, Heard(AT, AT.date(), **heard), PaperOffice(), RULES)  # type: ignore[arg-type]  # by name
    return [one.text for one in reply.says]


def test_photographs_are_kept_while_a_person_has_the_chat_and_nothing_is_asked() -> None:
    """What was sent is not lost, and that is said; the pending question is not."""
    talk = conversation()
    page = Page("p1", Proof.LABOUR_CONTRACT, "image/jpeg", "d1")
    said = say(talk, files=(ReceivedFile("a.jpg", page=page),))
    assert len(said) == 1
    assert "收到 1 张" in said[0]
    assert talk.interview is not None
    assert [one.page_id for one in talk.interview.pages] == ["p1"]
    assert talk.overlay is Overlay.PERSON
    takeover.hand_back(talk)
    assert talk.overlay is None


def test_what_lay_below_stands_again_even_after_a_card_was_left_lying() -> None:
    """A card not answered becomes the bot's own question; nothing is stored by handing back."""
    talk = conversation()
    takeover.offer_card(talk, "c1", {"phone": "13612345678"})
    assert say(talk, text="我想想") == []
    takeover.hand_back(talk)
    assert talk.overlay is Overlay.CONFIRM_FACTS
    assert talk.interview is not None
    assert "phone" not in talk.interview.answers


def test_an_old_cards_button_does_nothing_for_a_new_card() -> None:
    """Only the card that stands is answered."""
    talk = conversation()
    takeover.offer_card(talk, "c1", {"phone": "13612345678"})
    takeover.offer_card(talk, "c2", {"phone": "13612345679"})
    assert say(talk, choice="card_yes:c1") == []
    assert say(talk, choice="card_yes:c2") == ["记下了。"]
    assert talk.interview is not None
    assert talk.interview.answers["phone"] == "13612345679"
    assert talk.overlay is Overlay.PERSON


def test_consent_and_signature_are_never_filled_in_by_anybody_else() -> None:
    """Nor anything at all before the privacy notice was agreed to."""
    talk = conversation()
    assert talk.interview is not None
    offered = takeover.fillable(talk.interview)
    assert offered
    assert not set(offered) & set(takeover.OWN)
    talk.interview.acknowledgements = []
    assert takeover.fillable(talk.interview) == []


@pytest.mark.parametrize(
    ("called", "words"),
    [
        (PersonCall(), "有空就会在这里回您"),
        (PersonCall(open_now=True), "现在是上班时间"),
        (PersonCall(open_now=False, opens_at=datetime(2026, 11, 24, 8, 30, tzinfo=SHANGHAI)), "11月24日（周二）8:30"),
        (PersonCall(muted_until=datetime(2027, 1, 2, 9, 5, tzinfo=SHANGHAI)), "2027年1月2日（周六）9:05以后"),
        (PersonCall(is_here=True), "您就在窗口"),
    ],
)
def test_who_calls_a_person_is_told_the_truth_about_when(called: PersonCall, words: str) -> None:
    """By the office's own hours; nothing is promised that is not known."""
    office = PaperOffice()
    office.called = called
    talk = Conversation()
    reply = respond(talk, Heard(AT, AT.date(), choice="human"), office, RULES)
    assert words in reply.says[0].text
