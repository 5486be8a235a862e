"""The ledger (台账) and its last row."""

from sqlalchemy import CheckConstraint, Column, Connection, Integer, MetaData, Table, Text, event, text

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
"""The ledger (台账): each row carries the digest of the one before. Triggers refuse to change or remove a row."""

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", Number, nullable=False),
    Column("digest", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
"""The last row of the ledger, so that a removed tail is noticed."""

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("size", Number, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
    Column("root", Text, nullable=False),
    Column("frontier", JsonText, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Checkpoints (检查点) made: the signed text, and the hashes from which the next one goes on."""


@event.listens_for(metadata, "after_drop")
def _drop_function(_: MetaData, connection: Connection, **__: object) -> None:
    """What the trigger of the ledger calls on PostgreSQL outlives the table."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP FUNCTION IF EXISTS ledger_is_append_only()"))
