"""办理经过 names every place a notice went to, when it was sent and when it arrived, and never the address."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import Connection, select

from state_machine.case_records import CaseRecord
from storage import channels, dispatch_ends
from storage.channel_schema import dispatches
from storage.dispatches import OPEN
from tests.bot.desk.clerk import accept, act, confirm, judge, open_and_claim, rest
from tests.bot.desk.conftest import House

CHAT = "9876543210123"


async def in_a_chat(house: House) -> CaseRecord:
    """A case whose applicant has a Telegram chat too."""
    account, county, keyring = await house.account(), house.rules.county_code, house.archive.keyring
    await house.archive.write(
        lambda conn: channels.join(conn, keyring, county, account, channels.TELEGRAM, CHAT, house.time), key=account
    )
    return await house.submit(account)


async def all_taken(house: House, *, arrived: bool = False, given_up: bool = False) -> None:
    """The platforms take whatever is to be sent, or nothing of it."""
    at, keyring = house.time, house.archive.keyring

    def job(conn: Connection) -> None:
        open_ones = select(dispatches.c.dispatch_id).where(dispatches.c.state.in_(OPEN))
        for n, one in enumerate(conn.execute(open_ones.order_by(dispatches.c.created_at)).scalars().all()):
            if given_up:
                dispatch_ends.give_up(conn, keyring, one, "refused", at, with_sms=False, rest=timedelta(0))
            else:
                dispatch_ends.sent(conn, one, f"r{n}", at, at + timedelta(minutes=2) if arrived else None)

    await house.archive.write(job, key="sender")


def ways(words: str) -> list[str]:
    """What stands there, place by place; behind each line stands 全文 or the next."""
    return re.findall(r"(?:Telegram|短信)：(?:等着发|没发出去|没有再发|发出 [-\d :]+(?:，送到 [-\d :]+)?)", words)


async def test_a_notice_says_which_way_it_went_and_when(house: House) -> None:
    """First it is still to go; then it was sent; the chat's number stands nowhere."""
    case = await in_a_chat(house)
    clerk = await accept(house, case)
    assert ways(clerk.page.text) == ["Telegram：等着发"]
    house.wait(minutes=5)
    await all_taken(house)
    await clerk.go(f"/desk/cases/{case.case_id}")
    (way,) = ways(clerk.page.text)
    assert re.fullmatch(r"Telegram：发出 .*\d:\d\d ?", way)
    assert CHAT not in clerk.page.text


async def test_what_arrived_and_what_could_not_be_sent_is_told_apart(house: House) -> None:
    """不予受理 goes by SMS too: one way arrives, or none goes."""
    for given_up in (False, True):
        case = await in_a_chat(house) if given_up else await house.submit()
        clerk = await house.as_("lin")
        await open_and_claim(clerk, case)
        await judge(clerk, "answer:hukou_county", False, ["hukou_is_local"])
        await rest(clerk)
        await act(clerk, "not_accept", "不符合。")
        await confirm(clerk)
        house.wait(minutes=5)
        await all_taken(house, arrived=not given_up, given_up=given_up)
        await clerk.go(f"/desk/cases/{case.case_id}")
        told = ways(clerk.page.text)
        if given_up:
            assert sorted(told) == ["Telegram：没发出去", "短信：没发出去"]
        else:
            assert len(told) == 1
            assert re.fullmatch(r"短信：发出 .*，送到 .*", told[0])
        assert str(case.answers["phone"]) not in " ".join(told)
