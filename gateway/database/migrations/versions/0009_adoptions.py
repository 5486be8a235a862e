"""The law takes effect on a day: adoptions apart from the documents."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from credit_sdk.model.term import civil_day

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "adoptions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("adopted_by", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("adopted_at", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawal_confirmed_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.Text(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_by IS NULL AND withdrawal_confirmed_by IS NULL AND withdrawn_at IS NULL)"
            " OR (withdrawn_by <> withdrawal_confirmed_by AND withdrawn_at IS NOT NULL AND withdrawal_reason IS NOT NULL)",
            name=op.f("ck_adoptions_withdrawn"),
        ),
        sa.CheckConstraint(
            '"confirmed_by" IS NULL OR "confirmed_by" <> "adopted_by"', name=op.f("ck_adoptions_four_eyes")
        ),
        sa.ForeignKeyConstraint(["adopted_by"], ["operators.name"], name=op.f("fk_adoptions_adopted_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["operators.name"], name=op.f("fk_adoptions_confirmed_by")),
        sa.ForeignKeyConstraint(["digest"], ["catalogues.digest"], name=op.f("fk_adoptions_digest")),
        sa.ForeignKeyConstraint(
            ["withdrawal_confirmed_by"], ["operators.name"], name=op.f("fk_adoptions_withdrawal_confirmed_by")
        ),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["operators.name"], name=op.f("fk_adoptions_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoptions")),
    )
    op.create_index(op.f("ix_adoptions_digest"), "adoptions", ["digest"], unique=False)
    _copy(op.get_bind())
    with op.batch_alter_table("catalogues") as catalogues:
        catalogues.drop_constraint(op.f("ck_catalogues_four_eyes"), type_="check")
        catalogues.drop_constraint(op.f("fk_catalogues_adopted_by"), type_="foreignkey")
        catalogues.drop_constraint(op.f("fk_catalogues_confirmed_by"), type_="foreignkey")
        catalogues.drop_column("adopted_by")
        catalogues.drop_column("confirmed_by")
        catalogues.drop_column("adopted_at")


def _copy(connection: sa.Connection) -> None:
    """What was adopted until now took effect on the day of its adoption."""
    names = ("digest", "adopted_by", "confirmed_by", "adopted_at")
    before = sa.table("catalogues", *map(sa.column, names))
    rows = connection.execute(sa.select(before).order_by(before.c.adopted_at, before.c.digest.desc())).mappings().all()
    if rows:
        adopted = [
            {**row, "effective_on": civil_day(datetime.fromisoformat(row["adopted_at"])).isoformat()} for row in rows
        ]
        op.bulk_insert(sa.table("adoptions", *map(sa.column, (*names, "effective_on"))), adopted)
