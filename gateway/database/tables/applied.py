"""What systems still apply: one row for each measure reported as applied and not as lifted."""

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    event,
    text,
)

from gateway.database.columns import Day, Instant, Number
from gateway.database.tables.schema import metadata

applied_measures = Table(
    "applied_measures",
    metadata,
    Column("client", Text, nullable=False),
    Column("outbox", Text, nullable=False),
    Column("seq", Number, nullable=False),
    Column("decision_id", Text, nullable=False),
    Column("entry", Text, ForeignKey("entries.id"), nullable=False),
    Column("measure", Text, nullable=False),
    Column("list", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("determined_on", Day, nullable=False),
    Column("term_from", Day, nullable=False),
    Column("term_until", Day),
    PrimaryKeyConstraint("client", "outbox", "seq"),
    ForeignKeyConstraint(["client", "outbox", "seq"], ["outcomes.client", "outcomes.outbox", "outcomes.seq"]),
    Index("ix_applied_measures_entry", "entry", "client"),
    Index("ix_applied_measures_decision", "client", "decision_id"),
    Index("ix_applied_measures_pair", "list", "measure", "determined_on", "term_from", "client"),
    Index("ix_applied_measures_term", "term_until", "client"),
    # What has no basis any more, but for what was corrected.
    Index(
        "ix_applied_measures_ended",
        "client",
        "received_at",
        "state",
        "entry",
        sqlite_where=text("state <> 'published'"),
        postgresql_where=text("state <> 'published'"),
    ),
)
"""Measures applied (已采取的措施) for entries of this registry; written where an outcome comes in, gone when it is
lifted.

``state`` is that of the entry: a trigger of the database carries it over, in the transaction of whatever moved the
entry. The days are those of the entry and never change.
"""


@event.listens_for(metadata, "after_drop")
def _drop_function(_: MetaData, connection: Connection, **__: object) -> None:
    """What the trigger calls on PostgreSQL outlives the table."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP FUNCTION IF EXISTS applied_measures_follow()"))
