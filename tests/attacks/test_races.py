"""Two processes that decide the same thing at the same moment: one of them does, the other is told."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.exc import IntegrityError

from gateway.database.engine import WRITING, open_engine
from gateway.database.tables import entries, ledger
from gateway.database.unit_of_work import ATTEMPTS, UnitOfWork, carried_out, snapshot, unit_of_work
from gateway.problems import ConflictError
from gateway.registry import determinations, lifecycle
from tests.killing import LONGEST_S, STATED, Killer, finished, started
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway

ROUNDS = 3


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Killer]:
    database = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    made = Killer(tmp_path, database, seed=1)
    yield made
    made.close()


def together(*commands: tuple[object, ...]) -> list[int | None]:
    """Exit codes of commands that were begun at once, each in a process of its own."""
    running = [started(*each) for each in commands]
    for each in running:
        each.join(LONGEST_S)
    return [each.exitcode for each in running]


def lines(office: Killer, act: str) -> int:
    with snapshot(office.office.gateway.engine) as connection:
        return connection.scalar(select(func.count()).select_from(ledger).where(ledger.c.act == act)) or 0


def imported(office: Killer, file: Path) -> str:
    assert finished("entries", "import", office.home, file, "--list", LISTED, "--by", LI) == 0
    return office.waiting()


def test_a_batch_is_decided_once(office: Killer) -> None:
    for number in range(1, ROUNDS + 1):
        batch = imported(office, office.sheet(30))
        confirming = ("entries", "confirm", office.home, batch, "--by", WANG)
        giving_up = ("entries", "discard", office.home, batch, "--by", LI, "--reason", "误传")
        assert sorted(map(str, together(confirming, confirming, giving_up))) == ["0", "1", "1"]
        assert lines(office, "entry:batch:confirm") + lines(office, "entry:batch:discard") == number
        office.require_whole()


def test_an_entry_is_ended_once(office: Killer) -> None:
    batch = imported(office, office.sheet(ROUNDS))
    assert finished("entries", "confirm", office.home, batch, "--by", WANG) == 0
    with snapshot(office.office.gateway.engine) as connection:
        found = list(connection.scalars(select(entries.c.id)))
    for entry in found:
        ways = (("entries", "remove"), ("repairs", "grant"))
        assert sorted(map(str, together(*((*way, office.home, entry, *STATED) for way in ways)))) == ["0", "1"]
        office.require_whole()


def test_the_same_file_twice_at_once_is_one_batch(office: Killer) -> None:
    sheet = office.sheet(50)
    command = ("entries", "import", office.home, sheet, "--list", LISTED, "--by", LI)
    assert together(command, command) == [0, 0]
    assert lines(office, "entry:batch:import") == 1
    office.require_whole()


def at_the_same_moment(registry: RealGateway, words: str, time: int, other: Callable[[], None]) -> threading.Thread:
    """Have another act begin just before a statement that begins with these words is executed for the n-th time."""
    thread, seen = threading.Thread(target=other), []

    def begin(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith(words):
            seen.append(statement)
            if len(seen) == time:
                thread.start()
                thread.join(0.5)

    event.listen(registry.engine, "before_cursor_execute", begin)
    return thread


def test_a_correction_does_not_bring_back_what_is_removed_meanwhile(tmp_path: Path, postgresql_url: str) -> None:
    registry = RealGateway.make(tmp_path, database=postgresql_url)
    other = open_engine(postgresql_url)
    registry.list_companies([1])
    with registry.engine.begin() as connection:
        _correction(connection)
    said: list[str] = []

    def remove() -> None:
        with snapshot(other) as connection:
            entry = connection.scalar(select(entries.c.id).where(entries.c.id != "correction"))
        try:
            with unit_of_work(other, at=NOW) as work:
                lifecycle.remove(work, str(entry), by=LI, confirmed_by=WANG, reason="期满", document_no="虚1号")
        except ConflictError as error:
            said.append(str(error))

    thread = at_the_same_moment(registry, "UPDATE entries", 2, remove)
    with unit_of_work(registry.engine, at=NOW) as work:
        determinations.confirm(work, "b", by=WANG)
    thread.join(LONGEST_S)
    with snapshot(registry.engine) as connection:
        states = set(connection.scalars(select(entries.c.state)))
    # Either the removal came first and the correction was given up, or it came too late and was told so.
    assert states in ({"corrected", "published"}, {"removed", "discarded"})
    assert bool(said) == (states == {"corrected", "published"})
    other.dispose()
    registry.close()


def _correction(connection: Connection) -> None:
    """A batch with one draft that is to take the place of the published entry."""
    connection.execute(
        text(
            "INSERT INTO batches (id, list, file_name, file_digest, imported_by, imported_at, accepted, rejected,"
            " report) SELECT 'b', 'x', 'x', 'x', name, created_at, 1, 0, '{}' FROM operators WHERE name = :by"
        ),
        {"by": LI},
    )
    kept = [c.name for c in entries.c if c.name not in {"id", "state", "batch", "replaces", "confirmed_by"}]
    names = ", ".join(f'"{name}"' for name in kept)
    statement = f"INSERT INTO entries (id, state, batch, replaces, {names}) SELECT 'correction', 'drafted', 'b', id, {names} FROM entries"  # noqa: E501, S608
    connection.execute(text(statement))


def test_two_that_wait_for_each_other_both_come_through(tmp_path: Path, postgresql_url: str) -> None:
    registry = RealGateway.make(tmp_path, database=postgresql_url)
    registry.list_companies([1, 2])
    with snapshot(registry.engine) as connection:
        one, two = sorted(connection.scalars(select(entries.c.id)))
    meeting = threading.Barrier(2, timeout=LONGEST_S)
    begun = {"a": 0, "b": 0}

    def act(name: str, first: str, second: str) -> Callable[[UnitOfWork], None]:
        def write(work: UnitOfWork) -> None:
            begun[name] += 1
            work.connection.execute(text("UPDATE entries SET fact = :name WHERE id = :id"), {"name": name, "id": first})
            if begun[name] == 1:
                meeting.wait()
            work.connection.execute(
                text("UPDATE entries SET fact = :name WHERE id = :id"), {"name": name, "id": second}
            )
            work.ledger.append("test:line:add", name, {})

        return write

    threads = [
        threading.Thread(target=carried_out, args=(registry.engine, act("a", one, two))),
        threading.Thread(target=carried_out, args=(registry.engine, act("b", two, one))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_S)
    with snapshot(registry.engine) as connection:
        assert connection.scalar(select(func.count()).where(ledger.c.act == "test:line:add")) == 2
    # One is broken off to end the waiting. Whether it meets the other again when it begins anew is chance.
    assert 1 < max(begun.values()) <= ATTEMPTS
    registry.close()


def test_what_is_broken_off_again_and_again_ends_in_an_error_of_ours(tmp_path: Path, postgresql_url: str) -> None:
    registry = RealGateway.make(tmp_path, database=postgresql_url)
    begun = []

    def broken(work: UnitOfWork) -> None:
        begun.append(1)
        work.connection.execute(text("DO $$ BEGIN RAISE EXCEPTION 'so' USING ERRCODE = '40001'; END $$"))

    with pytest.raises(ConflictError, match="nothing was done"):
        carried_out(registry.engine, broken, attempts=3)
    assert len(begun) == 3
    registry.close()


def test_one_objection_is_open_however_many_file_it_at_once(office: Killer) -> None:
    batch = imported(office, office.sheet(1))
    assert finished("entries", "confirm", office.home, batch, "--by", WANG) == 0
    engine = office.office.gateway.engine
    told: list[Exception] = []
    meeting = threading.Barrier(2, timeout=LONGEST_S)
    statement = text(
        "INSERT INTO objections (id, entry, applicant, about, grounds, filed_on, received_by, received_at, state,"
        " needs_verification, reasons, document_no) SELECT :id, id, 'x', 'listing', 'x', '2026-03-02', :by,"
        " '2026-03-02T01:00:00.000000Z', 'filed', 'x', '', '' FROM entries"
    )

    def file(number: int) -> None:
        meeting.wait()
        try:
            with engine.execution_options(**WRITING).begin() as connection:
                connection.execute(statement, {"id": str(number), "by": LI})
        except IntegrityError as error:
            told.append(error)

    threads = [threading.Thread(target=file, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST_S)
    assert len(told) == 1
    with snapshot(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM objections")) == 1
