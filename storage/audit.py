"""The audit trail: who read or did what, and when (个人信息保护法 arts. 51, 54). Codes only, nothing personal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from storage.schema import audit


@dataclass(frozen=True)
class AuditEntry:
    """One line of the trail."""

    entry: int
    at: datetime
    staff_id: str | None
    account_id: str | None
    action: str
    case_id: str | None
    details: dict[str, Any]


def add(
    conn: Connection,
    county: str,
    action: str,
    at: datetime,
    *,
    staff_id: str | None = None,
    account_id: str | None = None,
    case_id: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write one line in the caller's transaction. `details` holds codes and ids, never a value of the applicant."""
    conn.execute(
        insert(audit).values(
            county=county,
            at=at,
            staff_id=staff_id,
            account_id=account_id,
            action=action,
            case_id=case_id,
            details=json.dumps(dict(details or {}), ensure_ascii=False),
        )
    )


def entries(
    conn: Connection,
    county: str,
    *,
    case_id: str | None = None,
    staff_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[AuditEntry]:
    """The trail from `since` up to `until`, newest first; `before` is the last entry number of the page above."""
    wanted = select(audit).where(audit.c.county == county).order_by(audit.c.entry.desc()).limit(limit)
    if case_id is not None:
        wanted = wanted.where(audit.c.case_id == case_id)
    if staff_id is not None:
        wanted = wanted.where(audit.c.staff_id == staff_id)
    if since is not None:
        wanted = wanted.where(audit.c.at >= since)
    if until is not None:
        wanted = wanted.where(audit.c.at < until)
    if before is not None:
        wanted = wanted.where(audit.c.entry < before)
    return [
        AuditEntry(r.entry, r.at, r.staff_id, r.account_id, r.action, r.case_id, json.loads(r.details))
        for r in conn.execute(wanted)
    ]
