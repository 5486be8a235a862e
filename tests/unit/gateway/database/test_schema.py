"""Migrations: from the first version, with data, all of it or nothing; and they make what the tables say."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, Table, event, func, inspect, select, text
from sqlalchemy.exc import IntegrityError

from gateway.database import schema
from gateway.database.copying import copy_sqlite
from gateway.database.engine import open_engine
from gateway.database.schema import migrate, require_current, revision_of, revisions
from gateway.database.tables import metadata
from gateway.database.unit_of_work import snapshot, unit_of_work
from gateway.ledger.replay import compare
from gateway.ledger.verify import verify
from gateway.problems import DatabaseError
from gateway.registry.lifecycle import revoke
from tests.first_schema import ACTS, FIRST, first_registry
from tests.real_gateway import LI, NOW, WANG


@pytest.fixture
def engine(tmp_path: Path, database_url: str) -> Iterator[Engine]:
    """An empty database."""
    made = open_engine(database_url or f"sqlite:///{tmp_path}/registry.sqlite")
    yield made
    made.dispose()


def counted(engine: Engine) -> dict[str, int]:
    held = MetaData()
    held.reflect(engine)
    with engine.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0 for name, table in held.tables.items()
        }


def test_from_the_first_version_with_data_in_every_table(engine: Engine) -> None:
    before = first_registry(engine)
    with pytest.raises(DatabaseError, match=f"schema {FIRST}") as refused:
        require_current(engine)
    assert "credit-gateway upgrade" in refused.value.hint
    migrate(engine)
    require_current(engine)
    after = counted(engine)
    assert {name: after[name] for name in before} == before
    with snapshot(engine) as connection:
        assert verify(connection).rows == len(ACTS)
        assert compare(connection).differences == ()
    with unit_of_work(engine, at=NOW) as work:
        revoke(work, "e2", by=LI, confirmed_by=WANG, reason="认定被撤销", document_no="虚撤1号")
    with snapshot(engine) as connection:
        assert verify(connection).rows == len(ACTS) + 1
        assert compare(connection).differences == ()


@pytest.mark.parametrize("revision", revisions())
def test_every_version_on_the_way_leads_to_this_one(engine: Engine, revision: str) -> None:
    migrate(engine, revision)
    assert revision_of(engine) == revision
    migrate(engine)
    require_current(engine)


def test_a_migration_that_fails_leaves_the_old_schema_and_every_row(engine: Engine) -> None:
    before = first_registry(engine)

    def fail(_: object, __: object, statement: str, *___: object) -> None:
        if "ledger_is_append_only" in statement or "ledger_refuses_delete" in statement:
            raise ZeroDivisionError

    event.listen(engine, "before_cursor_execute", fail)
    with pytest.raises(ZeroDivisionError):
        migrate(engine)
    event.remove(engine, "before_cursor_execute", fail)
    assert revision_of(engine) == FIRST
    found = counted(engine)
    assert found.pop("alembic_version") == 1
    assert found == before
    migrate(engine)


def test_sqlite_keeps_asking_for_what_is_referred_to(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/registry.sqlite")
    first_registry(engine)
    migrate(engine)
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("DELETE FROM subjects"))
    engine.dispose()


def test_refuses_to_migrate_where_a_row_refers_to_nothing(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/registry.sqlite")
    first_registry(engine)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute("DELETE FROM subjects")
        driver.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(DatabaseError, match="refers to one of subjects"):
        migrate(engine)
    assert revision_of(engine) == FIRST
    engine.dispose()


def test_a_copy_is_complete_while_somebody_writes(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/registry.sqlite")
    first_registry(engine)
    with engine.connect() as writing:
        writing.execute(text("DELETE FROM acts"))
        copy_sqlite(tmp_path / "registry.sqlite", tmp_path / "copy.sqlite")
    copied = open_engine(f"sqlite:///{tmp_path}/copy.sqlite")
    assert counted(copied)["acts"] == 1
    assert (tmp_path / "copy.sqlite").stat().st_mode & 0o777 == 0o600
    copied.dispose()
    engine.dispose()


def checks(engine: Engine, made: MetaData | None) -> dict[str, set[tuple[str, str]]]:
    """CHECK constraints and partial indexes of each table; ``made``: of tables made from the code beside them."""
    found: dict[str, set[tuple[str, str]]] = {}
    with engine.connect() as connection:
        if made is not None and engine.dialect.name == "postgresql":
            connection.execute(text("CREATE SCHEMA beside"))
            connection.execute(text("SET search_path TO beside"))
        if made is not None:
            made.create_all(connection)
        held = inspect(connection)
        for name in held.get_table_names(schema="beside" if made and engine.dialect.name == "postgresql" else None):
            if name == "alembic_version":
                continue
            place = "beside" if made and engine.dialect.name == "postgresql" else None
            found[name] = {(str(c["name"]), _plain(str(c["sqltext"]))) for c in held.get_check_constraints(name, place)}
            for index in held.get_indexes(name, place):
                where = index.get("dialect_options", {}).get(f"{engine.dialect.name}_where")
                found[name].add((str(index["name"]), f"{index['unique']} {_plain(str(where))}"))
    return found


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words.replace('"', "")).strip()


def test_the_migrations_make_the_checks_and_partial_indexes_of_the_tables(engine: Engine) -> None:
    migrate(engine)
    by_migrations = checks(engine, None)
    other = open_engine("sqlite://") if engine.dialect.name == "sqlite" else engine
    assert checks(other, metadata) == by_migrations
    assert ("ck_acts_four_eyes", "confirmed_by IS NULL OR confirmed_by <> by") in by_migrations["acts"] or (
        engine.dialect.name == "postgresql"
    )


def test_a_check_that_was_left_out_of_a_table_is_noticed(engine: Engine) -> None:
    migrate(engine)
    changed = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(changed)
    acts: Table = changed.tables["acts"]
    acts.constraints = {each for each in acts.constraints if "four_eyes" not in str(each.name)}
    other = open_engine("sqlite://") if engine.dialect.name == "sqlite" else engine
    assert checks(other, changed) != checks(engine, None)


def test_the_revisions_are_one_line(engine: Engine) -> None:
    assert revisions()[0] == FIRST
    assert len(set(revisions())) == len(list((Path(schema.__file__).parent / "migrations" / "versions").glob("*.py")))
