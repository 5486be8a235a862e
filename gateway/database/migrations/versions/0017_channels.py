"""Through which department's system a batch came."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batches", sa.Column("channel", sa.Text(), server_default=sa.text("'desk'"), nullable=False))
    op.create_index(op.f("ix_batches_channel"), "batches", ["channel"], unique=False)
