"""Who asked about natural persons, and why."""

from sqlalchemy import CheckConstraint, Column, LargeBinary, Table, Text

from gateway.database.columns import Day, Instant, Number
from gateway.database.tables.schema import metadata

person_queries = Table(
    "person_queries",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("matter", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("subject_key", LargeBinary, nullable=False, index=True),
    Column("masked", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("decision_id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("keep_until_on", Day, nullable=False, index=True),
    CheckConstraint("legal_basis IN ('CONSENT', 'STATUTORY_DUTY')", name="legal_basis"),
    CheckConstraint("purpose <> '' AND document_no <> '' AND asked_by <> ''", name="stated"),
    CheckConstraint("door <> 'check' OR (matter <> '' AND decision_id <> '')", name="of_a_check"),
)
"""Queries about natural persons (查询记录), each kept until ``keep_until_on``; the person by HMAC."""
