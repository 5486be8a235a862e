"""What decisions leaned on, which of them still wait for feedback, and what their owners did about notices."""

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from gateway.database.columns import Day, Instant, Number
from gateway.database.tables.schema import metadata

check_entries = Table(
    "check_entries",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("client", Text, nullable=False),
    Column("outbox", Text, nullable=False),
    Column("seq", Number, nullable=False),
    Column("decision_id", Text, nullable=False),
    Column("subject_key", LargeBinary, nullable=False),
    Column("entry", Text, nullable=False),
    ForeignKeyConstraint(["client", "outbox", "seq"], ["checks.client", "checks.outbox", "checks.seq"]),
    UniqueConstraint("client", "outbox", "seq", "decision_id", "entry"),
    Index("ix_check_entries_entry", "entry", "client"),
    Index("ix_check_entries_decision", "client", "decision_id"),
)
"""The entries each recorded decision found, one row each; written in the transaction that takes its check in.

A sheet of a screening is one check and many decisions.
``entry`` may be one this registry never held. ``id`` is the number of the notice, should the entry turn out wrong.
"""

awaited_outcomes = Table(
    "awaited_outcomes",
    metadata,
    Column("client", Text, ForeignKey("clients.name"), nullable=False),
    Column("decision_id", Text, nullable=False),
    Column("matter", Text, nullable=False),
    Column("case_ref", Text, nullable=False),
    Column("subject_key", LargeBinary, nullable=False),
    Column("entry", Text, nullable=False),
    Column("decided_on", Day, nullable=False),
    PrimaryKeyConstraint("client", "decision_id"),
    Index("ix_awaited_outcomes_client", "client", "decided_on", "decision_id"),
)
"""Decisions that found something and have no outcome yet (待反馈); a row goes when an outcome comes.

``entry`` is the first of the entries found.
"""

acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("notice", Number, ForeignKey("check_entries.id"), primary_key=True, autoincrement=False),
    Column("by", Text, nullable=False, quote=True),
    Column("done", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""What the owner of a decision did about a notice (通知回执): one for each notice, never changed."""
