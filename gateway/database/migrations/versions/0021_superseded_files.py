"""Which files of the distribution no publication needs any more."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "superseded_files",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("superseded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_superseded_files")),
    )
    op.create_index(op.f("ix_superseded_files_superseded_at"), "superseded_files", ["superseded_at"], unique=False)
