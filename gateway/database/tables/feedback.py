"""What came back: checks and outcomes."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text, text

from gateway.database.columns import Day, Instant, JsonText, Number
from gateway.database.tables.schema import metadata

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
    # What the figures of the loop count, without reading the records.
    Index("ix_checks_verdict", "client", "verdict", "subjects"),
)
"""Records of checks (核查记录) as they came from the outboxes, each counted once.

A sheet of a screening is one row: no ``subject_key``, but as many ``subject_keys`` in hex as ``subjects`` says, and as
many lists of ``entries``, or none where nothing was found.
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
    Index("ix_outcomes_state", "client", "state", "decision_id"),
    Index(
        "ix_outcomes_reason",
        "reason",
        "client",
        sqlite_where=text("state = 'not-applied'"),
        postgresql_where=text("state = 'not-applied'"),
    ),
    Index(
        "ix_outcomes_lifted",
        "decision_id",
        "entry",
        "measure",
        "client",
        sqlite_where=text("state = 'lifted'"),
        postgresql_where=text("state = 'lifted'"),
    ),
)
"""Outcomes (反馈) as they came from the outboxes, each counted once."""
