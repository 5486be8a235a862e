"""Queries about persons, responsible persons, superiors, grades and draws."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_queries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("masked", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("keep_until_on", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "door <> 'check' OR (matter <> '' AND decision_id <> '')", name=op.f("ck_person_queries_of_a_check")
        ),
        sa.CheckConstraint("legal_basis IN ('CONSENT', 'STATUTORY_DUTY')", name=op.f("ck_person_queries_legal_basis")),
        sa.CheckConstraint(
            "purpose <> '' AND document_no <> '' AND asked_by <> ''", name=op.f("ck_person_queries_stated")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_queries")),
    )
    op.create_index(op.f("ix_person_queries_keep_until_on"), "person_queries", ["keep_until_on"], unique=False)
    op.create_index(op.f("ix_person_queries_subject_key"), "person_queries", ["subject_key"], unique=False)
