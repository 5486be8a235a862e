"""Instants, days and JSON are stored as one text and read back as they were."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from gateway.database.columns import Instant, canonical_json, instant_text

DIALECT = sqlite.dialect()
instants = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - given a zone


@given(instants, instants)
def test_text_sorts_as_time_does(one: datetime, other: datetime) -> None:
    assert (instant_text(one) < instant_text(other)) == (one < other)


@given(instants)
def test_an_instant_comes_back(instant: datetime) -> None:
    column = Instant()
    assert column.process_result_value(column.process_bind_param(instant, DIALECT), DIALECT) == instant


def test_an_instant_is_stored_in_utc() -> None:
    shanghai = datetime(2026, 1, 5, 8, tzinfo=timezone(timedelta(hours=8)))
    assert instant_text(shanghai) == "2026-01-05T00:00:00.000000Z"


def test_refuses_a_naive_instant() -> None:
    with pytest.raises(ValueError, match="aware"):
        instant_text(datetime(2026, 1, 5))  # noqa: DTZ001 - the point of the test


def test_json_has_one_spelling() -> None:
    assert canonical_json({"b": [1, None], "a": "名"}) == '{"a":"名","b":[1,null]}'
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))
