"""Init data: what Telegram signs when it opens our page inside itself, and how it is verified.

https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import msgspec

from storage.blobs import from_bytes

#: Signed longer ago than this, it may have been copied from somewhere.
FRESH = timedelta(minutes=15)
#: A telephone's and our clock may differ by so much.
AHEAD = timedelta(minutes=2)
LONGEST = 8192


class _User(msgspec.Struct):
    """Of the user, only who it is."""

    id: int


def verified_user(init_data: str, token: str, now: datetime) -> int | None:
    """The Telegram user for whom the page was opened; None if it is not Telegram that says so, or not just now."""
    if len(init_data) > LONGEST:
        return None
    pairs = parse_qsl(init_data, keep_blank_values=True)
    fields = dict(pairs)
    if len(fields) != len(pairs):
        return None
    told = fields.pop("hash", "")
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    secret = hmac.digest(b"WebAppData", token.encode(), "sha256")
    if not hmac.compare_digest(hmac.digest(secret, lines.encode(), "sha256").hex().encode(), told.encode()):
        return None
    signed_at = fields.get("auth_date", "")
    if not signed_at.isascii() or not signed_at.isdecimal() or len(signed_at) > 12:
        return None
    at = datetime.fromtimestamp(int(signed_at), UTC)
    if not now - FRESH <= at <= now + AHEAD:
        return None
    try:
        return from_bytes(fields.get("user", ""), _User).id
    except msgspec.DecodeError:
        return None
