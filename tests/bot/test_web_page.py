"""The page, its headers, what comes later, and what operators ask."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection

from bot.wiring import Service
from storage import outbox
from tests.bot.conftest import Opener
from tests.bot.visitor import AN_APPLICANT, Visitor

WEB = Path(__file__).parents[2] / "bot" / "web"
PATHS = (
    "/",
    "/static/chat.js",
    "/chat/history",
    "/chat/pictures/flow.svg?at=ground",
    "/healthz",
    "/readyz",
    "/metrics",
    "/nowhere",
)


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_carries_the_houses_headers(visit: Opener, path: str) -> None:
    """Scripts only from ourselves, no framing, no sniffing, no referrer; personal answers are not kept."""
    answer = await (await visit()).client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    if "svg" not in path:
        assert "script-src 'self'" in policy
        assert "unsafe-inline" not in policy
        assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    if not path.startswith("/static"):
        assert answer.headers["Cache-Control"] == "no-store"


async def test_the_page_is_whole_and_has_nothing_inline(visit: Opener) -> None:
    """The shell names the county, opens a session, and holds no inline script, style or handler."""
    answer = await (await visit()).client.get("/")
    html = await answer.text()
    assert "庆元县" in html
    assert "hurentong=" in answer.headers["Set-Cookie"]
    assert not re.search(r"\son\w+=|style=|<style|javascript:", html)
    assert re.findall(r"<script[^>]*>(.*?)</script>", html) == [""]
    assert 'role="log"' in html


async def test_the_pages_files_are_found_and_may_be_kept(visit: Opener) -> None:
    """Everything the page links to is there; under its hash it is kept for good."""
    visitor = await visit()
    html = await (await visitor.client.get("/")).text()
    links = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html))
    assert len(links) == 4
    for link in links:
        answer = await visitor.client.get(link)
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
    assert (await visitor.client.get("/static/../page.py")).status == 404


def test_the_pages_script_never_sets_html_and_keeps_no_words() -> None:
    """Words are set as text only; the one thing the browser remembers is the size of the letters."""
    script = (WEB / "static" / "chat.js").read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|sessionStorage|indexedDB", script
    )
    assert set(re.findall(r'localStorage\.\w+\("(\w+)"', script)) == {"elder"}


async def test_history_shows_turns_and_notices_in_order(visit: Opener, service: Service) -> None:
    """A page that is opened again sees everything said so far."""
    visitor = await visit()
    await visitor.turn(text="")
    await visitor.turn(text="能不能帮我看看")
    await notify(service, visitor, "办好了")
    entries = await visitor.history()
    assert [entry["position"] for entry in entries] == [1, 2, 3]
    assert entries[1]["said"]["text"] == "能不能帮我看看"
    assert entries[1]["reply"] == visitor.last
    assert (entries[2]["event_id"], entries[2]["says"][0]["text"]) == (3, "办好了")


async def test_a_long_history_comes_in_pages(visit: Opener) -> None:
    """What is further back is asked for by position, and nothing is missing or doubled."""
    visitor = await visit()
    for number in range(70):
        await visitor.turn(text=f"帮助{number}")
    newest = await (await visitor.client.get("/chat/history")).json()
    older = await (await visitor.client.get(f"/chat/history?before={newest['earlier']}")).json()
    positions = [entry["position"] for entry in older["entries"] + newest["entries"]]
    assert positions == list(range(1, 71))
    assert older["earlier"] is None


@pytest.mark.parametrize("before", ["x", "-1", "1" * 40, "²"])
async def test_a_nonsense_position_is_the_newest(visit: Opener, before: str) -> None:
    """A wrong `before` is no fault."""
    visitor = await visit()
    await visitor.turn(text="")
    answer = await visitor.client.get("/chat/history", params={"before": before})
    assert len((await answer.json())["entries"]) == 1


async def notify(service: Service, visitor: Visitor, text: str) -> None:
    """A notice to this visitor's account, as a decision writes it."""
    token = next(c.value for c in visitor.client.session.cookie_jar if c.key == "hurentong")
    account = await service.reception.account_of(token)
    says = [{"text": text, "choices": [], "wants_file": False, "picture": None, "document": None}]
    payload = json.dumps({"says": says, "at": service.now().isoformat()}, ensure_ascii=False).encode()

    def job(conn: Connection) -> int:
        return outbox.add(conn, service.archive.keyring, account, None, "person_message", payload, service.now())

    await service.archive.write(job, key=account)
    service.delivery.wake(account)


async def heard(visitor: Visitor, count: int, **headers: str) -> list[tuple[int, str]]:
    """The next events of a fresh stream: (id, text)."""
    events: list[tuple[int, str]] = []
    async with asyncio.timeout(5), visitor.client.get("/chat/events", headers=headers) as stream:
        assert stream.content_type == "text/event-stream"
        event_id = 0
        async for raw in stream.content:
            line = raw.decode().rstrip("\n")
            if line.startswith("id:"):
                event_id = int(line[3:])
            elif line.startswith("data:"):
                events.append((event_id, json.loads(line[5:])["says"][0]["text"]))
                if len(events) == count:
                    break
    return events


async def test_notices_come_live_and_what_was_missed_comes_first(visit: Opener, service: Service) -> None:
    """The backlog first, then live; a browser that reconnects with its last id gets only what came after."""
    visitor = await visit()
    await visitor.turn(text="")
    await notify(service, visitor, "受理了")
    listening = asyncio.create_task(heard(visitor, 2))
    await asyncio.sleep(0.2)
    await notify(service, visitor, "办好了")
    assert [text for _, text in await listening] == ["受理了", "办好了"]
    first = (await visitor.history())[1]["event_id"]
    again = await heard(visitor, 1, **{"Last-Event-ID": str(first)})
    assert [text for _, text in again] == ["办好了"]


async def test_nobody_hears_anothers_notices(visit: Opener, service: Service) -> None:
    """A stream carries one account's notices only."""
    one, two = await visit(), await visit()
    await one.turn(text="")
    await two.turn(text="")
    await notify(service, one, "给一")
    await notify(service, two, "给二")
    assert (await heard(one, 1))[0][1] == "给一"
    assert (await heard(two, 1))[0][1] == "给二"


async def test_the_flow_chart_is_a_picture_with_nothing_to_run(visit: Opener) -> None:
    """附件 2's flow is SVG, marks where the applicant is, and repeats nothing of a hostile address."""
    visitor = await visit()
    answer = await visitor.client.get("/chat/pictures/flow.svg", params={"at": "ground"})
    assert answer.content_type == "image/svg+xml"
    assert "您在这里" in await answer.text()
    hostile = await visitor.client.get("/chat/pictures/flow.svg", params={"at": "<script>alert(1)</script>"})
    assert "<script" not in await hostile.text()


async def test_the_metrics_count_turns_and_name_nobody(visit: Opener) -> None:
    """Prometheus reads counts and durations; no label, name or value is personal."""
    visitor = await visit()
    await visitor.reach("ethnicity")
    await visitor.post({"turn_id": "x"})
    text = await (await visitor.client.get("/metrics")).text()
    samples: dict[str, Any] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            samples[sample.name + json.dumps(sample.labels)] = sample.value
    assert samples['hurentong_turns_total{"kind": "choice"}'] > 3
    assert samples['hurentong_refused_total{"status": "400"}'] == 1
    assert samples["hurentong_writes_waiting{}"] == 0
    assert not any(canary in text for canary in AN_APPLICANT.canaries)


async def test_an_address_that_is_not_there_says_so(visit: Opener) -> None:
    """Unknown addresses and wrong methods are answered in Chinese."""
    visitor = await visit()
    assert (await visitor.client.get("/wp-login.php")).status == 404
    answer = await visitor.client.put("/chat/turns")
    assert answer.status == 405
    assert "聊天页面" in (await answer.json())["problem"]
