"""A PDF's sheets are drawn in a bounded process, and whatever the document does costs one picture at most."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import AsyncIterator

import pikepdf
import pytest
from PIL import Image

from bot.settings import Materials
from bot.uploads.receive import Uploads
from bot.uploads.sheets import NoSuchSheet, draw_sheet
from storage.errors import NotOurs
from storage.files import FileStore
from tests.bot.desk.people import document

KEY = bytes(range(32))


def blank(width: float, height: float) -> bytes:
    """A PDF of one empty sheet of that size, in points."""
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(width, height))
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


def size(picture: bytes) -> tuple[int, int]:
    """Width and height of a JPEG."""
    with Image.open(io.BytesIO(picture)) as opened:
        assert opened.format == "JPEG"
        return opened.size


def test_each_sheet_is_drawn_as_it_lies_and_no_larger_than_asked() -> None:
    """Upright and across, the longer side as asked."""
    assert size(draw_sheet(document(2), 1, 850)) == (600, 850)
    assert size(draw_sheet(document(2), 2, 340)) == (340, 240)


@pytest.mark.parametrize(("width", "height"), [(3, 14_000), (14_400, 14_400), (612, 792)])
def test_a_sheet_of_any_size_costs_no_more_than_its_picture(width: float, height: float) -> None:
    """A poster of two hundred inches is drawn at the viewer's size, not at its own."""
    assert max(size(draw_sheet(blank(width, height), 1, 400))) <= 401


@pytest.mark.parametrize(
    ("content", "number"), [(b"", 1), (b"%PDF-1.7 nothing", 1), (blank(100, 100), 2), (blank(100, 100), 0)]
)
def test_what_is_no_sheet_is_refused_by_name(content: bytes, number: int) -> None:
    """No document, a broken one, a sheet it does not have."""
    with pytest.raises(NoSuchSheet):
        draw_sheet(content, number, 400)


@pytest.fixture
async def uploads() -> AsyncIterator[Uploads]:
    """Uploads with real processes and a store in memory that holds one PDF and one file that is none."""
    taken = Uploads(FileStore.open("memory:"), Materials(worker_seconds=5))
    taken.files.put_sealed_bytes("pages/a/pdf", document(3), KEY)
    taken.files.put_sealed_bytes("pages/a/none", b"not a pdf", KEY)
    yield taken
    await taken.close()


async def test_a_sheet_is_drawn_from_the_sealed_file_and_only_with_its_key(uploads: Uploads) -> None:
    """The picture comes out; a file that is not there is nobody's; what cannot be drawn is None."""
    drawn = await uploads.sheet("pages/a/pdf", KEY, 3, 500)
    assert drawn is not None
    assert max(size(drawn)) == 500
    assert await uploads.sheet("pages/a/none", KEY, 1, 500) is None
    assert await uploads.sheet("pages/a/pdf", KEY, 4, 500) is None
    with pytest.raises(NotOurs):
        await uploads.sheet("pages/a/missing", KEY, 1, 500)


async def test_a_drawing_process_that_dies_or_hangs_costs_one_picture(uploads: Uploads) -> None:
    """Killed in between, stopped for ever: the next sheet is drawn by a new process."""
    assert await uploads.sheet("pages/a/pdf", KEY, 1, 300) is not None
    process = uploads._drawer.process_id
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    assert await uploads.sheet("pages/a/pdf", KEY, 1, 300) is None
    assert await uploads.sheet("pages/a/pdf", KEY, 1, 300) is not None
    assert uploads._drawer.process_id != process
