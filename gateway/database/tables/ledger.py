"""The ledger (台账) and its last row."""

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text

from gateway.database.columns import Instant, JsonText, Number
from gateway.database.tables.schema import metadata

ledger = Table(
    "ledger",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("payload", JsonText, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
)
"""The ledger (台账): each row carries the digest of the one before."""

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Number, nullable=False),
    Column("digest", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""The last row of the ledger, so that a removed tail is noticed."""
