"""Papers, electronic permits, signatures"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.schema

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    _create_papers()
    _create_permits()
    op.create_table(
        "signatures",
        sa.Column("signature_id", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("signature_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", storage.schema.Moment(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_signatures_application_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pk_signatures")),
    )
    op.create_index("ix_signatures_application_id", "signatures", ["application_id"])


def _create_papers() -> None:
    op.create_table(
        "papers",
        sa.Column("paper_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("made_at", storage.schema.Moment(), nullable=False),
        sa.Column("sheet_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=True),
        sa.Column("printed_at", storage.schema.Moment(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_papers_case_id")),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_papers")),
        sa.UniqueConstraint("case_id", "sequence", name=op.f("uq_papers_case_id_sequence")),
        sa.UniqueConstraint("county", "kind", "number", name=op.f("uq_papers_county_kind_number")),
    )
    waiting = sa.text("object_id IS NULL")
    op.create_index("ix_papers_unprinted", "papers", ["made_at"], sqlite_where=waiting, postgresql_where=waiting)


def _create_permits() -> None:
    op.create_table(
        "permits",
        sa.Column("permit_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("holder_index", sa.LargeBinary(), nullable=False),
        sa.Column("shown_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", storage.schema.Moment(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("annulled_at", storage.schema.Moment(), nullable=True),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_permits_case_id")),
        sa.PrimaryKeyConstraint("permit_id", name=op.f("pk_permits")),
        sa.UniqueConstraint("case_id", name=op.f("uq_permits_case_id")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_permits_code_sha256")),
    )
    op.create_index("ix_permits_holder_index", "permits", ["holder_index"])
    op.create_table(
        "annulments",
        sa.Column("annulment_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("permit_id", sa.Text(), nullable=True),
        sa.Column("permit_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", storage.schema.Moment(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_annulments_case_id")),
        sa.ForeignKeyConstraint(["permit_id"], ["permits.permit_id"], name=op.f("fk_annulments_permit_id")),
        sa.PrimaryKeyConstraint("annulment_id", name=op.f("pk_annulments")),
    )
    op.create_index(op.f("ix_annulments_case_id"), "annulments", ["case_id"])


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("signatures")
    op.drop_table("annulments")
    op.drop_table("permits")
    op.drop_index("ix_papers_unprinted", "papers")
    op.drop_table("papers")
