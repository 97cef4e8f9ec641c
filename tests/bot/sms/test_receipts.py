"""办结通知 by SMS and what the gateway tells of it, through the whole service on loopback."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import update

from bot.channels.sms.signing import signed_headers
from bot.dispatching.tidying import tidy
from bot.settings import Settings
from bot.wiring import Service, make_app
from state_machine.notice_states import NoticeState
from storage import accounts, calls, outbox, receipts
from storage.dispatches import DispatchState
from storage.schema import outbox as outbox_table
from tests.bot.clock import Clock
from tests.bot.sms.gateway import KEY, KEY_ID, GatewayProcess, settings_for
from tests.storage.made import new_case

PAYLOAD = msgspec.json.encode({"says": [{"text": "好"}], "at": "2026-11-23"})


class House:
    """The service with its own address, and a gateway that tells it receipts."""

    def __init__(self, service: Service, server: TestServer, gateway: GatewayProcess) -> None:
        self.service, self.server, self.gateway = service, server, gateway

    async def notice(self, kind: str) -> tuple[str, str]:
        """A case with one notice. Returns (account, case)."""
        archive, now = self.service.archive, self.service.now()

        def job(conn: Any) -> tuple[str, str]:
            account = accounts.open_account(conn, archive.keyring, "331126", now)
            case = new_case(conn, archive.keyring, account, 1)
            outbox.add(conn, archive.keyring, account, case.case_id, kind, PAYLOAD, now)
            return account, case.case_id

        made = await archive.write(job, key="x")
        self.service.sender.wake()
        return made

    async def until(self, case_id: str, state: DispatchState) -> receipts.Receipt:
        """The SMS of this case, once it stands so."""
        for _ in range(400):
            found = await self.service.archive.read(lambda conn: receipts.of_case(conn, case_id))
            if found and found[-1].state is state:
                return found[-1]
            await asyncio.sleep(0.025)
        raise AssertionError(f"never {state}: {found}")

    async def stands(self, account: str, case_id: str) -> list[NoticeState]:
        """Where the case's notices stand for the desk."""
        states = await self.service.archive.read(lambda conn: calls.states(conn, account, case_id))
        return list(states.values())


@pytest.fixture
async def house(settings: Settings, clock: Clock) -> AsyncIterator[House]:
    """Service, server and gateway."""
    port = _free_port()
    gateway = GatewayProcess(f"http://127.0.0.1:{port}")
    built = Service(Settings(**(settings.model_dump() | {"sms": settings_for(gateway.url)})), now=clock)
    await built.start(background=False)
    built.sender.start()
    server = TestServer(make_app(built), port=port)
    await server.start_server()
    yield House(built, server, gateway)
    await server.close()
    await built.close()
    gateway.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_a_good_result_is_told_by_sms_and_its_arrival_is_proof(house: House) -> None:
    """办结通知: sent at once, its receipt kept, and a notice that says it all counts as delivered."""
    account, case_id = await house.notice("issued")
    receipt = await house.until(case_id, DispatchState.ARRIVED)
    assert receipt.receipt
    assert receipt.arrived_at is not None
    assert await house.stands(account, case_id) == [NoticeState.DELIVERED]


async def test_a_refusal_is_not_delivered_by_an_sms_that_holds_no_reason(house: House) -> None:
    """The SMS arrives; the notice with every reason is still to be opened, or told by telephone."""
    account, case_id = await house.notice("declined")
    await house.until(case_id, DispatchState.ARRIVED)
    assert await house.stands(account, case_id) == [NoticeState.WAITING]


async def test_an_sms_that_does_not_arrive_puts_the_notice_on_the_call_list(house: House) -> None:
    """The number is not in use: somebody telephones, or writes a letter."""
    await house.gateway.will(receipts="failed")
    account, case_id = await house.notice("declined")
    receipt = await house.until(case_id, DispatchState.FAILED)
    assert receipt.why == "not_in_use"
    assert await house.stands(account, case_id) == [NoticeState.FAILED]


async def test_what_lies_unopened_is_told_by_sms_once(house: House, clock: Clock) -> None:
    """A returned application nobody opened for four hours: one SMS, not before, and not again."""
    _, case_id = await house.notice("returned")
    await tidy(house.service, clock())
    assert await house.gateway.taken() == []
    earlier = update(outbox_table).values(at=clock() - timedelta(hours=5))
    await house.service.archive.write(lambda conn: conn.execute(earlier), key="x")
    for _ in range(2):
        await tidy(house.service, clock())
    await house.until(case_id, DispatchState.ARRIVED)
    assert len(await house.gateway.taken()) == 1


@pytest.mark.parametrize("what", ["unsigned", "replayed", "broken"])
async def test_only_the_gateway_is_believed(house: House, what: str) -> None:
    """Unsigned and replayed receipts are refused; a broken one too; one of nobody's message changes nothing."""
    await house.gateway.will(receipts="none")
    account, case_id = await house.notice("issued")
    await house.until(case_id, DispatchState.SENT)
    body = json.dumps({"message_id": "m999", "status": "delivered"}).encode()
    if what == "broken":
        body = b"[1"
    headers = signed_headers(KEY_ID, KEY.encode(), "POST", "/sms/receipts", body, datetime.now(UTC))
    if what == "unsigned":
        headers = {}
    statuses = []
    async with aiohttp.ClientSession() as client:
        for _ in range(2):
            url = house.server.make_url("/sms/receipts")
            async with client.post(url, data=body, headers=headers) as answer:
                statuses.append(answer.status)
    wanted = {"unsigned": [401, 401], "replayed": [204, 401], "broken": [400, 401]}
    assert statuses == wanted[what]
    assert await house.stands(account, case_id) == [NoticeState.WAITING]


async def test_a_receipt_that_comes_in_two_pieces_is_read_whole(house: House) -> None:
    """A line brings what has arrived, which may be half of it: the signature is of the whole."""
    body = json.dumps({"message_id": "m999", "status": "delivered"}).encode()
    headers = signed_headers(KEY_ID, KEY.encode(), "POST", "/sms/receipts", body, datetime.now(UTC))

    async def pieces() -> AsyncIterator[bytes]:
        yield body[:10]
        await asyncio.sleep(0.1)
        yield body[10:]

    async with aiohttp.ClientSession() as client:
        url = house.server.make_url("/sms/receipts")
        async with client.post(url, data=pieces(), headers=headers) as answer:
            assert answer.status == 204
