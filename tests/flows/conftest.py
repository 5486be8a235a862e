"""What the flows of backup and restore start from."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from psycopg import sql

from tests.flows.terminal import Terminal
from tests.key_office import Office
from tests.postgresql import PostgresqlServer

NewDatabase = Callable[[str], str]


@pytest.fixture
def new_database(request: pytest.FixtureRequest) -> Iterator[NewDatabase]:
    """Makes empty databases; the empty URL is the gateway's own SQLite file."""
    made: list[tuple[PostgresqlServer, str]] = []

    def make(kind: str) -> str:
        if kind == "sqlite":
            return ""
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        name = f"test_{uuid.uuid4().hex}"
        with server.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        made.append((server, name))
        return f"postgresql+psycopg://postgres@/{name}?host={server.data}"

    yield make
    for server, name in made:
        with server.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office.make(tmp_path)
    yield made
    made.close()


@pytest.fixture
def credit(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)
