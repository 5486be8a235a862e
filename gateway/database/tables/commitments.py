"""Credit commitments (信用承诺), how they were performed, and what a subject says of itself (自主申报)."""

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

from gateway.database.columns import Day, Instant
from gateway.database.constraints import two_people
from gateway.database.tables.schema import metadata

commitments = Table(
    "commitments",
    metadata,
    Column("code", Text, primary_key=True),
    Column("subject_key", LargeBinary, ForeignKey("subjects.key"), nullable=False, index=True),
    Column("committer", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("matter", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("liability", Text, nullable=False),
    Column("made_on", Day, nullable=False),
    Column("valid_until", Day),
    Column("authority", Text, nullable=False),
    Column("authority_code", Text, nullable=False),
    Column("publicity", Text, nullable=False),
    Column("remark", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("is_person", Boolean, nullable=False),
    Column("content_sha256", Text, nullable=False, unique=True),
    Column("registered_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("registered_at", Instant, nullable=False),
    CheckConstraint("type IN ('0', '1', '2', '3', '4', '5', '6')", name="type"),
    CheckConstraint("publicity IN ('public', 'restricted', 'none')", name="publicity"),
    CheckConstraint("state IN ('supervised', 'completed')", name="state"),
    CheckConstraint("valid_until IS NULL OR valid_until >= made_on", name="term"),
    CheckConstraint("length(code) = 20", name="code"),
)
"""Commitments by code (C20); ``state`` is 监管中 or 监管完成, ``content_sha256`` makes the same one sent twice one."""

commitment_serials = Table(
    "commitment_serials",
    metadata,
    Column("region", Text, nullable=False),
    Column("on", Day, nullable=False, quote=True),
    Column("last", Integer, nullable=False, quote=True),
    PrimaryKeyConstraint("region", "on"),
    CheckConstraint('"last" BETWEEN 0 AND 999999', name="six_digits"),
)
"""The last serial (流水) given out in a region on a day; raised in one statement, so that no two are alike."""

performances = Table(
    "commitment_performances",
    metadata,
    Column("id", Text, primary_key=True),
    Column("commitment", Text, ForeignKey("commitments.code"), nullable=False, index=True),
    Column("status", Text, nullable=False),
    Column("is_false", Boolean, nullable=False),
    Column("unperformed", Text, nullable=False),
    Column("liability_pursued", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("determined_on", Day, nullable=False),
    Column("authority", Text, nullable=False),
    Column("authority_code", Text, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("notice_given_on", Day),
    Column("state", Text, nullable=False),
    Column("by", Text, ForeignKey("operators.name"), nullable=False, quote=True),
    Column("at", Instant, nullable=False),
    Column("confirmed_by", Text, ForeignKey("operators.name")),
    Column("confirmed_at", Instant),
    Column("reason", Text, nullable=False),
    Column("entry", Text, ForeignKey("entries.id")),
    two_people("by", "confirmed_by"),
    CheckConstraint("status IN ('fulfilled', 'partly', 'unfulfilled')", name="status"),
    CheckConstraint("state IN ('proposed', 'determined', 'rejected')", name="state"),
    # A breach or falsehood counts against somebody: it needs a second person, a document and a notice beforehand.
    CheckConstraint(
        "(status = 'fulfilled' AND is_false = false) OR (document_no <> '' AND notice_given_on IS NOT NULL"
        " AND (state <> 'determined' OR (confirmed_by IS NOT NULL AND entry IS NOT NULL)))",
        name="adverse",
    ),
    Index(
        "uq_commitment_performances_proposed",
        "commitment",
        unique=True,
        sqlite_where=text("state = 'proposed'"),
        postgresql_where=text("state = 'proposed'"),
    ),
)
"""Findings on the performance of a commitment (履行状态认定); ``entry`` is what a breach was published as."""

self_declarations = Table(
    "self_declarations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subject_key", LargeBinary, ForeignKey("subjects.key"), nullable=False, index=True),
    Column("category", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("declared_on", Day, nullable=False),
    Column("commitment", Text, ForeignKey("commitments.code"), nullable=False),
    Column("state", Text, nullable=False),
    Column("received_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("verified_by", Text, ForeignKey("operators.name")),
    Column("verified_at", Instant),
    Column("reason", Text, nullable=False),
    two_people("received_by", "verified_by"),
    CheckConstraint("state IN ('unverified', 'verified', 'rejected')", name="state"),
    CheckConstraint("(verified_by IS NULL) = (state = 'unverified')", name="verified"),
)
"""What an organisation says of itself (自主申报), by its own commitment to the truth; never a ground for a sanction."""
