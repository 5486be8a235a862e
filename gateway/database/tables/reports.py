"""Credit reports (公共信用信息报告) that were issued: what tells whether one is genuine, not what it said."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, Table, Text

from gateway.database.columns import Instant
from gateway.database.tables.schema import metadata

reports = Table(
    "reports",
    metadata,
    Column("number", Text, primary_key=True),
    Column("subject_key", LargeBinary, nullable=False),
    Column("subject", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("content_digest", Text, nullable=False),
    Column("code_sha256", Text, nullable=False),
    Column("issued_by", Text, nullable=False),
    CheckConstraint("length(digest) = 64 AND length(content_digest) = 64", name="digests"),
    Index("ix_reports_subject", "subject_key", "issued_at"),
)
"""Reports by number. Their contents are not kept: what is repaired later must not live on here."""
