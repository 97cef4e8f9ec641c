"""The table of pictures to be read and what was read in proofs. It hangs on the rows of `schema` and goes with them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from storage.schema import Moment, metadata

COUNTY = ("county", Text)

#: One picture that waits to be read, or one sheet of proof and what it says. A card's row goes when it was read.
readings = Table(
    "readings",
    metadata,
    Column("reading_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=True),
    Column("application_id", Text, ForeignKey("applications.application_id", ondelete="CASCADE"), nullable=False),
    Column("page_id", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    #: What it is read for: `card`, `agent_card`, `proof`.
    Column("purpose", Text, nullable=False),
    #: Cards, for which somebody waits in the chat, come before proofs.
    Column("rank", Integer, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    #: A process reads it and has until then; afterwards another may.
    Column("taken_until", Moment),
    #: None: it still waits.
    Column("done_at", Moment),
    #: Why nothing could be read, as a code.
    Column("trouble", Text),
    #: What a proof says, under the application's key.
    Column("said_sealed", LargeBinary),
    Column(*COUNTY, nullable=False),
    Index("ix_readings_application_id", "application_id"),
    Index("ix_readings_account_id", "account_id"),
)

_WAITING = readings.c.done_at.is_(None)
#: The queue's own index: however many were read, it holds only what waits.
Index(
    "ix_readings_waiting",
    readings.c.rank,
    readings.c.asked_at,
    sqlite_where=_WAITING,
    postgresql_where=_WAITING,
)
