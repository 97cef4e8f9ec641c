"""Tables of the desk's chats, counter and call list. They hang on the rows of `schema` and go with them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, LargeBinary, Table, Text

from storage.schema import Moment, metadata, outbox

COUNTY = ("county", Text)

#: How far a person has got in a chat that asked for one: positions of that chat.
chat_marks = Table(
    "chat_marks",
    metadata,
    Column("request_id", Text, ForeignKey("person_requests.request_id", ondelete="CASCADE"), primary_key=True),
    #: The chat's position when it was last answered by a person; 0: not answered yet.
    Column("replied_position", BigInteger, nullable=False),
    #: What lies after this nobody has looked at.
    Column("seen_position", BigInteger, nullable=False),
    #: The others were alerted and the applicant was told; None again once it is answered.
    Column("alerted_at", Moment),
    Column(*COUNTY, nullable=False),
)

#: Applicants without a chat of their own: entered by a member of staff at the counter.
counter_accounts = Table(
    "counter_accounts",
    metadata,
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), primary_key=True),
    Column("staff_id", Text, nullable=False),
    Column("opened_at", Moment, nullable=False, index=True),
    Column(*COUNTY, nullable=False),
)

#: Who may not call a person for a while, why, and who said so.
mutes = Table(
    "mutes",
    metadata,
    Column("mute_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("staff_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("lifted_by", Text),
    Column("lifted_at", Moment),
    Column(*COUNTY, nullable=False),
    Index("ix_mutes_account_id_until", "account_id", "until"),
)

#: One-time links by which a telephone sends pages to one application. Only hashes are kept.
upload_links = Table(
    "upload_links",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("application_id", Text, ForeignKey("applications.application_id", ondelete="CASCADE"), nullable=False),
    Column("staff_id", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    #: The one telephone that took the link.
    Column("session_sha256", LargeBinary, unique=True),
    Column(*COUNTY, nullable=False),
)

#: What became of a notice that reached nobody by itself: one row once anything is known.
calls = Table(
    "calls",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    #: Not to be tried before.
    Column("next_at", Moment),
    Column("changed_at", Moment, nullable=False),
    Column(*COUNTY, nullable=False),
    ForeignKeyConstraint(
        ["account_id", "position"], ["outbox.account_id", "outbox.position"], name="fk_calls_notice", ondelete="CASCADE"
    ),
)

#: Every try by telephone or letter, for the dossier.
call_tries = Table(
    "call_tries",
    metadata,
    Column("try_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False),
    Column("staff_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("next_at", Moment),
    #: Event ids of the notices it was about, as JSON.
    Column("positions", Text, nullable=False),
    #: The clerk's own words, under the account's key.
    Column("note_sealed", LargeBinary),
    Column(*COUNTY, nullable=False),
    Index("ix_call_tries_account_id_at", "account_id", "at"),
)

_UNDELIVERED = outbox.c.delivered_at.is_(None)
#: The call list's own index: however many notices were delivered, it holds only the others.
Index("ix_outbox_undelivered", outbox.c.at, sqlite_where=_UNDELIVERED, postgresql_where=_UNDELIVERED)
