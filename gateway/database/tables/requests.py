"""What the listed ask for: objections (异议) and repairs (信用修复), each decided by two people."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, text

from gateway.database.columns import Day, Instant
from gateway.database.constraints import two_people
from gateway.database.tables.schema import metadata

objections = Table(
    "objections",
    metadata,
    Column("id", Text, primary_key=True),
    Column("entry", Text, ForeignKey("entries.id"), nullable=False, index=True),
    Column("applicant", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("grounds", Text, nullable=False),
    Column("filed_on", Day, nullable=False),
    Column("received_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("needs_verification", Text, nullable=False),
    Column("decided_by", Text, ForeignKey("operators.name")),
    Column("confirmed_by", Text, ForeignKey("operators.name")),
    Column("decided_at", Instant),
    Column("reasons", Text, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("remedy", Text),
    Column("to_do", Text, nullable=False),
    Column("withdrawn_by", Text, ForeignKey("operators.name")),
    Column("withdrawn_at", Instant),
    two_people("decided_by", "confirmed_by"),
    CheckConstraint("(remedy IS NOT NULL) = (state = 'upheld')", name="remedy"),
    CheckConstraint("(withdrawn_by IS NOT NULL) = (state = 'withdrawn')", name="withdrawn"),
    # What is decided has been decided by two people; an open or withdrawn objection by nobody.
    CheckConstraint(
        "(confirmed_by IS NULL) = (state IN ('filed', 'withdrawn')) AND (decided_by IS NULL) = (confirmed_by IS NULL)",
        name="decided",
    ),
    Index(
        "uq_objections_open",
        "entry",
        "about",
        unique=True,
        sqlite_where=text("state = 'filed'"),
        postgresql_where=text("state = 'filed'"),
    ),
)
"""Objections to an entry (异议): to what it says, how long it is shown, or what became of a repair.

``needs_verification`` is why the longer time limit holds, empty where it does not; ``channel`` the department's system
it came through, or ``desk``; ``remedy`` what an upheld one led to, ``to_do`` what else is to be done and by whom.
"""

repairs = Table(
    "repairs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("entry", Text, ForeignKey("entries.id"), nullable=False, index=True),
    Column("applicant", Text, nullable=False),
    Column("regime", Text, nullable=False),
    Column("proof", Text, nullable=False),
    Column("commitment", Text, nullable=False),
    Column("applied_on", Day, nullable=False),
    Column("received_by", Text, ForeignKey("operators.name"), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("accepted_by", Text, ForeignKey("operators.name")),
    Column("accepted_on", Day),
    Column("decided_by", Text, ForeignKey("operators.name")),
    Column("confirmed_by", Text, ForeignKey("operators.name")),
    Column("decided_at", Instant),
    Column("reasons", Text, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("missing", Text, nullable=False),
    Column("closed_by", Text, ForeignKey("operators.name")),
    Column("closed_at", Instant),
    Column("voided_by", Text, ForeignKey("operators.name")),
    Column("void_confirmed_by", Text, ForeignKey("operators.name")),
    Column("voided_at", Instant),
    Column("void_reasons", Text, nullable=False),
    Column("void_document_no", Text, nullable=False),
    two_people("decided_by", "confirmed_by"),
    CheckConstraint("void_confirmed_by IS NULL OR void_confirmed_by <> voided_by", name="four_eyes_void"),
    CheckConstraint(
        "(voided_by IS NOT NULL) = (state = 'voided') AND (void_confirmed_by IS NULL) = (voided_by IS NULL)",
        name="voided",
    ),
    CheckConstraint("(closed_by IS NOT NULL) = (state IN ('declined', 'withdrawn'))", name="closed"),
    CheckConstraint("accepted_by IS NOT NULL OR state <> 'accepted'", name="accepted"),
    CheckConstraint(
        "(confirmed_by IS NULL) = (state NOT IN ('granted', 'denied', 'voided'))"
        " AND (decided_by IS NULL) = (confirmed_by IS NULL)",
        name="decided",
    ),
    Index(
        "uq_repairs_open",
        "entry",
        unique=True,
        sqlite_where=text("state IN ('applied', 'supplement', 'accepted')"),
        postgresql_where=text("state IN ('applied', 'supplement', 'accepted')"),
    ),
)
"""Applications for repair (信用修复申请): ``regime`` is the instrument by whose rules it is decided, ``proof`` shows
that the obligations are fulfilled, ``commitment`` the number of the public commitment.

``period`` is the publicity period whose minimum counts; ``missing`` what a supplement is asked for; ``channel`` the
system it came through, ``desk``, or ``authority`` for a repair that the determining authority granted by itself.
``closed_by`` declined it or took its withdrawal; a repair found to rest on falsehood is voided by two people.
"""
