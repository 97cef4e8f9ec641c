"""The gateway's client: one signed POST for one SMS. The contract is in docs/sms-gateway.md."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp
import msgspec

from bot.channels.protocol import Gone, NotNow, Outgoing, Refused, Sent, Unsure
from bot.channels.sms.signing import signed_headers
from bot.channels.sms.words import Sms, compose
from bot.settings import SmsGateway
from storage.blobs import from_bytes
from storage.notice_ways import SMS

#: The gateway's answer is short; more is none of it.
MOST_BYTES = 16 * 1024
#: Seconds for a connection; the sender bounds the whole of it.
CONNECT_SECONDS = 5.0
#: After a refusal of our key nothing will be taken until somebody mends the setting.
WRONG_KEY_SECONDS = 60.0
CANNOT = {"not_in_use": Gone, "opted_out": Gone}


class _Taken(msgspec.Struct):
    """The answer to a message that was taken."""

    message_id: str


class _NotTaken(msgspec.Struct):
    """The answer to one that was not."""

    error: str = "refused"


class SmsChannel:
    """Hands messages to the gateway."""

    kind = SMS

    def __init__(self, gateway: SmsGateway, where: str, telephone: str, clock: Callable[[], datetime]) -> None:
        self._gateway, self._where, self._telephone, self._clock = gateway, where, telephone, clock
        self._url = gateway.gateway_url.rstrip("/") + "/messages"
        self._session: aiohttp.ClientSession | None = None

    async def send(self, outgoing: Outgoing) -> Sent:
        """One SMS. The gateway takes the same id only once, so that a second try after a broken line costs nothing."""
        body = self._body(outgoing, compose(outgoing, self._gateway.signature, self._where, self._telephone))
        key = self._gateway.key.get_secret_value().encode()
        path = urlsplit(self._url).path
        headers = signed_headers(self._gateway.key_id, key, "POST", path, body, self._clock())
        try:
            async with self._open().post(self._url, data=body, headers=headers, allow_redirects=False) as answer:
                return _outcome(answer.status, answer.headers.get("Retry-After"), await answer.content.read(MOST_BYTES))
        except aiohttp.ClientConnectorError:
            raise NotNow("unreachable") from None
        except (TimeoutError, aiohttp.ClientError, ConnectionError):
            raise Unsure("line_broke") from None

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _body(self, outgoing: Outgoing, sms: Sms) -> bytes:
        return msgspec.json.encode(
            {
                "id": outgoing.dispatch_id,
                "to": outgoing.address,
                "template": sms.template,
                "parameters": sms.parameters,
                "signature": self._gateway.signature,
                "text": sms.text,
            }
        )

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)
            self._session = aiohttp.ClientSession(
                timeout=timeout, trust_env=False, headers={"Content-Type": "application/json"}
            )
        return self._session


def _outcome(status: int, retry_after: str | None, body: bytes) -> Sent:
    """What the gateway's answer means. Raises `NotSent`."""
    if status in (200, 202):
        try:
            return Sent(from_bytes(body, _Taken).message_id)
        except msgspec.DecodeError:
            raise Unsure("unreadable_answer") from None
    if status == 429:
        seconds = float(retry_after) if retry_after and retry_after.isdigit() else None
        raise NotNow("too_fast", seconds, whole_bot=seconds is not None)
    if status in (401, 403):
        raise NotNow("wrong_key", WRONG_KEY_SECONDS, whole_bot=True)
    if status >= 500 or status in (404, 408):
        raise NotNow(f"gateway_{status}")
    try:
        why = from_bytes(body, _NotTaken).error
    except msgspec.DecodeError:
        why = "refused"
    raise CANNOT.get(why, Refused)(why if why.isidentifier() and len(why) < 40 else "refused")
