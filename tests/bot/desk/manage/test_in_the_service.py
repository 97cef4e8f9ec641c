"""The whole service: turns over HTTP are counted, and what is edited is said in the chat."""

from __future__ import annotations

from bot.tally import START, STEPS
from bot.wiring import Service
from dialogs import knowledge, reasons
from storage import editions, tallies
from tests.bot.conftest import Opener


async def test_turns_over_http_are_counted_step_by_step(service: Service, visit: Opener) -> None:
    """Two begin, one gets further: the counts say where the other stopped, and name nobody."""
    near, far = await visit(), await visit()
    await near.reach("recognition")
    await far.reach("name")
    await service.desk.rounds.write_counts()
    county, today = service.rules.county_code, service.today()
    found = await service.archive.read(lambda conn: tallies.sums(conn, county, STEPS, today, today))
    reached = {state: sum(n for (_, to), n in found.items() if to == state) for state in ("recognition", "name")}
    assert reached == {"recognition": 2, "name": 1}
    assert sum(n for (source, _), n in found.items() if source == START) == 2
    assert sum(n for (source, _), n in found.items() if source == "recognition") == 1


async def test_an_answer_edited_elsewhere_is_given_in_the_chat_after_a_round(service: Service, visit: Opener) -> None:
    """No restart: the process reads the new edition when it looks."""
    visitor, county = await visit(), service.rules.county_code
    parts = {"short": "办这个一分钱都不用花。", "next": "接着办就行。", "source": "条例"}
    await visitor.turn(text="")
    await service.archive.write(
        lambda conn: editions.save_text(
            conn, county, "knowledge", "fees", parts, seen=0, staff_id="x", at=service.now()
        ),
        key="x",
    )
    try:
        await service.desk.editions.refresh()
        await visitor.turn(text="要收费吗？")
        assert parts["short"] in visitor.words
    finally:
        knowledge.use(())
        reasons.use(())
