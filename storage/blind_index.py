"""Blind indexes: what lets a clerk find a person by ID number, phone or name, none of them readable in the tables.

HMAC-SHA-256 over the normalised value, under a key that encrypts nothing else.
"""

from __future__ import annotations

import hmac
import unicodedata


def normalised(text: str) -> str:
    """NFKC-folded, upper case, digits and letters only: 13600000000, １３６ ０００… and 136-0000… are one."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())


class BlindIndex:
    """Values to opaque, equal-for-equal bytes."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def id_number(self, number: str) -> bytes:
        """The index of a 公民身份证号码."""
        return self._of("id_number", normalised(number))

    def phone(self, number: str) -> bytes:
        """The index of a mobile number, with or without +86."""
        digits = normalised(number)
        return self._of("phone", digits[-11:] if len(digits) > 11 else digits)

    def name(self, name: str) -> bytes:
        """The index of a 姓名, however the dot of a minority name is written and wherever blanks stand."""
        return self._of("name", normalised(name.replace("\ua78f", "")))

    def subject(self, kind: str, text: str) -> bytes:
        """The index of something else that is compared and never shown: a login tried, an address tried from."""
        return self._of(f"subject {kind}", text)

    def _of(self, kind: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{kind}\x1f{text}".encode(), "sha256")
