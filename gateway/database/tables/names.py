"""Names (名称) of subjects as documents state them, where they state different ones."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, Table, Text

from gateway.database.columns import Day, Exact, Instant
from gateway.database.tables.schema import metadata

subject_names = Table(
    "subject_names",
    metadata,
    Column("subject_key", LargeBinary, ForeignKey("subjects.key"), nullable=False),
    Column("record", Text, nullable=False),
    Column("name", Exact, nullable=False, index=True),
    Column("stated_on", Day),
    Column("document_no", Text, nullable=False),
    Column("batch", Text, nullable=False),
    Column("taken_at", Instant),
    PrimaryKeyConstraint("subject_key", "record"),
    Index("ix_subject_names_batch", "batch"),
)
"""What one document each, registered as ``record``, calls a subject; ``taken_at`` is empty until that is confirmed.

``record`` is the entry or licence, ``unknown`` where a name stood before the first other one without a document.
"""
