"""Column types that read the same on SQLite and PostgreSQL: instants, days and JSON are canonical text."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TypeAlias

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None

# SQLite numbers rows by itself only in a column of exactly the type INTEGER.
Number = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits."""

Exact = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is ordered by code point on both databases, so that a prefix is a range of its index."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical_json(value: Json) -> str:
    """JSON with one spelling: sorted keys, no spaces, characters as they are."""
    return _ENCODER.encode(value)


def day_text(day: date | None) -> str:
    """A civil day as text; empty where there is none."""
    return day.isoformat() if day else ""


def instant_text(instant: datetime) -> str:
    """An aware instant as text that sorts in time: ``2026-01-05T08:00:00.000000Z``."""
    if instant.tzinfo is None:
        raise ValueError("an instant must be aware (UTC), a naive one cannot be stored")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as UTC text of fixed width."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Python to database."""
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Database to Python."""
        return None if value is None else datetime.fromisoformat(value)


class Day(TypeDecorator[date]):
    """A civil day, stored as ``YYYY-MM-DD``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Python to database."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """Database to Python."""
        return None if value is None else date.fromisoformat(value)


class JsonText(TypeDecorator[Json]):
    """JSON, stored as canonical text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: Dialect) -> str | None:
        """Python to database."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Json:
        """Database to Python."""
        parsed: Json = None if value is None else json.loads(value)
        return parsed
