"""Subjects are found by the beginning of their name."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("subjects", "name", type_=sa.Text(collation="C"), existing_type=sa.Text())
    op.create_index(op.f("ix_subjects_name"), "subjects", ["name"], unique=False)
