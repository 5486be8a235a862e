"""The tables (SQLAlchemy Core). Four eyes (双人复核) stand here as constraints: no code path can leave them out."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from gateway.database.columns import Day, Instant, JsonText, Number
from gateway.database.constraints import NAMES, two_people

metadata = MetaData(naming_convention=NAMES)

operators = Table(
    "operators",
    metadata,
    Column("name", Text, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("roles", JsonText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)
"""People who act in the registry (经办、复核、管理员)."""

clients = Table(
    "clients",
    metadata,
    Column("name", Text, primary_key=True),
    Column("key_id", Text, nullable=False, unique=True),
    Column("key_hash", LargeBinary, nullable=False),
    Column("matters", JsonText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)
"""Host systems that ask and report; of a key only its SHA-256 is kept, which is enough for 256 random bits."""

batches = Table(
    "batches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("list", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("file_sha256", Text, nullable=False, index=True),
    Column("imported_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("imported_at", Instant, nullable=False),
    Column("confirmed_by", Text, ForeignKey("operators.name")),
    Column("confirmed_at", Instant),
    Column("discarded_by", Text, ForeignKey("operators.name")),
    Column("discarded_at", Instant),
    Column("accepted", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("report", JsonText, nullable=False),
    two_people("imported_by", "confirmed_by"),
)
"""One import each (批次)."""

rejected_rows = Table(
    "rejected_rows",
    metadata,
    Column("batch", Text, ForeignKey("batches.id"), nullable=False),
    Column("row_no", Integer, nullable=False),
    Column("reasons", JsonText, nullable=False),
    Column("raw", JsonText, nullable=False),
    PrimaryKeyConstraint("batch", "row_no"),
)
"""Rows set aside, with the reasons; personal numbers in them are masked."""

subjects = Table(
    "subjects",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("scheme", Text, nullable=False),
    Column("code", Text),
    Column("masked", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    CheckConstraint("kind <> 'natural-person' OR code IS NULL", name="no_personal_number"),
)
"""Credit subjects (信用主体). Organisations by their published key, natural persons by HMAC, without their number."""

entries = Table(
    "entries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subject_key", LargeBinary, ForeignKey("subjects.key"), nullable=False, index=True),
    Column("list", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("authority_code", Text, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("determined_on", Day, nullable=False),
    Column("term_from", Day, nullable=False),
    Column("term_until", Day),
    Column("fact", Text, nullable=False),
    Column("notice_given_on", Day),
    Column("fields", JsonText, nullable=False),
    Column("extra", JsonText, nullable=False),
    Column("content_sha256", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("batch", Text, ForeignKey("batches.id"), index=True),
    Column("replaces", Text, ForeignKey("entries.id")),
    Column("drafted_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("drafted_at", Instant, nullable=False),
    Column("confirmed_by", Text, ForeignKey("operators.name")),
    Column("confirmed_at", Instant),
    Column("objection_on", Day),
    Column("is_person", Boolean, nullable=False),
    two_people("drafted_by", "confirmed_by"),
    # What takes effect has been confirmed; only drafts and what became of them may lack it.
    CheckConstraint("confirmed_by IS NOT NULL OR state IN ('drafted', 'discarded')", name="confirmed"),
    CheckConstraint("term_until IS NULL OR term_until >= term_from", name="term"),
    Index("ix_entries_identity", "list", "subject_key", "document_no"),
    Index(
        "uq_entries_published",
        "list",
        "subject_key",
        "document_no",
        unique=True,
        sqlite_where=text("state = 'published'"),
        postgresql_where=text("state = 'published'"),
    ),
)
"""Entries (名单条目): one subject on one list from one determination."""

acts = Table(
    "acts",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("entry", Text, ForeignKey("entries.id"), nullable=False, index=True),
    Column("act", Text, nullable=False),
    Column("by", Text, ForeignKey("operators.name"), nullable=False, quote=True),
    Column("confirmed_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("reason", Text, nullable=False),
    two_people("by", "confirmed_by"),
)
"""What was done to an entry after it was published: removed, revoked, repaired, by whom and on which document."""

coverage = Table(
    "coverage",
    metadata,
    Column("list", Text, primary_key=True),
    Column("complete_as_of", Day, nullable=False),
    Column("declared_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("confirmed_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("at", Instant, nullable=False),
    two_people("declared_by", "confirmed_by"),
)
"""Until which day a list is declared complete; declared by two people, never inferred."""

catalogues = Table(
    "catalogues",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("edition", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("adopted_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("confirmed_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("adopted_at", Instant, nullable=False),
    two_people("adopted_by", "confirmed_by"),
)
"""Editions of the law (法律目录) that two people adopted; the last adopted applies."""

publications = Table(
    "publications",
    metadata,
    Column("serial", Number, primary_key=True, autoincrement=False),
    Column("map_root", Text, nullable=False),
    Column("shape", JsonText, nullable=False),
    Column("catalogue_digest", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("statement", LargeBinary, nullable=False),
)
"""Publications made, by serial."""

published_records = Table(
    "published_records",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("record", LargeBinary, nullable=False),
)
"""The map as last published: key and canonical record."""

pending = Table(
    "pending",
    metadata,
    Column("subject_key", LargeBinary, primary_key=True),
    Column("since", Instant, nullable=False),
)
"""Subjects changed since the last publication. A publisher deletes a row only if ``since`` is still what it read."""

checks = Table(
    "checks",
    metadata,
    Column("client", Text, ForeignKey("clients.name"), nullable=False),
    Column("outbox", Text, nullable=False),
    Column("seq", Number, nullable=False),
    Column("decision_id", Text, nullable=False, index=True),
    Column("subject_key", LargeBinary, nullable=False, index=True),
    Column("subjects", Integer, nullable=False),
    Column("subject_keys", JsonText, nullable=False),
    Column("matter", Text, nullable=False),
    Column("case_ref", Text, nullable=False),
    Column("on_day", Day, nullable=False),
    Column("serial", Number, nullable=False),
    Column("map_root", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("entries", JsonText, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("receipt", Text, nullable=False),
    PrimaryKeyConstraint("client", "outbox", "seq"),
)
"""Records of checks (核查记录) as they came from the outboxes, each counted once.

A sheet of a screening is one row: no ``subject_key``, but as many ``subject_keys`` in hex as ``subjects`` says.
"""

outcomes = Table(
    "outcomes",
    metadata,
    Column("client", Text, ForeignKey("clients.name"), nullable=False),
    Column("outbox", Text, nullable=False),
    Column("seq", Number, nullable=False),
    Column("decision_id", Text, nullable=False, index=True),
    Column("entry", Text, nullable=False, index=True),
    Column("measure", Text, nullable=False),
    Column("list", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("matter", Text, nullable=False),
    Column("subject_key", LargeBinary, nullable=False, index=True),
    Column("case_ref", Text, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False, quote=True),
    Column("until_on", Day),
    Column("reported_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("receipt", Text, nullable=False),
    PrimaryKeyConstraint("client", "outbox", "seq"),
)
"""Outcomes (反馈) as they came from the outboxes, each counted once."""

waivers = Table(
    "waivers",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("subject_key", LargeBinary, nullable=False, index=True),
    Column("matter", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("until_on", Day, nullable=False),
    Column("by", Text, nullable=False, quote=True),
    Column("reason", Text, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("client", Text, ForeignKey("clients.name"), nullable=False),
)
"""Waivers (豁免) in force, for the next publication."""

ledger = Table(
    "ledger",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("payload", JsonText, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
)
"""The ledger (台账): each row carries the digest of the one before."""

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Number, nullable=False),
    Column("digest", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""The last row of the ledger, so that a removed tail is noticed."""
