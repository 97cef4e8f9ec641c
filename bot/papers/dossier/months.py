"""Which cases belong to a month: those that ended in it, by the county's calendar."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from storage import papers
from storage.archive import Archive

_MONTH = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])")


def span_of(month: str, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """The month's beginning and end as instants; None if the text is no month (2026-11)."""
    found = _MONTH.fullmatch(month)
    if found is None:
        return None
    year, number = int(found[1]), int(found[2])
    following = (year + 1, 1) if number == 12 else (year, number + 1)
    return datetime(year, number, 1, tzinfo=zone), datetime(*following, 1, tzinfo=zone)


async def cases_of(archive: Archive, county: str, span: tuple[datetime, datetime]) -> AsyncIterator[str]:
    """The cases of a span, page by page: a month of any size is never held whole."""
    after: tuple[datetime, str] | None = None
    while found := await archive.read(
        partial(papers.ended_between, county=county, since=span[0], until=span[1], after=after)
    ):
        for after in found:
            yield after[1]


async def one_by_one(case_ids: list[str]) -> AsyncIterator[str]:
    """A short list as a stream."""
    for case_id in case_ids:
        yield case_id
