"""Editions of the law."""

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, Text

from gateway.database.columns import Instant
from gateway.database.constraints import two_people
from gateway.database.tables.schema import metadata

catalogues = Table(
    "catalogues",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("edition", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("adopted_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("confirmed_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("adopted_at", Instant, nullable=False),
    two_people("adopted_by", "confirmed_by"),
)
"""Editions of the law (法律目录) that two people adopted; the last adopted applies."""
