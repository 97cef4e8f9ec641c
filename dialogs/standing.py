"""进度: how far the filling-in is, and where the submitted applications stand."""

from __future__ import annotations

from dialogs import labels, pictures, wording
from dialogs.overlay_prompts import WITHDRAWABLE, case_name
from dialogs.scene import Scene
from dialogs.turn import CaseSummary, Choice, Picture
from state_machine.case import CaseState
from state_machine.interview import progress, stage_of


def status(scene: Scene) -> None:
    """进度: how far the filling-in is, and where the submitted applications are."""
    if scene.in_interview:
        done, of = progress(scene.record)
        stage = stage_of(scene.record.state)
        words = scene.text("progress.here", done=done, of=of, stage=stage.value)
        scene.say_text(words, picture=pictures.progress(stage, done, of))
    cases = scene.office.cases()
    if not cases and not scene.in_interview:
        scene.say("status.none")
    for case in cases:
        words = scene.text(f"status.{case.state}", name=case_name(case), due=_due(scene, case))
        scene.say_text(words, _case_buttons(case), picture=_calendar(scene, case))
        if not case.at_counter:
            _papers(scene, case)


def _papers(scene: Scene, case: CaseSummary) -> None:
    """What there is on paper, the newest of each kind."""
    newest = {paper.label: paper for paper in scene.office.papers(case.case_id)}
    for paper in newest.values():
        scene.say_document("papers.one", paper)


def _due(scene: Scene, case: CaseSummary) -> str:
    if case.due_on is not None:
        return scene.text("status.due", day=labels.day(case.due_on))
    return scene.text("status.due_unknown") if case.due_unknown else ""


#: While the result is awaited.
_DECIDING = (CaseState.ACCEPTED, CaseState.EXAMINED)


def _calendar(scene: Scene, case: CaseSummary) -> Picture | None:
    """The days until the result."""
    if case.accepted_on is None or case.due_on is None or case.state not in _DECIDING:
        return None
    return pictures.due_date(case.accepted_on, case.due_on, scene.rules)


def _case_buttons(case: CaseSummary) -> tuple[Choice, ...]:
    mend = tuple(
        Choice(f"mend:{case.case_id}:{item}", wording.text("labels", "buttons.mend", item=labels.item_label(item)))
        for item in case.to_mend
        if case.state == CaseState.RETURNED
    )
    take_back = (Choice(f"withdraw:{case.case_id}", labels.button("withdraw")),)
    return mend + (take_back if case.state in WITHDRAWABLE else ())
