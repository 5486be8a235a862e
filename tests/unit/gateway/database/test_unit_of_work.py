"""An act, its line in the ledger and the publisher's mark commit together or not at all."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gateway.database.tables import ledger, pending
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.ledger.verify import verify
from tests.real_gateway import NOW, RealGateway

KEY = b"k" * 32


def count(registry: RealGateway, act: str = "test:line:add") -> int:
    with reading(registry.engine) as connection:
        found: int = connection.scalar(select(func.count()).select_from(ledger).where(ledger.c.act == act)) or 0
        return found


def test_commits_everything(registry: RealGateway) -> None:
    with unit_of_work(registry.engine, at=NOW) as work:
        work.ledger.append("test:line:add", "li", {"n": 1})
        work.mark_changed([KEY])
    with reading(registry.engine) as connection:
        assert connection.execute(select(pending)).one() == (KEY, NOW)
    assert count(registry) == 1


def test_a_later_mark_is_not_the_one_that_was_read(registry: RealGateway) -> None:
    for after_s in (0, 1):
        with unit_of_work(registry.engine, at=NOW + timedelta(seconds=after_s)) as work:
            work.mark_changed([KEY])
    with reading(registry.engine) as connection:
        assert connection.scalar(select(pending.c.since)) == NOW + timedelta(seconds=1)


def test_an_error_leaves_nothing(registry: RealGateway) -> None:
    def act_and_fail() -> None:
        with unit_of_work(registry.engine, at=NOW) as work:
            work.ledger.append("test:line:add", "li", {})
            work.mark_changed([KEY])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_and_fail()
    with reading(registry.engine) as connection:
        assert connection.execute(select(pending)).all() == []
    assert count(registry) == 0


def test_many_writers_make_one_chain(registry: RealGateway) -> None:
    def write() -> None:
        for number in range(10):
            with unit_of_work(registry.engine) as work:
                work.ledger.append("test:line:add", threading.current_thread().name, {"n": number})

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(registry) == 40
    with reading(registry.engine) as connection:
        verify(connection)
