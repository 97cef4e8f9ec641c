"""One-time passwords, by the vectors of the RFCs themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.totp import code_at, in_base32, matching_step, recovery_codes, step_at

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B, SHA-1, eight digits."""
    assert code_at(SECRET, step_at(datetime.fromtimestamp(seconds, UTC)), digits=8) == code


@pytest.mark.parametrize(
    ("count", "code"), list(enumerate(["755224", "287082", "359152", "969429", "338314", "254676", "287922"]))
)
def test_the_vectors_of_rfc_4226(count: int, code: str) -> None:
    """Appendix D, six digits."""
    assert code_at(SECRET, count) == code


def test_a_clock_may_be_one_step_off_and_no_more() -> None:
    """Thirty seconds early or late are taken, a minute is not; spaces do not matter."""
    now = datetime(2026, 11, 20, 1, tzinfo=UTC)
    for away, taken in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        code = code_at(SECRET, step_at(now + timedelta(seconds=away)))
        assert (matching_step(SECRET, f"{code[:3]} {code[3:]}", now) is not None) is taken
    assert matching_step(SECRET, "", now) is None
    assert matching_step(SECRET, "１２３４５６", now) is None


def test_what_is_typed_by_hand_has_no_padding_and_recovery_codes_differ() -> None:
    """Base 32 without `=`; ten different codes."""
    assert in_base32(SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert len(set(recovery_codes())) == 10
