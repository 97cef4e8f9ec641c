"""Whatever anyone presses, types or sends, in any order: nothing raises, nothing is lost, nothing becomes invalid."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dialogs import wording
from dialogs.labels import plain
from dialogs.readers import Problem, Unclear
from dialogs.readers.hukou import read_county
from dialogs.turn import Overlay, Reply
from state_machine.case import Act
from state_machine.codes import PROOFS_OF, Field, Ground, Proof
from state_machine.interview import ENDS, FORGETS, PLEDGES, InterviewRecord, InterviewState, Purpose
from tests.dialogs.applicant import Applicant
from tests.dialogs.officers import decide

#: Good answers, bad answers, wishes, names that sound like wishes, and noise.
SAYINGS = (
    "我要办", "我能办吗", "同意", "不同意", "自己", "帮我儿子办", "父母", "1", "2", "3", "1 3", "99", "好了", "都对",
    "不对", "52262719870503997X", "530627199102149971", "422825201603209981", "522627198705039971", "罗大勇", "任公",
    "何止步",
    "苗", "贵州", "松桃", "古蔺", "浙江", "庆元", "盘石镇响水洞村三组12号", "屏都街道工业园区远大厂宿舍2幢206室",
    "13900002580", "139", "33078120240315", "义乌", "2027年3月14日", "去年过期了", "2025年3月1日到现在在庆元",
    "2026年8月1日到现在在庆元", "劳动合同和社保", "我叫罗大勇 身份证号530627199102149971 手机13900002580",
    "不对 电话打错了 是13800001357", "我要改户口所在的省", "把民族改一下", "上一步", "跳过", "继续", "进度", "帮助",
    "取消", "先别取消", "是", "不", "撤回申请", "删除我的全部信息", "我要下载我自己的资料", "转人工", "要多少钱",
    "流程图", "上饶", "江苏徐州", "鼓楼区", "要办", "中", "先放着", "第二个", "问个问题", "地址不一样",
    "再办一份", "再说一遍", "回到菜单", "删掉第1张", "", "   ", "😀", "{name}", "%s", "<b>", "啊" * 500,
)  # fmt: skip
ODD_CHOICES = ("", "agree", "done", "yes", "no", "delete:9", "pages:x", "mend:c1:answer:phone", "mend:", "resume:zz",
               "withdraw:zz", "faq:zz", "wrong:zz", "leave:zz", "confirm", "go_on", "apply", "self", "skip", "back",
               "materials", "drop_proof", "new", "review", "pause", "earlier:1", "replace:x")  # fmt: skip


#: Heard as questions, wishes to be told something, or nothing: whatever stands stays, to the last answer.
ASIDE = (
    "要多少钱", "多久能办好", "进度", "帮助", "流程图", "谢谢", "你好", "你们是骗子吗", "气死我了，问个没完",
    "再说一遍", "😀", "。。。", "？？", "……", " ", "👌", "先别取消", "我没说要撤回", "别删我的资料",
)  # fmt: skip
#: Nothing goes but from under one of these.
SURE = (Overlay.CONFIRM_CANCEL, Overlay.CONFIRM_ERASE, Overlay.CONFIRM_WITHDRAW)
#: 我能办吗, to its end.
CHECK = (
    ("press", "eligibility"), ("press", "registered_time"), ("say", "2025年3月1日到现在在庆元"),
    ("press", "employment"), ("press", "done"), ("press", "贵州省"), ("say", "松桃"),
)  # fmt: skip
#: A straight way to the number; a run begins somewhere along it.
STRAIGHT = (
    ("say", "我要办"), ("press", "agree"), ("press", "agree"), ("press", "agree"), ("press", "self"),
    ("press", "registered_time"), ("say", "2025年3月1日到现在在庆元"), ("press", "employment"), ("press", "done"),
    ("say", "贵州"), ("say", "松桃"), ("say", "盘石镇响水洞村三组12号"), ("say", "52262719870503997X"),
    ("say", "罗大勇"),
    ("say", "苗"), ("say", "屏都街道工业园区远大厂宿舍2幢206室"), ("say", "13900002580"), ("press", "labour_contract"),
    ("press", "social_insurance"), ("press", "done"), ("send", "a.jpg"), ("press", "done"), ("send", "b.jpg"),
    ("press", "done"), ("press", "confirm"), ("say", "罗大勇"),
)  # fmt: skip


class AnyoneTalks(RuleBasedStateMachine):
    """Random turns; the tester writes out and reads back the conversation in between."""

    def __init__(self) -> None:
        super().__init__()
        self.applicant = Applicant()
        self.offered: list[str] = []
        self.photos = 0

    @initialize(
        way=st.sampled_from([STRAIGHT, STRAIGHT, STRAIGHT, CHECK]),
        left=st.integers(0, 3) | st.integers(0, len(STRAIGHT)),
    )
    def begin_somewhere(self, way: tuple[tuple[str, str], ...], left: int) -> None:
        """From the first word, from the middle, after the number, or at the end of a mere check."""
        for act, value in way[: max(len(way) - left, 0)]:
            self.heard(getattr(self.applicant, act)(value))

    def heard(self, reply: Reply) -> None:
        """Remember what is on offer."""
        self.offered = [choice.value for say in reply.says for choice in say.choices]
        assert all(say.text for say in reply.says)
        if reply.state not in ("menu", "submitted"):
            assert 1 <= reply.progress.done <= reply.progress.of

    def turn(self, act: Any, *values: str) -> None:
        """One turn, and what it must not have done."""
        before, kept = self.applicant.conversation, self.kept()
        earlier = before.interview
        self.heard(act(*values))
        later = self.applicant.conversation.interview
        if gone := kept - self.kept():
            assert before.overlay in SURE, (gone, values)
            assert self.is_sure(before.overlay, values), (gone, values)
        if earlier is not None and later is not None and earlier.application_id == later.application_id:
            self.nothing_lost(earlier, later)

    def kept(self) -> set[str]:
        """The drafts, corrections and running cases that exist."""
        office = self.applicant.office
        running = {f"case {c.case_id}" for c in office.records.values() if c.state != "withdrawn"}
        submitted = {record.application_id for record in office.records.values()}
        return {*office.interviews, *submitted, *running}

    def is_sure(self, overlay: Overlay | None, values: tuple[str, ...]) -> bool:
        """Whether that was the button, its words, its number, or an unmistakable yes; never a mere 好 or 嗯."""
        (said,) = values
        is_faint = plain(said) in wording.texts("labels")["faint_yes"]
        return overlay is not None and not is_faint and len(said) <= 8

    @rule(text=st.sampled_from(("要办", "中", "好", "对", "是的", "行", "不", "不要", "先不办了", "算了")))
    def agree_or_refuse(self, text: str) -> None:
        """In the fewest words, to whatever was asked last."""
        self.turn(self.applicant.say, text)

    @rule(text=st.sampled_from(ASIDE))
    def say_something_aside(self, text: str) -> None:
        """A question, a thank-you, an emoji, a refusal to cancel: no answer changes, and the same question stands."""
        before = self.applicant.conversation
        if before.interview is None or before.interview.state in (*PLEDGES, *ENDS, InterviewState.ELIGIBILITY):
            return
        answers, state = dict(before.interview.answers), before.interview.state
        self.turn(self.applicant.say, text)
        after = self.applicant.conversation.interview
        assert after is not None, text
        assert after.answers == answers, text
        if text != "进度" and before.overlay is None:
            assert after.state is state, text

    @rule(text=st.text(st.characters(categories=["P", "S", "Z", "C"]), max_size=20))
    def make_signs(self, text: str) -> None:
        """Punctuation, emoji, blanks and control characters answer nothing, confirm nothing and cancel nothing."""
        before = self.applicant.conversation
        self.turn(self.applicant.say, text)
        after = self.applicant.conversation
        assert after.overlay is before.overlay
        if before.interview is not None and after.interview is not None:
            assert after.interview.answers == before.interview.answers

    def nothing_lost(self, earlier: InterviewRecord, later: InterviewRecord) -> None:
        """An answer goes only because another answer changed that makes it meaningless, or a proof was given up."""
        changed = {f for f in later.answers if later.answers.get(f) != earlier.answers.get(f)}
        allowed = {g.value for f in changed for g in FORGETS.get(Field(f), ())}
        if Field.GROUND in changed:
            allowed.add(Field.PROOFS.value)
        lost = set(earlier.answers) - set(later.answers)
        assert lost <= allowed, lost - allowed

    @precondition(lambda self: self.offered)
    @rule(pick=st.integers(0, 40))
    def press_an_offered_button(self, pick: int) -> None:
        """Any button on the screen."""
        self.turn(self.applicant.press, self.offered[pick % len(self.offered)])

    @precondition(lambda self: self.offered)
    @rule()
    def press_the_first_button(self) -> None:
        """Most people take the first."""
        self.turn(self.applicant.press, self.offered[0])

    @rule(value=st.sampled_from(ODD_CHOICES))
    def press_an_old_button(self, value: str) -> None:
        """A button from an earlier screen, or none that ever was."""
        self.turn(self.applicant.press, value)

    @rule(text=st.sampled_from(SAYINGS))
    def say_something_usual(self, text: str) -> None:
        """What people say, at any moment."""
        self.turn(self.applicant.say, text)

    @rule(text=st.text(max_size=60))
    def say_anything(self, text: str) -> None:
        """Any characters at all."""
        self.turn(self.applicant.say, text)

    @rule(number=st.integers(0, 30), problem=st.sampled_from([None, "too_big", "unheard_of"]))
    def send_a_photo(self, number: int, problem: str | None) -> None:
        """Sometimes the same one, sometimes a bad one."""
        self.turn(lambda: self.applicant.send(f"{number}.jpg", problem=problem))

    @precondition(lambda self: any(c.state == "submitted" for c in self.applicant.office.records.values()))
    @rule(item=st.sampled_from(["answer:phone", "answer:ground", "material:labour_contract", "answer:declaration"]))
    def a_clerk_returns_it(self, item: str) -> None:
        """退回补正 comes in between."""
        case = next(c for c in self.applicant.office.records.values() if c.state == "submitted")
        if item in case.sheet.keys():  # noqa: SIM118 -- a method of the sheet, not a dict's
            said = decide(
                case, Act.RETURN_FOR_CORRECTION, self.applicant.at, self.applicant.rules, {item: (["other"], "")}
            )
            self.offered = [choice.value for say in said for choice in say.choices]

    @rule(days=st.integers(0, 3))
    def let_days_pass(self, days: int) -> None:
        """People come back later."""
        self.applicant.wait(days=days)

    @invariant()
    def answers_are_valid(self) -> None:
        """What is stored is always something the form can hold."""
        interview = self.applicant.conversation.interview
        if interview is None:
            return
        answers = interview.answers
        assert set(answers) <= {f.value for f in Field}
        allowed = {p for g in answers.get(Field.GROUND, []) for p in PROOFS_OF[Ground(g)]}
        if Field.GROUND in answers:
            assert set(answers.get(Field.PROOFS, [])) <= allowed
            assert set(answers[Field.GROUND]) <= {ground.value for ground in Ground}
        assert answers.get(Field.ELIGIBILITY, "eligible") in ("eligible", "go_on")
        assert re.fullmatch(r"1\d{10}", answers.get(Field.PHONE, "13900002580"))
        if {Field.HUKOU_PROVINCE, Field.HUKOU_COUNTY} <= answers.keys():
            province = answers[Field.HUKOU_PROVINCE]
            county = read_county(answers[Field.HUKOU_COUNTY], self.applicant.today, province=province)
            assert not isinstance(county, Unclear) or county.problem is not Problem.WRONG_PROVINCE
        if Field.ID_NUMBER in answers:
            assert answers[Field.SEX] == ("male" if int(answers[Field.ID_NUMBER][16]) % 2 else "female")
        ticked = [Proof(p) for p in answers.get(Field.PROOFS, [])]
        assert all(page.proof in ticked for page in interview.pages)
        assert all(proof in ticked for proof in interview.finished_proofs)

    @invariant()
    def consent_comes_before_anything_personal(self) -> None:
        """Nothing about a person is stored before the privacy notice was agreed to."""
        interview = self.applicant.conversation.interview
        if interview is None or interview.purpose is not Purpose.APPLICATION:
            return
        if not any(a.text_id == "pledge_privacy" for a in interview.acknowledgements):
            personal = {Field.NAME, Field.ID_NUMBER, Field.PHONE, Field.CURRENT_ADDRESS, Field.HUKOU_ADDRESS}
            assert not personal & set(interview.answers)


TestAnyoneTalks = AnyoneTalks.TestCase
TestAnyoneTalks.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
