"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clients",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("matters", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_clients")),
        sa.UniqueConstraint("key_id", name=op.f("uq_clients_key_id")),
    )
    op.create_table(
        "ledger",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger")),
        sa.UniqueConstraint("digest", name=op.f("uq_ledger_digest")),
    )
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "operators",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("disabled_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_operators")),
    )
    op.create_table(
        "pending",
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject_key", name=op.f("pk_pending")),
    )
    op.create_table(
        "publications",
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("map_root", sa.Text(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("catalogue_digest", sa.Text(), nullable=False),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_publications")),
    )
    op.create_table(
        "published_records",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_published_records")),
    )
    op.create_table(
        "subjects",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("masked", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.CheckConstraint("kind <> 'natural-person' OR code IS NULL", name=op.f("ck_subjects_no_personal_number")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_subjects")),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.Text(), nullable=True),
        sa.Column("discarded_by", sa.Text(), nullable=True),
        sa.Column("discarded_at", sa.Text(), nullable=True),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.CheckConstraint(
            '"confirmed_by" IS NULL OR "confirmed_by" <> "imported_by"', name=op.f("ck_batches_four_eyes")
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["operators.name"], name=op.f("fk_batches_confirmed_by")),
        sa.ForeignKeyConstraint(["discarded_by"], ["operators.name"], name=op.f("fk_batches_discarded_by")),
        sa.ForeignKeyConstraint(["imported_by"], ["operators.name"], name=op.f("fk_batches_imported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index(op.f("ix_batches_file_sha256"), "batches", ["file_sha256"], unique=False)
    op.create_table(
        "catalogues",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("adopted_by", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("adopted_at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            '"confirmed_by" IS NULL OR "confirmed_by" <> "adopted_by"', name=op.f("ck_catalogues_four_eyes")
        ),
        sa.ForeignKeyConstraint(["adopted_by"], ["operators.name"], name=op.f("fk_catalogues_adopted_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["operators.name"], name=op.f("fk_catalogues_confirmed_by")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_catalogues")),
    )
    op.create_table(
        "checks",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("outbox", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("subjects", sa.Integer(), nullable=False),
        sa.Column("subject_keys", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("case_ref", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Text(), nullable=False),
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("map_root", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client"], ["clients.name"], name=op.f("fk_checks_client")),
        sa.PrimaryKeyConstraint("client", "outbox", "seq", name=op.f("pk_checks")),
    )
    op.create_index(op.f("ix_checks_decision_id"), "checks", ["decision_id"], unique=False)
    op.create_index(op.f("ix_checks_subject_key"), "checks", ["subject_key"], unique=False)
    op.create_table(
        "coverage",
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("complete_as_of", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            '"confirmed_by" IS NULL OR "confirmed_by" <> "declared_by"', name=op.f("ck_coverage_four_eyes")
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["operators.name"], name=op.f("fk_coverage_confirmed_by")),
        sa.ForeignKeyConstraint(["declared_by"], ["operators.name"], name=op.f("fk_coverage_declared_by")),
        sa.PrimaryKeyConstraint("list", name=op.f("pk_coverage")),
    )
    op.create_table(
        "outcomes",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("outbox", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("case_ref", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Text(), nullable=True),
        sa.Column("reported_at", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client"], ["clients.name"], name=op.f("fk_outcomes_client")),
        sa.PrimaryKeyConstraint("client", "outbox", "seq", name=op.f("pk_outcomes")),
    )
    op.create_index(op.f("ix_outcomes_decision_id"), "outcomes", ["decision_id"], unique=False)
    op.create_index(op.f("ix_outcomes_entry"), "outcomes", ["entry"], unique=False)
    op.create_index(op.f("ix_outcomes_subject_key"), "outcomes", ["subject_key"], unique=False)
    op.create_table(
        "waivers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client"], ["clients.name"], name=op.f("fk_waivers_client")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waivers")),
    )
    op.create_index(op.f("ix_waivers_subject_key"), "waivers", ["subject_key"], unique=False)
    op.create_table(
        "entries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("authority_code", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("determined_on", sa.Text(), nullable=False),
        sa.Column("term_from", sa.Text(), nullable=False),
        sa.Column("term_until", sa.Text(), nullable=True),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("notice_given_on", sa.Text(), nullable=True),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=True),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("drafted_by", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.Text(), nullable=True),
        sa.Column("objection_on", sa.Text(), nullable=True),
        sa.Column("is_person", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "confirmed_by IS NOT NULL OR state IN ('drafted', 'discarded')", name=op.f("ck_entries_confirmed")
        ),
        sa.CheckConstraint(
            '"confirmed_by" IS NULL OR "confirmed_by" <> "drafted_by"', name=op.f("ck_entries_four_eyes")
        ),
        sa.CheckConstraint("term_until IS NULL OR term_until >= term_from", name=op.f("ck_entries_term")),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name=op.f("fk_entries_batch")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["operators.name"], name=op.f("fk_entries_confirmed_by")),
        sa.ForeignKeyConstraint(["drafted_by"], ["operators.name"], name=op.f("fk_entries_drafted_by")),
        sa.ForeignKeyConstraint(["replaces"], ["entries.id"], name=op.f("fk_entries_replaces")),
        sa.ForeignKeyConstraint(["subject_key"], ["subjects.key"], name=op.f("fk_entries_subject_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
    )
    op.create_index(op.f("ix_entries_batch"), "entries", ["batch"], unique=False)
    op.create_index("ix_entries_identity", "entries", ["list", "subject_key", "document_no"], unique=False)
    op.create_index(op.f("ix_entries_subject_key"), "entries", ["subject_key"], unique=False)
    op.create_index(
        "uq_entries_published",
        "entries",
        ["list", "subject_key", "document_no"],
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "rejected_rows",
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name=op.f("fk_rejected_rows_batch")),
        sa.PrimaryKeyConstraint("batch", "row_no", name=op.f("pk_rejected_rows")),
    )
    op.create_table(
        "acts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint('"confirmed_by" IS NULL OR "confirmed_by" <> "by"', name=op.f("ck_acts_four_eyes")),
        sa.ForeignKeyConstraint(["by"], ["operators.name"], name=op.f("fk_acts_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["operators.name"], name=op.f("fk_acts_confirmed_by")),
        sa.ForeignKeyConstraint(["entry"], ["entries.id"], name=op.f("fk_acts_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
    )
    op.create_index(op.f("ix_acts_entry"), "acts", ["entry"], unique=False)
