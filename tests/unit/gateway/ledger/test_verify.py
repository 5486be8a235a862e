"""A ledger in which a row was edited, removed or added does not verify, and the row is named."""

import pytest
from sqlalchemy import text

from gateway.database.unit_of_work import reading, unit_of_work
from gateway.ledger.verify import LedgerStanding, verify
from gateway.problems import LedgerBrokenError
from tests.real_gateway import NOW, RealGateway


@pytest.fixture
def rows(registry: RealGateway) -> int:
    for number in range(5):
        with unit_of_work(registry.engine, at=NOW) as work:
            work.ledger.append("entry:test:add", "li", {"n": number})
            work.ledger.append("entry:test:again", "王", {"说明": "第二行"})
    return standing(registry).rows


def standing(registry: RealGateway) -> LedgerStanding:
    with reading(registry.engine) as connection:
        return verify(connection)


def tamper(registry: RealGateway, statement: str) -> None:
    with registry.engine.begin() as connection:
        connection.execute(text(statement))


def test_an_untouched_ledger_verifies(registry: RealGateway, rows: int) -> None:
    assert rows >= 10
    assert standing(registry).rows == rows


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("""UPDATE ledger SET payload = '{}' WHERE seq = 4""", 4),
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
