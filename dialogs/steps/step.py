"""What every question has in common. One small module beside this one holds what is special about each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from dialogs import labels, wording
from dialogs.readers import Unclear
from dialogs.scene import Scene
from dialogs.steps.reading import read_answer
from dialogs.turn import Choice, Say
from state_machine.codes import Field
from state_machine.interview import InterviewState


class Step:
    """One question: its state, its field, its buttons, its reader, and what an answer brings with it."""

    state: ClassVar[InterviewState]
    field: ClassVar[Field]
    #: The codes offered as buttons; () where the answer is free.
    options: ClassVar[Sequence[str]] = ()
    takes_several: ClassVar[bool] = False
    is_optional: ClassVar[bool] = False
    #: The buttons are only the commonest values: any other value of the field may be sent as well.
    takes_any_value: ClassVar[bool] = False
    #: The button that says 「一样都没有」: it answers with an empty list.
    none: ClassVar[str | None] = None

    def choices(self, scene: Scene) -> tuple[Choice, ...]:
        """The buttons, in the order in which they are numbered."""
        return labels.choices_of(self.field, self.options)

    def details(self, scene: Scene) -> dict[str, Any]:
        """What the places in this question's texts are filled with."""
        return scene.places()

    def wording(self, scene: Scene, kind: str) -> str:
        """One of this question's texts: ask, ask_simpler, help, example, why."""
        return wording.text("steps", f"{self.state.value}.{kind}", **self.details(scene))

    def prompt(self, scene: Scene) -> Say:
        """The question itself."""
        return Say(self.wording(scene, "ask_simpler" if scene.simpler else "ask"), self.choices(scene))

    def exact(self, scene: Scene, text: str) -> Any | None:
        """An answer that is taken before anything else is understood; None if this text is none."""
        return None

    def read(self, scene: Scene, text: str) -> Any | Unclear:
        """Read a direct answer."""
        return read_answer(self.field, text, scene.heard.today)

    def told_besides(self, scene: Scene, text: str, value: Any) -> dict[str, Any]:
        """What a direct answer says beyond this question (庆元, where the province is asked): kept if confirmed."""
        return {}

    def objection(self, scene: Scene, value: Any) -> Unclear | None:
        """Why a well-formed value cannot be taken here, considering the other answers."""
        return None

    def completed(self, scene: Scene, value: Any) -> Any:
        """The answer as it is stored, where other answers add to it."""
        return value

    def press(self, scene: Scene, value: str) -> bool:
        """A button that is not a plain answer. True if it was one of this question's."""
        return False

    def kept(self, scene: Scene, value: Any) -> None:
        """After the answer is stored: what follows from it, and what is said about it."""
