"""What superior authorities acknowledged of entries that ended."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "superior_acknowledgements",
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("acknowledged_by", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", sa.Text(), nullable=False),
        sa.Column("reply_no", sa.Text(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["entry"], ["superior_notices.entry"], name=op.f("fk_superior_acknowledgements_entry")),
        sa.ForeignKeyConstraint(
            ["received_by"], ["operators.name"], name=op.f("fk_superior_acknowledgements_received_by")
        ),
        sa.PrimaryKeyConstraint("entry", "act", name=op.f("pk_superior_acknowledgements")),
    )
