"""From the signature to the 申请编号; and handing in a correction."""

from __future__ import annotations

from dialogs import aside, consent, labels, review
from dialogs.scene import Scene
from dialogs.turn import Conversation, Say
from state_machine.codes import Field
from state_machine.interview import InterviewRecord, InterviewState, Purpose, fire, step_to, walk
from state_machine.signature import Drawing, Signature


def signer(record: InterviewRecord) -> str:
    """Whose name stands under the declaration: the applicant's, or the agent's (代办)."""
    return str(record.answers.get(Field.AGENT_NAME if record.is_for_other() else Field.NAME, ""))


def reopen_review(scene: Scene) -> None:
    """Back to the list before signing."""
    step_to(scene.record, InterviewState.REVIEW)


def sign_by_drawing(scene: Scene) -> None:
    """A signature drawn on the screen: good where one is asked for, whatever lies on top of the question."""
    if not scene.in_interview or scene.record.state is not InterviewState.DECLARATION:
        scene.say("signature.not_now")
        return
    scene.close_overlay()
    scene.conversation.misses = 0
    sign(scene, signer(scene.record), scene.heard.drawing)


def confirm_review(scene: Scene) -> None:
    """都对: on to the signature, unless a named item of a correction is still as it was."""
    record = scene.record
    if left := review.still_to_mend(record):
        names = "、".join(labels.item_label(item) for item in left)
        scene.say("correction.not_all", names=names)
        return
    step_to(record, InterviewState.DECLARATION)


def sign(scene: Scene, name: str, drawing: Drawing | None = None) -> None:
    """Store the signature with the declaration's very words, and hand the application in.

    An answer that turned out to be missing is asked instead: nothing incomplete is handed in.
    """
    record = scene.record
    if not record.has_everything():
        walk(record)
        scene.say("submit.something_missing")
        return
    record.answers[Field.DECLARATION] = name
    consent.acknowledge(scene, consent.DECLARATION)
    told = record.acknowledgements[-1]
    scene.office.keep_signature(record, Signature(name, told.at, told.version, told.sha256, drawing))
    again = record.purpose is Purpose.CORRECTION
    case = (scene.office.resubmit if again else scene.office.submit)(record, scene.heard.at)
    fire(record, "submit")
    aside.forget(scene.conversation, record.application_id)
    key = "submit.resubmitted" if again else "submit.receipt"
    if case.at_counter:
        key = f"{key}_counter"
    words = scene.text(key, number=case.application_number, days=scene.rules.due_days)
    form = None if case.at_counter else next(iter(reversed(scene.office.papers(case.case_id))), None)
    buttons = ("status", "flow", "menu") if case.at_counter else ("status", "flow", "devices", "menu")
    scene.says.append(Say(words, labels.buttons(*buttons), document=form))
    scene.quiet = True
    aside.put(scene.conversation, record, InterviewState.SUBMITTED, list(buttons))


def offered_with_receipt(conversation: Conversation) -> tuple[str, ...]:
    """The buttons of a receipt given in the turn before; asked once."""
    record = conversation.interview
    if record is None or record.state is not InterviewState.SUBMITTED:
        return ()
    offered = aside.of(conversation, record, InterviewState.SUBMITTED)
    aside.put(conversation, record, InterviewState.SUBMITTED, None)
    return tuple(str(code) for code in offered or ())
