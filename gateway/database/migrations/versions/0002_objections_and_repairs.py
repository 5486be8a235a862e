"""Objections and repairs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "objections",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Text(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("needs_verification", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (state IN ('filed', 'withdrawn')) AND (decided_by IS NULL) = (confirmed_by IS NULL)",
            name=op.f("ck_objections_decided"),
        ),
        sa.CheckConstraint(
            '"confirmed_by" IS NULL OR "confirmed_by" <> "decided_by"', name=op.f("ck_objections_four_eyes")
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["operators.name"], name=op.f("fk_objections_confirmed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["operators.name"], name=op.f("fk_objections_decided_by")),
        sa.ForeignKeyConstraint(["entry"], ["entries.id"], name=op.f("fk_objections_entry")),
        sa.ForeignKeyConstraint(["received_by"], ["operators.name"], name=op.f("fk_objections_received_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
    )
    op.create_index(op.f("ix_objections_entry"), "objections", ["entry"], unique=False)
    op.create_index(
        "uq_objections_open",
        "objections",
        ["entry", "about"],
        unique=True,
        sqlite_where=sa.text("state = 'filed'"),
        postgresql_where=sa.text("state = 'filed'"),
    )
    op.create_table(
        "repairs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("regime", sa.Text(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("applied_on", sa.Text(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=True),
        sa.Column("accepted_on", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (state NOT IN ('granted', 'denied', 'voided')) AND (decided_by IS NULL) = (confirmed_by IS NULL)",
            name=op.f("ck_repairs_decided"),
        ),
        sa.CheckConstraint(
            '"confirmed_by" IS NULL OR "confirmed_by" <> "decided_by"', name=op.f("ck_repairs_four_eyes")
        ),
        sa.ForeignKeyConstraint(["accepted_by"], ["operators.name"], name=op.f("fk_repairs_accepted_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["operators.name"], name=op.f("fk_repairs_confirmed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["operators.name"], name=op.f("fk_repairs_decided_by")),
        sa.ForeignKeyConstraint(["entry"], ["entries.id"], name=op.f("fk_repairs_entry")),
        sa.ForeignKeyConstraint(["received_by"], ["operators.name"], name=op.f("fk_repairs_received_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs")),
    )
    op.create_index(op.f("ix_repairs_entry"), "repairs", ["entry"], unique=False)
    op.create_index(
        "uq_repairs_open",
        "repairs",
        ["entry"],
        unique=True,
        sqlite_where=sa.text("state IN ('applied', 'supplement', 'accepted')"),
        postgresql_where=sa.text("state IN ('applied', 'supplement', 'accepted')"),
    )
