"""The desk's live streams: few for one clerk, bounded for a process, and none that outlives its turn."""

from __future__ import annotations

import asyncio

import pytest

from bot.desk.chats.live import MOST_OF_CLERK, Watch
from tests.bot.desk.both_sides import BothSides


async def test_a_clerks_ninth_stream_ends_the_oldest_and_nobody_elses(sides: BothSides) -> None:
    """Reloading always works: the newest page is live, the oldest is let go, a colleague's stays."""
    clerk, other = await sides.clerk("wu"), await sides.clerk("zheng")
    address = f"{sides.base}/desk/chats/events"
    theirs = await other.http.get(address)
    streams = [await clerk.http.get(address) for _ in range(MOST_OF_CLERK)]
    for stream in (theirs, *streams):
        assert await stream.content.readuntil(b"\n\n") == b"retry: 2000\n\n"
    streams.append(await clerk.http.get(address))
    async with asyncio.timeout(5):
        assert await streams[0].content.read() == b""
    watch = sides.service.desk.watch
    assert len(watch._listeners) == MOST_OF_CLERK + 1
    await streams[-1].content.readuntil(b"\n\n")
    for stream in (theirs, *streams[1:]):
        with pytest.raises(TimeoutError):  # still open, with nothing to say
            await asyncio.wait_for(stream.content.read(), 0.02)
        stream.close()


async def test_a_process_that_holds_all_the_streams_it_may_says_come_back(sides: BothSides) -> None:
    """503 with a time, so that pages and acts always find a connection."""
    sides.service.desk.watch = Watch(sides.service, most=1)
    clerk, other = await sides.clerk("wu"), await sides.clerk("zheng")
    first = await clerk.http.get(f"{sides.base}/desk/chats/events")
    assert first.status == 200
    async with other.http.get(f"{sides.base}/desk/chats/events") as refused:
        assert refused.status == 503
        assert refused.headers["Retry-After"] == "5"
    first.close()
    await sides.service.desk.watch.close()
