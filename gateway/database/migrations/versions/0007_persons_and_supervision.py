"""Queries about persons, responsible persons, superiors, grades and draws."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
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
    op.create_table(
        "draw_announcements",
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Text(), nullable=False),
        sa.Column("population_sha256", sa.Text(), nullable=False),
        sa.Column("seed_source", sa.Text(), nullable=False),
        sa.Column("announced_by", sa.Text(), nullable=False),
        sa.Column("announced_at", sa.Text(), nullable=False),
        sa.CheckConstraint("seed_source <> ''", name=op.f("ck_draw_announcements_seed_source")),
        sa.ForeignKeyConstraint(["announced_by"], ["operators.name"], name=op.f("fk_draw_announcements_announced_by")),
        sa.PrimaryKeyConstraint("matter", "on_day", "population_sha256", name=op.f("pk_draw_announcements")),
    )
    op.create_table(
        "draws",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("seed_source", sa.Text(), nullable=False),
        sa.Column("population_sha256", sa.Text(), nullable=False),
        sa.Column("shares", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("document_sha256", sa.Text(), nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.Text(), nullable=False),
        sa.CheckConstraint("seed <> '' AND seed_source <> ''", name=op.f("ck_draws_seed")),
        sa.ForeignKeyConstraint(["drawn_by"], ["operators.name"], name=op.f("fk_draws_drawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draws")),
        sa.UniqueConstraint(
            "matter", "on_day", "population_sha256", name=op.f("uq_draws_matter_on_day_population_sha256")
        ),
    )
    op.create_table(
        "grade_files",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.Text(), nullable=True),
        sa.CheckConstraint("source <> ''", name=op.f("ck_grade_files_source")),
        sa.CheckConstraint(
            '"confirmed_by" IS NULL OR "confirmed_by" <> "imported_by"', name=op.f("ck_grade_files_four_eyes")
        ),
        sa.CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_grade_files_confirmed")),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_grade_files_period")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["operators.name"], name=op.f("fk_grade_files_confirmed_by")),
        sa.ForeignKeyConstraint(["imported_by"], ["operators.name"], name=op.f("fk_grade_files_imported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_files")),
    )
    op.create_index(op.f("ix_grade_files_fingerprint"), "grade_files", ["fingerprint"], unique=False)
    op.create_table(
        "superiors",
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("superior", sa.Text(), nullable=False),
        sa.Column("superior_name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.Text(), nullable=False),
        sa.CheckConstraint('"confirmed_by" IS NULL OR "confirmed_by" <> "set_by"', name=op.f("ck_superiors_four_eyes")),
        sa.CheckConstraint("superior <> body", name=op.f("ck_superiors_another_body")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["operators.name"], name=op.f("fk_superiors_confirmed_by")),
        sa.ForeignKeyConstraint(["set_by"], ["operators.name"], name=op.f("fk_superiors_set_by")),
        sa.PrimaryKeyConstraint("body", name=op.f("pk_superiors")),
    )
    op.create_table(
        "grades",
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.CheckConstraint("grade IN ('A', 'B', 'C', 'D')", name=op.f("ck_grades_grade")),
        sa.ForeignKeyConstraint(["file"], ["grade_files.id"], name=op.f("fk_grades_file")),
        sa.PrimaryKeyConstraint("file", "subject_key", name=op.f("pk_grades")),
    )
    op.create_index(op.f("ix_grades_subject_key"), "grades", ["subject_key"], unique=False)
    op.create_table(
        "responsible_persons",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("person_key", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("masked", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("is_named", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("office_from_on", sa.Text(), nullable=True),
        sa.Column("office_until_on", sa.Text(), nullable=True),
        sa.Column("conduct_from_on", sa.Text(), nullable=True),
        sa.Column("conduct_until_on", sa.Text(), nullable=True),
        sa.Column("stated_by", sa.Text(), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("stated_at", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawal_confirmed_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.Text(), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL AND withdrawn_by IS NULL AND withdrawal_confirmed_by IS NULL) OR (withdrawn_at IS NOT NULL AND withdrawn_by <> withdrawal_confirmed_by AND withdrawn_by IS NOT NULL AND withdrawal_confirmed_by IS NOT NULL AND withdrawn_why <> '')",
            name=op.f("ck_responsible_persons_withdrawal"),
        ),
        sa.CheckConstraint(
            "kind <> 'natural-person' OR code IS NULL", name=op.f("ck_responsible_persons_no_personal_number")
        ),
        sa.CheckConstraint(
            "role IN ('legal-representative', 'actual-controller', 'responsible-person')",
            name=op.f("ck_responsible_persons_role"),
        ),
        sa.CheckConstraint(
            '"confirmed_by" IS NULL OR "confirmed_by" <> "stated_by"', name=op.f("ck_responsible_persons_four_eyes")
        ),
        sa.CheckConstraint("conduct_until_on >= conduct_from_on", name=op.f("ck_responsible_persons_conduct")),
        sa.CheckConstraint("office_until_on >= office_from_on", name=op.f("ck_responsible_persons_office")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["operators.name"], name=op.f("fk_responsible_persons_confirmed_by")),
        sa.ForeignKeyConstraint(["entry"], ["entries.id"], name=op.f("fk_responsible_persons_entry")),
        sa.ForeignKeyConstraint(["stated_by"], ["operators.name"], name=op.f("fk_responsible_persons_stated_by")),
        sa.ForeignKeyConstraint(
            ["withdrawal_confirmed_by"], ["operators.name"], name=op.f("fk_responsible_persons_withdrawal_confirmed_by")
        ),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["operators.name"], name=op.f("fk_responsible_persons_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsible_persons")),
    )
    op.create_index(op.f("ix_responsible_persons_entry"), "responsible_persons", ["entry"], unique=False)
    op.create_index(op.f("ix_responsible_persons_person_key"), "responsible_persons", ["person_key"], unique=False)
    op.create_index(
        "uq_responsible_persons_standing",
        "responsible_persons",
        ["entry", "person_key", "role"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "superior_notices",
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_name", sa.Text(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("superior", sa.Text(), nullable=True),
        sa.Column("superior_name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", sa.Text(), nullable=True),
        sa.Column("reply_no", sa.Text(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL) AND (acknowledged_at IS NULL) = (received_by IS NULL) AND (acknowledged_at IS NULL OR superior IS NOT NULL)",
            name=op.f("ck_superior_notices_acknowledged"),
        ),
        sa.ForeignKeyConstraint(["entry"], ["entries.id"], name=op.f("fk_superior_notices_entry")),
        sa.ForeignKeyConstraint(["received_by"], ["operators.name"], name=op.f("fk_superior_notices_received_by")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_superior_notices")),
    )
    op.create_index(op.f("ix_superior_notices_body"), "superior_notices", ["body"], unique=False)
