"""The protocol of the web chat: turns, repeats, sessions, and what cannot be taken."""

from __future__ import annotations

import asyncio
import io
import json
import uuid
from typing import Any

import aiohttp
import pytest

from bot.settings import Limits, Materials, Settings
from bot.web.problems import sentences
from bot.wiring import Service, make_app
from tests.bot.conftest import Opener
from tests.bot.pages import drawn, encoded


async def test_a_client_may_post_first_and_gets_its_session(visit: Opener) -> None:
    """Without any cookie, the first turn is answered and sets one for the turns to come."""
    visitor = await visit()
    answer = await visitor.post({"turn_id": str(uuid.uuid4()), "text": ""})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert (await answer.json())["state"] == "menu"
    await visitor.turn(choice="start")
    assert "Set-Cookie" not in (await visitor.post({"turn_id": str(uuid.uuid4()), "text": "进度"})).headers


async def test_a_reply_has_exactly_the_protocols_shape(visit: Opener) -> None:
    """Names and types of a reply are those of docs/protocol.md."""
    visitor = await visit()
    reply = await visitor.turn(text="")
    assert set(reply) == {"state", "asks", "stage", "progress", "says"}
    assert set(reply["progress"]) == {"done", "of"}
    for say in reply["says"]:
        assert set(say) == {"text", "choices", "wants_file", "picture", "document"}
        assert all(set(choice) == {"value", "label"} for choice in say["choices"])


async def test_the_same_turn_again_gets_the_same_bytes_and_acts_once(visit: Opener) -> None:
    """A repeated turn_id is answered from what was stored."""
    visitor = await visit()
    await visitor.turn(text="")
    body = {"turn_id": str(uuid.uuid4()), "choice": "start"}
    first = await (await visitor.post(body)).read()
    await visitor.turn(choice="agree")
    assert await (await visitor.post(body)).read() == first
    assert len(await visitor.history()) == 3


async def test_a_turn_sent_twice_at_once_acts_once(visit: Opener) -> None:
    """Two copies of one turn on two connections give one answer and one entry."""
    visitor = await visit()
    await visitor.turn(text="")
    body = {"turn_id": str(uuid.uuid4()), "choice": "start"}
    answers = await asyncio.gather(*(visitor.post(body) for _ in range(4)))
    assert len({await answer.read() for answer in answers}) == 1
    assert len(await visitor.history()) == 2


async def test_an_upper_case_turn_id_is_the_same_turn(visit: Opener) -> None:
    """A UUID is one number in either spelling."""
    visitor = await visit()
    turn_id = str(uuid.uuid4())
    first = await visitor.turn(turn_id=turn_id, text="")
    assert await visitor.turn(turn_id=turn_id.upper(), text="你好") == first


async def test_an_unknown_cookie_is_replaced_and_the_turn_taken(visit: Opener) -> None:
    """A session that has ended costs the applicant nothing but the old chat."""
    visitor = await visit()
    answer = await visitor.post({"turn_id": str(uuid.uuid4()), "text": ""}, Cookie="hurentong=" + "x" * 43)
    assert answer.status == 200
    assert "hurentong=" in answer.headers["Set-Cookie"]


ID = "0b0e3f0c-9a3c-4e4a-8a39-3d4a2a1f0c11"


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        (b"{", 400, "not_json"),
        (b"[]", 400, "not_json"),
        (b"null", 400, "not_json"),
        (b'{"turn_id": "' + ID.encode() + b'", "text": "\xff\xfe"}', 400, "not_json"),
        (b'{"turn_id": "' + ID.encode() + b'", "text": "\\ud800"}', 400, "not_json"),
        (b'{"turn_id": "' + ID.encode() + b'", "text": ' + b"[" * 20_000 + b"}", 400, "not_json"),
        (json.dumps({"text": "你好"}).encode(), 400, "no_turn_id"),
        (json.dumps({"turn_id": None, "text": "你好"}).encode(), 400, "no_turn_id"),
        (json.dumps({"turn_id": "1", "text": "你好"}).encode(), 400, "bad_turn_id"),
        (json.dumps({"turn_id": 7, "text": "你好"}).encode(), 400, "bad_turn_id"),
        (json.dumps({"turn_id": "g" * 36, "text": "你好"}).encode(), 400, "bad_turn_id"),
        (json.dumps({"turn_id": ID}).encode(), 400, "nothing"),
        (json.dumps({"turn_id": ID, "text": "a", "choice": "b"}).encode(), 400, "both"),
        (json.dumps({"turn_id": ID, "text": ["a"]}).encode(), 400, "not_text"),
        (json.dumps({"turn_id": ID, "choice": {"a": 1}}).encode(), 400, "not_text"),
        (json.dumps({"turn_id": ID, "text": "长" * 4001}).encode(), 413, "too_long"),
        (json.dumps({"turn_id": ID, "text": "长" * 40_000}).encode(), 413, "too_long"),
        (json.dumps({"turn_id": ID, "choice": "c" * 201}).encode(), 400, "choice_too_long"),
    ],
)
async def test_what_cannot_be_taken_is_told_kindly_and_changes_nothing(
    visit: Opener, body: bytes, status: int, problem: str
) -> None:
    """Each wrong body has its own sentence in Chinese, a 4xx status, and no effect."""
    visitor = await visit()
    await visitor.turn(text="")
    answer = await visitor.client.post("/chat/turns", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status, await answer.json()) == (status, {"problem": sentences()[problem]})
    assert len(await visitor.history()) == 1


async def test_a_text_of_4000_characters_is_taken(visit: Opener) -> None:
    """The limit itself is inside."""
    await (await visit()).turn(text="长" * 4000)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "image/jpeg", ""])
async def test_another_content_type_is_refused(visit: Opener, content_type: str) -> None:
    """Only JSON and forms with files are turns."""
    answer = await (await visit()).client.post("/chat/turns", data=b"x", headers={"Content-Type": content_type})
    assert answer.status == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_turn_from_another_site_is_refused(visit: Opener, headers: dict[str, str]) -> None:
    """A page elsewhere cannot speak for the applicant."""
    answer = await (await visit()).post({"turn_id": ID, "text": ""}, **headers)
    assert (answer.status, await answer.json()) == (403, {"problem": sentences()["other_site"]})


async def test_our_own_page_and_plain_clients_are_let_in(visit: Opener) -> None:
    """Same origin, typed address, and programs that send no origin are fine."""
    visitor = await visit()
    origin = str(visitor.client.make_url("/")).rstrip("/")
    for headers in ({"Origin": origin}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}):
        assert (await visitor.post({"turn_id": str(uuid.uuid4()), "text": ""}, **headers)).status == 200


class TestPace:
    """Who sends too fast waits; nobody else does."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Three turns a minute."""
        return settings.model_copy(update={"limits": Limits(turns_per_minute=3)})

    async def test_one_browser_too_fast_waits_and_another_does_not(self, visit: Opener) -> None:
        """The fourth turn within a moment is told when to come back; another applicant notices nothing."""
        fast, other = await visit(), await visit()
        for _ in range(3):
            await fast.turn(text="")
        answer = await fast.post({"turn_id": str(uuid.uuid4()), "text": ""})
        assert (answer.status, answer.headers["Retry-After"]) == (429, "5")
        await other.turn(text="")


async def test_before_everything_is_loaded_a_turn_is_asked_to_come_back(settings: Settings) -> None:
    """While the service starts it is alive, not ready, and takes no turn."""
    from aiohttp.test_utils import TestClient, TestServer

    service = Service(settings)
    async with TestClient(TestServer(make_app(service))) as client:
        assert (await client.get("/healthz")).status == 200
        assert (await client.get("/readyz")).status == 503
        answer = await client.post("/chat/turns", json={"turn_id": ID, "text": ""})
        assert (answer.status, await answer.json()) == (503, {"problem": sentences()["starting"]})
    await service.close()


class TestFiles:
    """Files in a turn."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Small limits, so that the tests send little."""
        return settings.model_copy(update={"materials": Materials(max_bytes=1024 * 1024, max_pages=3)})

    async def test_several_pages_in_one_turn_are_taken_once(self, visit: Opener) -> None:
        """Two pictures in one turn become two pages; the turn again changes nothing."""
        visitor = await visit()
        await visitor.reach("materials")
        turn_id, files = str(uuid.uuid4()), (encoded(drawn()), encoded(drawn((1300, 1000))))
        first = await visitor.send(*files, turn_id=turn_id)
        assert "2" in visitor.words
        assert await visitor.send(*files, turn_id=turn_id) == first
        assert (await visitor.history())[-1]["said"]["files"] == ["0.jpg", "1.jpg"]

    async def test_a_hostile_file_changes_nothing_and_the_question_stands(self, visit: Opener) -> None:
        """A file that is no picture is answered in words; the next one is taken."""
        visitor = await visit()
        await visitor.reach("materials")
        reply = await visitor.send(b"MZ this is a program")
        assert reply["asks"] == "materials"
        assert "不是照片" in visitor.words
        await visitor.send(encoded(drawn()))
        assert "收到 1 张" in visitor.words

    async def test_a_file_over_the_limit_is_answered(self, visit: Opener) -> None:
        """Too big a file is told so, in the chat."""
        visitor = await visit()
        await visitor.reach("materials")
        await visitor.send(b"\xff\xd8\xff" * 500_000)
        assert "1 MB" in visitor.words

    async def test_a_huge_request_is_refused_before_it_is_read(self, visit: Opener) -> None:
        """A body larger than any turn may be is answered at once."""
        visitor = await visit()
        answer = await visitor.client.post(
            "/chat/turns",
            data=b"x" * 100,
            headers={"Content-Type": "multipart/form-data; boundary=b", "Content-Length": "99999999999"},
            skip_auto_headers=["Content-Length"],
        )
        assert answer.status == 413

    async def test_a_file_at_the_menu_is_told_what_comes_first(self, visit: Opener) -> None:
        """Before the uploads are asked for, a file is not kept."""
        visitor = await visit()
        await visitor.turn(text="")
        reply = await visitor.send(encoded(drawn()))
        assert reply["state"] == "menu"

    @pytest.mark.parametrize(
        ("parts", "status", "problem"),
        [
            ([("file", b"x")], 400, "no_turn_id"),
            ([("turn_id", ID.encode())], 400, "no_file"),
            ([("turn_id", b"nonsense"), ("file", b"x")], 400, "bad_turn_id"),
            ([("turn_id", b"n" * 9000), ("file", b"x")], 413, "too_large"),
            ([("turn_id", ID.encode())] + [("file", b"x")] * 4, 400, "too_many_files"),
        ],
    )
    async def test_a_wrong_form_is_refused(
        self, visit: Opener, parts: list[tuple[str, bytes]], status: int, problem: str
    ) -> None:
        """A form without its turn, without a file, or with too many changes nothing."""
        visitor = await visit()
        await visitor.reach("materials")
        before = len(await visitor.history())
        form = aiohttp.FormData(default_to_multipart=True)
        for name, content in parts:
            if name == "file":
                form.add_field(name, io.BytesIO(content), filename="a.jpg")
            else:
                form.add_field(name, content.decode())
        answer = await visitor.client.post("/chat/turns", data=form)
        assert answer.status == status
        assert (await answer.json())["problem"][:6] == sentences()[problem][:6]
        assert len(await visitor.history()) == before

    @pytest.mark.parametrize("body", [b"", b"--b", b"nonsense", b"--b\r\nContent-Disposition: form-data\r\n\r\nx"])
    async def test_a_broken_form_is_refused(self, visit: Opener, body: bytes) -> None:
        """Half a form, or none, is told to be sent again."""
        visitor = await visit()
        for content_type in ("multipart/form-data; boundary=b", "multipart/form-data"):
            answer = await visitor.client.post("/chat/turns", data=body, headers={"Content-Type": content_type})
            assert answer.status == 400, await answer.text()

    async def test_nobody_elses_page_can_be_seen(self, visit: Opener, service: Service) -> None:
        """A page is shown to its own account; to everybody else it does not exist, like one that never was."""
        owner, stranger, nobody = await visit(), await visit(), await visit()
        await owner.reach("materials")
        await owner.send(encoded(drawn()))
        await stranger.turn(text="")
        page_id = next(key for key, _ in service.files.list("pages/")).rpartition("/")[2]
        for suffix in ("", "?whole=1"):
            mine = await owner.client.get(f"/chat/pages/{page_id}{suffix}")
            assert (mine.status, mine.content_type, mine.headers["Cache-Control"]) == (200, "image/jpeg", "no-store")
            assert (await mine.read()).startswith(b"\xff\xd8\xff")
            other = await stranger.client.get(f"/chat/pages/{page_id}{suffix}")
            missing = await stranger.client.get(f"/chat/pages/{uuid.uuid4()}{suffix}")
            assert (other.status, await other.read()) == (missing.status, await missing.read())
            assert other.status == 404
            assert (await nobody.client.get(f"/chat/pages/{page_id}{suffix}")).status == 404

    async def test_nothing_said_or_sent_lies_in_the_clear(self, visit: Opener, settings: Settings) -> None:
        """No file of the data folder holds the applicant's words or picture in the clear."""
        visitor = await visit()
        await visitor.reach("materials")
        picture = encoded(drawn())
        await visitor.send(picture)
        from tests.bot.visitor import AN_APPLICANT

        for path in settings.data_dir.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                assert picture[200:300] not in content, path
                assert not any(canary.encode() in content for canary in AN_APPLICANT.canaries), path


async def test_a_fault_of_ours_says_so_and_tells_the_log_no_words(
    visit: Opener, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    """If a part of the service breaks, the applicant hears it kindly and the log quotes nothing."""

    class Broken:
        async def take_turn(self, *_: Any) -> bytes:
            raise RuntimeError("秘密 33112620001010999X")

        async def open_session(self, _: Any) -> str:
            return "t" * 43

    service.reception = Broken()  # type: ignore[assignment] # a reception that fails, nothing more
    answer = await (await visit()).post({"turn_id": ID, "text": "秘密"})
    assert (answer.status, await answer.json()) == (500, {"problem": sentences()["broken"]})
    assert "RuntimeError" in caplog.text
    assert "秘密" not in caplog.text


async def test_two_applicants_never_see_each_other(visit: Opener) -> None:
    """History, copy and progress belong to one browser."""
    one, two = await visit(), await visit()
    await one.reach("ground")
    await two.turn(text="")
    assert len(await two.history()) == 1
    copy = await (await two.client.get("/chat/export")).text()
    assert "温岭" not in copy
    assert "温岭" in await (await one.client.get("/chat/export")).text()
