"""Time-based one-time passwords (RFC 6238 over RFC 4226): SHA-1, six digits, thirty seconds, as every authenticator."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

SECONDS, DIGITS = 30, 6
#: A clock may be one step off, either way.
DRIFT = 1
SECRET_BYTES = 20


def new_secret() -> bytes:
    """160 random bits, as RFC 4226 asks."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a time step (RFC 4226, 5.3: dynamic truncation)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    place = mac[-1] & 0x0F
    number = int.from_bytes(mac[place : place + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**digits:0{digits}d}"


def step_at(now: datetime) -> int:
    """The time step of an instant."""
    return int(now.timestamp()) // SECONDS


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The time step whose code this is, near `now`; None if it is none. Every step is compared, in constant time."""
    given = "".join(code.split()).encode()
    steps = [step_at(now) + drift for drift in range(-DRIFT, DRIFT + 1)]
    found = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), given)]
    return found[0] if found else None


def in_base32(secret: bytes) -> str:
    """The secret as a person types it into an authenticator."""
    return base64.b32encode(secret).decode().rstrip("=")


def address_of(secret: bytes, login: str, issuer: str) -> str:
    """The `otpauth:` address a QR code holds."""
    label = quote(f"{issuer}:{login}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': in_base32(secret), 'issuer': issuer}, quote_via=quote)}"


def recovery_codes(count: int = 10) -> list[str]:
    """Codes for the day the telephone is gone: 50 random bits each, in two groups."""
    letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    plain = ["".join(secrets.choice(letters) for _ in range(10)) for _ in range(count)]
    return [f"{code[:5]}-{code[5:]}" for code in plain]
