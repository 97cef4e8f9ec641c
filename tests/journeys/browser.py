"""A real Chromium for the journeys, at the sizes people have."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
#: Nothing leaves this machine: no background fetching, no updates, no sync.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """Where Chromium is. Without one the test fails where CI is true and says so loudly elsewhere."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    why = "no Chromium on this machine: run `make browser`; the page was NOT tested"
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


@asynccontextmanager
async def real_browser() -> AsyncIterator[Browser]:
    """Headless Chromium, closed at the end."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        try:
            yield browser
        finally:
            await browser.close()


async def phone(browser: Browser, **more: object) -> BrowserContext:
    """A phone in an applicant's hand."""
    return await browser.new_context(
        viewport=PHONE, device_scale_factor=2, has_touch=True, is_mobile=True, locale="zh-CN", **more
    )


async def desktop(browser: Browser) -> BrowserContext:
    """A clerk's screen."""
    return await browser.new_context(viewport=DESKTOP, locale="zh-CN")


def watch(page: Page) -> list[str]:
    """Everything the page complains about: script errors, refused styles and scripts, failed loads."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    return complaints
