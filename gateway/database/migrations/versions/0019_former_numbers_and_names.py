"""Former numbers of subjects, pairs of numbers that documents state, and the names documents state."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_numbers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("code_key", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_confirmed_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.Text(), nullable=True),
        sa.Column("end_document_no", sa.Text(), nullable=False),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(ended_by IS NULL) = (ended_at IS NULL) AND (ended_by IS NULL) = (ended_confirmed_by IS NULL) AND (ended_by IS NULL OR (ended_confirmed_by <> ended_by AND end_document_no <> '' AND end_reason <> ''))",
            name=op.f("ck_former_numbers_ended"),
        ),
        sa.CheckConstraint("document_no <> '' AND reason <> ''", name=op.f("ck_former_numbers_stated")),
        sa.CheckConstraint(
            '"confirmed_by" IS NULL OR "confirmed_by" <> "by"', name=op.f("ck_former_numbers_four_eyes")
        ),
        sa.CheckConstraint(
            "length(number) < 18 AND length(code) = 18 AND number_key <> code_key", name=op.f("ck_former_numbers_older")
        ),
        sa.ForeignKeyConstraint(["by"], ["operators.name"], name=op.f("fk_former_numbers_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["operators.name"], name=op.f("fk_former_numbers_confirmed_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["operators.name"], name=op.f("fk_former_numbers_ended_by")),
        sa.ForeignKeyConstraint(
            ["ended_confirmed_by"], ["operators.name"], name=op.f("fk_former_numbers_ended_confirmed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_numbers")),
    )
    op.create_index(op.f("ix_former_numbers_code_key"), "former_numbers", ["code_key"], unique=False)
    op.create_index(op.f("ix_former_numbers_number_key"), "former_numbers", ["number_key"], unique=False)
    op.create_index(
        "uq_former_numbers_standing",
        "former_numbers",
        ["number_key"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "subject_names",
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("stated_on", sa.Text(), nullable=True),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["subject_key"], ["subjects.key"], name=op.f("fk_subject_names_subject_key")),
        sa.PrimaryKeyConstraint("subject_key", "record", name=op.f("pk_subject_names")),
    )
    op.create_index("ix_subject_names_batch", "subject_names", ["batch"], unique=False)
    op.create_index(op.f("ix_subject_names_name"), "subject_names", ["name"], unique=False)
    op.create_table(
        "stated_numbers",
        sa.Column("number_key", sa.LargeBinary(), nullable=False),
        sa.Column("code_key", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name=op.f("fk_stated_numbers_batch")),
        sa.PrimaryKeyConstraint("number_key", "code_key", name=op.f("pk_stated_numbers")),
    )
    op.add_column("subjects", sa.Column("named_on", sa.Text(), nullable=True))
    op.create_index(
        "ix_subjects_older",
        "subjects",
        ["key"],
        unique=False,
        sqlite_where=sa.text("scheme <> 'uscc' AND kind <> 'natural-person'"),
        postgresql_where=sa.text("scheme <> 'uscc' AND kind <> 'natural-person'"),
    )
