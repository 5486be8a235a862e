"""Licences, and removals that a source states."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "licences",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("certificate_no", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("is_person", sa.Boolean(), nullable=False),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("registered_at", sa.Text(), nullable=False),
        sa.Column("replaced_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name=op.f("fk_licences_batch")),
        sa.ForeignKeyConstraint(["registered_by"], ["operators.name"], name=op.f("fk_licences_registered_by")),
        sa.ForeignKeyConstraint(["replaces"], ["licences.id"], name=op.f("fk_licences_replaces")),
        sa.ForeignKeyConstraint(["subject_key"], ["subjects.key"], name=op.f("fk_licences_subject_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licences")),
    )
    op.create_index(op.f("ix_licences_batch"), "licences", ["batch"], unique=False)
    op.create_index(op.f("ix_licences_subject_key"), "licences", ["subject_key"], unique=False)
    op.create_index(
        "uq_licences_current",
        "licences",
        ["subject_key", "document_no", "certificate_no"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_table(
        "proposed_removals",
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("removed_on", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name=op.f("fk_proposed_removals_batch")),
        sa.ForeignKeyConstraint(["entry"], ["entries.id"], name=op.f("fk_proposed_removals_entry")),
        sa.PrimaryKeyConstraint("batch", "entry", name=op.f("pk_proposed_removals")),
    )
    op.create_index(op.f("ix_proposed_removals_entry"), "proposed_removals", ["entry"], unique=False)
