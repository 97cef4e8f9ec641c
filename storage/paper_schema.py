"""Tables of papers, electronic permits and signatures. They hang on the rows of `schema` and go with them."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from storage.schema import Moment, metadata

COUNTY = ("county", Text)

#: Numbered papers of the procedure. A row is written by the act itself; the sheet is printed afterwards, once.
papers = Table(
    "papers",
    metadata,
    Column("paper_id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.case_id"), nullable=False),
    #: The order in which the case's papers were made, from 1.
    Column("sequence", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    #: Everything that is to stand on it, as it was when the act was done.
    Column("sheet_sealed", LargeBinary, nullable=False),
    #: The sealed object with the printed bytes; None until it is printed. It never changes afterwards.
    Column("object_id", Text),
    Column("printed_at", Moment),
    #: Why it cannot be printed, as a code: a clerk has to look.
    Column("trouble", Text),
    Column(*COUNTY, nullable=False),
    UniqueConstraint("case_id", "sequence"),
    UniqueConstraint("county", "kind", "number"),
)

_UNPRINTED = papers.c.object_id.is_(None)
#: What still has to be printed: however many papers there are, it holds only those.
Index("ix_papers_unprinted", papers.c.made_at, sqlite_where=_UNPRINTED, postgresql_where=_UNPRINTED)

#: Electronic permits issued here. The code of the public page stands only as its hash.
permits = Table(
    "permits",
    metadata,
    Column("permit_id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.case_id"), nullable=False, unique=True),
    Column("code_sha256", LargeBinary, nullable=False, unique=True),
    #: Keyed index of the holder's number: a later permit of the same person annuls this one.
    Column("holder_index", LargeBinary, nullable=False),
    #: What the public page may show: masked name, the number's last four.
    Column("shown_sealed", LargeBinary, nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("annulled_at", Moment),
    Column(*COUNTY, nullable=False),
    Index("ix_permits_holder_index", "holder_index"),
)

#: 原证自动注销: what a new permit annulled, one of ours (`permit_id`) or one issued elsewhere.
annulments = Table(
    "annulments",
    metadata,
    Column("annulment_id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.case_id"), nullable=False, index=True),
    Column("permit_id", Text, ForeignKey("permits.permit_id")),
    #: Number and place of the annulled permit, as far as they are known.
    Column("permit_sealed", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    Column(*COUNTY, nullable=False),
)

#: How an application was signed: drawn (strokes) or typed, with the hash of the declaration signed.
signatures = Table(
    "signatures",
    metadata,
    Column("signature_id", Text, primary_key=True),
    Column("application_id", Text, ForeignKey("applications.application_id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("signature_sealed", LargeBinary, nullable=False),
    Column("signed_at", Moment, nullable=False),
    Column(*COUNTY, nullable=False),
    Index("ix_signatures_application_id", "application_id"),
)
