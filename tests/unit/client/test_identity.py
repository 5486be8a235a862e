"""Ids of decisions are UUIDs of version 7: in order, and of their own in every process."""

import os
from uuid import RFC_4122, UUID

from credit_sdk.client.identity import DecisionIds


def test_an_id_is_a_uuid_of_version_7_with_its_instant() -> None:
    made = UUID(DecisionIds().next(0x0123456789AB))
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == 0x0123456789AB


def test_ids_of_one_process_are_sorted_and_never_the_same() -> None:
    ids = DecisionIds()
    made = [ids.next(1_700_000_000_000 + number // 40_000) for number in range(80_000)]
    assert made == sorted(set(made))


def test_a_forked_child_has_randomness_of_its_own() -> None:
    ids = DecisionIds()
    readable, writable = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writable, ids.next(1).encode())
        os._exit(0)
    os.waitpid(child, 0)
    childs = os.read(readable, 36).decode()
    os.close(readable)
    os.close(writable)
    assert childs[-12:] != ids.next(1)[-12:]
