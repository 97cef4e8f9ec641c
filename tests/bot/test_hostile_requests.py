"""Requests no browser of ours sends: they are refused, cost little, and leave nothing of their contents behind."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import os
import signal
import socket
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer

from bot.serve import IDLE_SECONDS
from bot.web import turn_request, turns
from bot.web.events import MOST_OF_ACCOUNT
from bot.wiring import Service, make_app
from tests.bot.conftest import Opener
from tests.bot.pages import drawn, encoded
from tests.bot.test_commands import said_until, started
from tests.bot.visitor import Visitor

CANARY = "331126000000007777"
FORM = "multipart/form-data; boundary=b"


def field(name: str, value: str, filename: str = "") -> bytes:
    """One part of a form with the boundary `b`."""
    file = f'; filename="{filename}"' if filename else ""
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{value}\r\n'.encode()


def jar(visitor: Visitor) -> str:
    """A browser's cookies as it sends them."""
    return "; ".join(f"{one.key}={one.value}" for one in visitor.client.session.cookie_jar)


async def said_raw(visitor: Visitor, *pieces: bytes, wait: float = 0.0) -> bytes:
    """Raw pieces over a connection of their own; the beginning of what comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", visitor.client.server.port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(wait)
    answer = await asyncio.wait_for(reader.read(2000), 10)
    writer.close()
    return answer


def headed(visitor: Visitor, kind: str, length: int) -> bytes:
    """The head of a turn's request."""
    head = ("POST /chat/turns HTTP/1.1", "Host: x", f"Cookie: {jar(visitor)}", f"Content-Type: {kind}")
    return "\r\n".join([*head, f"Content-Length: {length}", "", ""]).encode()


async def test_a_turn_id_that_arrives_in_two_pieces_is_one(visit: Opener) -> None:
    """A slow line may cut a form anywhere, in the middle of the number too."""
    visitor = await visit()
    await visitor.turn(text="你好")
    form = field("turn_id", str(uuid.uuid4())) + field("file", "x", "a.jpg") + b"--b--\r\n"
    cut = form.index(b"\r\n\r\n") + 14
    answer = await said_raw(visitor, headed(visitor, FORM, len(form)), form[:cut], form[cut:], wait=0.2)
    assert answer.startswith(b"HTTP/1.1 200")


async def test_a_form_of_very_many_parts_is_refused_at_once(visit: Opener) -> None:
    """Reading a hundred thousand parts would keep everybody else waiting."""
    visitor = await visit()
    body = field("x", "1") * 20_000 + b"--b--\r\n"
    answer = await visitor.client.post("/chat/turns", data=body, headers={"Content-Type": FORM})
    assert answer.status == 413


@pytest.mark.parametrize("head", [b"X: " + b"a" * 200_000, b"".join(b"X%d: a\r\n" % i for i in range(5000))])
async def test_a_part_with_hostile_headers_is_a_broken_upload(visit: Opener, head: bytes) -> None:
    """Headers without end or number are the sender's fault, not ours."""
    visitor = await visit()
    body = b"--b\r\n" + head + b"\r\n\r\n1\r\n--b--\r\n"
    answer = await visitor.client.post("/chat/turns", data=body, headers={"Content-Type": FORM})
    assert answer.status == 400


async def test_a_form_in_a_form_is_refused(visit: Opener) -> None:
    """Nothing of ours nests them, and skipping one reads without end."""
    visitor = await visit()
    body = b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\n1\r\n--c--\r\n--b--\r\n"
    answer = await visitor.client.post("/chat/turns", data=body, headers={"Content-Type": FORM})
    assert answer.status == 400


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
async def test_a_packed_request_is_refused(visit: Opener, packing: str) -> None:
    """A small packed body may unpack to gigabytes."""
    visitor = await visit()
    body = gzip.compress(json.dumps({"turn_id": str(uuid.uuid4()), "text": "a" * 100_000}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": packing}
    answer = await visitor.client.post("/chat/turns", data=body, headers=headers)
    assert answer.status == 415


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "//", "null"])
async def test_an_origin_that_is_no_address_is_another_site(visit: Opener, origin: str) -> None:
    """What cannot be read is not ours."""
    visitor = await visit()
    answer = await visitor.post({"turn_id": str(uuid.uuid4()), "text": "x"}, Origin=origin)
    assert answer.status == 403


@pytest.mark.parametrize("where", ["/desk", "/upload", "/chat/history", "/chat/export", "/"])
async def test_a_cookie_of_bytes_that_are_no_text_is_nobodys(visit: Opener, where: str) -> None:
    """Such a session is unknown, like any other made up."""
    visitor = await visit()
    await visitor.turn(text="你好")
    cookies = b"desk_session=\xff\xfe; hurentong=\xff\xfe; hurentong_upload=\xff\xfe"
    answer = await said_raw(
        visitor, b"GET " + where.encode() + b" HTTP/1.1\r\nHost: x\r\nCookie: " + cookies + b"\r\n\r\n"
    )
    assert int(answer.split()[1]) < 500


async def test_who_sends_a_turn_drop_by_drop_is_let_go(visit: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that never ends holds its connection only so long, JSON, form and file alike."""
    monkeypatch.setattr(turn_request, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.3)
    visitor = await visit()
    await visitor.reach("materials")
    begun = field("turn_id", str(uuid.uuid4())) + field("file", "x" * 500, "a.jpg")[:-2]
    for kind, piece in (("application/json", b'{"turn'), (FORM, b"--b\r\nContent"), (FORM, begun)):
        answer = await said_raw(visitor, headed(visitor, kind, 9_000), piece)
        assert answer.startswith(b"HTTP/1.1 408"), (kind, answer[:40])


async def test_a_file_that_comes_too_slowly_is_given_up(visit: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Always a few bytes before patience ends: the pace counts too."""
    monkeypatch.setattr(turns, "SLOW_AFTER_SECONDS", 0.3)
    visitor = await visit()
    await visitor.reach("materials")
    begun = field("turn_id", str(uuid.uuid4())) + field("file", "x", "a.jpg")[:-2]
    drops = [b"x" * 40 for _ in range(12)]
    answer = await said_raw(visitor, headed(visitor, FORM, 90_000), begun, *drops, wait=0.05)
    assert answer.startswith(b"HTTP/1.1 408")


async def test_files_nobody_asked_for_are_not_read_without_end(visit: Opener, service: Service) -> None:
    """Outside the materials' step a file is passed over, but not one larger than any file may be."""
    visitor = await visit()
    await visitor.turn(text="你好")

    async def endless() -> object:
        yield field("turn_id", str(uuid.uuid4())) + field("file", "x", "a.jpg")[:-2]
        for _ in range(200):
            yield b"x" * (1 << 20)
            sent.append(1)

    sent: list[int] = []
    most = service.settings.materials.max_bytes >> 20
    answer = await visitor.client.post("/chat/turns", data=endless(), headers={"Content-Type": FORM})
    assert answer.status == 200
    assert len(sent) < most + 30


async def test_one_session_sends_only_a_few_files_at_once(visit: Opener) -> None:
    """The fifth upload at the same moment is asked to wait; another person's is taken."""
    visitor, other = await visit(), await visit()
    await visitor.reach("materials")
    await other.reach("materials")
    begun = field("turn_id", str(uuid.uuid4())) + field("file", "x" * 100, "a.jpg")[:-2]
    held = []
    for _ in range(turns.MOST_SENDING):
        reader, writer = await asyncio.open_connection("127.0.0.1", visitor.client.server.port)
        writer.write(headed(visitor, FORM, 90_000) + begun)
        await writer.drain()
        held.append((reader, writer))
    await asyncio.sleep(0.3)
    page = encoded(drawn(), "JPEG")
    await visitor.send(page, status=429)
    await other.send(page)
    for _, writer in held:
        writer.close()
    await asyncio.sleep(0.3)
    await visitor.send(page)


async def test_streams_of_one_account_are_few_and_the_newest_stays(visit: Opener) -> None:
    """Open tabs beyond a handful end the oldest, so that one browser cannot hold every connection."""
    visitor = await visit()
    await visitor.turn(text="你好")
    opened = [await visitor.client.get("/chat/events") for _ in range(MOST_OF_ACCOUNT + 3)]
    for stream in opened[:3]:
        await asyncio.wait_for(stream.content.read(), 5)  # ends
    for stream in opened[3:]:
        await stream.content.readuntil(b"\n\n")
        with pytest.raises(TimeoutError):  # still open, with nothing to say
            await asyncio.wait_for(stream.content.read(), 0.02)
    for stream in opened:
        stream.close()


async def test_ten_telephones_behind_one_address_are_all_served(service: Service) -> None:
    """A workers' hostel has one address; each telephone talks, listens and asks its history at its own pace."""
    server = TestServer(make_app(service))
    await server.start_server()

    async def one() -> list[int]:
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as phone:
            seen = []
            stream = await phone.get(server.make_url("/chat/events"))
            for _ in range(15):
                turn = {"turn_id": str(uuid.uuid4()), "text": "要带什么材料"}
                seen.append((await phone.post(server.make_url("/chat/turns"), json=turn)).status)
                seen.append((await phone.get(server.make_url("/chat/history"))).status)
            stream.close()
            return seen

    seen = await asyncio.gather(*(one() for _ in range(10)))
    assert {status for statuses in seen for status in statuses} == {200}
    await server.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Path, int, list[str]]]:
    """A service as it is started for real under a careless umask; its folder, port, and at the end its log."""
    careless = os.umask(0o022)
    (tmp_path / "data").mkdir(mode=0o755)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    process = started(tmp_path, "serve", HURENTONG_PORT=str(port))
    said_until(process, "desk")
    log: list[str] = []
    yield tmp_path, port, log
    process.send_signal(signal.SIGTERM)
    out, errors = process.communicate(timeout=20)
    os.umask(careless)
    assert CANARY not in out + errors
    assert "Traceback" not in errors


async def test_a_served_folder_is_its_owners_alone_and_its_log_quotes_nothing(
    house: tuple[Path, int, list[str]],
) -> None:
    """Malformed requests with an ID number in them leave none of it in the log; no file is open to others."""
    folder, port, _ = house
    canary = CANARY.encode()
    hostile = (
        b"GET / HTTP/1.1\r\nHost: x\r\nBad Header " + canary + b": \0\r\n\r\n",
        b"GET /" + canary + b" \0 HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET http://[" + canary + b"/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + canary * 2000 + b"\r\n\r\n",
        b"POST /chat/turns HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
        b"Content-Length: 18\r\n\r\n" + canary,
    )
    for request in hostile:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        assert b" 4" in (await asyncio.wait_for(reader.read(500), 10))[:12]
        writer.close()
    async with ClientSession() as browser:
        turn = {"turn_id": str(uuid.uuid4()), "text": CANARY}
        assert (await browser.post(f"http://127.0.0.1:{port}/chat/turns", json=turn)).status == 200
    open_to_others = [
        str(place)
        for place in (folder / "data").rglob("*")
        if stat.S_IMODE(place.stat().st_mode) & 0o077 and not place.is_dir()
    ]
    assert open_to_others == []
    assert (folder / "data" / "hurentong.db").exists()


def test_an_idle_connection_does_not_stay_for_an_hour() -> None:
    """The library's own limit would let one machine hold every connection with nothing."""
    assert IDLE_SECONDS <= 120


def test_the_log_of_a_fault_is_its_type_and_place(caplog: pytest.LogCaptureFixture) -> None:
    """An exception's own words may quote somebody; the line that remains does not."""
    from bot.serve import without_contents

    logger = logging.getLogger("aiohttp.server")
    caplog.handler.addFilter(without_contents)
    try:
        raise ValueError(CANARY)
    except ValueError:
        logger.exception("Error handling request from %s", CANARY)
    finally:
        caplog.handler.removeFilter(without_contents)
    assert CANARY not in caplog.text
    assert "ValueError at test_hostile_requests.py" in caplog.text
