"""Superior authorities of public bodies, and the notices to them."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, PrimaryKeyConstraint, Table, Text

from gateway.database.columns import Instant
from gateway.database.constraints import two_people
from gateway.database.tables.schema import metadata

superiors = Table(
    "superiors",
    metadata,
    Column("body", Text, primary_key=True),
    Column("superior", Text, nullable=False),
    Column("superior_name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("set_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("confirmed_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("set_at", Instant, nullable=False),
    two_people("set_by", "confirmed_by"),
    CheckConstraint("superior <> body", name="another_body"),
)
"""The superior authority (上级主管机关) of a public body or state-owned enterprise, both by code."""

superior_notices = Table(
    "superior_notices",
    metadata,
    Column("entry", Text, ForeignKey("entries.id"), primary_key=True),
    Column("body", Text, nullable=False, index=True),
    Column("body_name", Text, nullable=False),
    Column("list", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("superior", Text),
    Column("superior_name", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("acknowledged_by", Text),
    Column("acknowledged_at", Instant),
    Column("reply_no", Text, nullable=False),
    Column("received_by", Text, ForeignKey("operators.name")),
    CheckConstraint(
        "(acknowledged_at IS NULL) = (acknowledged_by IS NULL) AND (acknowledged_at IS NULL) = (received_by IS NULL)"
        " AND (acknowledged_at IS NULL OR superior IS NOT NULL)",
        name="acknowledged",
    ),
)
"""Notices to superior authorities (通报), one for each entry; ``superior`` is empty while nobody knows who that is."""

superior_acknowledgements = Table(
    "superior_acknowledgements",
    metadata,
    Column("entry", Text, ForeignKey("superior_notices.entry"), nullable=False),
    Column("act", Text, nullable=False),
    Column("acknowledged_by", Text, nullable=False),
    Column("acknowledged_at", Instant, nullable=False),
    Column("reply_no", Text, nullable=False),
    Column("received_by", Text, ForeignKey("operators.name"), nullable=False),
    PrimaryKeyConstraint("entry", "act"),
)
"""Acknowledgements (签收) of second notices: an entry of which the superior had been told was removed or revoked."""
