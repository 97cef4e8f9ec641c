"""Pictures to be read, and what proofs say"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.schema

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "readings",
        sa.Column("reading_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("asked_at", storage.schema.Moment(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("taken_until", storage.schema.Moment(), nullable=True),
        sa.Column("done_at", storage.schema.Moment(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("said_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_readings_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_readings_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("reading_id", name=op.f("pk_readings")),
    )
    op.create_index("ix_readings_application_id", "readings", ["application_id"])
    op.create_index("ix_readings_account_id", "readings", ["account_id"])
    waiting = sa.text("done_at IS NULL")
    op.create_index(
        "ix_readings_waiting", "readings", ["rank", "asked_at"], sqlite_where=waiting, postgresql_where=waiting
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("readings")
