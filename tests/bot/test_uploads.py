"""Uploads: what is taken is clean and upright, what is hostile has a name, and nothing stops the service."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pikepdf
import pytest
import yaml
from PIL import Image, ImageFilter

from bot.settings import Materials
from bot.uploads.look import look
from bot.uploads.looked import Advice, Clean, NotTaken, Refusal
from bot.uploads.places import STAGED, page_object, thumbnail_object
from bot.uploads.receive import Uploads, short_name
from dialogs.turn import ReceivedFile
from dialogs.wording import TEXTS
from state_machine.interview import Page
from storage.files import FileStore
from tests.bot import pages
from tests.bot.pages import CANARY, drawn, encoded, pdf, streamed


@dataclass(frozen=True)
class Folder:
    """An application to put files in."""

    application_id: str = "a1"
    data_key: bytes = b"k" * 32


@pytest.fixture
async def uploads() -> AsyncIterator[Uploads]:
    """Uploads with a real worker process and a store in memory."""
    taken = Uploads(FileStore.open("memory:"), Materials(max_bytes=2 * 1024 * 1024, worker_seconds=5))
    await taken.start()
    yield taken
    await taken.close()


def clean(content: bytes) -> Clean:
    """Look at a file that should be taken."""
    seen = look(content, 20)
    assert isinstance(seen, Clean), seen
    return seen


def refusal(content: bytes) -> str:
    """Look at a file that should not be taken."""
    seen = look(content, 20)
    assert isinstance(seen, NotTaken)
    return seen.problem


def opened(content: bytes) -> Image.Image:
    """A kept picture."""
    return Image.open(io.BytesIO(content))


def test_every_problem_and_every_advice_has_its_sentence() -> None:
    """uploads.yaml and the program know the same codes, and no sentence shows a code."""
    texts = yaml.safe_load((TEXTS / "uploads.yaml").read_text(encoding="utf-8"))
    assert set(texts["problems"]) == {code.value for code in Refusal}
    assert set(texts["advice"]) == {code.value for code in Advice}
    details = {"limit_mb": 20, "pages": 30, "most": 20}
    assert all("请" in sentence.format(**details) or "就好" in sentence for sentence in texts["problems"].values())


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photo_is_turned_upright_and_loses_position_and_maker(orientation: int) -> None:
    """The stamp is where the camera saw it, and no metadata is left."""
    content = pages.with_exif(orientation)
    assert CANARY.encode() in content
    seen = clean(content)
    kept = opened(seen.content)
    assert kept.size == ((1000, 1400) if orientation in (6, 8) else (1400, 1000))
    right, low = orientation in (3, 6), orientation in (3, 8)
    corner = (kept.width - 20 if right else 20, kept.height - 20 if low else 20)
    red, green, blue = kept.getpixel(corner)  # type: ignore[misc] # an RGB pixel is a triple
    assert red > 150 > 80 > green
    assert blue < 80
    assert not kept.getexif()
    for stored in (seen.content, seen.thumbnail):
        assert CANARY.encode() not in stored


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("WEBP", {"quality": 90}), ("JPEG", {"progressive": True})])
def test_pictures_are_told_by_content_and_kept_as_jpeg(kind: str, options: dict[str, Any]) -> None:
    """PNG, WebP and JPEG become a clean JPEG with a small one beside it."""
    seen = clean(encoded(drawn(), kind, **options))
    assert (seen.media_type, opened(seen.content).format, seen.advice) == ("image/jpeg", "JPEG", ())
    assert max(opened(seen.thumbnail).size) == 360


def test_a_phones_heic_is_taken_upright_and_clean() -> None:
    """HEIC is decoded, turned by its own orientation, and kept as a clean JPEG."""
    content = pages.HEIC.read_bytes()
    assert CANARY.encode() in content
    kept = opened(clean(content).content)
    assert (kept.size, kept.format, CANARY.encode() in clean(content).content) == ((700, 1000), "JPEG", False)


@pytest.mark.parametrize("mode", ["L", "P", "LA", "RGBA", "CMYK", "1", "I;16"])
def test_every_kind_of_colour_becomes_plain_colour(mode: str) -> None:
    """Grey, palette, transparent, print and 16-bit pictures all arrive readable."""
    if mode == "I;16":
        picture = drawn().convert("L").convert("I").point(lambda value: value * 256).convert("I;16")
    else:
        picture = drawn().convert(mode)
    kept = opened(clean(encoded(picture, "JPEG" if mode == "CMYK" else "PNG")).content)
    assert kept.mode == "RGB"
    assert kept.convert("L").getpixel((1390, 990)) > 150  # type: ignore[operator] # a grey pixel is a number


def test_the_same_picture_has_the_same_digest_and_another_has_another() -> None:
    """Equal pixels are recognised whatever the metadata says."""
    plain, tagged = encoded(drawn()), pages.with_exif(1)
    assert clean(plain).digest == clean(tagged).digest
    assert clean(plain).digest != clean(encoded(drawn((1400, 1001)))).digest


def test_a_small_and_a_blurred_photo_are_taken_with_advice() -> None:
    """Advice is given and nothing is blocked."""
    assert clean(encoded(drawn((700, 420)))).advice == ("small",)
    assert clean(encoded(drawn().filter(ImageFilter.GaussianBlur(6)))).advice == ("blurred",)


def test_a_huge_photo_is_kept_at_a_readable_size() -> None:
    """More than A4 at 300 dots an inch is scaled down."""
    assert max(opened(clean(encoded(drawn((6000, 4000)), quality=60)).content).size) == 3600


def test_what_hides_behind_a_picture_is_gone() -> None:
    """A picture with a ZIP or a script behind it is kept as pixels only."""
    seen = clean(encoded(drawn()) + b"PK\x03\x04<script>alert(1)</script>")
    assert b"PK\x03\x04" not in seen.content
    assert b"<script" not in seen.content


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b"hello, this is text", "wrong_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "wrong_type"),
        (encoded(drawn((80, 80)), "GIF"), "wrong_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "word_document"),
        (b"PK\x03\x04\x14\0\0\0\0\0" + b"\0" * 16 + b"\x13\0\0\0[Content_Types].xml word/", "word_document"),
        (b"PK\x03\x04\x14\0\0\0\0\0" + b"\0" * 600, "archive"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 600, "video"),
        (b"MZ" + b"\0" * 100 + b"%PDF-1.7", "mixed_file"),
        (b"<html>" + pdf(), "mixed_file"),
        (encoded(drawn())[:20_000], "truncated"),
        (encoded(drawn(), "PNG")[:3_000], "truncated"),
        (encoded(drawn())[:300], "truncated"),
        (b"\xff\xd8\xff\xe0" + b"\x01" * 4_000, "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 400, "damaged"),
        (pages.HEIC.read_bytes()[:1_200], "damaged"),
        (pages.png_bomb(), "too_many_pixels"),
        (pages.png_bomb(9_000, 8_000), "too_many_pixels"),
        (pdf(pages.runs_script), "active_pdf"),
        (pdf(pages.names_script), "active_pdf"),
        (pdf(pages.launches), "active_pdf"),
        (pdf(pages.acts_on_page), "active_pdf"),
        (pdf(pages.carries_file), "attachment_pdf"),
        (pdf(pages.nests_deeply), "too_complex"),
        (pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "encrypted_pdf"),
        (pdf(encryption=pikepdf.Encryption(owner="o", user="")), "encrypted_pdf"),
        (pdf(pages=21), "too_many_pages"),
        (pdf()[:400], "truncated"),
        (b"%PDF-1.7\n" + b"\0" * 500 + b"%%EOF", "damaged"),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_why(content: bytes, problem: str) -> None:
    """Wrong, broken, locked, active and exploding files each have their own code."""
    assert refusal(content) == problem


def test_an_ordinary_pdf_is_counted_and_written_anew() -> None:
    """Pages are counted; the author, and what stood behind the end, are gone; links may stay."""
    content = pdf(pages.names_its_author, pages=3) + b"PK\x03\x04" + CANARY.encode()
    seen = clean(content)
    assert (seen.media_type, seen.sheets) == ("application/pdf", 3)
    assert CANARY.encode() not in seen.content
    with pikepdf.open(io.BytesIO(seen.content)) as kept:
        assert len(kept.pages) == 3
        assert "/Metadata" not in kept.Root
    assert clean(content).digest == hashlib.sha256(seen.content).hexdigest()
    assert clean(pdf(pages.opens_at_page)).sheets == 2


async def test_a_page_is_kept_sealed_and_nothing_else_stays(uploads: Uploads) -> None:
    """After a file is taken in, the store holds the sealed page and its small picture, and no staged file."""
    taken = await uploads.receive(streamed(encoded(drawn())), "租房合同.jpg", Folder())
    page = taken.page
    assert isinstance(page, Page)
    keys = {page_object("a1", page.page_id), thumbnail_object("a1", page.page_id)}
    assert {key for key, _ in uploads.files.list()} == keys
    for key in keys:
        assert opened(uploads.files.open_sealed_bytes(key, Folder().data_key)).format == "JPEG"


async def test_too_big_a_file_is_answered_without_reading_on(uploads: Uploads) -> None:
    """The stream is left where the limit was passed."""
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"\xff\xd8\xff" * 20_000

    taken = await uploads.receive(endless(), "a.jpg", Folder())
    assert (taken.problem, taken.details) == ("too_big", {"limit_mb": 2})
    assert read < 100
    assert list(uploads.files.list()) == []


async def test_a_stream_that_breaks_raises_its_own_error_and_leaves_nothing(uploads: Uploads) -> None:
    """A line that breaks half way leaves no staged file behind."""

    async def breaking() -> AsyncIterator[bytes]:
        yield b"\xff\xd8\xff" * 20_000
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await uploads.receive(breaking(), "a.jpg", Folder())
    assert [key for key, _ in uploads.files.list(STAGED)] == []


async def test_without_an_application_in_hand_a_file_waits(uploads: Uploads) -> None:
    """At the menu a file is answered with what to do first."""
    assert await uploads.receive(streamed(b"x"), "a.jpg", None) == ReceivedFile("a.jpg", problem="not_now")


def worker_id(uploads: Uploads) -> int:
    """The process that looks at files."""
    process = uploads.workers[0].process_id
    assert process is not None
    return process


async def test_a_worker_that_is_killed_costs_one_file_and_the_next_works(uploads: Uploads) -> None:
    """Killing the process that looks at a file gives a named problem; the next file is taken."""
    process = worker_id(uploads)
    os.kill(process, signal.SIGSTOP)
    waiting = asyncio.create_task(uploads.receive(streamed(encoded(drawn())), "a.jpg", Folder()))
    await asyncio.sleep(0.3)
    os.kill(process, signal.SIGKILL)
    assert (await waiting).problem == "could_not_read"
    assert (await uploads.receive(streamed(encoded(drawn())), "b.jpg", Folder())).page is not None


async def test_a_worker_that_hangs_is_given_up_and_the_loop_stays_free() -> None:
    """A file that takes too long is given up in time, and the service answers others meanwhile."""
    uploads = Uploads(FileStore.open("memory:"), Materials(worker_seconds=5))
    await uploads.start()
    try:
        os.kill(worker_id(uploads), signal.SIGSTOP)
        waiting = asyncio.create_task(uploads.receive(streamed(encoded(drawn())), "a.jpg", Folder()))
        others_served = 0
        while not waiting.done():
            await asyncio.sleep(0.01)
            others_served += 1
        assert waiting.result().problem == "could_not_read"
        assert others_served > 10
        assert (await uploads.receive(streamed(encoded(drawn())), "b.jpg", Folder())).page is not None
    finally:
        await uploads.close()


async def test_a_file_that_comes_while_the_worker_begins_waits_for_it() -> None:
    """The service need not wait: there is one worker, begun once, and it takes the file up when it is there."""
    uploads = Uploads(FileStore.open("memory:"), Materials(workers=1))
    uploads.begin()
    try:
        assert (await uploads.receive(streamed(encoded(drawn())), "a.jpg", Folder())).page is not None
        process = worker_id(uploads)
        assert (await uploads.receive(streamed(encoded(drawn())), "b.jpg", Folder())).page is not None
        assert worker_id(uploads) == process
    finally:
        await uploads.close()


async def test_a_service_that_ends_while_the_worker_begins_leaves_none_behind() -> None:
    """Told to stop at its very start, it ends at once and the process with it."""
    uploads = Uploads(FileStore.open("memory:"), Materials(workers=1))
    uploads.begin()
    await asyncio.sleep(0.05)
    await asyncio.wait_for(uploads.close(), 10)
    assert uploads.workers[0].process_id is None


async def test_the_worker_cannot_outgrow_its_memory() -> None:
    """A file that wants more memory than allowed is a named problem, not a dead service."""
    uploads = Uploads(FileStore.open("memory:"), Materials(worker_megabytes=256, max_bytes=64 * 1024 * 1024))
    await uploads.start()
    try:
        large = encoded(drawn((7000, 7000)), "PNG", compress_level=1)
        assert (await uploads.receive(streamed(large), "a.png", Folder())).problem == "could_not_read"
        assert (await uploads.receive(streamed(encoded(drawn())), "b.jpg", Folder())).page is not None
    finally:
        await uploads.close()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\王\\合同.pdf", "合同.pdf"),
        ("a\x00b\n\u202ec.jpg", "abc.jpg"),
        ("", ""),
        ("长" * 100 + ".jpg", "长" * 51 + "…" + "长" * 4 + ".jpg"),
    ],
)
def test_a_file_name_is_only_ever_shown(name: str, shown: str) -> None:
    """Names lose their folders and what does not print, and are cut."""
    assert short_name(name) == shown
