"""Marks that a repeated objection does not set again (不再标注)."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table, Text

from gateway.database.columns import Instant
from gateway.database.constraints import two_people
from gateway.database.tables.schema import metadata

declined_marks = Table(
    "declined_marks",
    metadata,
    Column("objection", Text, ForeignKey("objections.id"), primary_key=True),
    Column("repeats", Text, ForeignKey("objections.id"), nullable=False),
    Column("by", Text, ForeignKey("operators.name"), nullable=False, quote=True),
    Column("confirmed_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("document_no", Text, nullable=False),
    two_people("by", "confirmed_by"),
    CheckConstraint("repeats <> objection", name="another"),
    CheckConstraint("reason <> '' AND document_no <> ''", name="stated"),
)
"""An objection that repeats one that was rejected, and that two people decided not to mark the entry for again."""
