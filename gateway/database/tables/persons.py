"""Who asked about natural persons and why; who answers for what an entry is about."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, LargeBinary, Table, Text, text

from gateway.database.columns import Day, Instant, Number
from gateway.database.constraints import two_people
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

responsible_persons = Table(
    "responsible_persons",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("entry", Text, ForeignKey("entries.id"), nullable=False, index=True),
    Column("person_key", LargeBinary, nullable=False, index=True),
    Column("code", Text),
    Column("masked", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("is_named", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("office_from_on", Day),
    Column("office_until_on", Day),
    Column("conduct_from_on", Day),
    Column("conduct_until_on", Day),
    Column("stated_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("confirmed_by", Text, ForeignKey("operators.name")),
    Column("stated_at", Instant, nullable=False),
    Column("withdrawn_by", Text, ForeignKey("operators.name")),
    Column("withdrawal_confirmed_by", Text, ForeignKey("operators.name")),
    Column("withdrawn_at", Instant),
    Column("withdrawn_why", Text, nullable=False),
    two_people("stated_by", "confirmed_by"),
    CheckConstraint("kind <> 'natural-person' OR code IS NULL", name="no_personal_number"),
    CheckConstraint("role IN ('legal-representative', 'actual-controller', 'responsible-person')", name="role"),
    CheckConstraint("office_until_on >= office_from_on", name="office"),
    CheckConstraint("conduct_until_on >= conduct_from_on", name="conduct"),
    CheckConstraint(
        "(withdrawn_at IS NULL AND withdrawn_by IS NULL AND withdrawal_confirmed_by IS NULL) OR (withdrawn_at IS NOT"
        " NULL AND withdrawn_by <> withdrawal_confirmed_by AND withdrawn_by IS NOT NULL"
        " AND withdrawal_confirmed_by IS NOT NULL AND withdrawn_why <> '')",
        name="withdrawal",
    ),
    Index(
        "uq_responsible_persons_standing",
        "entry",
        "person_key",
        "role",
        unique=True,
        sqlite_where=text("withdrawn_at IS NULL"),
        postgresql_where=text("withdrawn_at IS NULL"),
    ),
)
"""Who answers for what an entry is about (相关责任人): persons by HMAC and masked, organisations by key and code.

``is_named``: the decision itself names him responsible. ``confirmed_by`` is empty where the person came with the entry:
then who confirmed the entry confirmed him.
"""
