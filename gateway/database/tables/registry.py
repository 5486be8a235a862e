"""What the registry holds: batches, subjects, entries, acts, declarations of completeness."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from gateway.database.columns import Day, Exact, Instant, JsonText, Number
from gateway.database.constraints import two_people
from gateway.database.tables.schema import metadata

batches = Table(
    "batches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("list", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("file_digest", Text, nullable=False, index=True),
    Column("imported_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("imported_at", Instant, nullable=False),
    Column("channel", Text, nullable=False, server_default=text("'desk'"), index=True),
    Column("confirmed_by", Text, ForeignKey("operators.name")),
    Column("confirmed_at", Instant),
    Column("discarded_by", Text, ForeignKey("operators.name")),
    Column("discarded_at", Instant),
    Column("accepted", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("report", JsonText, nullable=False),
    two_people("imported_by", "confirmed_by"),
)
"""One import each (批次); ``channel`` is the department's system it came through, or the desk."""

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
    Column("name", Exact, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("named_on", Day),
    CheckConstraint("kind <> 'natural-person' OR code IS NULL", name="no_personal_number"),
    # Organisations known by an older number: few, and looked through for codes they may have today.
    Index(
        "ix_subjects_older",
        "key",
        sqlite_where=text("scheme <> 'uscc' AND kind <> 'natural-person'"),
        postgresql_where=text("scheme <> 'uscc' AND kind <> 'natural-person'"),
    ),
)
"""Credit subjects (信用主体). Organisations by their published key, natural persons by HMAC, without their number.

``name`` is that of the newest document; ``named_on`` the day of it, once documents have stated different names
(:mod:`gateway.registry.names`), and empty while all of them say the same.
"""

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
    # What waits for confirmation, by the day its term of publicity runs from.
    Index(
        "ix_entries_drafted",
        "list",
        "determined_on",
        "is_person",
        sqlite_where=text("state = 'drafted'"),
        postgresql_where=text("state = 'drafted'"),
    ),
    # What took effect lately, and whether that was in time.
    Index(
        "ix_entries_confirmed",
        "confirmed_at",
        "list",
        "determined_on",
        "is_person",
        sqlite_where=text("confirmed_at IS NOT NULL"),
        postgresql_where=text("confirmed_at IS NOT NULL"),
    ),
    # What took the place of an entry that was corrected.
    Index(
        "ix_entries_replaces",
        "replaces",
        sqlite_where=text("replaces IS NOT NULL"),
        postgresql_where=text("replaces IS NOT NULL"),
    ),
    # What decisions must not have leaned on (see gateway/feedback/recall.py).
    Index(
        "ix_entries_recalled",
        "id",
        sqlite_where=text("state IN ('revoked', 'corrected')"),
        postgresql_where=text("state IN ('revoked', 'corrected')"),
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
    # The last acts of one kind, and what was done since the last publication.
    Index("ix_acts_act", "act", "at"),
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
