"""Every button that stands in any golden conversation can be typed: by its number, by its words, by half its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs import hearing
from dialogs.hearing import Pressed, Spoken
from dialogs.scene import Scene
from dialogs.submission import offered_with_receipt
from dialogs.turn import Choice, Conversation, Heard, Overlay
from dialogs.understanding import Intent
from tests.dialogs.applicant import Applicant
from tests.dialogs.transcripts import files, walk


def heard_as(applicant: Applicant, text: str) -> hearing.Meaning:
    """What that text would mean if it were typed now."""
    conversation: Conversation = applicant.conversation
    scene = Scene(conversation, Heard(applicant.at, applicant.today, text=text), applicant.office, applicant.rules)
    scene.offered = offered_with_receipt(conversation)
    return hearing.hear(scene)


def standing(applicant: Applicant) -> tuple[Choice, ...]:
    """The buttons under the last thing said; none while a person has the chat."""
    if applicant.reply is None or not applicant.reply.says or applicant.conversation.overlay is Overlay.PERSON:
        return ()
    return applicant.reply.says[-1].choices


def in_figures(number: int) -> str:
    """第十二个."""
    tens, ones = divmod(number, 10)
    digits = " 一二三四五六七八九"
    return f"第{digits[tens].strip() if tens > 1 else ''}{'十' if tens else ''}{digits[ones].strip()}个"


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_what_stands_can_be_typed_by_number_and_by_words(file: Path) -> None:
    """Buttons are a help, never the only way, and a number means the button that is seen last."""
    for applicant in walk(file.read_text(encoding="utf-8")):
        choices = standing(applicant)
        labels = [hearing.plain(choice.label.removeprefix("✓ ")) for choice in choices]
        for number, choice in enumerate(choices, 1):
            assert heard_as(applicant, str(number)) == Pressed(choice.value), (number, choice)
            assert heard_as(applicant, in_figures(number)) == Pressed(choice.value), (in_figures(number), choice)
            if labels.count(labels[number - 1]) == 1:
                assert heard_as(applicant, choice.label.removeprefix("✓ ")) == Pressed(choice.value), choice


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_buttons_offered_beside_the_question_are_understood_as_words(file: Path) -> None:
    """〔找工作人员〕 after an apology, 〔撤回申请〕 under 进度: typing the words does the same."""
    for applicant in walk(file.read_text(encoding="utf-8")):
        if applicant.reply is None or applicant.conversation.overlay is Overlay.PERSON:
            continue
        beside = [c for say in applicant.reply.says[:-1] for c in say.choices if ":" not in c.value]
        for choice in beside:
            meant = heard_as(applicant, choice.label)
            is_unclear = isinstance(meant, Spoken) and meant.understood.intent in (Intent.UNCLEAR, Intent.ANSWER)
            assert not is_unclear, choice
