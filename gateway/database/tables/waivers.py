"""Waivers (豁免): asked for by a system's officer, in force only when somebody at the gateway has confirmed them."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from gateway.database.columns import Day, Instant, Number
from gateway.database.tables.schema import metadata

waivers = Table(
    "waivers",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("client", Text, ForeignKey("clients.name"), nullable=False),
    Column("outbox", Text),
    Column("seq", Number),
    Column("received_at", Instant, nullable=False),
    Column("subject_key", LargeBinary, nullable=False, index=True),
    Column("matter", Text, nullable=False),
    Column("measure", Text, nullable=False),
    Column("list", Text, nullable=False),
    Column("entry", Text, nullable=False),
    Column("decision_id", Text, nullable=False),
    Column("case_ref", Text, nullable=False),
    Column("by", Text, nullable=False, quote=True),
    Column("by_plain", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("until_on", Day, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text, ForeignKey("operators.name")),
    Column("decided_by_plain", Text),
    Column("decided_at", Instant),
    Column("decision_reason", Text, nullable=False),
    Column("approval_no", Text, nullable=False),
    Column("effective_until_on", Day),
    Column("limit_period", Text, nullable=False),
    Column("limit_basis", Text, nullable=False),
    Column("withdrawn_by", Text, ForeignKey("operators.name")),
    Column("withdrawal_confirmed_by", Text, ForeignKey("operators.name")),
    Column("withdrawn_at", Instant),
    Column("withdrawal_reason", Text, nullable=False),
    Column("withdrawal_document_no", Text, nullable=False),
    Column("expired_at", Instant),
    ForeignKeyConstraint(["client", "outbox", "seq"], ["outcomes.client", "outcomes.outbox", "outcomes.seq"]),
    # An outcome that is delivered again asks for nothing twice.
    UniqueConstraint("client", "outbox", "seq"),
    CheckConstraint("(outbox IS NULL) = (seq IS NULL)", name="outcome"),
    CheckConstraint("state IN ('pending', 'effective', 'refused', 'withdrawn', 'expired')", name="state"),
    CheckConstraint(
        'decided_by IS NULL OR (decided_by <> "by" AND decided_by_plain IS NOT NULL AND decided_by_plain <> by_plain)',
        name="four_eyes",
    ),
    # A waiver that lifts anything, or ever did, has been decided by somebody, on a document and with a reason.
    CheckConstraint(
        "(decided_by IS NULL) = (decided_at IS NULL)"
        " AND (decided_by IS NULL OR (decision_reason <> '' AND approval_no <> ''))"
        " AND (state <> 'pending' OR decided_by IS NULL)"
        " AND (state NOT IN ('effective', 'refused', 'withdrawn') OR decided_by IS NOT NULL)",
        name="decided",
    ),
    # Never longer than the officer asked for.
    CheckConstraint(
        "(effective_until_on IS NULL OR (effective_until_on <= until_on AND decided_by IS NOT NULL))"
        " AND (state NOT IN ('effective', 'withdrawn') OR effective_until_on IS NOT NULL)"
        " AND (state <> 'refused' OR effective_until_on IS NULL)"
        " AND (state <> 'expired' OR (effective_until_on IS NULL) = (decided_by IS NULL))",
        name="term",
    ),
    CheckConstraint(
        "(withdrawn_by IS NOT NULL) = (state = 'withdrawn')"
        " AND (withdrawn_by IS NULL) = (withdrawal_confirmed_by IS NULL)"
        " AND (withdrawn_by IS NULL) = (withdrawn_at IS NULL)"
        " AND (withdrawn_by IS NULL OR (withdrawal_confirmed_by <> withdrawn_by"
        " AND withdrawal_reason <> '' AND withdrawal_document_no <> ''))",
        name="withdrawn",
    ),
    CheckConstraint("(expired_at IS NOT NULL) = (state = 'expired')", name="expired"),
    Index("ix_waivers_client", "client", "id"),
    Index("ix_waivers_state", "state", "received_at"),
)
"""Waivers as the systems' outcomes asked for them (``by``, ``until_on``, ``document_no`` are theirs), and what became
of each (:mod:`gateway.registry.waivers`).

``decided_by`` confirmed or refused it, by the document ``approval_no`` (批准文号); ``effective_until_on`` is the last
day that was confirmed, ``limit_basis`` what the law said about it then. ``*_plain`` are the names as they are compared.
``outbox`` and ``seq`` name the outcome; empty where an older registry kept a waiver whose outcome is not known.
"""
