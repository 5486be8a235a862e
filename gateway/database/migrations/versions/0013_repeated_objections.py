"""Repeated objections that mark no entry again, and the shares a draw was announced by."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "declined_marks",
        sa.Column("objection", sa.Text(), nullable=False),
        sa.Column("repeats", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> '' AND document_no <> ''", name=op.f("ck_declined_marks_stated")),
        sa.CheckConstraint(
            '"confirmed_by" IS NULL OR "confirmed_by" <> "by"', name=op.f("ck_declined_marks_four_eyes")
        ),
        sa.CheckConstraint("repeats <> objection", name=op.f("ck_declined_marks_another")),
        sa.ForeignKeyConstraint(["by"], ["operators.name"], name=op.f("fk_declined_marks_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["operators.name"], name=op.f("fk_declined_marks_confirmed_by")),
        sa.ForeignKeyConstraint(["objection"], ["objections.id"], name=op.f("fk_declined_marks_objection")),
        sa.ForeignKeyConstraint(["repeats"], ["objections.id"], name=op.f("fk_declined_marks_repeats")),
        sa.PrimaryKeyConstraint("objection", name=op.f("pk_declined_marks")),
    )
    op.add_column("draw_announcements", sa.Column("shares", sa.Text(), nullable=True))
