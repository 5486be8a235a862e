"""A ledger in which a row was edited, removed, moved or added does not verify, and the row is named."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.database.unit_of_work import reading, snapshot, unit_of_work
from gateway.ledger import checkpoints
from gateway.ledger.merkle import Frontier, leaf_hash
from gateway.ledger.note import Checkpoint
from gateway.ledger.rows import lines
from gateway.ledger.verify import LedgerStanding, verify
from gateway.problems import LedgerBrokenError
from tests.ledger_intruder import rewrite, tamper
from tests.real_gateway import NOW, RealGateway


@pytest.fixture
def rows(registry: RealGateway) -> int:
    for number in range(5):
        with unit_of_work(registry.engine, at=NOW) as work:
            work.ledger.append("entry:test:add", "li", {"n": number})
            work.ledger.append("entry:test:again", "王", {"说明": "第二行"})
    return standing(registry).rows


def standing(registry: RealGateway, *held: Checkpoint) -> LedgerStanding:
    with snapshot(registry.engine) as connection:
        return verify(connection, held)


def test_an_untouched_ledger_verifies(registry: RealGateway, rows: int) -> None:
    assert rows >= 10
    assert standing(registry).rows == rows


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET payload = '{}' WHERE seq = 4",
        "DELETE FROM ledger WHERE seq = 4",
        "DELETE FROM ledger",
    ],
)
def test_the_database_refuses_to_change_what_was_written(registry: RealGateway, rows: int, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), registry.engine.begin() as connection:
        connection.execute(text(statement))
    assert standing(registry).rows == rows


def test_postgresql_refuses_to_empty_it(registry: RealGateway, rows: int) -> None:
    if registry.engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError, match="append-only"), registry.engine.begin() as connection:
            connection.execute(text("TRUNCATE ledger"))
    assert standing(registry).rows == rows


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE ledger SET payload = '{}' WHERE seq = 4", 4),
        ("UPDATE ledger SET payload = 'no JSON' WHERE seq = 4", 4),
        ("UPDATE ledger SET actor = 'wang' WHERE seq = 5", 5),
        ("UPDATE ledger SET act = 'entry:test:other' WHERE seq = 5", 5),
        ("UPDATE ledger SET at = 'never' WHERE seq = 6", 6),
        ("UPDATE ledger SET digest = 'x' WHERE seq = 5", 5),
        ("UPDATE ledger SET previous = 'x' WHERE seq = 5", 5),
        ("DELETE FROM ledger WHERE seq = 5", 5),
        ("DELETE FROM ledger WHERE seq = 1", 1),
    ],
)
def test_names_the_row_that_was_changed(registry: RealGateway, rows: int, statement: str, seq: int) -> None:
    assert seq < rows
    tamper(registry, statement)
    with pytest.raises(LedgerBrokenError, match=f"Row {seq} ") as broken:
        standing(registry)
    assert broken.value.seq == seq


def test_notices_two_rows_that_changed_places(registry: RealGateway, rows: int) -> None:
    assert rows > 6
    tamper(
        registry,
        "UPDATE ledger SET seq = 1000 WHERE seq = 5",
        "UPDATE ledger SET seq = 5 WHERE seq = 6",
        "UPDATE ledger SET seq = 6 WHERE seq = 1000",
    )
    with pytest.raises(LedgerBrokenError, match="Row 5 "):
        standing(registry)


def test_notices_a_row_put_in_between(registry: RealGateway, rows: int) -> None:
    assert rows > 5
    tamper(
        registry,
        "UPDATE ledger SET seq = seq + 1000 WHERE seq > 5",
        "UPDATE ledger SET seq = seq - 999 WHERE seq > 1000",
        "INSERT INTO ledger SELECT 6, at, actor, act, payload, digest, 'made-up' FROM ledger WHERE seq = 5",
    )
    with pytest.raises(LedgerBrokenError, match="Row 6 "):
        standing(registry)


def test_sqlite_may_hold_what_is_no_text(sqlite_registry: RealGateway) -> None:
    tamper(sqlite_registry, "UPDATE ledger SET payload = x'ff00' WHERE seq = 2")
    with pytest.raises(LedgerBrokenError, match="Row 2 "):
        standing(sqlite_registry)


def test_notices_a_removed_tail(registry: RealGateway, rows: int) -> None:
    tamper(registry, f"DELETE FROM ledger WHERE seq > {rows - 2}")  # noqa: S608 - our own number
    with pytest.raises(LedgerBrokenError) as broken:
        standing(registry)
    assert broken.value.seq == rows - 1


def test_notices_an_emptied_ledger(registry: RealGateway, rows: int) -> None:
    assert rows
    tamper(registry, "DELETE FROM ledger")
    with pytest.raises(LedgerBrokenError):
        standing(registry)


def test_a_rewritten_chain_shows_against_a_checkpoint_held_elsewhere_alone(registry: RealGateway, rows: int) -> None:
    registry.publisher.checkpoints.make(NOW)
    held = Checkpoint("x/ledger", rows, standing(registry).root)
    assert standing(registry, held).checkpoints == 2
    rewrite(registry, 4, "{}")
    assert standing(registry).rows == rows
    with pytest.raises(LedgerBrokenError, match=f"first {rows} rows .* held elsewhere"):
        standing(registry, held)


def test_a_checkpoint_of_the_registry_shows_a_chain_rewritten_without_it(registry: RealGateway, rows: int) -> None:
    assert rows
    made = registry.publisher.checkpoints.make(NOW)
    rewrite(registry, 4, "{}")
    with unit_of_work(registry.engine, at=NOW) as work:
        checkpoints.keep(work.connection, made)
    with pytest.raises(LedgerBrokenError, match="in the registry"):
        standing(registry)


def test_a_tail_cut_off_with_its_head_shows_against_a_checkpoint(registry: RealGateway, rows: int) -> None:
    held = Checkpoint("x/ledger", rows, standing(registry).root)
    cut = rows - 2
    tamper(
        registry,
        f"DELETE FROM ledger WHERE seq > {cut}",  # noqa: S608 - our own number
        f"UPDATE ledger_head SET seq = {cut}, digest = (SELECT digest FROM ledger WHERE seq = {cut})",  # noqa: S608
    )
    assert standing(registry).rows == cut
    with pytest.raises(LedgerBrokenError, match="its end was removed"):
        standing(registry, held)


def test_an_act_committed_meanwhile_is_no_finding(registry: RealGateway, rows: int) -> None:
    with snapshot(registry.engine) as connection:
        first = next(lines(connection))
        with unit_of_work(registry.engine, at=NOW) as work:
            work.ledger.append("entry:test:late", "li", {})
        assert verify(connection).rows == rows
    assert first.seq == 1
    assert standing(registry).rows == rows + 1


def test_the_root_is_that_of_the_tree_over_all_lines(registry: RealGateway, rows: int) -> None:
    frontier = Frontier()
    with reading(registry.engine) as connection:
        for line in lines(connection):
            frontier.add(leaf_hash(line.data))
    assert (frontier.size, frontier.root()) == (rows, standing(registry).root)
