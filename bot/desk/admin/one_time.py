"""One-time passwords: read out or written down once, good for a week, changed at the first login."""

from __future__ import annotations

import secrets
from datetime import timedelta

GOOD_FOR = timedelta(days=7)
#: No letters or digits that look like others.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """Four groups of four: 79 random bits, easy to read out."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
