"""The reply: what was said this turn, then the question that stands."""

from __future__ import annotations

from dataclasses import replace

from dialogs import prompting, wording
from dialogs.scene import Scene
from dialogs.turn import Overlay, Progress, Reply
from state_machine.interview import InterviewRecord, InterviewState, Stage, progress, stage_of


def reply(scene: Scene) -> Reply:
    """Put the pending question last and say where the applicant is."""
    is_silent = scene.conversation.overlay is Overlay.PERSON
    if not scene.quiet and not is_silent:
        standing = prompting.current(scene)
        scene.says.append(standing if scene.instead is None else replace(standing, text=scene.instead))
    interview = scene.conversation.interview
    if interview is None:
        nothing_begun = InterviewRecord(application_id="")
        _, of = progress(nothing_begun)
        return Reply("menu", None, wording.text("says", "menu.stage"), Progress(0, of), tuple(scene.says))
    done, of = progress(interview)
    return Reply(
        state=interview.state.value,
        asks=prompting.asked(scene),
        stage=_stage(interview),
        progress=Progress(done, of),
        says=tuple(scene.says),
    )


def _stage(interview: InterviewRecord) -> str:
    if interview.state is InterviewState.SUBMITTED:
        return wording.text("says", "menu.submitted_stage")
    if interview.state is InterviewState.ELIGIBILITY and interview.is_check():
        return Stage.FORM.value
    return stage_of(interview.state).value
