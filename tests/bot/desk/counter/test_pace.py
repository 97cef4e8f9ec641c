"""Files at the counter come at a person's pace, from the scanner and from the telephone alike."""

from __future__ import annotations

import pytest

from bot.desk.counter.pace import FilePace
from bot.settings import County, Limits, Settings
from bot.web.problems import Problem
from bot.web.turns import MOST_SENDING
from tests.bot.desk.both_sides import BothSides
from tests.bot.desk.counter.test_counter import begun, entry, linked, reach, send
from tests.bot.pages import drawn, encoded


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A county that takes two files a minute from one sender, and three pages in a form."""
    assert isinstance(settings.county, County)
    few = settings.materials.model_copy(update={"max_pages": 3})
    return settings.model_copy(update={"limits": Limits(files_per_minute=2), "materials": few})


async def test_a_flood_from_the_scanner_or_a_telephone_is_told_to_wait_and_nothing_of_it_is_taken(
    sides: BothSides,
) -> None:
    """Two are taken; then each sender reads a sentence with the next step, and no page was added."""
    clerk = await begun(sides)
    await reach(sides, clerk, "materials")
    photo = encoded(drawn((900, 700)))
    csrf = clerk.page.form("/files").value("csrf")
    await send(clerk, f"{entry(clerk)}/files", photo, encoded(drawn((1000, 800))), csrf=csrf)
    assert "2 张" in clerk.page.text
    await send(clerk, f"{entry(clerk)}/files", photo, csrf=csrf)
    assert clerk.status == 409
    assert "请等一分钟再传" in clerk.page.text
    await clerk.go(entry(clerk).removesuffix("/files"))
    telephone = sides.somebody()
    await telephone.press((await telephone.go(link := await linked(sides, clerk))).form(link))
    await send(telephone, "/upload", encoded(drawn((700, 900))), photo, photo)
    assert telephone.status == 429
    assert "请等一分钟再传" in telephone.page.text
    assert "2 张" in (await telephone.go("/upload")).text


async def test_more_files_in_a_form_than_pages_are_allowed_say_how_many(sides: BothSides) -> None:
    """Four at once where three pages are allowed: the number stands in the sentence."""
    sides.service.desk.file_pace = FilePace(Limits(files_per_minute=0))
    clerk = await begun(sides)
    await reach(sides, clerk, "materials")
    photos = [encoded(drawn((900, 700 + n))) for n in range(4)]
    await send(clerk, f"{entry(clerk)}/files", *photos, csrf=clerk.page.form("/files").value("csrf"))
    assert clerk.status == 409
    assert "一次最多传 3 个文件" in clerk.page.text


def test_one_sender_sends_few_forms_at_once_and_makes_room_when_done() -> None:
    """The fifth at the same moment is refused; after one has ended the next is taken."""
    pace = FilePace(Limits())
    with pace.room("a"), pace.room("a"), pace.room("a"):
        with pace.room("a"):
            assert pace.sending["a"] == MOST_SENDING
            with pytest.raises(Problem), pace.room("a"):
                pass
            with pace.room("b"):
                pass
        with pace.room("a"):
            pass
    assert not pace.sending
