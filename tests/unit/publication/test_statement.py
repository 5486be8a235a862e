"""The statement has one spelling, agrees with itself, and is followed only by what may follow it."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from credit_sdk.errors import IntegrityError, RollbackError, ShrunkenError
from credit_sdk.publication import canonical
from credit_sdk.publication.shape import choose_shape
from credit_sdk.publication.statement import (
    CatalogueStatement,
    ListStatement,
    PaceStatement,
    PackStatement,
    Publication,
    instant_text,
    read_instant,
)
from credit_sdk.publication.succession import require_successor

DIGEST = "ab" * 32
PLAIN = Publication(
    origin="credit.example",
    serial=5,
    map_root=DIGEST,
    shape=(3, 3),
    subjects=70,
    entries=120,
    lists={
        "wage-arrears": ListStatement(entries=100, complete_as_of=date(2026, 5, 1)),
        "tax-a": ListStatement(entries=20),
    },
    catalogue=CatalogueStatement(digest=DIGEST, length=2),
    published_at=datetime(2026, 5, 1, 8, 30, 0, 250, tzinfo=UTC),
    pace=PaceStatement(poll_s=5, heartbeat_s=60, fresh_s=300, aging_s=3600),
    canary="91630000MACANARY0Y",
)


def changed(**values: object) -> Publication:
    return PLAIN.model_copy(update=values)


def with_entries(count: int, **values: object) -> Publication:
    lists = {**PLAIN.lists, "wage-arrears": ListStatement(entries=count)}
    return changed(serial=6, lists=lists, entries=count + 20, **values)


def test_survives_the_journey() -> None:
    data = PLAIN.to_bytes()
    assert Publication.from_bytes(data) == PLAIN
    assert data == canonical.dumps(canonical.loads(data))
    assert b'"published_at":"2026-05-01T08:30:00.000250Z"' in data


def test_an_instant_is_stated_in_utc() -> None:
    elsewhere = PLAIN.published_at.astimezone(timezone(timedelta(hours=8)))
    assert Publication.model_validate({**PLAIN.model_dump(), "published_at": elsewhere}).to_bytes() == PLAIN.to_bytes()
    assert read_instant(instant_text(elsewhere)) == PLAIN.published_at


@pytest.mark.parametrize("text", [None, 5, "", "yesterday", "2026-05-01T08:30:00"])
def test_refuses_an_instant_that_is_none(text: object) -> None:
    with pytest.raises(IntegrityError):
        read_instant(text)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "credit-publication/2"),
        ("surprise", 1),
        ("serial", 0),
        ("serial", "5"),
        ("serial", True),
        ("map_root", "AB" * 32),
        ("map_root", "00" * 32),
        ("shape", [9]),
        ("shape", [8] * 9),
        ("entries", 119),
        ("subjects", -1),
        ("lists", {"Wage Arrears": {"entries": 120, "complete_as_of": None}}),
        ("catalogue", {"digest": DIGEST, "length": 10**9}),
        ("published_at", "2026-05-01T08:30:00"),
        ("published_at", "2026-05-01T16:30:00.000250+08:00"),
        ("published_at", 1777624200),
        ("max_loss_percent", 101),
        ("canary", ""),
    ],
)
def test_refuses_what_no_publisher_says(key: str, value: object) -> None:
    said = canonical.loads(PLAIN.to_bytes())
    assert isinstance(said, dict)
    with pytest.raises(IntegrityError):
        Publication.from_bytes(canonical.dumps({**said, key: value}))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"<html>",
        PLAIN.to_bytes() + b"\n",
        PLAIN.to_bytes().replace(b":5,", b":5.0,"),
        b" " * 300_000,
    ],
)
def test_refuses_what_is_no_statement(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        Publication.from_bytes(data)


def test_the_next_serial_follows_and_the_same_one_only_unchanged() -> None:
    require_successor(None, PLAIN)
    require_successor(PLAIN, PLAIN)
    require_successor(PLAIN, changed(serial=6, map_root="cd" * 32))
    require_successor(PLAIN, changed(serial=1, map_root="cd" * 32), are_keys_new=True)
    require_successor(PLAIN, changed(map_root="cd" * 32), are_keys_new=True)
    require_successor(PLAIN, changed(serial=9))
    packed = PackStatement(map_root=DIGEST, serial=5, shape=(3, 3), length=9, sha256=DIGEST)
    require_successor(PLAIN, changed(pack=packed))
    with pytest.raises(IntegrityError, match="published twice"):
        require_successor(PLAIN, changed(map_root="cd" * 32))
    with pytest.raises(RollbackError):
        require_successor(PLAIN, changed(serial=4))
    with pytest.raises(IntegrityError, match="not mixed"):
        require_successor(PLAIN, changed(serial=6, origin="credit.example/other"))


def test_a_list_may_lose_its_share_and_no_more() -> None:
    require_successor(PLAIN, with_entries(80))
    with pytest.raises(ShrunkenError, match="over 20 % of wage-arrears"):
        require_successor(PLAIN, with_entries(79))
    require_successor(PLAIN, with_entries(0, allowed_losses={"wage-arrears": 6}))
    with pytest.raises(ShrunkenError):
        require_successor(PLAIN, with_entries(79, allowed_losses={"tax-a": 6}))


def test_a_loss_that_was_allowed_once_is_allowed_to_whoever_was_away_and_to_nobody_else() -> None:
    later = with_entries(0, allowed_losses={"wage-arrears": 7}).model_copy(update={"serial": 40})
    require_successor(PLAIN, later)
    require_successor(PLAIN.model_copy(update={"serial": 6}), later)
    with pytest.raises(ShrunkenError):
        require_successor(PLAIN.model_copy(update={"serial": 7}), later)


def test_a_list_that_vanishes_lost_everything() -> None:
    gone = changed(serial=6, lists={"tax-a": PLAIN.lists["tax-a"]}, entries=20)
    with pytest.raises(ShrunkenError, match="wage-arrears"):
        require_successor(PLAIN, gone)


def test_a_short_list_may_lose_any_share() -> None:
    short = changed(lists={"tax-a": ListStatement(entries=19)}, entries=19)
    require_successor(short, changed(serial=6, lists={}, entries=0))
    with pytest.raises(ShrunkenError, match="tax-a"):
        require_successor(PLAIN, changed(serial=6, lists={"wage-arrears": PLAIN.lists["wage-arrears"]}, entries=100))


@pytest.mark.parametrize(
    ("count", "shape"),
    [
        (0, ()),
        (1, ()),
        (256, ()),
        (257, (1,)),
        (512, (1,)),
        (16_384, (6,)),
        (16_385, (4, 3)),
        (100_000, (5, 4)),
        (1_000_000, (6, 6)),
        (10_000_000, (6, 5, 5)),
    ],
)
def test_leaf_objects_hold_at_most_256_records_on_average(count: int, shape: tuple[int, ...]) -> None:
    assert choose_shape(count) == shape


def test_a_shape_is_kept_while_it_does() -> None:
    assert choose_shape(16_384, held=(6,)) == (6,)
    assert choose_shape(16_385, held=(6,)) == (4, 3)
    assert choose_shape(16_384, held=(4, 3)) == (4, 3)
    assert choose_shape(4_096, held=(6,)) == (6,)
    assert choose_shape(2_049, held=(6,)) == (6,)
    assert choose_shape(2_048, held=(6,)) == (3,)
    assert choose_shape(256, held=()) == ()
    assert choose_shape(257, held=()) == (1,)
