"""Constraints of the tables: their names, which migrations go by, and four eyes (双人复核)."""

from sqlalchemy import CheckConstraint

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def two_people(first: str, second: str) -> CheckConstraint:
    """Refuses a row in which the columns ``first`` and ``second`` name one person; not yet confirmed is allowed."""
    return CheckConstraint(f'"{second}" IS NULL OR "{second}" <> "{first}"', name="four_eyes")
