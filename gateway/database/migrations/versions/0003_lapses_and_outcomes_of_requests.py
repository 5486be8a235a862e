"""What ended by the calendar, and what became of objections and repairs.

Written out, because both databases take a column with its constraints in these words, and SQLite no constraint by itself.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE objections ADD COLUMN channel TEXT NOT NULL DEFAULT ''")
    op.execute(
        "ALTER TABLE objections ADD COLUMN remedy TEXT"
        " CONSTRAINT ck_objections_remedy CHECK ((remedy IS NOT NULL) = (state = 'upheld'))"
    )
    op.execute("ALTER TABLE objections ADD COLUMN to_do TEXT NOT NULL DEFAULT ''")
    op.execute(
        "ALTER TABLE objections ADD COLUMN withdrawn_by TEXT"
        " CONSTRAINT fk_objections_withdrawn_by REFERENCES operators (name)"
        " CONSTRAINT ck_objections_withdrawn CHECK ((withdrawn_by IS NOT NULL) = (state = 'withdrawn'))"
    )
    op.execute("ALTER TABLE objections ADD COLUMN withdrawn_at TEXT")
    op.execute("ALTER TABLE repairs ADD COLUMN channel TEXT NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE repairs ADD COLUMN period TEXT NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE repairs ADD COLUMN missing TEXT NOT NULL DEFAULT ''")
    op.execute(
        "ALTER TABLE repairs ADD COLUMN closed_by TEXT"
        " CONSTRAINT fk_repairs_closed_by REFERENCES operators (name)"
        " CONSTRAINT ck_repairs_closed CHECK ((closed_by IS NOT NULL) = (state IN ('declined', 'withdrawn')))"
        " CONSTRAINT ck_repairs_accepted CHECK (accepted_by IS NOT NULL OR state <> 'accepted')"
    )
    op.execute("ALTER TABLE repairs ADD COLUMN closed_at TEXT")
    op.execute(
        "ALTER TABLE repairs ADD COLUMN voided_by TEXT CONSTRAINT fk_repairs_voided_by REFERENCES operators (name)"
    )
    op.execute(
        "ALTER TABLE repairs ADD COLUMN void_confirmed_by TEXT"
        " CONSTRAINT fk_repairs_void_confirmed_by REFERENCES operators (name)"
        " CONSTRAINT ck_repairs_four_eyes_void CHECK (void_confirmed_by IS NULL OR void_confirmed_by <> voided_by)"
        " CONSTRAINT ck_repairs_voided CHECK ((voided_by IS NOT NULL) = (state = 'voided') AND (void_confirmed_by IS NULL) = (voided_by IS NULL))"
    )
    op.execute("ALTER TABLE repairs ADD COLUMN voided_at TEXT")
    op.execute("ALTER TABLE repairs ADD COLUMN void_reasons TEXT NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE repairs ADD COLUMN void_document_no TEXT NOT NULL DEFAULT ''")
    op.create_table(
        "lapses",
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("last_on", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["entries.id"], name=op.f("fk_lapses_entry")),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_lapses")),
    )
