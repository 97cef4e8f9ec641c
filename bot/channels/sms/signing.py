"""Signed requests between the gateway and us, both ways alike: HMAC-SHA-256 over method, path, time, nonce, body."""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

KEY_ID, TIMESTAMP, NONCE, SIGNATURE = "X-Key-Id", "X-Timestamp", "X-Nonce", "X-Signature"
#: A request older or newer than this is refused; within it, no nonce is taken twice.
REPLAY_WINDOW = timedelta(minutes=5)
MOST_NONCES = 100_000
LONGEST_NONCE = 64


def signature_of(key: bytes, method: str, path: str, timestamp: str, nonce: str, body: bytes) -> str:
    """The signature, in hexadecimal."""
    signed = "\n".join((method, path, timestamp, nonce, sha256(body).hexdigest()))
    return hmac.new(key, signed.encode(), sha256).hexdigest()


def signed_headers(key_id: str, key: bytes, method: str, path: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers that make a request ours. Each call has a nonce of its own."""
    timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(16)
    signature = signature_of(key, method, path, timestamp, nonce, body)
    return {KEY_ID: key_id, TIMESTAMP: timestamp, NONCE: nonce, SIGNATURE: signature}


class Verifier:
    """Tells requests that are signed, fresh and new from all others."""

    def __init__(self, key_id: str, key: bytes) -> None:
        self._key_id, self._key = key_id, key
        self._seen: OrderedDict[str, datetime] = OrderedDict()

    def is_genuine(self, headers: Mapping[str, str], method: str, path: str, body: bytes, now: datetime) -> bool:
        """Whether this request was signed with our key just now and was not seen before. Compares in constant time."""
        timestamp, nonce = headers.get(TIMESTAMP, ""), headers.get(NONCE, "")
        wanted = signature_of(self._key, method, path, timestamp, nonce, body)
        is_signed = hmac.compare_digest(wanted.encode(), headers.get(SIGNATURE, "").encode())
        is_ours = hmac.compare_digest(self._key_id.encode(), headers.get(KEY_ID, "").encode())
        if not (is_signed and is_ours) or not 0 < len(nonce) <= LONGEST_NONCE:
            return False
        return _is_fresh(timestamp, now) and self._is_new(nonce, now)

    def _is_new(self, nonce: str, now: datetime) -> bool:
        oldest = now - 2 * REPLAY_WINDOW
        while self._seen and (next(iter(self._seen.values())) < oldest or len(self._seen) >= MOST_NONCES):
            self._seen.popitem(last=False)
        if nonce in self._seen:
            return False
        self._seen[nonce] = now
        return True


def _is_fresh(timestamp: str, now: datetime) -> bool:
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 11:
        return False
    return abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= REPLAY_WINDOW
