"""What the two databases are told differently comes to the same on both."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from gateway.database.engine import among, insert_or_update, insert_or_update_from
from gateway.database.tables import operators, pending, publications, subjects
from gateway.database.unit_of_work import reading, unit_of_work
from tests.real_gateway import LI, NOW, WANG, RealGateway, company

KEYS = [bytes([number]) * 32 for number in range(3)]


def marks(registry: RealGateway) -> dict[bytes, datetime]:
    with reading(registry.engine) as connection:
        return {row.subject_key: row.since for row in connection.execute(select(pending))}


def test_rows_are_inserted_and_those_that_are_there_overwritten(registry: RealGateway) -> None:
    later = NOW + timedelta(seconds=1)
    for keys, since in ((KEYS[:2], NOW), (KEYS[1:], later)):
        with unit_of_work(registry.engine) as work:
            rows = [{"subject_key": key, "since": since} for key in keys]
            insert_or_update(work.connection, pending, rows, key=("subject_key",))
    assert marks(registry) == dict(zip(KEYS, (NOW, later, later), strict=True))


def test_of_two_rows_with_one_key_the_last_counts(registry: RealGateway) -> None:
    with unit_of_work(registry.engine) as work:
        rows = [{"subject_key": KEYS[0], "since": NOW + timedelta(seconds=each)} for each in (2, 0, 1)]
        insert_or_update(work.connection, pending, rows, key=("subject_key",))
    assert marks(registry) == {KEYS[0]: NOW + timedelta(seconds=1)}


def test_what_is_json_may_be_a_list(registry: RealGateway) -> None:
    row = {"map_root": "x", "catalogue_digest": "x", "published_at": NOW, "statement": b"x"}
    shapes = [[1, 2], [], [[3]]]
    with unit_of_work(registry.engine) as work:
        rows = [{**row, "serial": number, "shape": shape} for number, shape in enumerate(shapes)]
        insert_or_update(work.connection, publications, rows, key=("serial",))
    with reading(registry.engine) as connection:
        found = select(publications.c.shape).order_by(publications.c.serial)
        assert connection.scalars(found).all() == shapes


def test_a_column_may_be_empty(registry: RealGateway) -> None:
    with unit_of_work(registry.engine) as work:
        row: dict[str, object] = {
            "key": company(1).key,
            "scheme": "uscc",
            "masked": "x",
            "name": "虚构",
            "kind": "unknown",
        }
        rows = [{**row, "code": "x"}, {**row, "key": company(2).key, "code": None}]
        insert_or_update(work.connection, subjects, rows, key=("key",))
    with reading(registry.engine) as connection:
        assert set(connection.scalars(select(subjects.c.code))) == {"x", None}


def test_what_a_question_finds_is_inserted_without_coming_here(registry: RealGateway) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    with unit_of_work(registry.engine, at=at) as work:
        rows = [{"key": key, "scheme": "uscc", "masked": "x", "name": "虚构", "kind": "unknown"} for key in KEYS]
        insert_or_update(work.connection, subjects, rows, key=("key",))
        insert_or_update(work.connection, pending, [{"subject_key": KEYS[0], "since": at}], key=("subject_key",))
        found = (
            select(subjects.c.key, operators.c.created_at)
            .join_from(subjects, operators, operators.c.name == LI)
            .where(subjects.c.key != KEYS[2])
        )
        insert_or_update_from(work.connection, pending, ("subject_key", "since"), found, key=("subject_key",))
        since = work.connection.scalar(select(operators.c.created_at).where(operators.c.name == LI))
    assert since not in (None, at)
    assert marks(registry) == {KEYS[0]: since, KEYS[1]: since}


def test_one_of_many_keys_is_found_and_of_none_nothing(registry: RealGateway) -> None:
    with unit_of_work(registry.engine, at=NOW) as work:
        work.mark_changed(KEYS)
    with reading(registry.engine) as connection:
        for keys in (KEYS[:2], set(KEYS), [], [b"nobody's"]):
            found = connection.scalars(
                select(pending.c.subject_key).where(among(connection, pending.c.subject_key, keys))
            )
            assert set(found) == set(keys) & set(KEYS)


def test_a_question_marks_each_subject_it_finds_once(registry: RealGateway) -> None:
    with unit_of_work(registry.engine, at=NOW) as work:
        rows = [{"key": key, "scheme": "uscc", "masked": "x", "name": "虚构", "kind": "unknown"} for key in KEYS]
        insert_or_update(work.connection, subjects, rows, key=("key",))
        # Each subject twice: once for each of the two operators.
        everybody = operators.c.name.in_((LI, WANG))
        twice = select(subjects.c.key).join(operators, everybody).where(subjects.c.key != KEYS[0])
        work.mark_changed_among(twice)
    assert marks(registry) == dict.fromkeys(KEYS[1:], NOW)
