"""What ended by the calendar; no person did it, so it is no act of two."""

from sqlalchemy import Column, ForeignKey, Table, Text

from gateway.database.columns import Day, Instant
from gateway.database.tables.schema import metadata

lapses = Table(
    "lapses",
    metadata,
    Column("entry", Text, ForeignKey("entries.id"), primary_key=True),
    Column("last_on", Day, nullable=False),
    Column("period", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Entries whose publicity ended by the calendar (公示期满): the last day of it, and the period of the law, or empty for
the term as determined."""
