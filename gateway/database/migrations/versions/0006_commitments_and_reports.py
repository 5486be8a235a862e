"""Commitments, their performance, what subjects declare themselves, and credit reports."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commitment_serials",
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("on", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint('"last" BETWEEN 0 AND 999999', name=op.f("ck_commitment_serials_six_digits")),
        sa.PrimaryKeyConstraint("region", "on", name=op.f("pk_commitment_serials")),
    )
    op.create_table(
        "reports",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.Text(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.Text(), nullable=False),
        sa.Column("code_sha256", sa.Text(), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.CheckConstraint("length(digest) = 64 AND length(content_digest) = 64", name=op.f("ck_reports_digests")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reports")),
    )
    op.create_index("ix_reports_subject", "reports", ["subject_key", "issued_at"], unique=False)
    op.create_table(
        "commitments",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("committer", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("liability", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Text(), nullable=True),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("publicity", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_person", sa.Boolean(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.Text(), nullable=False),
        sa.CheckConstraint("publicity IN ('public', 'restricted', 'none')", name=op.f("ck_commitments_publicity")),
        sa.CheckConstraint("state IN ('supervised', 'completed')", name=op.f("ck_commitments_state")),
        sa.CheckConstraint("type IN ('0', '1', '2', '3', '4', '5', '6')", name=op.f("ck_commitments_type")),
        sa.CheckConstraint("length(code) = 20", name=op.f("ck_commitments_code")),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= made_on", name=op.f("ck_commitments_term")),
        sa.ForeignKeyConstraint(["registered_by"], ["operators.name"], name=op.f("fk_commitments_registered_by")),
        sa.ForeignKeyConstraint(["subject_key"], ["subjects.key"], name=op.f("fk_commitments_subject_key")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_commitments")),
        sa.UniqueConstraint("content_sha256", name=op.f("uq_commitments_content_sha256")),
    )
    op.create_index(op.f("ix_commitments_subject_key"), "commitments", ["subject_key"], unique=False)
    op.create_table(
        "self_declarations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("declared_on", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(verified_by IS NULL) = (state = 'unverified')", name=op.f("ck_self_declarations_verified")
        ),
        sa.CheckConstraint("state IN ('unverified', 'verified', 'rejected')", name=op.f("ck_self_declarations_state")),
        sa.CheckConstraint(
            '"verified_by" IS NULL OR "verified_by" <> "received_by"', name=op.f("ck_self_declarations_four_eyes")
        ),
        sa.ForeignKeyConstraint(["commitment"], ["commitments.code"], name=op.f("fk_self_declarations_commitment")),
        sa.ForeignKeyConstraint(["received_by"], ["operators.name"], name=op.f("fk_self_declarations_received_by")),
        sa.ForeignKeyConstraint(["subject_key"], ["subjects.key"], name=op.f("fk_self_declarations_subject_key")),
        sa.ForeignKeyConstraint(["verified_by"], ["operators.name"], name=op.f("fk_self_declarations_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_declarations")),
    )
    op.create_index(op.f("ix_self_declarations_subject_key"), "self_declarations", ["subject_key"], unique=False)
    op.create_table(
        "commitment_performances",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("is_false", sa.Boolean(), nullable=False),
        sa.Column("unperformed", sa.Text(), nullable=False),
        sa.Column("liability_pursued", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("determined_on", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("notice_given_on", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'fulfilled' AND is_false = false) OR (document_no <> '' AND notice_given_on IS NOT NULL AND (state <> 'determined' OR (confirmed_by IS NOT NULL AND entry IS NOT NULL)))",
            name=op.f("ck_commitment_performances_adverse"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'determined', 'rejected')", name=op.f("ck_commitment_performances_state")
        ),
        sa.CheckConstraint(
            "status IN ('fulfilled', 'partly', 'unfulfilled')", name=op.f("ck_commitment_performances_status")
        ),
        sa.CheckConstraint(
            '"confirmed_by" IS NULL OR "confirmed_by" <> "by"', name=op.f("ck_commitment_performances_four_eyes")
        ),
        sa.ForeignKeyConstraint(["by"], ["operators.name"], name=op.f("fk_commitment_performances_by")),
        sa.ForeignKeyConstraint(
            ["commitment"], ["commitments.code"], name=op.f("fk_commitment_performances_commitment")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["operators.name"], name=op.f("fk_commitment_performances_confirmed_by")
        ),
        sa.ForeignKeyConstraint(["entry"], ["entries.id"], name=op.f("fk_commitment_performances_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_performances")),
    )
    op.create_index(
        op.f("ix_commitment_performances_commitment"), "commitment_performances", ["commitment"], unique=False
    )
    op.create_index(
        "uq_commitment_performances_proposed",
        "commitment_performances",
        ["commitment"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
