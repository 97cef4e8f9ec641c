"""Signing by hand in the web chat, the form before and after, and papers that open for their own applicant alone."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from bot.papers.strokes import MOST_POINTS, MOST_STROKES, NoDrawing, TooLittle, read_drawing
from bot.web.problems import sentences
from bot.wiring import Service
from state_machine.signature import Signature, SignatureKind
from storage import cases, papers
from tests.bot.conftest import Opener
from tests.bot.pages import drawn, encoded
from tests.bot.papers import grid
from tests.bot.visitor import AN_APPLICANT, Visitor
from tests.storage.canary import found_in_clear

DRAWN = {"height": 350, "strokes": [[[60, 120], [180, 90], [300, 80], [260, 200]], [[420, 60], [560, 300], [900, 100]]]}
ONE = "/chat/papers/"


async def at_the_declaration(visit: Opener) -> Visitor:
    """An applicant asked for the signature."""
    visitor = await visit()
    await visitor.reach("materials")
    await visitor.send(encoded(drawn()))
    await visitor.turn(choice="done")
    while visitor.last["asks"] == "materials":
        await visitor.turn(choice="done")
    await visitor.turn(choice="confirm")
    assert visitor.last["asks"] == "declaration"
    return visitor


async def sign(visitor: Visitor, signature: object, turn_id: str | None = None) -> tuple[int, dict[str, Any]]:
    """One turn that is a drawn signature."""
    answer = await visitor.post({"turn_id": turn_id or str(uuid.uuid4()), "signature": signature})
    content: dict[str, Any] = await answer.json()
    if answer.status == 200:
        visitor.last = content
    return answer.status, content


async def status_of(visitor: Visitor, path: str) -> int:
    """What an address answers, its body read."""
    answer = await visitor.client.get(path)
    await answer.read()
    return answer.status


async def signatures(service: Service) -> list[Signature]:
    """Every signature there is."""
    keyring = service.archive.keyring

    def job(conn: Any) -> list[Signature]:
        found = [cases.load(conn, keyring, row[0]) for row in conn.exec_driver_sql("SELECT case_id FROM cases")]
        return [
            one
            for stored in found
            if stored
            for one in papers.signatures_of(conn, stored.record.application_id, stored.key)
        ]

    return await service.archive.read(job)


async def test_a_drawn_signature_submits_and_stands_on_the_form(visit: Opener, service: Service) -> None:
    """One turn; the receipt carries the form, drawn signature and all; the same turn again changes nothing."""
    visitor = await at_the_declaration(visit)
    turn = str(uuid.uuid4())
    status, first = await sign(visitor, DRAWN, turn)
    assert (status, first["state"]) == (200, "submitted")
    assert (await sign(visitor, DRAWN, turn))[1] == first
    (stored,) = await signatures(service)
    assert stored.kind is SignatureKind.DRAWN
    assert stored.drawing == read_drawing(DRAWN)
    assert stored.name == AN_APPLICANT.name
    assert len(stored.declaration_sha256) == 64
    form = first["says"][-1]["document"]
    answer = await visitor.client.get(form["href"])
    assert (answer.status, answer.content_type) == (200, "application/pdf")
    (page,) = grid.read(await answer.read())
    assert "手写电子签名" in page.text
    assert stored.declaration_sha256 in page.text.replace(" ", "")
    assert len(page.strokes) == 2
    assert (await visitor.history())[-1]["said"]["choice"] == "signature"


async def test_a_typed_name_is_a_signature_with_time_and_hash(visit: Opener, service: Service) -> None:
    """The way without drawing: the same record, and the name on the line."""
    visitor = await at_the_declaration(visit)
    await visitor.turn(text=AN_APPLICANT.name)
    assert visitor.last["state"] == "submitted"
    (stored,) = await signatures(service)
    assert stored.kind is SignatureKind.TYPED
    assert stored.drawing is None
    answer = await visitor.client.get(visitor.last["says"][-1]["document"]["href"])
    (page,) = grid.read(await answer.read())
    assert f"申请人签名:{AN_APPLICANT.name}" in page.text.replace(" ", "")


async def test_the_form_is_looked_at_before_it_is_signed(visit: Opener, service: Service) -> None:
    """The question links to it; it is a preview with every answer, no number, no signature, and is not kept."""
    visitor = await at_the_declaration(visit)
    link = visitor.last["says"][-1]["document"]
    assert link["href"] == "/chat/form.pdf"
    answer = await visitor.client.get(link["href"])
    assert answer.status == 200
    assert "inline" in answer.headers["Content-Disposition"]
    (page,) = grid.read(await answer.read())
    assert "预览，还没有提交" in page.text
    assert AN_APPLICANT.name in page.text
    assert "SHA-256" not in page.text
    assert [key for key, _ in service.files.list("papers/")] == []


async def test_before_the_declaration_a_signature_signs_nothing(visit: Opener, service: Service) -> None:
    """It is said kindly, the question stands, nothing is handed in."""
    visitor = await visit()
    await visitor.reach("name")
    status, reply = await sign(visitor, DRAWN)
    assert status == 200
    assert "现在还不用签名" in reply["says"][0]["text"]
    assert reply["asks"] == "name"
    assert await signatures(service) == []


async def test_papers_of_another_and_forms_of_nobody_do_not_exist(visit: Opener) -> None:
    """Another browser, no browser, no such paper: all the same answer."""
    visitor, stranger = await at_the_declaration(visit), await visit()
    await visitor.turn(text=AN_APPLICANT.name)
    href = visitor.last["says"][-1]["document"]["href"]
    await stranger.turn(text="")
    for path in (href, f"{ONE}{'0' * 32}", f"{ONE}x", "/chat/papers/%2e%2e"):
        assert await status_of(stranger, path) == 404
    assert await status_of(stranger, "/chat/form.pdf") == 404
    assert await status_of(visitor, href) == 200


async def test_status_brings_the_papers_again(visit: Opener) -> None:
    """进度 lists what there is on paper."""
    visitor = await at_the_declaration(visit)
    await visitor.turn(text=AN_APPLICANT.name)
    await visitor.turn(text="进度")
    found = [say["document"] for say in visitor.last["says"] if say["document"]]
    assert [document["label"] for document in found] == ["申请表（PDF）"]


async def test_strokes_lie_nowhere_in_the_clear(visit: Opener, service: Service) -> None:
    """A signature is as personal as a number."""
    visitor = await at_the_declaration(visit)
    strange = {"height": 350, "strokes": [[[61, 127], [733, 211], [347, 89]]]}
    await sign(visitor, strange)
    assert found_in_clear([service.settings.data_dir], ["[61,127]", "61,127", "[[61, 127]"]) == []


@pytest.mark.parametrize(
    "given",
    [
        "x",
        [],
        {},
        {"height": 350},
        {"height": 350, "strokes": []},
        {"height": 350, "strokes": [[]]},
        {"height": 350, "strokes": [[[1, 2, 3]]]},
        {"height": 350, "strokes": [[["1", "2"], [900, 100]]]},
        {"height": 350, "strokes": [[[True, 1], [900, 100]]]},
        {"height": 350, "strokes": [[[0.5, 1], [900, 100]]]},
        {"height": 350, "strokes": [[[-1, 0], [900, 100]]]},
        {"height": 350, "strokes": [[[0, 0], [1001, 100]]]},
        {"height": 350, "strokes": [[[0, 0], [900, 351]]]},
        {"height": 99, "strokes": [[[0, 0], [900, 50]]]},
        {"height": 10**400, "strokes": [[[0, 0], [900, 50]]]},
        {"height": 350, "strokes": [[[0, 0], [900, 50]]], "more": 1},
        {"height": 350, "strokes": [[[0, 0], [900, 50]]] * (MOST_STROKES + 1)},
        {"height": 350, "strokes": [[[n % 900, n % 300] for n in range(MOST_POINTS + 1)]]},
    ],
)
async def test_what_is_no_drawing_is_refused_and_changes_nothing(given: Any, visit: Opener, service: Service) -> None:
    """Whatever a program sends: 4xx with a sentence, no signature, nothing handed in."""
    with pytest.raises((NoDrawing, TooLittle)):
        read_drawing(given)
    if given == "x":  # once through the whole service
        visitor = await at_the_declaration(visit)
        for one in (given, {"height": 350, "strokes": [[[0, 0], [9, 9]]]}):
            status, reply = await sign(visitor, one)
            assert status == 400
            assert reply["problem"] in {sentences()["no_signature"], sentences()["signature_too_little"]}
        both = {"turn_id": str(uuid.uuid4()), "text": "张三", "signature": DRAWN}
        answer = await visitor.post(both)
        assert (answer.status, (await answer.json())["problem"]) == (400, sentences()["both"])
        assert await signatures(service) == []


def test_a_dot_is_drawn_as_a_short_line() -> None:
    """The dot of a 点 is part of a name."""
    drawing = read_drawing({"height": 350, "strokes": [[[0, 0], [400, 100]], [[500, 50]]]})
    assert drawing.strokes[1] == ((500, 50), (501, 50))
