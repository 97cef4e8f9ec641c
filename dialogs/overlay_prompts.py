"""The question each overlay asks."""

from __future__ import annotations

from collections.abc import Callable

from dialogs import labels, materials, photos, review, wording
from dialogs.scene import Scene
from dialogs.turn import CaseSummary, Choice, DraftSummary, Overlay, Say
from state_machine.case import CaseState
from state_machine.codes import Field
from state_machine.interview import InterviewState, Purpose

#: A case can be taken back until it is decided.
WITHDRAWABLE = (
    CaseState.SUBMITTED, CaseState.RETURNED, CaseState.RESUBMITTED, CaseState.ACCEPTED, CaseState.EXAMINED,
)  # fmt: skip

#: Offered when somebody presses 问个问题; any of the topics may be typed.
COMMON_TOPICS = (
    "eligibility_rules", "half_year_counting", "materials_needed", "time_limit", "fees", "where_counter",
    "benefits", "old_permit_annulled",
)  # fmt: skip


def prompt(scene: Scene) -> Say:
    """What is asked on top of the pending question."""
    overlay = scene.conversation.overlay
    if overlay is None:
        raise LookupError("no overlay")
    return PROMPTS[overlay](scene)


def yes_no(kind: str) -> tuple[Choice, ...]:
    """是/不是 in the words of one confirmation."""
    return (Choice("yes", labels.button(f"{kind}_yes")), Choice("no", labels.button(f"{kind}_no")))


def _cancel(scene: Scene) -> Say:
    if scene.in_interview and scene.record.purpose is Purpose.CORRECTION:
        return Say(
            scene.text("cancel.correction"), (*labels.buttons("pause"), Choice("no", labels.button("cancel_no")))
        )
    return Say(scene.text("cancel.ask"), (*yes_no("cancel"), *labels.buttons("pause")))


def _withdraw(scene: Scene) -> Say:
    case_id = scene.conversation.overlay_about.get("case_id")
    cases = [case for case in scene.office.cases() if case.state in WITHDRAWABLE]
    chosen = next((case for case in cases if case.case_id == case_id), None)
    if chosen is not None:
        return Say(scene.text("withdraw.ask", name=case_name(chosen)), yes_no("withdraw"))
    buttons = tuple(Choice(f"withdraw:{case.case_id}", case_name(case)) for case in cases)
    return Say(scene.text("withdraw.which"), (*buttons, Choice("no", labels.button("withdraw_no"))))


def case_name(case: CaseSummary) -> str:
    """王秀英（QY-…）."""
    return f"{case.name}（{case.application_number}）" if case.name else case.application_number


def _facts(scene: Scene) -> Say:
    about = scene.conversation.overlay_about
    facts = about["facts"]
    lines = "\n".join(f"· {labels.label_of(f)}：{labels.show(f, value)}" for f, value in facts.items())
    wrong = tuple(
        Choice(f"wrong:{f}", wording.text("labels", "buttons.facts_wrong", field=labels.label_of(f))) for f in facts
    )
    if len(facts) == 1:
        return Say(scene.text("facts.ask_one", lines=lines), yes_no("fact"))
    return Say(scene.text(about.get("lead", "facts.ask"), lines=lines), yes_no("facts") + wrong)


def _which_answer(scene: Scene) -> Say:
    record = scene.record
    if scene.conversation.overlay_about.get("materials"):
        proofs = tuple(Choice(f"pages:{p.value}", labels.proof_label(p)) for p in materials.ticked(record))
        return Say(scene.text("change.which_proof"), (*proofs, *labels.buttons("back")))
    answers = tuple(Choice(code, f"{label}：{value}") for code, label, value in review.lines(record))
    return Say(scene.text("change.which"), (*answers, *labels.buttons("back")))


def draft_name(scene: Scene, draft: DraftSummary) -> str:
    """王秀英的申请，填到「手机号」."""
    state = draft.state if draft.state in InterviewState._value2member_map_ else InterviewState.APPLICANT_IS
    code = Field.PLEDGE if state.startswith("pledge") else Field(state) if state in labels.FIELDS else Field.REVIEW
    key = "drafts.named" if draft.name else "drafts.nameless"
    return scene.text(key, name=draft.name, at=labels.label_of(code), day=labels.day(draft.updated))


def _which_application(scene: Scene) -> Say:
    drafts = scene.office.drafts()
    begun = [Choice(f"resume:{d.application_id}", draft_name(scene, d)) for d in drafts]
    returned = [
        Choice(f"mend:{case.case_id}:", scene.text("drafts.returned", name=case_name(case)))
        for case in scene.office.cases()
        if case.state == CaseState.RETURNED
    ]
    return Say(scene.text("drafts.which"), (*returned, *begun, *labels.buttons("new", "menu")))


def _which_place(scene: Scene) -> Say:
    options = scene.conversation.overlay_about["options"]
    cities = {(option["province"], option["city"]) for option in options}
    if len(cities) == 1 and options[0]["city"]:
        names, words = [option["county"] for option in options], scene.text("place.in_city", city=options[0]["city"])
    else:
        names, words = [place_name(option) for option in options], scene.text("place.which")
    choices = tuple(Choice(f"place:{n}", name) for n, name in enumerate(names))
    return Say(words, (*choices, *labels.buttons("back")))


def place_name(option: dict[str, str]) -> str:
    """河北省石家庄市新华区; a county right under its province names no city."""
    names = dict.fromkeys((option["province"], option["city"], option["county"]))
    return "".join(name for name in names if name)


def _which_topic(scene: Scene) -> Say:
    buttons = tuple(Choice(f"faq:{t}", wording.text("labels", f"topics.{t}")) for t in COMMON_TOPICS)
    return Say(scene.text("question.ask"), (*buttons, *labels.buttons("back")))


def _leave(scene: Scene) -> Say:
    item = scene.conversation.overlay_about["item"]
    return Say(scene.text("correction.leave", label=labels.item_label(item)), yes_no("leave"))


def _agent(scene: Scene) -> Say:
    choices = (Choice("other", labels.button("agent_other")), Choice("self", labels.button("agent_self")))
    return Say(scene.text("id.under_age"), choices)


PROMPTS: dict[Overlay, Callable[[Scene], Say]] = {
    Overlay.CONFIRM_CANCEL: _cancel,
    Overlay.CONFIRM_WITHDRAW: _withdraw,
    Overlay.CONFIRM_ERASE: lambda scene: Say(scene.text("erase.ask"), yes_no("erase")),
    Overlay.CONFIRM_EXPORT: lambda scene: Say(scene.text("export.ask"), yes_no("export")),
    Overlay.CONFIRM_FACTS: _facts,
    Overlay.CHOOSE_ANSWER: _which_answer,
    Overlay.CHOOSE_APPLICATION: _which_application,
    Overlay.CHOOSE_PLACE: _which_place,
    Overlay.CHOOSE_TOPIC: _which_topic,
    Overlay.PAGES: materials.pages_prompt,
    Overlay.CONFIRM_LEAVE: _leave,
    Overlay.CHECK_PHOTO: photos.prompt,
    Overlay.OFFER_AGENT: _agent,
    Overlay.PERSON: lambda scene: Say(scene.text("person.silent")),
}
