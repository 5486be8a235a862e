"""What a batch keeps of its file is a keyed digest, and is called so."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_batches_file_sha256"), table_name="batches")
    op.alter_column("batches", "file_sha256", new_column_name="file_digest", existing_type=sa.Text())
    op.create_index(op.f("ix_batches_file_digest"), "batches", ["file_digest"], unique=False)
    # The report of a batch names it as well.
    op.execute("""UPDATE batches SET report = replace(report, '"file_sha256":', '"file_digest":')""")
