"""`credit-gateway upgrade`: an older registry is brought up to this version, or stays as it was."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.cli import run
from gateway.database.engine import open_engine
from gateway.database.schema import revision_of, revisions
from gateway.database.unit_of_work import reading
from gateway.ledger.replay import compare
from gateway.registry.waiver_register import find
from gateway.settings import GatewayHome, GatewaySettings
from tests.first_schema import ACTS, CLIENT, FIRST, first_registry


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> GatewayHome:
    database = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    made = GatewayHome.create(tmp_path / "home", GatewaySettings(database=database))
    engine = open_engine(made.database_url)
    first_registry(engine)
    engine.dispose()
    return made


def revision(home: GatewayHome) -> str | None:
    engine = open_engine(home.database_url)
    try:
        return revision_of(engine)
    finally:
        engine.dispose()


def test_an_older_registry_is_upgraded_once(home: GatewayHome, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ledger", "verify", str(home.path)]) == 1
    assert "credit-gateway upgrade" in capsys.readouterr().err
    assert run(["upgrade", str(home.path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["from"], said["to"], said["upgraded"], said["ledger_rows"]) == (
        FIRST,
        revisions()[-1],
        True,
        len(ACTS),
    )
    assert said["waivers"] == 1
    if home.settings.database:
        assert said["copy"] is None
    else:
        copy = Path(said["copy"])
        assert copy.stat().st_mode & 0o777 == 0o600
        with closing(sqlite3.connect(copy)) as kept:
            assert kept.execute("SELECT version_num FROM alembic_version").fetchone() == (FIRST,)
    assert run(["upgrade", str(home.path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["upgraded"] is False
    assert revision(home) == revisions()[-1]


def test_that_older_waivers_wait_for_a_second_person_is_said(
    home: GatewayHome, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["upgrade", str(home.path)]) == 0
    assert "豁免 1 项未经第二人复核，均已转为待复核" in capsys.readouterr().out
    engine = open_engine(home.database_url)
    with reading(engine) as connection:
        (waiver,) = find(connection)
        differences = compare(connection).differences
    engine.dispose()
    assert differences == ()
    assert (waiver.state, waiver.client, waiver.decided_by, waiver.effective_until_on) == (
        "pending",
        CLIENT,
        None,
        None,
    )
    assert run(["upgrade", str(home.path)]) == 0
    assert "豁免" not in capsys.readouterr().out


def test_a_newer_registry_is_left_alone(home: GatewayHome, capsys: pytest.CaptureFixture[str]) -> None:
    engine = open_engine(home.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert run(["upgrade", str(home.path)]) == 1
    assert "9999" in capsys.readouterr().err
    assert revision(home) == "9999"


def test_a_missing_file_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = GatewayHome.create(tmp_path / "home", GatewaySettings())
    home.database_file.unlink()
    assert run(["upgrade", str(home.path)]) == 1
    assert "credit-gateway restore" in capsys.readouterr().err
    assert not home.database_file.exists()
