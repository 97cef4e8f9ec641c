"""A correction put aside is found again, whatever the applicant says first."""

from __future__ import annotations

from dialogs.turn import Overlay
from state_machine.case import Act
from state_machine.codes import Field
from tests.dialogs.applicant import Applicant
from tests.dialogs.officers import decide
from tests.dialogs.test_every_way_to_answer import PERSON, PLACE, REGISTERED, SELF, go_by_codes, values, words


def returned() -> Applicant:
    """Somebody whose application came back for another phone number."""
    applicant = Applicant()
    go_by_codes(applicant, PERSON | PLACE | REGISTERED | SELF)
    (case,) = applicant.office.records.values()
    unmet = {"answer:phone": (["phone_unreachable"], "")}
    decide(case, Act.RETURN_FOR_CORRECTION, applicant.at, applicant.rules, unmet)
    return applicant


def test_a_correction_put_aside_is_found_again_by_going_on() -> None:
    """先放着 and 继续 days later: the edits are there, and nothing new is begun by mistake."""
    applicant = returned()
    assert "resume" in values(applicant.press("menu"))
    assert applicant.say("继续").asks == "review"
    applicant.press("phone")
    applicant.say("13800001357")
    applicant.say("取消")
    assert "继续" in words(applicant.press("pause"))
    applicant.wait(days=3)
    reply = applicant.say("继续")
    assert reply.asks == "review"
    assert applicant.record.answers[Field.PHONE] == "13800001357"


def test_starting_while_a_correction_waits_asks_which() -> None:
    """我要办 does not begin a second application behind a returned one's back."""
    applicant = returned()
    applicant.press("menu")
    reply = applicant.say("我要办")
    assert applicant.conversation.overlay is Overlay.CHOOSE_APPLICATION
    assert values(reply)[0].startswith("mend:")
    assert applicant.say("1").asks == "review"


def test_a_change_asked_for_in_the_menu_opens_the_returned_application() -> None:
    """改手机号, said when the application came back, is what the notice asked for."""
    applicant = returned()
    assert applicant.say("改手机号").asks == "phone"
