"""People and systems that act: operators and clients."""

from sqlalchemy import Column, LargeBinary, Table, Text

from gateway.database.columns import Instant, JsonText
from gateway.database.tables.schema import metadata

operators = Table(
    "operators",
    metadata,
    Column("name", Text, primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("roles", JsonText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
)
"""People who act in the registry (经办、复核、管理员)."""

clients = Table(
    "clients",
    metadata,
    Column("name", Text, primary_key=True),
    Column("key_id", Text, nullable=False, unique=True),
    Column("key_hash", LargeBinary, nullable=False),
    Column("matters", JsonText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)
"""Host systems that ask and report; of a key only its SHA-256 is kept, which is enough for 256 random bits."""
