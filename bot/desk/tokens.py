"""Session tokens and the CSRF tokens that hang on them. The archive stores only the session token's SHA-256."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

SESSION_COOKIE = "desk_session"
#: Before login there is no session; the login form hangs on this cookie instead.
DOOR_COOKIE = "desk_door"
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF"


def new_token() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the archive stores of a token."""
    return sha256(_bytes(token)).hexdigest()


def csrf_of(token: str) -> str:
    """The CSRF token of a session: derived from the session token, so that it cannot outlive or leave it."""
    return hmac.new(_bytes(token), b"hurentong desk csrf", sha256).hexdigest()


def csrf_matches(token: str, given: str | None) -> bool:
    """Compare in constant time; nothing given never matches."""
    return hmac.compare_digest(csrf_of(token).encode(), _bytes(given or ""))


def _bytes(text: str) -> bytes:
    """What came in a header may hold bytes that are no text; they are compared like any other."""
    return text.encode("utf-8", "surrogatepass")
