"""Who: the agent and the applicant; number, name, 民族, address, phone."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from dialogs import labels, wording
from dialogs.readers import Problem, Unclear
from dialogs.scene import Scene
from dialogs.steps.reading import read_answer
from dialogs.steps.step import Step
from dialogs.turn import Choice, Overlay
from state_machine.codes import ApplicantIs, Field
from state_machine.id_number import IdNumber, read_id_number
from state_machine.interview import InterviewState

#: Under this age a guardian or near relative applies (国令663 第九条).
OWN_APPLICATION_FROM = 16


class LikeAnother(Step):
    """A question about the agent that is read as the same question about the applicant."""

    like: ClassVar[Field]

    def read(self, scene: Scene, text: str) -> Any | Unclear:
        """With the reader of the question it is like."""
        return read_answer(self.like, text, scene.heard.today)


class AgentName(LikeAnother):
    """代办人姓名."""

    state = InterviewState.AGENT_NAME
    field = Field.AGENT_NAME
    like = Field.NAME


class AgentIdNumber(LikeAnother):
    """代办人身份证号码."""

    state = InterviewState.AGENT_ID_NUMBER
    field = Field.AGENT_ID_NUMBER
    like = Field.ID_NUMBER

    def objection(self, scene: Scene, value: Any) -> Unclear | None:
        """The applicant's own number cannot be the agent's."""
        same = scene.record.answers.get(Field.ID_NUMBER) == value
        return Unclear(Problem.SAME_PERSON) if same else None


class AgentPhone(LikeAnother):
    """代办人手机号."""

    state = InterviewState.AGENT_PHONE
    field = Field.AGENT_PHONE
    like = Field.PHONE


class OwnIdNumber(Step):
    """公民身份证号码. Sex and birth date stand in it: shown, not asked."""

    state = InterviewState.ID_NUMBER
    field = Field.ID_NUMBER

    def objection(self, scene: Scene, value: Any) -> Unclear | None:
        """The agent's number given again."""
        record = scene.record
        same = record.is_for_other() and record.answers.get(Field.AGENT_ID_NUMBER) == value
        return Unclear(Problem.SAME_PERSON) if same else None

    def kept(self, scene: Scene, value: Any) -> None:
        """Derive sex and birth date; a child who applies alone is told that a guardian should."""
        number = read_id_number(value, scene.heard.today)
        if not isinstance(number, IdNumber):
            return
        answers = scene.record.answers
        told = answers.get(Field.SEX)
        answers[Field.SEX] = number.sex.value
        scene.say("id.derived", sex=labels.show(Field.SEX, number.sex.value), born=labels.day(number.birth_date))
        if told and told != number.sex.value:
            scene.say("id.sex_differs")
        self._mind_age(scene, number, scene.heard.today)

    def _mind_age(self, scene: Scene, number: IdNumber, today: date) -> None:
        if number.age_on(today) >= OWN_APPLICATION_FROM:
            return
        if scene.record.answers.get(Field.APPLICANT_IS) == ApplicantIs.SELF:
            scene.overlay(Overlay.OFFER_AGENT)


class Name(Step):
    """姓名."""

    state = InterviewState.NAME
    field = Field.NAME


class Ethnicity(Step):
    """民族 (GB/T 3304); the commonest as buttons, any may be typed."""

    state = InterviewState.ETHNICITY
    field = Field.ETHNICITY
    takes_any_value = True
    options = ("汉族", "苗族", "土家族", "畲族", "侗族", "彝族", "布依族", "壮族", "回族", "瑶族")


class CurrentAddress(Step):
    """现居住住址, in the county."""

    state = InterviewState.CURRENT_ADDRESS
    field = Field.CURRENT_ADDRESS


class Phone(Step):
    """手机号."""

    state = InterviewState.PHONE
    field = Field.PHONE
    takes_any_value = True

    def choices(self, scene: Scene) -> tuple[Choice, ...]:
        """代办: a child or an old parent may have no phone; the agent's stands ready."""
        number = self._agents(scene)
        return (Choice(number, wording.text("labels", "buttons.agents_phone", phone=number)),) if number else ()

    def exact(self, scene: Scene, text: str) -> Any | None:
        """就写我的."""
        return (self._agents(scene) or None) if labels.means("agents_phone", text) else None

    @staticmethod
    def _agents(scene: Scene) -> str:
        record = scene.record
        return str(record.answers.get(Field.AGENT_PHONE, "")) if record.is_for_other() else ""
