"""`make campaign-claims`: 64 clerks race for 2,000 cases over HTTP, on both databases; each has exactly one winner."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.desk.routes import add_desk
from state_machine.officers import Role
from tests.bot.desk.browser import Browser
from tests.bot.desk.conftest import House
from tests.storage.databases import fresh_database, stop_server


async def race(house: House, clerks: int, wanted: set[str]) -> Counter[str]:
    """Everybody presses 下一件 until nothing is left; who won what."""
    won: Counter[str] = Counter()
    browsers: list[Browser] = []
    for n in range(clerks):
        await house.hire(f"racer{n}", f"第{n}人", {Role.INTAKE})
        browsers.append(await house.as_(f"racer{n}"))

    async def press(clerk: Browser) -> None:
        form = clerk.page.form("/desk/next")
        while True:
            await clerk.press(form, follow=False)
            place = clerk.headers["Location"]
            if "/cases/" not in place:
                return
            won[place.split("/")[3].split("?")[0]] += 1

    await asyncio.gather(*(press(clerk) for clerk in browsers))
    assert won == Counter(dict.fromkeys(wanted, 1)), "a case without a winner, or with two"
    return won


async def campaign(kind: str, clerks: int, cases: int) -> None:
    """One race on one kind of database."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), fresh_database(kind, Path(folder)))
        app = web.Application()
        add_desk(app, house)  # type: ignore[arg-type]  # stands in for the whole service
        async with TestServer(app) as server:
            house.base = str(server.make_url("")).rstrip("/")
            account = await house.account()
            wanted = {(await house.submit(account, pages=0)).case_id for _ in range(cases)}
            began = time.perf_counter()
            await race(house, clerks, wanted)
            took = time.perf_counter() - began
            fences = Counter([(await house.stored(case_id)).fence for case_id in sorted(wanted)])
            assert fences == {1: cases}, "a case that was claimed more than once"
            print(f"{kind}: {clerks} clerks, {cases} cases, one winner each, {took:.1f} s")  # noqa: T201  # its output
            for browser in house.browsers:
                await browser.close()
        await house.papers.close()
        await house.delivery.close()
        await house.archive.close()


def main(clerks: int = 64, cases: int = 2000) -> None:
    """Both databases, one after the other."""
    for kind in ("sqlite", "postgres"):
        asyncio.run(campaign(kind, clerks, cases))
    stop_server()


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
