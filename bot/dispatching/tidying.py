"""What the sender's tables need now and then: old answers forgotten, codes swept, an SMS for what lies unopened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from storage import notice_ways, phone_proofs, receipts

if TYPE_CHECKING:
    from bot.wiring import Service

#: How long an answer that was sent is remembered: its words are gone at once, this is its line in the table.
KEPT = timedelta(days=7)
AT_ONCE = 500


async def tidy(service: Service, now: datetime) -> None:
    """One round, in small jobs."""
    county, keyring, write = service.rules.county_code, service.archive.keyring, service.archive.write
    while await write(lambda conn: receipts.prune(conn, county, now - KEPT, AT_ONCE), key="housekeeping") == AT_ONCE:
        pass
    await write(lambda conn: phone_proofs.sweep(conn, now), key="housekeeping")
    if service.sms is None:
        return
    since = now - timedelta(hours=service.settings.sms.last_resort_hours)
    told = await write(
        lambda conn: notice_ways.tell_unopened(conn, keyring, county, since, now, AT_ONCE), key="housekeeping"
    )
    if told:
        service.sender.wake()
