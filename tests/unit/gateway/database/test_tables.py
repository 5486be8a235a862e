"""Four eyes, days and states hold in the database itself, whatever the program does."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from gateway.database.engine import open_engine
from gateway.database.schema import migrate, require_current
from gateway.database.tables import metadata
from gateway.database.unit_of_work import unit_of_work
from gateway.problems import DatabaseError
from tests.real_gateway import LI, NOW, WANG, RealGateway, company, entry_id

ENTRY = entry_id(company(1).key, "procurement-serious")


def run(registry: RealGateway, statement: str, **values: object) -> None:
    with unit_of_work(registry.engine, at=NOW) as work:
        work.connection.execute(text(statement), values)


ONE_PERSON_ACTS = """
    INSERT INTO acts (entry, act, "by", confirmed_by, at, document_no, reason)
    SELECT id, 'remove', drafted_by, drafted_by, drafted_at, 'x', 'y' FROM entries
"""
ONE_PERSON_DECLARES = """
    INSERT INTO coverage (list, complete_as_of, declared_by, confirmed_by, at)
    SELECT 'x', '2026-01-01', name, name, created_at FROM operators
"""
ONE_PERSON_IMPORTS = """
    INSERT INTO batches
    (id, list, file_name, file_digest, imported_by, imported_at, confirmed_by, accepted, rejected, report)
    SELECT name, 'x', 'x', 'x', name, created_at, name, 0, 0, '{}' FROM operators
"""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET confirmed_by = drafted_by",
        "UPDATE entries SET confirmed_by = NULL",
        "UPDATE entries SET term_until = '2020-01-01'",
        "UPDATE entries SET drafted_by = 'nobody'",
        "UPDATE entries SET subject_key = subject_key || subject_key",
        "UPDATE adoptions SET confirmed_by = adopted_by",
        "UPDATE subjects SET kind = 'natural-person'",
        ONE_PERSON_ACTS,
        ONE_PERSON_DECLARES,
        ONE_PERSON_IMPORTS,
    ],
)
def test_refuses_what_one_person_or_a_slip_would_do(registry: RealGateway, statement: str) -> None:
    registry.list_companies([1])
    with pytest.raises(IntegrityError):
        run(registry, statement)


def test_one_determination_is_published_once(registry: RealGateway) -> None:
    registry.list_companies([1])
    columns = "subject_key, list, severity, authority, authority_code, document_no, basis, determined_on, term_from,"
    columns += " fact, fields, extra, content_sha256, state, drafted_by, drafted_at, confirmed_by, is_person"
    with pytest.raises(IntegrityError):
        run(registry, f"INSERT INTO entries (id, {columns}) SELECT 'twice', {columns} FROM entries")  # noqa: S608 - our own words


def test_another_person_may_confirm(registry: RealGateway) -> None:
    registry.list_companies([1])
    run(registry, "UPDATE entries SET drafted_by = :by, confirmed_by = :other", by=WANG, other=LI)


def test_the_migrations_make_exactly_the_tables(database_url: str) -> None:
    engine = open_engine(database_url or "sqlite://")
    try:
        migrate(engine)
        migrate(engine)
        require_current(engine)
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    finally:
        engine.dispose()


def test_refuses_a_database_of_another_version(registry: RealGateway) -> None:
    run(registry, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError, match="9999"):
        require_current(registry.engine)


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "oracle://x"])
def test_refuses_a_database_it_does_not_know(url: str) -> None:
    with pytest.raises(DatabaseError):
        open_engine(url)
