"""Licences (行政许可) as departments publish them, and removals that a source states.

A licence is no sanction: it is kept for the file of its subject and never stands on a list.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, Table, Text, text

from gateway.database.columns import Day, Instant, JsonText
from gateway.database.tables.schema import metadata

licences = Table(
    "licences",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subject_key", LargeBinary, ForeignKey("subjects.key"), nullable=False, index=True),
    Column("document_no", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("certificate", Text, nullable=False),
    Column("certificate_no", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("authority_code", Text, nullable=False),
    Column("decided_on", Day, nullable=False),
    Column("valid_from", Day, nullable=False),
    Column("valid_until", Day),
    Column("status", Text, nullable=False),
    Column("extra", JsonText, nullable=False),
    Column("content_sha256", Text, nullable=False),
    Column("batch", Text, ForeignKey("batches.id"), nullable=False, index=True),
    Column("registered_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("is_person", Boolean, nullable=False),
    Column("replaces", Text, ForeignKey("licences.id")),
    Column("registered_at", Instant, nullable=False),
    Column("replaced_at", Instant),
    Index(
        "uq_licences_current",
        "subject_key",
        "document_no",
        "certificate_no",
        unique=True,
        sqlite_where=text("replaced_at IS NULL"),
        postgresql_where=text("replaced_at IS NULL"),
    ),
)
"""Records of licences (行政许可): a corrected one is replaced by a new row and kept."""

proposed_removals = Table(
    "proposed_removals",
    metadata,
    Column("batch", Text, ForeignKey("batches.id"), nullable=False),
    Column("entry", Text, ForeignKey("entries.id"), nullable=False, index=True),
    Column("removed_on", Day, nullable=False),
    Column("reason", Text, nullable=False),
    Column("authority", Text, nullable=False),
    PrimaryKeyConstraint("batch", "entry"),
)
"""Removals that a source states (移出建议): nothing happens until two people remove the entry by a document."""
