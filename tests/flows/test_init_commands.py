"""A gateway is set up at the command line: in an empty folder, in PostgreSQL, whole or not at all."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from gateway.cli import run
from tests.flows.terminal import LIST, Terminal, sheet


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gateway as `init` makes it; copied, never used."""
    home = tmp_path_factory.mktemp("made") / "home"
    assert run(["init", str(home)]) == 0
    return home


@pytest.fixture
def home(new_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(new_home, tmp_path / "home"))


@pytest.fixture
def credit(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def test_init_lives_in_postgresql(tmp_path: Path, postgresql_url: str, credit: Terminal) -> None:
    home = tmp_path / "home"
    credit("init", home, "--database", postgresql_url.replace("+psycopg", ""))
    assert not (home / "registry.sqlite").exists()
    batch = credit("entries", "import", home, sheet(tmp_path, [1]), "--list", LIST, "--by", "jingban")["batch"]
    credit("entries", "confirm", home, batch, "--by", "fuhe")
    assert credit("publish", home)["changed_subjects"] == 2
    assert credit("ledger", "verify", home)["verified"] is True


def test_a_failed_init_leaves_nothing(tmp_path: Path, postgresql_url: str, credit: Terminal) -> None:
    engine = create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE somebody_elses (id INTEGER)"))
    assert credit.failure("init", tmp_path / "a" / "home", "--database", postgresql_url)[0] == 1
    assert credit.failure("init", tmp_path / "b", "--database", "postgresql://x@/x?host=/nonexistent")[0] == 1
    assert credit.failure("init", tmp_path / "c", "--database", "mysql://x/y")[0] == 1
    assert list(tmp_path.iterdir()) == []
    with engine.begin() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    engine.dispose()
    assert tables == ["somebody_elses"]


def test_init_takes_an_empty_folder_and_keeps_it_private(tmp_path: Path, credit: Terminal) -> None:
    home = tmp_path / "home"
    home.mkdir()
    credit("init", home)
    assert home.stat().st_mode & 0o777 == 0o700
    for private in ("gateway.toml", "registry.sqlite", "keys/persons.key"):
        assert (home / private).stat().st_mode & 0o777 == 0o600
