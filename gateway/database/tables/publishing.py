"""What was published, and what waits to be."""

from sqlalchemy import Column, LargeBinary, Table, Text

from gateway.database.columns import Instant, JsonText, Number
from gateway.database.tables.schema import metadata

publications = Table(
    "publications",
    metadata,
    Column("serial", Number, primary_key=True, autoincrement=False),
    Column("map_root", Text, nullable=False),
    Column("shape", JsonText, nullable=False),
    Column("catalogue_digest", Text, nullable=False),
    Column("published_at", Instant, nullable=False, index=True),
    Column("statement", LargeBinary, nullable=False),
)
"""Publications made, by serial."""

published_records = Table(
    "published_records",
    metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("record", LargeBinary, nullable=False),
)
"""The map as last published: key and canonical record."""

pending = Table(
    "pending",
    metadata,
    Column("subject_key", LargeBinary, primary_key=True),
    Column("since", Instant, nullable=False),
)
"""Subjects changed since the last publication. A publisher deletes a row only if ``since`` is still what it read."""
