"""Beginning an application or a check, taking a draft in hand again, opening a correction."""

from __future__ import annotations

import re
from typing import Any

from dialogs import consent, going, labels, materials, reasons, review
from dialogs.scene import Scene
from dialogs.turn import CaseSummary, Overlay
from state_machine.case import CaseState
from state_machine.codes import ApplicantIs, Field
from state_machine.interview import FLOW_VERSION, InterviewRecord, InterviewState, Purpose, answer, fire


def start(scene: Scene, fills: dict[str, Any]) -> None:
    """我要办: straight on, unless something begun is waiting: then ask which."""
    if scene.in_interview and scene.record.is_check():
        if scene.record.state is InterviewState.ELIGIBILITY:
            fire(scene.record, "apply")
            scene.record.purpose = Purpose.APPLICATION
            scene.say("eligibility.carried")
            going.settle(scene)
        else:
            scene.say("eligibility.in_check")
    elif scene.in_interview and _is_the_only_one(scene) and not _ANOTHER.search(scene.heard.text or ""):
        if facts := {name: value for name, value in fills.items() if name != Field.PLEDGE}:
            going.show_facts(scene, facts, is_answer=False)
        else:
            scene.say("start.already")
    elif scene.in_interview or scene.office.drafts() or returned(scene):
        scene.overlay(Overlay.CHOOSE_APPLICATION)
    else:
        begin(scene, fills)


#: 再办一份, 还要给女儿办.
_ANOTHER = re.compile(r"再|另|还要|还有|还想|又要|第二|新的|重新|别的")


def _is_the_only_one(scene: Scene) -> bool:
    """Nothing but what is in hand is begun or waits for a correction."""
    others = [draft for draft in scene.office.drafts() if draft.application_id != scene.record.application_id]
    return not others and not returned(scene)


def begin(scene: Scene, facts: dict[str, Any]) -> None:
    """A new application, from its first question. Facts heard already wait for the consent."""
    if scene.in_interview and not scene.record.is_check():
        scene.say("start.other_stays")
    scene.leave()
    scene.conversation.interview = record = InterviewRecord(scene.office.new_application_id())
    scene.say("start.application")
    if facts.get(Field.APPLICANT_IS) == ApplicantIs.OTHER:
        answer(record, Field.APPLICANT_IS, ApplicantIs.OTHER.value)
        scene.say("start.for_other")
    scene.conversation.carried = {k: v for k, v in facts.items() if k not in (Field.PLEDGE, Field.APPLICANT_IS)}
    going.settle(scene)


def check(scene: Scene) -> None:
    """我能办吗: the few questions, nothing kept."""
    scene.leave()
    scene.conversation.interview = InterviewRecord(
        scene.office.new_application_id(), purpose=Purpose.CHECK, state=InterviewState.RECOGNITION
    )
    scene.say("start.check")


def returned(scene: Scene) -> list[CaseSummary]:
    """Submitted applications that wait for a correction (退回补正)."""
    return [case for case in scene.office.cases() if case.state == CaseState.RETURNED]


def choose_draft(scene: Scene) -> None:
    """继续: the only draft or correction, or which."""
    drafts, corrections = scene.office.drafts(), returned(scene)
    if not drafts and not corrections:
        scene.say("drafts.none")
    elif len(drafts) == 1 and not corrections:
        open_draft(scene, drafts[0].application_id)
    elif len(corrections) == 1 and not drafts:
        mend(scene, corrections[0].case_id, "")
    else:
        scene.overlay(Overlay.CHOOSE_APPLICATION)


def open_draft(scene: Scene, application_id: str) -> None:
    """Go on with a draft. What changed since (the flow, a text agreed to) is asked again; the rest stays."""
    in_hand = scene.conversation.interview
    if scene.in_interview and in_hand is not None and in_hand.application_id == application_id:
        scene.close_overlay()
        scene.in_full = True
        scene.say("drafts.same")
        return
    record = scene.office.open_draft(application_id)
    if record is None:
        scene.say("drafts.gone")
        return
    scene.leave()
    scene.conversation.interview = record
    scene.in_full = True
    scene.say("drafts.opened")
    if consent.drop_outdated(scene, record):
        scene.say("drafts.new_wording")
    if record.flow_version != FLOW_VERSION:
        record.flow_version = FLOW_VERSION
    going.settle_quietly(scene)
    going.tick(scene)


def mend(scene: Scene, case_id: str, item: str) -> None:
    """The notice's button: open the correction at that very answer; without an item, at the list of all."""
    in_hand = scene.conversation.interview
    known = in_hand is not None and scene.in_interview and in_hand.purpose is Purpose.CORRECTION
    is_its = known and in_hand is not None and (not item or item in in_hand.to_mend) and _is_of(scene, case_id)
    record = in_hand if is_its else None
    if record is None:
        record = scene.office.open_correction(case_id)
    if record is None:
        scene.say("correction.closed")
        return
    scene.leave()
    scene.conversation.interview = record
    scene.in_full = True
    _say_why(scene, item)
    state, proof = review.question_of(item) if item else None, review.proof_of(item)
    if proof is not None and proof in record.answers.get(Field.PROOFS, []):
        going.go_to(scene, InterviewState.REVIEW)
        materials.open_pages(scene, proof)
    elif state is None or item not in record.to_mend or state.value not in record.answers:
        going.settle_quietly(scene)
    else:
        going.go_to(scene, state)


def _is_of(scene: Scene, case_id: str) -> bool:
    in_hand = scene.conversation.interview
    return any(
        case.case_id == case_id and in_hand is not None and case.application_id == in_hand.application_id
        for case in scene.office.cases()
    )


def _say_why(scene: Scene, item: str) -> None:
    record = scene.record
    if item in record.to_mend:
        why = reasons.in_words(record.mend_reasons.get(item, []), record.mend_notes.get(item, ""), record.mend_wording)
        scene.say("correction.opened", label=labels.item_label(item), why=why)
