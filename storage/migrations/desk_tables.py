"""The tables of `storage/desk_schema.py`, as the first revision makes them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.schema


def _account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"], ["accounts.account_id"], name=op.f(f"fk_{table}_account_id"), ondelete="CASCADE"
    )


def create() -> None:
    """Make them, after the tables they hang on."""
    _create_chats()
    _create_counter()
    _create_calls()


def _create_chats() -> None:
    op.create_table(
        "chat_marks",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("replied_position", sa.BigInteger(), nullable=False),
        sa.Column("seen_position", sa.BigInteger(), nullable=False),
        sa.Column("alerted_at", storage.schema.Moment(), nullable=True),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["person_requests.request_id"],
            name=op.f("fk_chat_marks_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_chat_marks")),
    )
    op.create_table(
        "mutes",
        sa.Column("mute_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("at", storage.schema.Moment(), nullable=False),
        sa.Column("until", storage.schema.Moment(), nullable=False),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.Column("lifted_at", storage.schema.Moment(), nullable=True),
        sa.Column("county", sa.Text(), nullable=False),
        _account("mutes"),
        sa.PrimaryKeyConstraint("mute_id", name=op.f("pk_mutes")),
    )
    op.create_index("ix_mutes_account_id_until", "mutes", ["account_id", "until"])


def _create_counter() -> None:
    op.create_table(
        "counter_accounts",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("opened_at", storage.schema.Moment(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        _account("counter_accounts"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_counter_accounts")),
    )
    op.create_index(op.f("ix_counter_accounts_opened_at"), "counter_accounts", ["opened_at"])
    op.create_table(
        "upload_links",
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("opened_at", storage.schema.Moment(), nullable=False),
        sa.Column("expires_at", storage.schema.Moment(), nullable=False),
        sa.Column("session_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("county", sa.Text(), nullable=False),
        _account("upload_links"),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_upload_links_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_upload_links")),
        sa.UniqueConstraint("session_sha256", name=op.f("uq_upload_links_session_sha256")),
    )
    op.create_index(op.f("ix_upload_links_account_id"), "upload_links", ["account_id"])
    op.create_index(op.f("ix_upload_links_expires_at"), "upload_links", ["expires_at"])


def _create_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", storage.schema.Moment(), nullable=True),
        sa.Column("changed_at", storage.schema.Moment(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "position"],
            ["outbox.account_id", "outbox.position"],
            name="fk_calls_notice",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "position", name=op.f("pk_calls")),
    )
    op.create_table(
        "call_tries",
        sa.Column("try_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("at", storage.schema.Moment(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("next_at", storage.schema.Moment(), nullable=True),
        sa.Column("positions", sa.Text(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("county", sa.Text(), nullable=False),
        _account("call_tries"),
        sa.PrimaryKeyConstraint("try_id", name=op.f("pk_call_tries")),
    )
    op.create_index("ix_call_tries_account_id_at", "call_tries", ["account_id", "at"])
    waiting = sa.text("delivered_at IS NULL")
    op.create_index("ix_outbox_undelivered", "outbox", ["at"], sqlite_where=waiting, postgresql_where=waiting)


def drop() -> None:
    """Take them back, before the tables they hang on."""
    op.drop_index("ix_outbox_undelivered", "outbox")
    for table in ("call_tries", "calls", "upload_links", "counter_accounts", "mutes", "chat_marks"):
        op.drop_table(table)
