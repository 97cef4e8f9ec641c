"""Channels"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.schema

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "heard_updates",
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", storage.schema.Moment(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("bot", "update_id", name=op.f("pk_heard_updates")),
    )
    with op.batch_alter_table("heard_updates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_heard_updates_at"), ["at"], unique=False)

    op.create_table(
        "leases",
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", storage.schema.Moment(), nullable=False),
        sa.Column("not_before", storage.schema.Moment(), nullable=True),
        sa.Column("county", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_leases")),
    )
    op.create_table(
        "set_aside",
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", storage.schema.Moment(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("update_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", storage.schema.Moment(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("bot", "update_id", name=op.f("pk_set_aside")),
    )
    with op.batch_alter_table("set_aside", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_set_aside_at"), ["at"], unique=False)

    op.create_table(
        "buttons",
        sa.Column("button", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", storage.schema.Moment(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_buttons_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("button", name=op.f("pk_buttons")),
    )
    with op.batch_alter_table("buttons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_buttons_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_buttons_at"), ["at"], unique=False)

    op.create_table(
        "channels",
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("preference", sa.Integer(), nullable=False),
        sa.Column("joined_at", storage.schema.Moment(), nullable=False),
        sa.Column("heard_at", storage.schema.Moment(), nullable=True),
        sa.Column("gone_at", storage.schema.Moment(), nullable=True),
        sa.Column("gone_why", sa.Text(), nullable=True),
        sa.Column("memory_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_channels_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_channels")),
        sa.UniqueConstraint("county", "kind", "address_index", name=op.f("uq_channels_county_kind_address_index")),
    )
    with op.batch_alter_table("channels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_channels_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_channels_heard_at"), ["heard_at"], unique=False)

    op.create_table(
        "waiting_updates",
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("at", storage.schema.Moment(), nullable=False),
        sa.Column("update_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.channel_id"], name=op.f("fk_waiting_updates_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("bot", "update_id", name=op.f("pk_waiting_updates")),
    )
    with op.batch_alter_table("waiting_updates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiting_updates_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_updates_channel_id"), ["channel_id"], unique=False)

    op.create_table(
        "join_codes",
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("made_at", storage.schema.Moment(), nullable=False),
        sa.Column("expires_at", storage.schema.Moment(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_join_codes_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_index", name=op.f("pk_join_codes")),
    )
    with op.batch_alter_table("join_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_codes_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_join_codes_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "phone_codes",
        sa.Column("proof_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("from_index", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("made_at", storage.schema.Moment(), nullable=False),
        sa.Column("expires_at", storage.schema.Moment(), nullable=False),
        sa.Column("used_at", storage.schema.Moment(), nullable=True),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_phone_codes_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("proof_id", name=op.f("pk_phone_codes")),
    )
    with op.batch_alter_table("phone_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phone_codes_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_phone_codes_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index("ix_phone_codes_phone_index_made_at", ["phone_index", "made_at"], unique=False)
        batch_op.create_index("ix_phone_codes_from_index_made_at", ["from_index", "made_at"], unique=False)

    op.create_table(
        "proved_phones",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("proved_at", storage.schema.Moment(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_proved_phones_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "phone_index", name=op.f("pk_proved_phones")),
    )
    with op.batch_alter_table("proved_phones", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proved_phones_phone_index"), ["phone_index"], unique=False)

    op.create_table(
        "dispatches",
        sa.Column("dispatch_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=True),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.Column("message_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", storage.schema.Moment(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claim_until", storage.schema.Moment(), nullable=True),
        sa.Column("created_at", storage.schema.Moment(), nullable=False),
        sa.Column("sent_at", storage.schema.Moment(), nullable=True),
        sa.Column("arrived_at", storage.schema.Moment(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_dispatches_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.channel_id"], name=op.f("fk_dispatches_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("dispatch_id", name=op.f("pk_dispatches")),
        sa.UniqueConstraint(
            "lane",
            "account_id",
            "position",
            "part",
            "source",
            name=op.f("uq_dispatches_lane_account_id_position_part_source"),
        ),
    )
    with op.batch_alter_table("dispatches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dispatches_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_dispatches_account_id_position", ["account_id", "position"], unique=False)
        batch_op.create_index("ix_dispatches_lane_state", ["lane", "state", "created_at"], unique=False)
        batch_op.create_index("ix_dispatches_receipt", ["kind", "receipt"], unique=False)
        batch_op.create_index("ix_dispatches_due", ["kind", "state", "next_at"], unique=False)
        batch_op.create_index("ix_dispatches_source_created_at", ["source", "created_at"], unique=False)

    op.create_table(
        "step_links",
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("asks", sa.Text(), nullable=False),
        sa.Column("made_at", storage.schema.Moment(), nullable=False),
        sa.Column("expires_at", storage.schema.Moment(), nullable=False),
        sa.Column("session_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("used_at", storage.schema.Moment(), nullable=True),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_step_links_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.channel_id"], name=op.f("fk_step_links_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_step_links")),
        sa.UniqueConstraint("session_sha256", name=op.f("uq_step_links_session_sha256")),
    )
    with op.batch_alter_table("step_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_links_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_step_links_expires_at"), ["expires_at"], unique=False)


def downgrade() -> None:
    """Take this revision back."""
    for table in (
        "step_links",
        "dispatches",
        "proved_phones",
        "phone_codes",
        "join_codes",
        "waiting_updates",
        "channels",
        "buttons",
        "set_aside",
        "leases",
        "heard_updates",
    ):
        op.drop_table(table)
