"""The id of a decision is a UUID of version 7: its instant, and what was drawn for it."""

from datetime import UTC, datetime
from uuid import RFC_4122, UUID

import pytest

from credit_sdk.model.decision_id import DRAWN_BITS, decision_id
from credit_sdk.model.term import SHANGHAI

AT = datetime(2026, 3, 2, 8, 30, 15, 250_999, UTC)
ALL = (1 << DRAWN_BITS) - 1


@pytest.mark.parametrize("drawn", [0, 1, 1 << 61, 1 << 62, 0x2A5_1234_5678_9ABC_DEF0, ALL])
def test_an_id_is_a_uuid_of_version_7_with_its_instant_and_all_that_was_drawn(drawn: int) -> None:
    made = UUID(decision_id(AT, drawn))
    assert str(made) == decision_id(AT, drawn)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == 1_772_440_215_250
    assert (made.int >> 64 & 0xFFF) << 62 | made.int & (1 << 62) - 1 == drawn


def test_an_instant_is_the_same_in_every_zone() -> None:
    assert decision_id(AT.astimezone(SHANGHAI), 7) == decision_id(AT, 7)


def test_a_number_too_long_begins_anew() -> None:
    assert decision_id(AT, ALL + 1) == decision_id(AT, 0)
