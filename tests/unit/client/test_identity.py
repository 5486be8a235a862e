"""Ids of decisions are UUIDs of version 7: in order, and of their own in every process."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from credit_sdk.client.identity import DecisionIds
from credit_sdk.model.decision_id import decision_id

AT = datetime(2026, 3, 2, 8, 30, 15, 250_000, UTC)


def test_ids_of_one_process_are_sorted_and_never_the_same() -> None:
    ids = DecisionIds()
    made = [decision_id(AT + timedelta(milliseconds=number // 40_000), ids.draw()) for number in range(80_000)]
    assert made == sorted(set(made))


@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_has_randomness_of_its_own() -> None:
    ids = DecisionIds()
    readable, writable = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writable, decision_id(AT, ids.draw()).encode())
        os._exit(0)
    os.waitpid(child, 0)
    childs = os.read(readable, 36).decode()
    os.close(readable)
    os.close(writable)
    assert childs[-12:] != decision_id(AT, ids.draw())[-12:]
