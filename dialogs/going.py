"""Moving through the questions: keep an answer, say what changed, go to the next open one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from dialogs import aside, labels, registration, wording
from dialogs.readers import Problem, Unclear
from dialogs.scene import Scene
from dialogs.steps import STEP_OF, STEPS
from dialogs.turn import MISSES_BEFORE_A_PERSON, Overlay
from state_machine.codes import PROOFS_OF, Field, Ground
from state_machine.interview import InterviewRecord, InterviewState, answer, path, step_to, walk


def go_to(scene: Scene, state: InterviewState) -> None:
    """Make a question the pending one; what it took before stands ticked."""
    if scene.record.state is not state:
        step_to(scene.record, state)
    tick(scene)


def tick(scene: Scene) -> None:
    """Tick at the pending question what was answered, or else what was ticked before somebody went elsewhere."""
    step, record = STEPS.get(scene.record.state), scene.record
    if step is None or not step.takes_several:
        scene.conversation.ticked = []
        return
    before = aside.of(scene.conversation, record, record.state) or []
    ticked = record.answers.get(step.field) or before
    found = [choice.value for choice in step.choices(scene) if choice.value in ticked]
    scene.conversation.ticked = found
    if found and step.field not in record.answers:
        scene.say("several.still", chosen="、".join(labels.value_label(step.field, value) for value in found))


def keep(scene: Scene, field: Field, value: Any) -> bool:
    """Store one answer and go on. False (and nothing stored) if it cannot be taken; that is then said."""
    if not store(scene, field, value):
        return False
    settle(scene)
    return True


def store(scene: Scene, field: Field, value: Any, told: Collection[str] = ()) -> bool:
    """Store one answer and say what it changed, without going on. What is `told` besides is not asked again."""
    step, record = STEP_OF[field], scene.record
    if (objection := step.objection(scene, value)) is not None:
        refuse(scene, field, objection)
        return False
    value = step.completed(scene, value)
    old = record.answers.get(field)
    scene.in_full = True
    forgotten = answer(record, field, value)
    if step.takes_several:
        aside.put(scene.conversation, record, step.state, None)
    _drop_unfit_proofs(record)
    if old is not None and old != value:
        _say_changed(scene, field, value, [name for name in forgotten if name not in told])
    scene.conversation.misses = 0
    step.kept(scene, value)
    return True


def _say_changed(scene: Scene, field: Field, value: Any, forgotten: list[Field]) -> None:
    scene.say("change.done", field=labels.label_of(field), shown=labels.show(field, value))
    if Field.PROOFS in forgotten and Field.PROOFS in scene.record.answers:
        scene.say("change.fewer_proofs")
    silent = (Field.ELIGIBILITY, Field.SEX, Field.DECLARATION, *scene.record.answers)
    again = [f for f in forgotten if f not in silent]
    if again:
        scene.say("change.again", fields="、".join(labels.label_of(f) for f in again))


def _drop_unfit_proofs(record: InterviewRecord) -> None:
    """Proofs named before the grounds were known must fit them."""
    if Field.GROUND not in record.answers or Field.PROOFS not in record.answers:
        return
    allowed = [p for g in record.answers[Field.GROUND] for p in PROOFS_OF[Ground(g)]]
    fit = [p for p in record.answers[Field.PROOFS] if p in allowed]
    if not fit:
        del record.answers[Field.PROOFS]
    elif fit != record.answers[Field.PROOFS]:
        answer(record, Field.PROOFS, fit)


def settle(scene: Scene) -> None:
    """Go to the first open question. Eligibility answers itself when nothing stands in the way."""
    record = scene.record
    pending = record.state
    while walk(record) is InterviewState.ELIGIBILITY:
        found = registration.assessment(scene)
        registration.answer(scene, found)
        if record.is_check() or not found.eligible:
            break
        answer(record, Field.ELIGIBILITY, "eligible")
    if record.state is not pending:
        tick(scene)  # what is ticked so far at the question that still stands stays ticked


def settle_quietly(scene: Scene) -> None:
    """Go to the first open question; the signature is kept as the pending one."""
    if scene.record.state is InterviewState.DECLARATION:
        return
    settle(scene)


def refuse(scene: Scene, field: Field, unclear: Unclear) -> None:
    """This cannot be the answer; what is wrong here and right elsewhere (a county of another province) is offered."""
    if unclear.problem is Problem.WRONG_PROVINCE and {"province", "county"} <= set(unclear.details):
        scene.say_text(problem_text(scene, field, unclear))
        facts = {"hukou_province": unclear.details["province"], "hukou_county": unclear.details["county"]}
        scene.overlay(Overlay.CONFIRM_FACTS, facts=facts)
    elif unclear.problem is Problem.AMBIGUOUS_PLACE and unclear.details.get("options"):
        options = [{k: o.get(k, "") for k in ("province", "city", "county")} for o in unclear.details["options"]]
        scene.overlay(Overlay.CHOOSE_PLACE, options=options)
    elif field is Field.PROOFS and unclear.details.get("proofs"):
        _offer_grounds(scene, unclear.details["proofs"])
    else:
        fail(scene, field, unclear)


def _offer_grounds(scene: Scene, proofs: list[str]) -> None:
    """A proof of a ground that was not chosen: offer to choose that ground as well."""
    chosen = scene.record.answers.get(Field.GROUND, [])
    grounds = [g.value for g in Ground if g in chosen or any(p in PROOFS_OF[g] for p in proofs)]
    scene.say("facts.more_grounds")
    scene.overlay(Overlay.CONFIRM_FACTS, facts={Field.GROUND.value: grounds, Field.PROOFS.value: proofs})


def fail(scene: Scene, field: Field, unclear: Unclear) -> None:
    """Say exactly what is wrong; the same question stands. The third time in a row: an example and a person."""
    scene.say_text(problem_text(scene, field, unclear))
    _count_miss(scene)


def problem_text(scene: Scene, field: Field, unclear: Unclear) -> str:
    """The wording of a reader's problem: this field's own, or the common one."""
    details = {k: v for k, v in unclear.details.items() if isinstance(v, str | int)}
    key = own_problem(field, unclear.problem) or f"any.{unclear.problem.value}"
    if not wording.has("problems", key):
        key = "any.no_choice"
    return wording.text_as_far_as_known("problems", key, scene.places() | details)


def own_problem(field: Field, problem: Problem) -> str | None:
    """Where this field's own wording of a problem is; the agent's questions share the applicant's."""
    keys = (f"{place}.{problem.value}" for place in (field.value, field.value.removeprefix("agent_")))
    return next((key for key in keys if wording.has("problems", key)), None)


def miss(scene: Scene) -> None:
    """Not understood at all."""
    if scene.conversation.misses < 2:
        scene.say("unclear.second" if scene.conversation.misses else "unclear.first")
    _count_miss(scene)


def _count_miss(scene: Scene) -> None:
    conversation = scene.conversation
    conversation.misses += 1
    scene.simpler = conversation.misses >= 2
    if conversation.misses < MISSES_BEFORE_A_PERSON:
        _offer_help(scene)
        return
    if not scene.in_interview or conversation.overlay is not None:
        scene.say("unclear.third_in_menu")
        return
    step = STEPS[scene.record.state]
    if step.choices(scene):
        scene.say("unclear.third_choice")
    else:
        scene.say_text(scene.text("unclear.third", example=step.wording(scene, "example")))


def _offer_help(scene: Scene) -> None:
    """The second time: a question that has no buttons of its own gets two, how it is answered and a person."""
    if scene.conversation.misses != 2 or not scene.in_interview or scene.conversation.overlay is not None:
        return
    if not STEPS[scene.record.state].choices(scene):
        scene.say_text(scene.text("unclear.help"), labels.buttons("help", "human"))


def show_facts(scene: Scene, facts: dict[str, Any], *, is_answer: bool = True) -> None:
    """Several facts heard at once: shown back, nothing kept until confirmed. Before the consent they only wait."""
    record = scene.record
    route = facts.get(Field.RECOGNITION, record.answers.get(Field.RECOGNITION))
    gone = {
        "held_permit": (Field.REGISTERED_PERIODS,),
        "registered_time": (Field.PERMIT_NUMBER, Field.PERMIT_PLACE, Field.PERMIT_VALID_UNTIL),
    }.get(str(route), ())
    order = {f.value: n for n, f in enumerate(Field)}
    fit = {f: facts[f] for f in sorted(facts, key=lambda f: order[f]) if f in STEP_OF and f not in gone}
    if facts.get(Field.SEX) and Field.ID_NUMBER not in fit and Field.SEX not in record.answers:
        fit[Field.SEX] = facts[Field.SEX]
    for never in (Field.MATERIALS, Field.REVIEW, Field.DECLARATION, Field.ELIGIBILITY):
        fit.pop(never, None)
    if record.is_check():
        fit = _within_check(scene, fit)
    if not fit:
        miss(scene)
        return
    scene.conversation.misses = 0
    if not record.is_check() and not any(a.text_id == "pledge_privacy" for a in record.acknowledgements):
        scene.conversation.carried = scene.conversation.carried | fit
        scene.say("facts.later")
        return
    scene.overlay(Overlay.CONFIRM_FACTS, facts=fit)
    pending = STEPS[record.state].field
    if is_answer and pending not in fit and len(fit) == 1:
        scene.say("facts.other", field=labels.label_of(pending))


def _within_check(scene: Scene, facts: dict[str, Any]) -> dict[str, Any]:
    """In a mere check nothing about a person is taken down."""
    asked = {s.value for s in path(scene.record)}
    fit = {name: value for name, value in facts.items() if name in asked}
    if len(fit) < len(facts):
        scene.say("facts.not_in_check")
    return fit


def keep_facts(scene: Scene, facts: dict[str, Any]) -> None:
    """都对: store what was confirmed, in the order of the questions; what cannot be taken is said and asked."""
    for name, value in facts.items():
        if name == Field.SEX:
            scene.record.answers.setdefault(Field.SEX, value)
        else:
            store(scene, Field(name), value, facts)
    scene.conversation.misses = 0
    scene.simpler = False
    settle(scene)
