"""The process that reads: right on a small sample, bounded in memory and time, without network, and replaceable."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bot.reading_pictures.papers import Paper, names, numbers, terms
from bot.reading_pictures.worker import Outcome, Trouble, Wanted, Worker, is_available
from tests.bot.reading_pictures.campaign import MEGABYTES, TODAY, Score, compare, taken
from tests.bot.reading_pictures.made.camera import Shot, jpeg, photograph
from tests.bot.reading_pictures.made.people import holder
from tests.bot.reading_pictures.made.sheets import lease

pytestmark = pytest.mark.xdist_group("reading")


@pytest.fixture(scope="module")
def worker() -> object:
    """One process for all of this module."""
    opened = Worker(MEGABYTES, 60.0)
    yield opened
    opened.close()


def test_a_sample_of_bad_photos_is_read_without_a_wrong_number_and_within_bounds(worker: Worker) -> None:
    """Turned, dark, tilted, blurred, a card and a permit; `make campaign-ocr` has the figures of hundreds."""
    score = Score()
    for seed in (0, 5):
        who, _, content, is_permit = taken(seed)
        outcome = worker.ask(Wanted.CARD, content, TODAY)
        assert outcome.card is not None
        assert compare(score, outcome.card, who, is_permit=is_permit) == []
    told = Path(f"/proc/{worker.process_id}/status").read_text()
    assert int(told.split("VmHWM:")[1].split()[0]) < 1024 * 1024


def test_a_lease_says_whose_it_is_where_and_how_long(worker: Worker) -> None:
    """The lines the desk compares with the form, of a sheet photographed askew."""
    who, start, end = holder(1), date(2026, 3, 1), date(2027, 2, 28)
    sheet = lease(who.name, who.number, "庆元县松源街道新建路12号3幢201室", start, end)
    photo = jpeg(photograph(sheet, Shot(angle=96, fills=0.9, quality=70), 1), 70)
    paper = worker.ask(Wanted.PAPER, photo, TODAY).paper
    assert paper is not None
    assert numbers(paper, TODAY) == [who.number]
    assert who.name in [name for name, _ in names(paper)]
    assert [(term.start, term.end) for term in terms(paper)] == [(start, end)]
    assert any("新建路12号3幢201室" in line for line in paper.lines)


def test_a_process_that_is_killed_is_replaced_by_the_next_picture(worker: Worker) -> None:
    """And what is no picture is named as such."""
    assert worker.ask(Wanted.CARD, b"no picture", TODAY) == Outcome(trouble=Trouble.NOT_A_PICTURE)
    first = worker.process_id
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert worker.ask(Wanted.PAPER, b"", TODAY).trouble in (Trouble.GAVE_UP, Trouble.NOT_A_PICTURE)
    assert worker.ask(Wanted.PAPER, b"", TODAY).trouble is Trouble.NOT_A_PICTURE
    assert worker.process_id not in (None, first)


def test_a_picture_that_takes_too_long_or_too_much_gets_its_own_answer() -> None:
    """The process is ended; a closed keeper answers as well."""
    hurried = Worker(MEGABYTES, 0.2)
    assert hurried.ask(Wanted.CARD, taken(0)[2], TODAY).trouble is Trouble.TOO_LONG
    assert hurried.process_id is None
    hurried.close()
    assert hurried.ask(Wanted.CARD, b"", TODAY).trouble is Trouble.GAVE_UP
    starved = Worker(480, 60.0)
    assert starved.ask(Wanted.CARD, taken(0)[2], TODAY).trouble in (Trouble.TOO_MUCH, Trouble.GAVE_UP)
    starved.close()


def test_nothing_is_fetched_and_nobody_is_called() -> None:
    """The models lie in the wheel: with every connection and every look-up refused, a picture is read all the same."""
    script = """
import sys
def refuse(event, _):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "socket.gethostby", "urllib")):
        raise SystemExit(f"called out: {event}")
sys.addaudithook(refuse)
from datetime import date
from bot.reading_pictures.eye import DETECTION, RECOGNITION, Eye
from bot.reading_pictures.look import look_at_paper, opened
from tests.bot.reading_pictures.made.camera import jpeg
from tests.bot.reading_pictures.made.sheets import sheet
assert DETECTION.is_file() and RECOGNITION.is_file()
print(look_at_paper(Eye(), opened(jpeg(sheet("房屋租赁合同", ["承租方：罗大勇"])))).lines)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "罗大勇" in done.stdout


def test_without_the_extra_everything_goes_by_typing(tmp_path: Path) -> None:
    """The engine hidden: the service starts, says nothing of photos, and an applicant types all the way."""
    script = f"""
import sys, asyncio
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("rapidocr", "onnxruntime", "cv2", "opencc", "numpy"):
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Hidden())
from bot.settings import Settings
from bot.wiring import Service, make_app
from bot.reading_pictures.worker import is_available
from aiohttp.test_utils import TestClient, TestServer
from pathlib import Path
from tests.bot.visitor import Visitor
async def main():
    assert not is_available()
    service = Service(Settings(data_dir=Path({str(tmp_path)!r}) / "data"))
    assert not service.rules.reads_pictures
    await service.start()
    server = TestServer(make_app(service))
    await server.start_server()
    async with TestClient(server) as client:
        visitor = Visitor(client)
        await visitor.reach("id_number")
        assert not any(say["wants_file"] for say in visitor.last["says"])
        assert "拍" not in visitor.words
        reply = await visitor.send(b"anything")
        assert "没有收下" in reply["says"][0]["text"] or "没有存" in reply["says"][0]["text"], reply
        while visitor.last["asks"] != "proofs":
            await visitor.answer(visitor.last["asks"])
        print("typed all the way")
    await service.close()
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "typed all the way" in done.stdout


def test_the_extra_is_installed_here() -> None:
    """`make test` installs it, so that reading is tested and not skipped."""
    assert is_available()
    assert Paper() == Paper(())
