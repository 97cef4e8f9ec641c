"""Housekeeping: one reminder, expiry after the configured days, no file left over; told the time."""

from __future__ import annotations

from bot.housekeeping import Round
from bot.uploads.places import STAGED
from bot.wiring import Service
from tests.bot.clock import Clock
from tests.bot.conftest import Opener
from tests.bot.pages import drawn, encoded

DAY = 1.0


async def test_a_draft_is_reminded_of_once_and_then_expires(visit: Opener, service: Service, clock: Clock) -> None:
    """After the set days comes one reminder; after more days draft and files are gone, and that is said."""
    visitor = await visit()
    await visitor.reach("materials")
    await visitor.send(encoded(drawn()))
    assert await service.housekeeping.round(clock()) == Round()
    clock.move(days=8)
    assert (await service.housekeeping.round(clock())).reminded == 1
    assert (await service.housekeeping.round(clock())).reminded == 0
    reminder = (await visitor.history())[-1]
    assert "还没填完" in reminder["says"][0]["text"]
    assert reminder["says"][0]["choices"][0]["value"] == "resume"
    clock.move(days=23)
    done = await service.housekeeping.round(clock())
    assert done.expired == 1
    assert list(service.files.list()) == []
    assert "已经清除" in (await visitor.history())[-1]["says"][0]["text"]
    assert (await visitor.turn(text="进度"))["state"] == "menu"


async def test_the_reminders_button_goes_on_where_the_draft_stands(
    visit: Opener, service: Service, clock: Clock
) -> None:
    """Pressing 接着办 in the reminder leads back to the pending question."""
    visitor = await visit()
    await visitor.reach("ground")
    clock.move(days=8)
    await service.housekeeping.round(clock())
    assert (await visitor.turn(choice="resume"))["asks"] == "ground"


async def test_a_draft_that_is_touched_is_left_alone(visit: Opener, service: Service, clock: Clock) -> None:
    """Every answer starts the days anew."""
    visitor = await visit()
    await visitor.reach("ground")
    for _ in range(7):
        clock.move(days=5)
        await visitor.answer(visitor.last["asks"])
        done = await service.housekeeping.round(clock())
        assert (done.reminded, done.expired) == (0, 0)


async def test_files_nobody_refers_to_are_swept_and_fresh_ones_are_not(
    visit: Opener, service: Service, clock: Clock
) -> None:
    """What a crash left staged or unreferenced is deleted after a while; pages in use stay."""
    visitor = await visit()
    await visitor.reach("materials")
    await visitor.send(encoded(drawn()))
    kept = {key for key, _ in service.files.list()}
    for key in (f"{STAGED}left", "pages/a/orphan", "thumbnails/a/orphan"):
        service.files.put_sealed_bytes(key, b"x", b"k" * 32)
    assert (await service.housekeeping.round(clock())).swept == 0
    clock.move(hours=7)
    assert (await service.housekeeping.round(clock())).swept == 3
    assert {key for key, _ in service.files.list()} == kept
