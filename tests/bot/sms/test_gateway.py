"""The gateway's client against the stand-in as a process: what each answer means, and that only we are believed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.channels.protocol import CaseBrief, Gone, NotNow, NotSent, Outgoing, Refused
from bot.channels.sms import SmsChannel
from bot.channels.sms.signing import NONCE, SIGNATURE, TIMESTAMP, Verifier, signed_headers
from bot.settings import SmsGateway
from storage.dispatches import Source
from storage.ids import new_id
from tests.bot.sms.gateway import KEY, KEY_ID, GatewayProcess, settings_for


@pytest.fixture
async def gateway() -> AsyncIterator[GatewayProcess]:
    """A stand-in gateway."""
    process = GatewayProcess()
    yield process
    process.stop()


@pytest.fixture
async def channel(gateway: GatewayProcess) -> AsyncIterator[SmsChannel]:
    """Our client of it."""
    opened = SmsChannel(SmsGateway(**settings_for(gateway.url)), "互认通网页", "", lambda: datetime.now(UTC))
    yield opened
    await opened.close()


def message(to: str = "19900001234", dispatch_id: str = "") -> Outgoing:
    """A notice of a case."""
    case = CaseBrief("c1", "QY20261123-0001", "王小明")
    name = dispatch_id or new_id()
    return Outgoing(name, "a1", None, to, Source.NOTICE, "issued", 1, 0, b"", case=case)


async def test_a_message_is_taken_and_has_a_receipt(channel: SmsChannel, gateway: GatewayProcess) -> None:
    """The gateway's number of the message comes back; the text is as composed."""
    sent = await channel.send(message())
    (taken,) = await gateway.taken()
    assert taken["message_id"] == sent.receipt
    assert taken["text"].startswith("【庆元互认通】王**您好")


async def test_the_same_message_again_is_the_same_sms(channel: SmsChannel, gateway: GatewayProcess) -> None:
    """After a broken line the second try costs nobody a second SMS."""
    first, second = message(dispatch_id="d1"), message(dispatch_id="d1")
    assert (await channel.send(first)).receipt == (await channel.send(second)).receipt
    assert len(await gateway.taken()) == 1


ANSWERS: list[tuple[str, type[NotSent], float | None, bool]] = [
    ("429", NotNow, 2.0, True),
    ("500", NotNow, None, False),
    ("503", NotNow, None, False),
    ("401", NotNow, 60.0, True),
    ("not_in_use", Gone, None, False),
    ("opted_out", Gone, None, False),
    ("unknown_template", Refused, None, False),
]


@pytest.mark.parametrize(("fault", "kind", "seconds", "whole_bot"), ANSWERS, ids=[row[0] for row in ANSWERS])
async def test_what_each_refusal_means(
    channel: SmsChannel,
    gateway: GatewayProcess,
    fault: str,
    kind: type[NotSent],
    seconds: float | None,
    whole_bot: bool,
) -> None:
    """Too fast, broken, wrong key, number gone, message wrong: each says what the sender has to do."""
    await gateway.will(fault)
    with pytest.raises(NotSent) as failure:
        await channel.send(message())
    assert type(failure.value) is kind
    if isinstance(failure.value, NotNow):
        assert (failure.value.seconds, failure.value.whole_bot) == (seconds, whole_bot)
    assert (await channel.send(message())).receipt


async def test_a_gateway_that_is_not_there_was_given_nothing(gateway: GatewayProcess) -> None:
    """A refused connection is no doubt: the message is simply still to be sent."""
    gateway.stop()
    channel = SmsChannel(SmsGateway(**settings_for(gateway.url)), "网页", "", lambda: datetime.now(UTC))
    with pytest.raises(NotNow):
        await channel.send(message())
    await channel.close()


async def test_a_wrong_key_is_refused_by_the_gateway(gateway: GatewayProcess) -> None:
    """Nothing is taken from somebody who cannot sign."""
    given = settings_for(gateway.url) | {"key": "another key of this length"}
    channel = SmsChannel(SmsGateway(**given), "网页", "", lambda: datetime.now(UTC))
    with pytest.raises(NotNow, match="wrong_key"):
        await channel.send(message())
    assert await gateway.taken() == []
    await channel.close()


async def test_a_replayed_request_is_refused(gateway: GatewayProcess) -> None:
    """The very same bytes a second time are not taken."""
    body = b'{"id":"d","to":"19900001234","template":"t","signature":"s","text":"\xe3\x80\x90s\xe3\x80\x91x"}'
    headers = signed_headers(KEY_ID, KEY.encode(), "POST", "/v1/messages", body, datetime.now(UTC))
    async with aiohttp.ClientSession() as session:
        statuses = []
        for _ in range(2):
            async with session.post(f"{gateway.url}/v1/messages", data=body, headers=headers) as answer:
                statuses.append(answer.status)
    assert statuses == [200, 401]


NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SPOILT = [
    ("body", lambda h: h, b"other"),
    ("signature", lambda h: h | {SIGNATURE: "0" * 64}, b"body"),
    ("no signature", lambda h: {k: v for k, v in h.items() if k != SIGNATURE}, b"body"),
    ("nonce", lambda h: h | {NONCE: "x"}, b"body"),
    ("timestamp", lambda h: h | {TIMESTAMP: "9" * 40}, b"body"),
    ("no ascii", lambda h: h | {SIGNATURE: "签名"}, b"body"),
]


@pytest.mark.parametrize(("what", "spoil", "body"), SPOILT, ids=[row[0] for row in SPOILT])
def test_anything_changed_is_not_genuine(what: str, spoil: object, body: bytes) -> None:
    """Body, signature, nonce and time are all signed."""
    headers = signed_headers("k", b"key", "POST", "/sms/receipts", b"body", NOW)
    assert callable(spoil), what
    assert not Verifier("k", b"key").is_genuine(spoil(headers), "POST", "/sms/receipts", body, NOW)
    assert Verifier("k", b"key").is_genuine(headers, "POST", "/sms/receipts", b"body", NOW)


def test_old_and_future_requests_are_not_genuine() -> None:
    """Five minutes either way."""
    headers = signed_headers("k", b"key", "POST", "/p", b"", NOW)
    for minutes, is_genuine in ((-6, False), (-4, True), (4, True), (6, False)):
        now = NOW + timedelta(minutes=minutes)
        assert Verifier("k", b"key").is_genuine(headers, "POST", "/p", b"", now) is is_genuine
