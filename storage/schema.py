"""The tables. Whatever is personal stands only in `…_sealed` columns; ids are opaque text; `county` is on every row.

Instants are microseconds since 1970 UTC (`Moment`), the same on both databases; calendar dates are dates.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_microseconds(at: datetime) -> int:
    """An aware instant as it is stored."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return (at - EPOCH) // MICROSECOND


def from_microseconds(stored: int) -> datetime:
    """A stored instant, aware, UTC."""
    return EPOCH + stored * MICROSECOND


class Moment(TypeDecorator[datetime]):
    """An aware instant."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        """To microseconds."""
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        """From microseconds."""
        return None if value is None else from_microseconds(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
#: A counting key: SQLite only counts on INTEGER, PostgreSQL wants 64 bits.
Counting = BigInteger().with_variant(Integer(), "sqlite")


COUNTY = ("county", Text)


def _table(name: str, *columns: Any) -> Table:
    """A table; every one carries its county."""
    return Table(name, metadata, Column(*COUNTY, nullable=False), *columns)


def _county_table(name: str, *columns: Any) -> Table:
    """A table whose rows are a county's own: its key begins with the county."""
    return Table(name, metadata, Column(*COUNTY, primary_key=True), *columns)


def _owner(target: str, *, nullable: bool = False, **given: Any) -> Column[str]:
    """A reference to the row this one belongs to and goes with."""
    name = target.partition(".")[2]
    return Column(name, Text, ForeignKey(target, ondelete="CASCADE"), nullable=nullable, **given)


accounts = _table(
    "accounts",
    Column("account_id", Text, primary_key=True),
    Column("data_key", LargeBinary, nullable=False),
    #: The application in hand; None is the menu (or a mere check, which lives in `conversation_sealed`).
    Column("in_hand", Text),
    #: Overlay, misses and what else the chat remembers; None while there is nothing to remember.
    Column("conversation_sealed", LargeBinary),
    #: Chat positions start above this: an erased chat never gives a position twice.
    Column("position_base", BigInteger, nullable=False, server_default=text("0")),
    Column("created_at", Moment, nullable=False),
)

sessions = _table(
    "sessions",
    Column("token_sha256", LargeBinary, primary_key=True),
    _owner("accounts.account_id", index=True),
    Column("opened_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

applications = _table(
    "applications",
    Column("application_id", Text, primary_key=True),
    _owner("accounts.account_id", nullable=True),  # None: entered at the counter
    Column("data_key", LargeBinary, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("state", Text, nullable=False),
    #: A draft is what housekeeping may expire; a submitted application never is one, nor its correction.
    Column("is_draft", Boolean, nullable=False),
    Column("interview_sealed", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("reminded_at", Moment),
    Index("ix_applications_account_id_updated_at", "account_id", "updated_at"),
    Index("ix_applications_drafts", "is_draft", "updated_at"),
)

turns = _table(
    "turns",
    _owner("accounts.account_id", primary_key=True),
    #: Order in this account's chat, shared with `outbox`.
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("turn_id", Text, nullable=False),
    Column("application_id", Text),
    Column("at", Moment, nullable=False),
    #: What was said and the reply's very bytes.
    Column("exchange_sealed", LargeBinary, nullable=False),
    UniqueConstraint("account_id", "turn_id"),
)

outbox = _table(
    "outbox",
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", Text),
    Column("kind", Text, nullable=False),
    Column("payload_sealed", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    Column("delivered_at", Moment),
)

materials = _table(
    "materials",
    _owner("applications.application_id", primary_key=True),
    Column("page_id", Text, primary_key=True, index=True),
    Column("case_id", Text),
    Column("proof", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("sheets", Integer, nullable=False),
    Column("added_at", Moment, nullable=False),
    #: Taken out by the applicant; kept while a case's record still shows it.
    Column("removed_at", Moment),
)

cases = _table(
    "cases",
    Column("case_id", Text, primary_key=True),
    Column("application_id", Text, ForeignKey("applications.application_id"), nullable=False, unique=True),
    Column("account_id", Text, ForeignKey("accounts.account_id"), index=True),
    Column("application_number", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    #: The whole case; `name_sealed` is what a list shows.
    Column("record_sealed", LargeBinary, nullable=False),
    Column("name_sealed", LargeBinary, nullable=False),
    Column("id_number_index", LargeBinary, nullable=False, index=True),
    Column("phone_index", LargeBinary, nullable=False, index=True),
    Column("name_index", LargeBinary, nullable=False, index=True),
    #: What the queue is filtered by: the route, and the grounds as a JSON list.
    Column("route", Text, nullable=False),
    Column("grounds", Text, nullable=False),
    Column("flags", Text, nullable=False),
    #: Who has served in which office, as JSON: nobody is offered a case they served in another office.
    Column("offices", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("submitted_at", Moment, nullable=False),
    Column("accepted_at", Moment),
    Column("due_on", Date),
    #: Accepted, but the year's holidays are not published yet.
    Column("due_unknown", Boolean, nullable=False),
    #: The queue's order: the due date's day number; what has none (not accepted yet, or unpublished) comes after.
    Column("queue_day", Integer, nullable=False),
    Column("claimed_by", Text),
    Column("claimed_at", Moment),
    Column("claim_until", Moment),
    #: Grows with every claim: an act with an old number comes from a clerk who lost the claim.
    Column("fence", BigInteger, nullable=False),
    Index("ix_cases_queue", "county", "state", "queue_day", "submitted_at", "case_id"),
    Index("ix_cases_claimed_by", "claimed_by", "claim_until"),
)

case_events = _table(
    "case_events",
    Column("case_id", Text, ForeignKey("cases.case_id", ondelete="CASCADE"), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("staff_id", Text),
    Column("office", Text),
    Column("at", Moment, nullable=False),
    Column("event_sealed", LargeBinary, nullable=False),
    Index("ix_case_events_kind_at", "kind", "at"),
)

acts = _table(
    "acts",
    Column("act_id", Text, primary_key=True),
    Column("staff_id", Text, nullable=False),
    Column("case_id", Text),
    Column("kind", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

application_counters = _table(
    "application_counters",
    Column("counter", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("last", Integer, nullable=False),
)

staff = _table(
    "staff",
    Column("staff_id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    #: Set while the password is one an administrator gave out: good until then, and changed at the first login.
    Column("one_time_until", Moment),
)

staff_sessions = _table(
    "staff_sessions",
    Column("token_sha256", Text, primary_key=True),
    _owner("staff.staff_id", index=True),
    Column("opened_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    #: When this session gave its second factor.
    Column("proved_at", Moment),
)

#: The second factor of a member of staff (RFC 6238): the secret is sealed under a data key of its own.
second_factors = _table(
    "second_factors",
    _owner("staff.staff_id", primary_key=True),
    Column("data_key", LargeBinary, nullable=False),
    Column("secret_sealed", LargeBinary, nullable=False),
    #: None while it is only being set up.
    Column("confirmed_at", Moment),
    #: The last time step whose code was taken: no code is taken twice.
    Column("last_step", BigInteger, nullable=False),
)

#: Recovery codes, as a keyed hash; one that was used is gone.
recovery_codes = _table(
    "recovery_codes",
    _owner("staff.staff_id", primary_key=True),
    Column("code_hash", LargeBinary, primary_key=True),
)

#: Failed logins in a row, by login or by address (both as a keyed hash).
login_failures = _table(
    "login_failures",
    Column("subject", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
)

audit = _table(
    "audit",
    Column("entry", Counting, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False, index=True),
    Column("staff_id", Text),
    Column("account_id", Text),
    Column("action", Text, nullable=False),
    Column("case_id", Text),
    Column("details", Text, nullable=False),
    Index("ix_audit_case_id_at", "case_id", "at"),
    Index("ix_audit_staff_id_at", "staff_id", "at"),
)

person_requests = _table(
    "person_requests",
    Column("request_id", Text, primary_key=True),
    _owner("accounts.account_id", index=True),
    Column("why_sealed", LargeBinary, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("taken_by", Text),
    Column("taken_at", Moment),
    Column("closed_at", Moment),
    Index("ix_person_requests_open", "closed_at", "opened_at"),
)

#: Plain counts by day: steps of the interview, reasons of notices. `first` and `second` are codes, never a person.
tallies = _county_table(
    "tallies",
    Column("tally", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("first", Text, primary_key=True),
    Column("second", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)

#: How often what administrators edit (`calendar`, `wording`) has changed: every process looks here for news.
editions = _county_table(
    "editions",
    Column("topic", Text, primary_key=True),
    Column("edition", Integer, nullable=False),
)

#: A year's dated days off and make-up workdays, version by version; `days` None takes the year back.
calendar_years = _county_table(
    "calendar_years",
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("days", Text),
    Column("staff_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

#: Edited texts (`reasons`, `knowledge`), version by version; `content` None is the text as shipped.
wording_versions = _county_table(
    "wording_versions",
    Column("book", Text, primary_key=True),
    Column("entry", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    #: The edition of the whole wording with which this version came into force.
    Column("edition", Integer, nullable=False),
    Column("content", Text),
    Column("staff_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
