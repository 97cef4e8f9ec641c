"""告知承诺: three texts, each agreed to on its own (单独同意)."""

from __future__ import annotations

from typing import Any

from dialogs import consent, labels, wording
from dialogs.readers import Unclear
from dialogs.scene import Scene
from dialogs.steps.reading import read_answer
from dialogs.steps.step import Step
from dialogs.turn import Choice, Say
from state_machine.codes import Field
from state_machine.interview import InterviewState


class Pledge(Step):
    """One of the three texts. Refusing explains kindly and the question stands."""

    field = Field.PLEDGE
    options = ("agree", "refuse")

    def choices(self, scene: Scene) -> tuple[Choice, ...]:
        """同意 and 不同意."""
        return labels.choices_of(Field.PLEDGE, self.options)

    def wording(self, scene: Scene, kind: str) -> str:
        """From the acknowledgements' own file; help is common to all three."""
        if kind in ("ask", "ask_simpler"):
            return wording.text("acknowledgements", f"{self.state.value}.{kind}")
        return wording.text("says", f"pledge.{kind}", **scene.places())

    def prompt(self, scene: Scene) -> Say:
        """The text itself and then the question; only the question once it is being repeated."""
        ask = super().prompt(scene).text
        if not scene.is_new:
            return Say(ask, self.choices(scene))
        return Say(f"{consent.shown_text(scene, self.state.value)}\n\n{ask}", self.choices(scene))

    def read(self, scene: Scene, text: str) -> Any | Unclear:
        """Agree or refuse; nothing conditional is an agreement."""
        return read_answer(Field.PLEDGE, text, scene.heard.today)


class Privacy(Pledge):
    """个人信息告知 (个人信息保护法 17, 28–31)."""

    state = InterviewState.PLEDGE_PRIVACY


class Truth(Pledge):
    """真实承诺."""

    state = InterviewState.PLEDGE_TRUTH


class Annulment(Pledge):
    """重要提示: earlier permits are annulled (附件 1)."""

    state = InterviewState.PLEDGE_ANNULMENT
