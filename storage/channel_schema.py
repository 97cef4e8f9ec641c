"""Tables of the channels: where an account can be reached, what came in from outside, what is to go out.

They hang on the rows of `schema` and go with them. A chat's or a telephone's address is sealed under its account's
key; what finds it again is a keyed hash.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from storage.schema import Moment, metadata

COUNTY = ("county", Text)


def _account(*, primary_key: bool = False, index: bool = False) -> Column[str]:
    """A reference to the account this row belongs to and goes with."""
    owner = ForeignKey("accounts.account_id", ondelete="CASCADE")
    return Column("account_id", Text, owner, primary_key=primary_key, index=index, nullable=False)


#: Where an account can be reached besides the web chat: a Telegram chat, a proved mobile number.
channels = Table(
    "channels",
    metadata,
    Column("channel_id", Text, primary_key=True),
    _account(index=True),
    #: `telegram` or `sms`.
    Column("kind", Text, nullable=False),
    Column("address_index", LargeBinary, nullable=False),
    Column("address_sealed", LargeBinary, nullable=False),
    #: The order in which an account's channels are tried: the smallest first.
    Column("preference", Integer, nullable=False),
    Column("joined_at", Moment, nullable=False),
    #: When something was last heard from there.
    Column("heard_at", Moment, index=True),
    #: Nothing is sent there any more (blocked, deleted, number not in use) until it is heard from again.
    Column("gone_at", Moment),
    Column("gone_why", Text),
    #: What the channel itself remembers between turns (the message it edits, a keyboard it showed): sealed JSON.
    Column("memory_sealed", LargeBinary),
    Column(*COUNTY, nullable=False),
    UniqueConstraint("county", "kind", "address_index"),
)

#: Updates taken from a bot: written in the transaction of what they caused, so that none is taken twice.
heard_updates = Table(
    "heard_updates",
    metadata,
    Column("bot", Text, primary_key=True),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False, index=True),
    Column(*COUNTY, nullable=False),
)

#: Updates that wait for their chat's files to be fetched: an album's pages, and what came behind them.
waiting_updates = Table(
    "waiting_updates",
    metadata,
    Column("bot", Text, primary_key=True),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("channel_id", Text, ForeignKey("channels.channel_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
    #: What is needed of it, under the account's key.
    Column("update_sealed", LargeBinary, nullable=False),
    Column(*COUNTY, nullable=False),
)

#: Updates that could not be taken: put aside for a person to look at; they hold nothing up.
set_aside = Table(
    "set_aside",
    metadata,
    Column("bot", Text, primary_key=True),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("why", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    #: The update's bytes, sealed under a data key of their own; None once somebody has dealt with it.
    Column("data_key", LargeBinary, nullable=False),
    Column("update_sealed", LargeBinary),
    Column("closed_by", Text),
    Column("closed_at", Moment),
    #: What the one who closed it wrote.
    Column("note", Text),
    Column(*COUNTY, nullable=False),
)

#: What is to be sent: one row for each message and channel. A turn's answer and a notice share the chat's positions.
dispatches = Table(
    "dispatches",
    metadata,
    Column("dispatch_id", Text, primary_key=True),
    _account(),
    #: The chat's position it stems from: a turn's answer or a notice of `outbox`.
    Column("position", BigInteger, nullable=False),
    #: Its place among the messages of that position.
    Column("part", Integer, nullable=False),
    #: What it is about: `answer` (of a turn), `notice` (of the outbox) or `code` (that proves a number).
    Column("source", Text, nullable=False),
    #: `telegram` or `sms`. An SMS may go to the application's own number, which is no channel of the account.
    Column("kind", Text, nullable=False),
    Column("channel_id", Text, ForeignKey("channels.channel_id", ondelete="CASCADE")),
    #: Where it goes, so that each place's order is kept: the channel's id, or a keyed hash of a number.
    Column("lane", Text, nullable=False),
    #: Of a notice: its case (kept with the receipt, even if the chat is erased) and the outbox's kind.
    Column("case_id", Text, index=True),
    Column("notice", Text),
    #: What to send, as JSON, under the account's key; None once it has ended and need not be shown again.
    Column("message_sealed", LargeBinary),
    #: `waiting` behind an earlier one of its lane, `queued`, `sent`, `arrived`, `failed` or `dropped`.
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    #: Not before.
    Column("next_at", Moment, nullable=False),
    Column("claimed_by", Text),
    Column("claim_until", Moment),
    #: The lane's order: among what has not ended, no two of a lane share one.
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    #: When the channel told that it arrived or was read.
    Column("arrived_at", Moment),
    #: The platform's own number of the message (a receipt).
    Column("receipt", Text),
    #: Why the last try failed: a code, never the platform's words.
    Column("why", Text),
    Column(*COUNTY, nullable=False),
    UniqueConstraint("lane", "account_id", "position", "part", "source"),
    Index("ix_dispatches_due", "kind", "state", "next_at"),
    Index("ix_dispatches_source_created_at", "source", "created_at"),
    Index("ix_dispatches_lane_state", "lane", "state", "created_at"),
    Index("ix_dispatches_receipt", "kind", "receipt"),
    Index("ix_dispatches_account_id_position", "account_id", "position"),
)

#: Values of buttons too long (64 bytes on Telegram) or too personal to travel with them, under the account's key.
buttons = Table(
    "buttons",
    metadata,
    Column("button", Text, primary_key=True),
    _account(index=True),
    Column("value_sealed", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column(*COUNTY, nullable=False),
)

#: Codes that join another channel to an account. Only a keyed hash is kept.
join_codes = Table(
    "join_codes",
    metadata,
    Column("code_index", LargeBinary, primary_key=True),
    _account(index=True),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column(*COUNTY, nullable=False),
)

#: Codes sent to a mobile number to prove it.
phone_codes = Table(
    "phone_codes",
    metadata,
    Column("proof_id", Text, primary_key=True),
    _account(index=True),
    Column("phone_index", LargeBinary, nullable=False),
    Column("phone_sealed", LargeBinary, nullable=False),
    Column("code_index", LargeBinary, nullable=False),
    #: Keyed hash of the network address it was asked from.
    Column("from_index", LargeBinary, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("used_at", Moment),
    Column(*COUNTY, nullable=False),
    Index("ix_phone_codes_phone_index_made_at", "phone_index", "made_at"),
    Index("ix_phone_codes_from_index_made_at", "from_index", "made_at"),
)

#: Mobile numbers an account has proved: the same number proved by codes on both sides finds the account again.
proved_phones = Table(
    "proved_phones",
    metadata,
    _account(primary_key=True),
    Column("phone_index", LargeBinary, primary_key=True, index=True),
    Column("phone_sealed", LargeBinary, nullable=False),
    #: `sms` (a code was sent there) or `contact` (the sender's own contact on Telegram: it joins nothing).
    Column("how", Text, nullable=False),
    Column("proved_at", Moment, nullable=False),
    Column(*COUNTY, nullable=False),
)

#: One-time links to our own page for one step: what should not be written into somebody else's chat.
step_links = Table(
    "step_links",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    _account(index=True),
    Column("channel_id", Text, ForeignKey("channels.channel_id", ondelete="CASCADE"), nullable=False),
    #: The step it is bound to: the application, and what was asked.
    Column("application_id", Text, nullable=False),
    Column("asks", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    #: The one browser that opened it.
    Column("session_sha256", LargeBinary, unique=True),
    Column("used_at", Moment),
    Column(*COUNTY, nullable=False),
)

#: Who does a task that only one process may do (ask a bot for updates, send for a bot), and until when.
leases = Table(
    "leases",
    metadata,
    Column("task", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Moment, nullable=False),
    #: The platform asked for silence: nothing is sent before, whoever holds the task.
    Column("not_before", Moment),
    Column(*COUNTY, nullable=False),
)
