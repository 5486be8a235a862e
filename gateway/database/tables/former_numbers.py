"""Former numbers (原注册号): which older number is a subject's that has a code now, and what documents say of both."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

from gateway.database.columns import Instant, Number
from gateway.database.constraints import two_people
from gateway.database.tables.schema import metadata

former_numbers = Table(
    "former_numbers",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("number", Text, nullable=False),
    Column("number_key", LargeBinary, nullable=False, index=True),
    Column("code", Text, nullable=False),
    Column("code_key", LargeBinary, nullable=False, index=True),
    Column("by", Text, ForeignKey("operators.name"), nullable=False, quote=True),
    Column("confirmed_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended_by", Text, ForeignKey("operators.name")),
    Column("ended_confirmed_by", Text, ForeignKey("operators.name")),
    Column("ended_at", Instant),
    Column("end_document_no", Text, nullable=False),
    Column("end_reason", Text, nullable=False),
    two_people("by", "confirmed_by"),
    CheckConstraint("document_no <> '' AND reason <> ''", name="stated"),
    # An older number is shorter than a code, so that neither chains nor circles can be written at all.
    CheckConstraint("length(number) < 18 AND length(code) = 18 AND number_key <> code_key", name="older"),
    CheckConstraint(
        "(ended_by IS NULL) = (ended_at IS NULL) AND (ended_by IS NULL) = (ended_confirmed_by IS NULL)"
        " AND (ended_by IS NULL OR (ended_confirmed_by <> ended_by AND end_document_no <> '' AND end_reason <> ''))",
        name="ended",
    ),
    # One number is one subject's.
    Index(
        "uq_former_numbers_standing",
        "number_key",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)
"""Links of an older number to the code of its subject, each made by two people; one that was ended is kept."""

stated_numbers = Table(
    "stated_numbers",
    metadata,
    Column("number_key", LargeBinary, nullable=False),
    Column("code_key", LargeBinary, nullable=False),
    Column("code", Text, nullable=False),
    Column("list", Text, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("batch", Text, ForeignKey("batches.id"), nullable=False),
    PrimaryKeyConstraint("number_key", "code_key"),
)
"""Pairs of numbers that a row of a table states of one subject, with the first document that did: links nobody."""
