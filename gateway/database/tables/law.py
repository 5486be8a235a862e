"""The law (法律目录): its documents, and when which of them was adopted by whom."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, LargeBinary, Table, Text

from gateway.database.columns import Day, Instant, Number
from gateway.database.constraints import two_people
from gateway.database.tables.schema import metadata

catalogues = Table(
    "catalogues",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("edition", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
)
"""Documents of the law, by digest; kept for ever, so that every decision can be made again."""

adoptions = Table(
    "adoptions",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("digest", Text, ForeignKey("catalogues.digest"), nullable=False, index=True),
    Column("adopted_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("confirmed_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("adopted_at", Instant, nullable=False),
    Column("effective_on", Day, nullable=False),
    Column("withdrawn_by", Text, ForeignKey("operators.name")),
    Column("withdrawal_confirmed_by", Text, ForeignKey("operators.name")),
    Column("withdrawn_at", Instant),
    Column("withdrawal_reason", Text),
    two_people("adopted_by", "confirmed_by"),
    CheckConstraint(
        "(withdrawn_by IS NULL AND withdrawal_confirmed_by IS NULL AND withdrawn_at IS NULL)"
        " OR (withdrawn_by <> withdrawal_confirmed_by AND withdrawn_at IS NOT NULL AND withdrawal_reason IS NOT NULL)",
        name="withdrawn",
    ),
)
"""Adoptions (采用): each by two people, in effect from a day on until the next; one may be withdrawn before its day."""
