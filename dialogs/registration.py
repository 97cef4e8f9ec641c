"""Registered time and eligibility in plain words: the working, every reason at once, and what would change it."""

from __future__ import annotations

from typing import Any

from dialogs import labels, pictures
from dialogs.scene import Scene
from state_machine.eligibility import Assessment, Finding, assess, is_outside_zhejiang
from state_machine.registered_time import RegisteredTime, Span, add_up, periods_from


def assessment(scene: Scene) -> Assessment:
    """Weigh the answers as they stand."""
    rules = scene.rules
    return assess(
        scene.record.answers,
        scene.heard.today,
        allowed_gap_days=rules.allowed_gap_days,
        county_name=rules.county_name,
        province=rules.province,
        counting=rules.counting,
    )


def explain(scene: Scene, told: list[dict[str, Any]]) -> None:
    """Say how the registered time adds up."""
    periods = [p for p in periods_from(told) if not is_outside_zhejiang(p.place)]
    time = add_up(periods, scene.heard.today, scene.rules.allowed_gap_days, scene.rules.counting)
    lines = [scene.text("periods.heard", shown="\n".join(f"· {labels.show_period(p)}" for p in told))]
    if outside := [p["place"] for p in told if is_outside_zhejiang(p.get("place", ""))]:
        places = "、".join(dict.fromkeys(outside))
        lines.append(scene.text("findings.registered_outside_zhejiang", places=places))
    if periods:
        lines.append(scene.text("periods.total", days=time.total_days))
    if time.gaps:
        gaps = "；".join(_span(gap) for gap in time.gaps)
        lines.append(scene.text("periods.gaps", gaps=gaps, days=time.longest_run.days if time.longest_run else 0))
    if time.enough:
        lines.append(scene.text("periods.enough", day=_date(time)))
    picture = pictures.registered_time(periods, scene.heard.today, scene.rules)
    scene.say_text("\n".join(lines), picture=picture)


def _date(time: RegisteredTime) -> str:
    return labels.day(time.enough_on) if time.enough_on else ""


def _span(span: Span) -> str:
    if span.start == span.end:
        return f"{labels.day(span.start)}（1 天）"
    return f"{labels.day(span.start)}到{labels.day(span.end)}（{span.days} 天）"


def answer(scene: Scene, found: Assessment) -> None:
    """Say whether it looks as if it can be done: all reasons in one message, each with what would change it."""
    if found.eligible:
        scene.say("eligibility.eligible")
    else:
        reasons = "\n".join(f"{n}. {in_words(scene, f)}" for n, f in enumerate(found.blocking, 1))
        scene.say("eligibility.not_yet", reasons=reasons)
    for note in found.findings:
        if note.is_note:
            scene.say_text(in_words(scene, note))


def in_words(scene: Scene, finding: Finding) -> str:
    """One finding as the applicant reads it."""
    details = dict(finding.details)
    key = f"findings.{finding.code.value}"
    if finding.code == "time_short":
        key += ".dated" if details["enough_on"] else ".undated"
    for name in ("enough_on", "valid_until", "last_day"):
        if details.get(name):
            details[name] = labels.day(details[name])
    if "places" in details:
        details["places"] = "、".join(details["places"])
    return scene.text(key, **{k: v for k, v in details.items() if k not in scene.places()})
