"""From a message to its meaning: every reading gets a weight, the heaviest wins, and says why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from dialogs.readers import READERS, Problem, Unclear, find_all
from dialogs.readers.folding import is_hostile
from dialogs.readers.hukou_in_text import told_beside
from dialogs.readers.names_in_text import called_kin
from dialogs.readers.owners import belongs_to_another, speaks_of_another
from dialogs.understanding import acts, changes, nearest, plain, requests, topics
from dialogs.understanding.answers import CHOICES, NAMED, read_answer
from dialogs.understanding.everyday import in_short_script
from dialogs.understanding.features import features, features_of_reading
from dialogs.understanding.message import SOFT, Message, look_at, mend
from dialogs.understanding.outcome import Because, Intent, Understanding
from dialogs.understanding.scan import words
from dialogs.understanding.settle import Heard, Reading, settle
from dialogs.understanding.statistics import guess, weights
from state_machine.codes import Field

NUMBERS = frozenset({"id_number", "phone", "permit_number", "agent_id_number", "agent_phone"})
#: What a failed reading still says: the applicant tried to answer.
ATTEMPTS = frozenset(Problem) - {
    *(Problem.EMPTY, Problem.TOO_LONG, Problem.HOSTILE, Problem.NO_CHOICE, Problem.NOT_A_NAME, Problem.NO_PERIOD),
    *(Problem.NO_DATE, Problem.LOOKS_LIKE_NAME, Problem.TOO_SHORT, Problem.UNKNOWN_PLACE, Problem.UNKNOWN_ETHNICITY),
    *(Problem.NO_PLACE, Problem.NOT_A_NUMBER, Problem.NO_DETAIL),
}
#: Facts nobody says by the way.
STRONG = frozenset(("id_number", "phone", "name", "current_address", "registered_periods", "permit_number"))
#: A place beside these answers is the one of the permit or the registration: 有证，杭州余杭的.
_OF_ELSEWHERE = frozenset(("recognition", "permit_place", "permit_number", "permit_valid_until", "registered_periods"))
_HOME = re.compile(r"户口|户籍|老家|籍贯|[省市县区州]人|本地人|^我?是?[\u4e00-\u9fff]{2,6}人")
_HUKOU = frozenset(("hukou_province", "hukou_county"))
#: Facts only taken when they were asked for: everywhere else they are said by the way.
ONLY_ASKED = frozenset(("relation", "permit_place", "agent_name", "agent_id_number", "agent_phone", "eligibility"))
_NO_NAME = re.compile(r"[错填误]|录入|修改|更正")
_DIGITS = re.compile(r"[0-9零〇一二三四五六七八九幺两]")


def load() -> None:
    """Read the words and the rules, and warm the readers, so that the first message is not slower than the others."""
    words()
    topics.rules()
    nearest.load()
    weights()
    understand("我叫王小明，住松源街道，想问要带什么材料", None, date(2026, 1, 5))
    for asking, said in (
        ("hukou_county", "没有的县"),
        ("current_address", "没有镇1号"),
        ("registered_periods", "去年3月起"),
    ):
        understand(said, asking, date(2026, 1, 5))  # what is worked out at first use: the sounds of places


def understand(text: str, asking: str | None, today: date) -> Understanding:
    """The meaning of `text` while the field `asking` is pending (None: nothing is).

    `today` is the date in Asia/Shanghai. Never raises on any text; what is not known is `unclear`.
    """
    return plain.plain_answer(text, asking, today) or weigh(text, asking, today)


def weigh(text: str, asking: str | None, today: date) -> Understanding:
    """The long way, for any text: all readings against each other, and against the statistics."""
    rules = by_rules(text, asking, today)
    if rules.settled:
        return rules.heard
    found = features(rules.message, asking) | features_of_reading(rules.heard, asking)
    return settle(rules, guess(found), today)


#: Questions whose answers are chosen, not copied: long characters are read as short ones (漢族, 房產證).
_CLOSED = frozenset(
    ("pledge", "applicant_is", "recognition", "ground", "sex", "ethnicity", "hukou_province", "hukou_county", "proofs")
)
#: 还能给谁？我自己！ asks nothing.
_NOBODY_ELSE = re.compile(r"(?:还|又)能(?:给|是|帮|替|为|有)?(?:谁|哪个)[?？]?|[没不](?:帮|给|替|为)(?:谁|哪个|别个)")
#: 杨什么来着，杨正飞.
_SEARCHING = re.compile(r"^.{0,3}(?:什么|啥|咋)来着[,，。\s]+(?=.)")
_MARKS = " ,，。.!！?？啊呀嘛"


#: Pictures, but ❌ and ✅: those correct (`readers/corrected.py`).
_PICTURES = re.compile("[\u2600-\u2704\u2706-\u274b\u274d-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]+")
#: A row of figures that is no number of anybody.
_ONLY_FIGURES = re.compile(r"[0-9\s]{9,}")


def by_rules(text: str, asking: str | None, today: date) -> Heard:
    """The meaning by cues and readers alone. Settled: nothing else is asked."""
    if asking == "pledge":
        text = text.replace("统一", "同意")
    if asking in _CLOSED:
        text = in_short_script(text)
    if asking == "applicant_is":
        text = _NOBODY_ELSE.sub("", text) if _NOBODY_ELSE.sub("", text).strip(_MARKS) else text
    elif asking in NAMED:
        text = _SEARCHING.sub("", text)
    message = look_at(text)
    if message.letters and _PICTURES.search(text):  # 同意同意👌快点: a picture parts what stands around it
        text = _PICTURES.sub("，", text)
        message = look_at(text)
    if not message.letters:
        picture = None if not acts.picture_words(message) else _best(_readings(mend(text), message, asking, today))
        return Heard(picture or Understanding(Intent.UNCLEAR), message, [], settled=True)
    if _ONLY_FIGURES.fullmatch(text) and asking not in NUMBERS and not find_all(text, today):
        return Heard(Understanding(Intent.UNCLEAR), message, [], settled=True)
    if acts.orders_the_program(message) or is_hostile(text):
        because = (Because(message.said("hostile"), "not an applicant's wish"),)
        return Heard(Understanding(Intent.UNCLEAR, because=because), message, [], settled=True)
    readings = _readings(mend(text), message, asking, today)
    heard = _best(readings) if readings else _by_likeness(message, asking)
    name = _whole_name(readings, text, asking)
    if name is not None and heard.intent not in _PLAIN_REPLIES and not message.kinds & _COURTESIES:
        return Heard(_best([name]), message, readings, settled=True)
    settled = _is_plain_answer(heard, message, asking)
    return Heard(heard, message, readings, settled, asking, requests.proposed(message, asking))


#: Put off rather than answered: 合同在公司，拿到再传.
_PUT_OFF = re.compile(r"再[拿传开补带拍发弄填说交]|回头|下趟|下次|晚点|等[会下他她我]|明天|先下一")


def _is_plain_answer(heard: Understanding, message: Message, asking: str | None) -> bool:
    """The pending question's reader found its answer, or two facts were told, and nothing is asked or put off.

    Over the whole corpus such a reading is an answer; the statistics are not asked.
    """
    if heard.intent is not Intent.ANSWER or "ask" in message.kinds:
        return False
    told = asking in heard.fills or len(heard.fills) > 1
    return told and not (asking in ("proofs", "materials") and _PUT_OFF.search(message.text))


_WHOLE_NAME = re.compile(r"[\u3400-\u9fff]{2,3}|[\u3400-\u9fff]{1,20}[·•・‧][\u3400-\u9fff·•・‧]{1,20}")


def _whole_name(readings: list[Reading], text: str, asking: str | None) -> Reading | None:
    """A text that is a name and nothing else, when a name was asked: 方便, 安静, 任公."""
    said = text.strip(" ,，。.!！")
    if asking not in NAMED or not _WHOLE_NAME.fullmatch(said):
        return None
    return next((r for r in readings if r.intent is Intent.ANSWER and r.fills.get(asking) == said), None)


#: 谢谢, 麻烦: said to anybody at any time.
_COURTESIES = frozenset(
    {"thanks", "greeting", "bye", "polite", "complaint_word", "urge", "cancel_verb", "withdraw_verb"}
)
#: Replies that people give to any question, whatever it is.
_PLAIN_REPLIES = frozenset({Intent.YES, Intent.NO, Intent.REPEAT, Intent.HELP, Intent.HUMAN, Intent.BACK, Intent.SKIP})


def _best(readings: list[Reading]) -> Understanding:
    """The heaviest reading; the next ones are named as less likely."""
    best = max(readings, key=lambda reading: reading.weight)
    others = sorted((r for r in readings if r is not best), key=lambda r: -r.weight)[:3]
    because = (best.because, *(Because(r.because.words, f"less likely: {r.because.led_to}") for r in others))
    if best.intent is Intent.START:
        best.fills = {name: value for r in readings for name, value in r.fills.items() if name == "applicant_is"}
    return Understanding(best.intent, best.fills, best.faq, best.field, because)


#: Shorter than this is a stammer, not a question: 咋, 那个啥.
_SHORTEST_QUESTION = 4
#: So short, with a question pending, asks back about that question (同意什么).
_SHORT = 5
#: Words that make a likeness misleading.
_MISLEADING = frozenset(("if", "unsure", "others", "byother", "cancel_verb", "withdraw_verb", "erase_verb", "hostile"))


def _by_likeness(message: Message, asking: str | None) -> Understanding:
    """No cue decides: the nearest known sentence, if one is near; a question only if something is asked."""
    telling = message.unknown > 1 or message.kinds - SOFT - {"ask", "what", "q", "yes_word", "no_word"}
    unfit = message.kinds & _MISLEADING or asking == "pledge" or not telling
    near = None if unfit else nearest.nearest(message.text.strip())
    asks = "ask" in message.kinds
    if near is None or (near.intent == Intent.QUESTION.value and not asks):
        if not asks or unfit or message.letters < _SHORTEST_QUESTION:
            return Understanding(Intent.UNCLEAR)
        if asking is not None and message.letters <= _SHORT:
            return Understanding(
                Intent.REPEAT, because=(Because(message.text.strip(), "asks back about the question"),)
            )
        return Understanding(
            Intent.QUESTION, because=(Because(message.text.strip()[-10:], "asks something we do not know"),)
        )
    because = Because(message.text.strip(), f"like {near.sentence} ({near.likeness:.2f})")
    return Understanding(Intent(near.intent), faq=near.topic, because=(because,))


def _readings(text: str, message: Message, asking: str | None, today: date) -> list[Reading]:
    request = requests.request_of(message)
    if request is not None:
        return [Reading(100, request[0], request[1])]
    whole = acts.whole(message, asking)
    facts = _facts(text, today)
    readings = [Reading(act.weight, act.intent, act.because) for act in acts.acts(message, asking)]
    if whole is not None:
        readings.append(Reading(40, whole.intent, whole.because))
    readings += _answers(text, message, asking, today, facts)
    readings += _questions(message, asking)
    readings += _corrections(message, asking, today, facts)
    return readings


def _facts(text: str, today: date) -> dict[str, Any]:
    facts = {
        found.field.value: found.value
        for found in find_all(text, today)
        if found.field.value not in ONLY_ASKED and not belongs_to_another(text, found.field, found.start)
    }
    if facts.get("applicant_is") == "other":
        facts = _without_agents_name(facts, text, today)
    if facts.get("applicant_is") == "other" and "name" not in facts and (called := called_kin(text)):
        facts["name"] = called
    if _NO_NAME.search(str(facts.get("name", ""))):
        del facts["name"]  # 姓名字段填错
    if str(facts.get("name", "")).endswith("人") and f"我是{facts['name']}" in text:
        del facts["name"]  # 我是温岭人
    province = facts.get("hukou_province")
    if province is not None and province[:2] not in text:
        del facts["hukou_province"]  # worked out from the county, not said
    return facts


def _without_agents_name(facts: dict[str, Any], text: str, today: date) -> dict[str, Any]:
    """我叫王芳，帮我公公办，李德贵: the name one calls oneself is the agent's; another one said is the applicant's."""
    called = re.search(rf"(?:我|俺|本人)(?:的名字)?(?:叫|是)?{re.escape(str(facts.get('name', '-')))}", text)
    if called is None:
        return facts
    rest = text[: called.start()] + "我" + " " * (len(called[0]) - 1) + text[called.end() :]
    others = [found.value for found in find_all(rest, today) if found.field is Field.NAME]
    return {name: value for name, value in facts.items() if name != "name"} | ({"name": others[0]} if others else {})


def _answers(text: str, message: Message, asking: str | None, today: date, facts: dict[str, Any]) -> list[Reading]:
    """The message as facts of the form: an answer to the pending question, an attempt at it, or facts about others."""
    readings = list(_direct(text, message, asking, today, facts))
    if facts:
        strong = len(STRONG & set(facts))
        because = Because("、".join(sorted(facts)), "facts of the form")
        readings.append(Reading(7 + 5 * strong + 2 * (len(facts) - strong), Intent.ANSWER, because, dict(facts)))
    return readings


#: What their own reader does not take is not taken as said by the way either: 除了社保都有, 我老公有合同我没有.
_JUDGED = frozenset(
    (
        *("sex", "proofs", "ground", "recognition", "applicant_is", "review"),
        *("current_address", "permit_valid_until", "phone"),
    )
)


def _direct(text: str, message: Message, asking: str | None, today: date, facts: dict[str, Any]) -> Iterator[Reading]:
    if asking is None or asking not in READERS:
        return
    value = read_answer(message, text, asking, today)
    if not isinstance(value, Unclear) and speaks_of_another(text, asking):
        value = Unclear(Problem.NO_CHOICE)
    if asking in _HUKOU:
        facts |= {name: said for name, said in told_beside(text).items() if name not in facts}
    if isinstance(value, Unclear) and asking in _JUDGED:
        facts.pop(asking, None)
    if isinstance(value, Unclear):
        yield from _attempt(value, text, message, asking, facts)
    elif not (asking == "hukou_address" and value.endswith(str(facts.get("current_address", "-")))):
        yield _answered(value, message, asking, today, facts)


def _answered(value: Any, message: Message, asking: str, today: date, facts: dict[str, Any]) -> Reading:
    """The pending question's answer, with what is said beside it."""
    if asking in facts and len(facts) > 1 and asking not in CHOICES:
        value = facts[asking]
    if asking == "declaration" and facts.get("name") == value:
        del facts["name"]  # the signature, not the name once more
    if asking == "review" and value in READERS:
        new = changes.value_said(message, Field(value), today)
        facts = facts if new is None else facts | {value: new}
    if asking in _OF_ELSEWHERE and not _HOME.search(message.text):
        facts = {name: told for name, told in facts.items() if not name.startswith("hukou_")}
    weight = 12 if "ask" in message.kinds else 45 if asking in CHOICES or asking in NUMBERS else 26
    because = Because(message.text[:20], f"answers {asking}")
    return Reading(weight, Intent.ANSWER, because, facts | {asking: value})


def _attempt(problem: Unclear, text: str, message: Message, asking: str, facts: dict[str, Any]) -> Iterator[Reading]:
    """No answer, but an attempt at one: a number with a wrong digit."""
    if problem.problem not in ATTEMPTS:
        return
    if asking in NUMBERS and len(_DIGITS.findall(text)) <= message.letters // 2:
        return
    if asking == "id_number" and problem.problem is not Problem.LOOKS_LIKE_PHONE and "f_phone" not in message.kinds:
        facts.pop("phone", None)  # eleven figures of an unfinished ID number are no phone
    because = Because(problem.problem.value, f"tries to answer {asking}")
    yield Reading(7 if "ask" in message.kinds else 12, Intent.ANSWER, because, dict(facts))


def _questions(message: Message, asking: str | None) -> list[Reading]:
    rule = topics.topic_of(message.kinds)
    if rule is None or (asking == "pledge" and "ask" not in message.kinds):
        return []
    weight = rule.weight if "ask" in message.kinds else min(rule.weight, 12 if asking else 16)
    topic = None if rule.topic == "none" else rule.topic
    return [Reading(weight, Intent.QUESTION, Because(message.said(*rule.named), rule.topic), faq=topic)]


def _corrections(message: Message, asking: str | None, today: date, facts: dict[str, Any]) -> list[Reading]:
    change = changes.change_of(message, facts, today)
    if change is None:
        contrasted = (
            asking is not None and asking not in facts and len(facts) == 1 and changes.is_contrast(message.text)
        )
        only, value = next(iter(facts.items()), (None, None)) if contrasted else (None, None)
        because = Because(message.text[:20], f"change {only}")
        return [Reading(20, Intent.CHANGE, because, {only: value}, field=only)] if only else []
    name, fills, because = change
    if name is None:
        return [Reading(5 if "ask" in message.kinds else 9, Intent.CHANGE, because)]
    weight = 24 if "ask" not in message.kinds else 10
    if asking == name.value or (asking in facts and name.value in facts):
        weight = 11
    elif asking == "review":
        weight += 30
    return [Reading(weight + (8 if fills else 0), Intent.CHANGE, because, fills, field=name.value)]
