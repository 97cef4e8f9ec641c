"""The words of the bot: complete, short, plain, and every button can be typed."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialogs import consent, hearing, labels, overlay_prompts, overlays, reasons, wording
from dialogs.readers import Problem
from dialogs.scene import Scene
from dialogs.steps import STEPS, Step
from dialogs.turn import Choice, Conversation, Heard, Overlay
from state_machine.case import CaseState
from state_machine.codes import PROOFS_OF, Field, Ground, Proof
from state_machine.eligibility import FindingCode
from state_machine.interview import PLEDGES, QUESTIONS, InterviewRecord, InterviewState
from state_machine.verdicts import JUDGED
from tests.dialogs.applicant import START, Applicant

FILES = (
    "says", "steps", "problems", "labels", "notices", "reasons", "acknowledgements", "uploads", "photos", "person",
    "pictures", "knowledge",
)  # fmt: skip
#: What the applicant reads of the other room. The papers are letters of the procedure, in the law's own words.
BOT_TEXTS = Path(__file__).parents[2] / "bot" / "texts"
BOT_FILES = ("joining", "telegram", "web", "housekeeping", "office", "sms")
#: The very words of 附件 1 and of legal notices: they may be long.
OFFICIAL = re.compile(r"重要提示|申请人声明|居住证互认转换完成后|本申请表所填内容")
BANNED = (
    "请知悉",
    "予以",
    "贵单位",
    "兹",
    "特此",
    "务必",
    "须知",
    "敬请",
    "依法予以",
    "逾期不候",
    "非法",
    "错误代码",
    "无效输入",
    "您的输入有误",
    "不合法",
    "根据相关规定",
    "按照相关",
    "该申请",
    "上述",
    "鉴于",
    "届时",
    "切勿",
    "严禁",
    "酌情",
    "逾期",
    "阁下",
    "操作失败",
    "校验",
    "必填",
    "格式错误",
    "系统异常",
    "您没有按",
    "您忘",
    "您弄错",
)
LONGEST_SENTENCE = 44


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text with its dotted path."""
    if isinstance(node, dict):
        for key, below in node.items():
            yield from leaves(below, f"{path}.{key}" if path else str(key))
    elif isinstance(node, str):
        yield path, node


ALL = [(f"{file}.{path}", words) for file in FILES for path, words in leaves(wording.texts(file))] + [
    (f"bot.{file}.{path}", words)
    for file in BOT_FILES
    for path, words in leaves(yaml.safe_load((BOT_TEXTS / f"{file}.yaml").read_text(encoding="utf-8")))
]


def test_every_file_of_texts_is_read_here() -> None:
    """A new YAML file for applicants cannot slip past the readability check."""
    assert {file.stem for file in wording.TEXTS.glob("*.yaml")} == set(FILES)
    ours = {file.stem for file in BOT_TEXTS.glob("*.yaml") if not file.stem.startswith("desk")}
    assert ours == {*BOT_FILES, "papers"}


def scene_at(state: InterviewState, **answers: Any) -> Scene:
    """A turn with that question pending."""
    record = InterviewRecord("a1", state=state, answers=answers)
    applicant = Applicant()
    heard = Heard(START, applicant.today, text="")
    return Scene(Conversation(interview=record), heard, applicant.office, applicant.rules)


@pytest.mark.parametrize("state", QUESTIONS, ids=str)
@pytest.mark.parametrize("kind", ["ask", "ask_simpler", "help", "example", "why"])
def test_every_question_has_all_its_texts(state: InterviewState, kind: str) -> None:
    """A new question cannot be forgotten in the YAML."""
    step = STEPS[state]
    if kind == "why" and (step.is_optional or state in (InterviewState.REVIEW, InterviewState.DECLARATION)):
        return
    assert step.wording(scene_at(state), kind).strip()


def test_every_problem_has_a_text() -> None:
    """Whatever a reader finds, the applicant is told in words."""
    assert not [problem for problem in Problem if not wording.has("problems", f"any.{problem.value}")]


def test_every_finding_has_a_text() -> None:
    """Every reason of the eligibility answer can be said."""
    missing = [c for c in FindingCode if not wording.has("says", f"findings.{c.value}")]
    assert missing == []


def test_every_state_of_a_case_has_a_text() -> None:
    """进度 has words for wherever a case stands."""
    assert not [state for state in CaseState if not wording.has("says", f"status.{state.value}")]


def test_every_field_and_value_has_a_name() -> None:
    """The review sheet, the desk and the notices never show a code."""
    assert not [f for f in Field if not wording.has("labels", f"fields.{f.value}")]
    for step in STEPS.values():
        for option in step.options:
            name = labels.value_label(step.field, option)
            assert re.search(r"[一-鿿]", name), (step.field, option)
    assert all(labels.proof_label(proof) != proof.value for proof in Proof)


def test_every_judged_item_has_a_reason_in_the_catalogue() -> None:
    """An official finds a fitting reason for whatever may be wrong, beside the general one."""
    for field in JUDGED:
        own = [r.code for r in reasons.fitting(f"answer:{field.value}") if r.code != "other" and not r.hidden]
        assert own, field
    for proof in Proof:
        assert len(reasons.fitting(f"material:{proof.value}")) >= 8


def test_the_catalogue_is_thorough_and_every_reason_says_how_to_mend_it() -> None:
    """At least thirty reasons, each with its text and 怎么改; false papers are the hidden ones."""
    catalogue = reasons.catalogue()
    assert len(catalogue) >= 30
    assert all(reason.text and reason.mend for reason in catalogue.values())
    assert {r.code for r in catalogue.values() if r.hidden} == {"false_document", "false_statement"}


@pytest.mark.parametrize(("path", "words"), ALL, ids=[path for path, _ in ALL])
def test_no_bureaucratic_phrase(path: str, words: str) -> None:
    """Nobody has to know office language."""
    assert not [phrase for phrase in BANNED if phrase in words]


@pytest.mark.parametrize(("path", "words"), ALL, ids=[path for path, _ in ALL])
def test_sentences_are_short(path: str, words: str) -> None:
    """One can read them at a glance; only the law's own words may be longer."""
    for sentence in re.split(r"[。！？；\n]", words):
        plain = re.sub(r"\{\w+\}", "某某", sentence)
        if path.startswith("knowledge.") and path.endswith(".source"):
            continue  # names of laws
        if not OFFICIAL.search(plain):
            assert len(plain) <= LONGEST_SENTENCE, sentence


def test_every_place_in_a_text_is_a_name() -> None:
    """No text can fail while it is being filled."""
    for path, words in ALL:
        for _, name, _, _ in string.Formatter().parse(words):
            assert name is None or name.isidentifier(), path


@pytest.mark.parametrize("state", QUESTIONS, ids=str)
def test_every_choice_can_be_typed_by_its_number_and_its_words(state: InterviewState) -> None:
    """Buttons are a help, never the only way."""
    scene = scene_at(state, **ANSWERS)
    choices = STEPS[state].choices(scene)
    for number, choice in enumerate(choices, 1):
        assert hearing.by_number(str(number), choices, several=False) == [choice.value]
        assert choice.value in hearing.by_words(choice.label, choices)


ANSWERS: dict[str, Any] = {
    Field.GROUND: [g.value for g in Ground],
    Field.PROOFS: [PROOFS_OF[g][0].value for g in Ground],
    Field.RECOGNITION: "held_permit",
    Field.NAME: "罗大勇",
    Field.HUKOU_PROVINCE: "贵州省",
}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("1 3", ["a", "c"]), ("1、3", ["a", "c"]), ("１，３", ["a", "c"]), ("13", ["a", "c"]), ("1和2", ["a", "b"])],
)
def test_several_numbers_at_once_choose_several(typed: str, expected: list[str]) -> None:
    """Whoever types 1 3 means the first and the third."""
    choices = tuple(Choice(v, v.upper()) for v in "abc")
    assert hearing.by_number(typed, choices, several=True) == expected


@pytest.mark.parametrize("typed", ["0", "9", "19870503", "1.5元", "第一", "三组12号", ""])
def test_numbers_that_are_no_choice_are_left_alone(typed: str) -> None:
    """A number that is on no button is not taken for one."""
    choices = tuple(Choice(v, v.upper()) for v in "abc")
    assert hearing.by_number(typed, choices, several=False) == []


def test_every_common_topic_has_a_label() -> None:
    """问个问题 shows words, not codes."""
    assert all(wording.has("labels", f"topics.{topic}") for topic in overlay_prompts.COMMON_TOPICS)


def test_every_text_agreed_to_has_a_version() -> None:
    """A consent can be traced to the wording it was given to."""
    for text_id in (*[p.value for p in PLEDGES], consent.DECLARATION):
        assert wording.has("acknowledgements", f"{text_id}.version")
        assert wording.has("acknowledgements", f"{text_id}.text")


def test_the_privacy_notice_says_what_the_law_wants_said() -> None:
    """个人信息保护法 17, 29–31: who, why, what, how long, whom to, rights, sensitive data, children."""
    text = wording.pattern("acknowledgements", "pledge_privacy.text")
    for point in ("谁在收", "为什么收", "收什么", "存多久", "给谁", "撤回同意", "敏感个人信息", "未满 14 周岁", "副本"):
        assert point in text


def test_the_important_notice_and_the_declaration_are_the_forms_own_words() -> None:
    """附件 1's 重要提示 and 申请人声明 are shown letter by letter."""
    assert (
        "居住证互认转换完成后，申请人以前所申领的《浙江省居住证》自动注销，只保留转换后签发的电子《浙江省居住证》。"
        in wording.pattern("acknowledgements", "pledge_annulment.text")
    )
    assert "本申请表所填内容正确无误，所提交的个人信息和相关材料真实有效。如有虚假愿承担法律责任。" in wording.pattern(
        "acknowledgements", "declaration.text"
    )


def test_every_overlay_has_its_question_and_its_hearing() -> None:
    """Nothing can be put on top of the pending question that cannot be answered."""
    assert set(overlay_prompts.PROMPTS) == set(Overlay)
    assert set(overlays.PRESS) == set(Overlay)


def test_every_question_has_exactly_one_step() -> None:
    """The table of the interview and the steps agree."""
    assert set(STEPS) == set(QUESTIONS)
    assert all(isinstance(step, Step) for step in STEPS.values())
