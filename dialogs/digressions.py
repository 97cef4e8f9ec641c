"""At any step: side questions, 上一步, changes, 跳过, progress, help, and the wishes that need a confirmation."""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogs import beginnings, changes, going, labels, pictures, standing, takeover, wording
from dialogs.knowledge import answer_to
from dialogs.overlay_prompts import WITHDRAWABLE
from dialogs.pictures import flow_chart
from dialogs.scene import Scene
from dialogs.steps import STEPS
from dialogs.turn import Overlay, Say
from dialogs.understanding import Intent, Understanding
from state_machine.interview import PLEDGES, InterviewState, Purpose, before, progress, walk

S = InterviewState


def spoken(scene: Scene, understood: Understanding) -> None:
    """Do what was understood. Every intent but answer, yes, no and unclear, which belong to the question."""
    scene.conversation.misses = 0
    if understood.intent is Intent.QUESTION:
        side_question(scene, understood.faq)
    elif understood.intent is Intent.CHANGE:
        changes.change(scene, understood)
    elif understood.intent is Intent.START:
        beginnings.start(scene, understood.fills)
    elif understood.intent in _WISHES:
        _WISHES[understood.intent](scene)
    else:
        going.miss(scene)


def press(scene: Scene, value: str) -> bool:
    """The buttons that mean the same everywhere. False if this is none of them."""
    if value in EVERYWHERE:
        EVERYWHERE[value](scene)
        return True
    name, _, about = value.partition(":")
    if name == "faq":
        side_question(scene, about)
    elif name == "mend":
        beginnings.mend(scene, *about.partition(":")[::2])
    elif name == "withdraw":
        scene.overlay(Overlay.CONFIRM_WITHDRAW, case_id=about)
    elif name == "resume":
        beginnings.open_draft(scene, about)
    else:
        return False
    return True


def side_question(scene: Scene, topic: str | None) -> None:
    """Answer from the knowledge base; what is not known is said so, and a person offered."""
    if topic is None or not wording.has("labels", f"topics.{topic}"):
        scene.say_text(scene.text("question.unknown"), labels.buttons("human"))
        return
    entry = answer_to(topic, scene.rules)
    source = scene.text("question.source", source=entry.source)
    picture = pictures.how_to_photograph() if topic in _ABOUT_PHOTOS else None
    scene.say_text("\n".join(part for part in (entry.short, entry.next, source) if part), picture=picture)


#: Topics a picture answers best.
_ABOUT_PHOTOS = ("upload_how", "photo_requirements")


def topics(scene: Scene) -> None:
    """问个问题: asked on top, so that a number typed now is one of the topics and nothing else."""
    scene.overlay(Overlay.CHOOSE_TOPIC)


def help_here(scene: Scene) -> None:
    """What this question wants, with an example, and the words that always work."""
    if not scene.in_interview:
        scene.say("help.menu")
        return
    step = STEPS[scene.record.state]
    example = step.wording(scene, "example")
    scene.say("help.here", help=step.wording(scene, "help"), example=example)


def simpler(scene: Scene) -> None:
    """The question again in simpler words, with all that belongs to it."""
    scene.simpler = scene.in_full = True


def back(scene: Scene) -> None:
    """上一步. An eligibility that answered itself is passed over."""
    if not scene.in_interview:
        scene.leave()
        return
    record = scene.record
    target = before(record)
    if target is S.ELIGIBILITY:
        target = S.HUKOU_COUNTY
    if target is None:
        scene.say("back.first")
        return
    going.go_to(scene, target)
    field = STEPS[target].field
    if field in record.answers:
        scene.say("back.done_was", shown=labels.show(field, record.answers[field]))
    else:
        scene.say("back.done")


def skip(scene: Scene) -> None:
    """跳过: where it is allowed; otherwise why not."""
    if not scene.in_interview:
        scene.say("skip.nothing")
        return
    step, record = STEPS[scene.record.state], scene.record
    if step.is_optional:
        scene.say("skip.done", field=labels.label_of(step.field))
        going.keep(scene, step.field, record.answers.get(step.field, ""))
    elif step.field in record.answers and record.state not in PLEDGES:
        scene.say("skip.kept", field=labels.label_of(step.field))
        going.settle(scene)
    else:
        scene.say("skip.cannot", why=step.wording(scene, "why"))


def resume(scene: Scene) -> None:
    """继续: the pending question; a revisited one is left as it was; in the menu, a draft."""
    if not scene.in_interview:
        beginnings.choose_draft(scene)
        return
    state = scene.record.state
    if state is not S.DECLARATION and walk(scene.record) is not state:
        scene.say("resume.kept")
        going.tick(scene)  # walk has moved on already
    going.settle_quietly(scene)


def cancel(scene: Scene) -> None:
    """取消: asked back, never done at once."""
    if scene.in_interview:
        scene.overlay(Overlay.CONFIRM_CANCEL)
    else:
        scene.say("cancel.nothing")


#: 先别取消, 我没说要撤回: a no that is about this and no answer to the question.
_CANCELLING = re.compile(r"取消|撤回|撤销|撤掉|删|不办|作废|退")


def speaks_of_cancelling(text: str) -> bool:
    """Whether a refusal refuses to cancel, rather than the question that stands."""
    return len(text) < 24 and _CANCELLING.search(text) is not None


def pause(scene: Scene) -> None:
    """先放着: to the menu. What was filled in stays; how long, is said."""
    if not scene.in_interview or scene.record.is_check():
        menu(scene)
        return
    if STEPS[scene.record.state].is_optional and scene.conversation.overlay is None and scene.heard.text is not None:
        skip(scene)  # 以后再填, said of the one number that may be left out
        return
    is_correction = scene.record.purpose is Purpose.CORRECTION
    scene.say("cancel.paused_correction" if is_correction else "cancel.paused", days=scene.rules.draft_days)
    scene.leave()


def withdraw(scene: Scene) -> None:
    """撤回: asked back; which one, if there are several."""
    cases = [case for case in scene.office.cases() if case.state in WITHDRAWABLE]
    if not cases:
        scene.say("withdraw.none_but_draft" if scene.in_interview else "withdraw.none")
    elif len(cases) == 1:
        scene.overlay(Overlay.CONFIRM_WITHDRAW, case_id=cases[0].case_id)
    else:
        scene.overlay(Overlay.CONFIRM_WITHDRAW)


def complaint(scene: Scene) -> None:
    """Anger or a grievance: say sorry, how much is left, and offer a person."""
    words = scene.text("complaint")
    if scene.in_interview:
        done, of = progress(scene.record)
        words = scene.text("complaint_here", left=of - done + 1)
    scene.say_text(words, labels.buttons("human"))


def eligibility(scene: Scene) -> None:
    """我能办吗: a check; in an interview the question comes by itself."""
    if not scene.in_interview:
        beginnings.check(scene)
    elif scene.record.is_check():
        scene.say("eligibility.in_check")
    else:
        scene.say("eligibility.in_application")


def smalltalk(scene: Scene) -> None:
    """A kind word, and the question again."""
    if _THANKS.search(scene.heard.text or ""):
        scene.say("thanks")
    else:
        scene.say("smalltalk" if scene.in_interview else "greeting")


_THANKS = re.compile(r"谢|多谢|感谢|辛苦|再见|拜拜|麻烦你|麻烦您")


def menu(scene: Scene) -> None:
    """To the menu; the draft stays."""
    if scene.in_interview and not scene.record.is_check():
        scene.say("menu.draft_stays")
    scene.leave()


def asks_for_chart(text: str) -> bool:
    """流程图."""
    return "流程图" in text and len(text) < 20


def show_chart(scene: Scene) -> None:
    """The picture of the whole way, with 您在这里, and the same in words."""
    state = _where(scene)
    words = scene.text("flow.words")
    if here := flow_chart.here_of(state):
        words += "\n" + scene.text("flow.here", here=flow_chart.label(here))
    scene.say_text(words, picture=pictures.flow(state))


#: 换手机, 在电脑上接着办, 连接码; never 换手机号.
_OTHER_DEVICE = re.compile(
    r"(?:换|用|在)(?:了|个|到|另外?|别的|其他|新的?|一|部|台|我的?)*(?:手机|电脑|设备|平板)(?!号|壳)|连接码|(?:手机|电脑)上接着办"
)


def asks_for_devices(text: str) -> bool:
    """换手机接着办. A long text is about something else."""
    return len(text) < 24 and _OTHER_DEVICE.search(text) is not None


def devices(scene: Scene) -> None:
    """A code for another telephone or computer, and where one from there is typed."""
    code = scene.office.connect_code(scene.heard.at)
    if code is None:
        scene.say("devices.counter")
        return
    where = code.where or scene.text("devices.page")
    words = scene.text("devices.code", code=code.code, where=where, minutes=code.minutes)
    scene.says.append(Say(words, document=code.page))


def _where(scene: Scene) -> str:
    """The pending question; a correction in hand, or nothing: where the newest submitted application stands."""
    if scene.in_interview and scene.record.purpose is not Purpose.CORRECTION:
        return scene.record.state.value
    cases = scene.office.cases()
    return cases[0].state if cases else "menu"


_WISHES: dict[Intent, Callable[[Scene], None]] = {
    Intent.HELP: help_here,
    Intent.REPEAT: simpler,
    Intent.BACK: back,
    Intent.SKIP: skip,
    Intent.RESUME: resume,
    Intent.STATUS: standing.status,
    Intent.CANCEL: cancel,
    Intent.WITHDRAW: withdraw,
    Intent.EXPORT: lambda scene: scene.overlay(Overlay.CONFIRM_EXPORT),
    Intent.ERASE: lambda scene: scene.overlay(Overlay.CONFIRM_ERASE),
    Intent.HUMAN: takeover.call,
    Intent.COMPLAINT: complaint,
    Intent.ELIGIBILITY: eligibility,
    Intent.SMALLTALK: smalltalk,
}

EVERYWHERE: dict[str, Callable[[Scene], None]] = {
    "start": lambda scene: beginnings.start(scene, {}),
    "new": lambda scene: beginnings.begin(scene, {}),
    "eligibility": eligibility,
    "resume": resume,
    "status": standing.status,
    "progress": standing.status,
    "question": topics,
    "human": takeover.call,
    "help": help_here,
    "repeat": simpler,
    "back": back,
    "skip": skip,
    "cancel": cancel,
    "menu": menu,
    "pause": pause,
    "flow": show_chart,
    "devices": devices,
    "change": lambda scene: changes.which_answer(scene) if scene.in_interview else scene.say("change.nothing_in_hand"),
    "export": lambda scene: scene.overlay(Overlay.CONFIRM_EXPORT),
    "erase": lambda scene: scene.overlay(Overlay.CONFIRM_ERASE),
    "withdraw": withdraw,
}
