"""What an SMS says: as domain.md allows, in one SMS of 70 characters."""

from __future__ import annotations

import re

import pytest

from bot.channels.protocol import CaseBrief, Outgoing, Refused
from bot.channels.sms.words import compose, masked, parts_of, results
from storage.dispatches import Source

NUMBER = "QYXY20261123-00001"


def outgoing(notice: str, name: str = "买买提·吐尔逊江", source: Source = Source.NOTICE, **details: str) -> Outgoing:
    """One message of a case."""
    case = CaseBrief("c1", NUMBER, name)
    return Outgoing("d1", "a1", None, "19900001234", source, notice, 1, 0, b"", case=case, details=details)


@pytest.mark.parametrize("notice", [*sorted(results()), "something new"])
@pytest.mark.parametrize("telephone", ["", "0578-6123456"])
def test_every_notice_fits_one_sms_and_tells_nothing_it_must_not(notice: str, telephone: str) -> None:
    """Signature, masked name, number, result, where to look, telephone; no whole name, no link, no ID number."""
    sms = compose(outgoing(notice), "庆元互认通", "互认通网页", telephone)
    assert parts_of(sms.text) == 1, (len(sms.text), sms.text)
    assert sms.text.startswith("【庆元互认通】买**您好")
    assert NUMBER in sms.text
    assert "吐尔逊" not in sms.text
    assert "http" not in sms.text
    assert not re.search(r"\d{17}", sms.text)
    assert sms.parameters["result"] in sms.text
    assert ("电话" in sms.text or telephone in sms.text) is True


def test_a_code_fits_one_sms_and_names_nobody() -> None:
    """The code, how long it holds, and a warning."""
    sms = compose(outgoing("", source=Source.CODE, code="123456"), "庆元互认通", "互认通网页", "")
    assert "123456" in sms.text
    assert parts_of(sms.text) == 1
    assert set(sms.parameters) == {"code"}


def test_a_notice_about_no_case_is_none_of_an_sms() -> None:
    """A reminder of a draft costs nobody an SMS."""
    with pytest.raises(Refused):
        compose(
            Outgoing("d1", "a1", None, "19900001234", Source.NOTICE, "draft_reminder", 1, 0, b""), "互认通", "网页", ""
        )


@pytest.mark.parametrize(
    ("text", "parts"),
    [("字" * 70, 1), ("字" * 71, 2), ("字" * 134, 2), ("字" * 135, 3), ("𠮷" * 35, 1), ("𠮷" * 36, 2)],
)
def test_parts_are_counted_as_telephones_do(text: str, parts: int) -> None:
    """70 alone, 67 a part; a rare character beyond the basic plane counts twice."""
    assert parts_of(text) == parts


@pytest.mark.parametrize(
    ("name", "shown"), [("王小明", "王**"), ("买买提·吐尔逊", "买**"), ("𠮷野", "𠮷**"), (" ", "申请人")]
)
def test_a_name_is_masked_after_its_first_character(name: str, shown: str) -> None:
    """Enough to tell who of a family is meant."""
    assert masked(name) == shown
