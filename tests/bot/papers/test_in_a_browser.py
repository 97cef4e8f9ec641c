"""A finger on a telephone's screen signs the form: in a real browser, through the whole service."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Page

from bot.papers.kinds import PaperKind
from storage import papers
from tests.bot.pages import drawn, encoded
from tests.bot.visitor import AN_APPLICANT
from tests.journeys.accessibility import findings
from tests.journeys.browser import phone, real_browser, watch
from tests.journeys.whole_house import WholeHouse, whole_house

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium"), pytest.mark.timeout(240)]
#: Where pictures for the documents go, if somebody wants them.
PICTURES = os.environ.get("HURENTONG_TEST_PICTURES")


async def answered(page: Page, house: WholeHouse) -> None:
    """The page's own session is brought to the declaration by the protocol, then the page is opened again."""
    script = """async ([said, file]) => {
      const turn = { turn_id: crypto.randomUUID(), ...said };
      if (!file) {
        const answer = await fetch('/chat/turns', { method: 'POST', headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(turn) });
        return answer.json();
      }
      const form = new FormData();
      form.append('turn_id', turn.turn_id);
      form.append('file', new Blob([Uint8Array.from(file)], { type: 'image/jpeg' }), 'a.jpg');
      return (await fetch('/chat/turns', { method: 'POST', body: form })).json();
    }"""

    async def say(file: bytes | None = None, **said: str) -> dict[str, object]:
        given: dict[str, object] = await page.evaluate(script, [said, list(file) if file else None])
        return given

    await page.goto(house.base)
    await page.wait_for_selector(".theirs")
    reply = await say(choice="start")
    for _ in range(60):
        asks = reply["asks"]
        if asks == "declaration":
            break
        if asks == "pledge":
            reply = await say(choice="agree")
        elif asks in ("ground", "proofs"):
            await say(choice=AN_APPLICANT.ground if asks == "ground" else AN_APPLICANT.proofs[0])
            reply = await say(choice="done")
        elif asks == "materials":
            await say(file=encoded(drawn()))
            reply = await say(choice="done")
        elif asks == "review":
            reply = await say(choice="confirm")
        elif asks is None:
            reply = await say(choice="yes")
        else:
            value = AN_APPLICANT.answers[str(asks)]
            choices = [c["value"] for s in reply["says"] for c in s["choices"]]  # type: ignore[attr-defined, union-attr]  # the protocol's own shape
            reply = await (say(choice=value) if value in choices else say(text=value))
    await page.reload()
    await page.wait_for_selector(".pad canvas")


async def draw(page: Page, strokes: list[list[tuple[float, float]]]) -> None:
    """Strokes in parts of the pad's width and height."""
    canvas = page.locator(".pad canvas")
    await canvas.scroll_into_view_if_needed()
    box = await canvas.bounding_box()
    assert box is not None
    for points in strokes:
        for n, (x, y) in enumerate(points):
            await page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=6)
            if n == 0:
                await page.mouse.down()
        await page.mouse.up()


async def keep(page: Page, name: str) -> None:
    """A picture for the documents."""
    if PICTURES:
        await page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


async def test_a_finger_signs_and_the_form_is_handed_in(tmp_path: Path) -> None:
    """Nothing drawn cannot be sent; drawn it is submitted and shown as signed; axe finds nothing; no complaints."""
    async with whole_house(tmp_path, uploads=True) as house, real_browser() as browser:
        context = await phone(browser)
        page = await context.new_page()
        complaints = watch(page)
        await answered(page, house)
        use, again = page.get_by_text("用这个签名提交"), page.get_by_text("重写")
        assert await use.is_disabled()
        await draw(page, [[(0.1, 0.5), (0.3, 0.2), (0.4, 0.8)], [(0.5, 0.2), (0.7, 0.8), (0.9, 0.3)]])
        assert await use.is_enabled()
        await again.click()
        assert await use.is_disabled()
        await draw(page, [[(0.1, 0.5), (0.3, 0.2), (0.4, 0.8), (0.2, 0.7)], [(0.5, 0.2), (0.7, 0.8), (0.9, 0.3)]])
        assert await findings(page) == []
        await keep(page, "chat-signature")
        await use.click()
        await page.get_by_text("申请编号").last.wait_for()
        assert await page.get_by_text("（手写签名）").count() == 1
        assert await page.locator(".pad").count() == 0
        await page.reload()
        await page.get_by_text("（手写签名）").wait_for()
        keyring = house.archive.keyring
        found = await house.archive.read(
            lambda conn: papers.of_case(conn, keyring, conn.exec_driver_sql("SELECT case_id FROM cases").scalar_one())
        )
        assert [paper.kind for paper in found] == [PaperKind.FORM]
        assert complaints == []
        await context.close()
