"""Backup and restore: what a lost gateway was is made again from one file, and its replicas follow."""

import json
import shutil
import stat
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql
from sqlalchemy import text

from credit_sdk.errors import ShrunkenError
from gateway.cli import run
from gateway.database.copying import copy_sqlite
from gateway.database.engine import open_engine
from gateway.publishing.release import publish
from gateway.settings import GatewayHome
from tests.first_schema import first_registry
from tests.key_office import Office, now
from tests.ledger_intruder import rewrite, tamper
from tests.postgresql import PostgresqlServer
from tests.real_gateway import LI, LISTED, WANG, company

TWO = ("--by", LI, "--confirmed-by", WANG)
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


class Terminal:
    """Runs commands in this process and reads what they print."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *words: object) -> dict[str, Any]:
        code = run([*map(str, words), "--json"])
        said = self._capture.readouterr()
        assert code == 0, said.err
        answer: dict[str, Any] = json.loads(said.out)
        return answer

    def refused(self, *words: object) -> str:
        code = run([*map(str, words)])
        said = self._capture.readouterr()
        assert code == 1, said.out
        assert len(said.err.splitlines()) == 1, said.err
        return said.err

    def misused(self, *words: object) -> str:
        assert run([*map(str, words)]) == 2
        return self._capture.readouterr().err


@pytest.fixture
def credit(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.mark.parametrize(
    ("before", "after"), [("sqlite", "sqlite"), ("postgresql", "postgresql"), ("sqlite", "postgresql")]
)
def test_a_restored_gateway_is_followed_by_replicas_that_hold_more(
    tmp_path: Path, credit: Terminal, new_database: NewDatabase, before: str, after: str
) -> None:
    office = Office.make(tmp_path, database=new_database(before))
    home, file = office.home.path, tmp_path / "backup.zip"
    gateway = office.gateway
    gateway.repair(1)
    gateway.list_companies([2])
    publish(gateway.home, now(), engine=gateway.engine)
    made = credit("backup", home, file, "--with-keys")
    assert (made["serial"], made["keys"]) == (2, True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    # What happens after the backup is lost with the gateway, but replicas saw it.
    gateway.list_companies([3])
    office.sign_law_again(LI, WANG)
    publish(gateway.home, now(), engine=gateway.engine)
    with office.host("host") as host:
        assert host.status().serial == 3
        office.close()
        shutil.move(home, tmp_path / "lost")
        done = credit("restore", file, home, *TWO, "--database", new_database(after))
        assert done["serial"] > 1000
        assert done["serial_before"] == 2
        report = host.sync()
        assert (report.serial, report.changed) == (done["serial"], True)
        verdicts = {each: host.check(company(each), "company.officer").verdict.value for each in (1, 2, 3)}
        assert verdicts[2] != verdicts[1]
        assert verdicts[3] == verdicts[1]

        # And it goes on: acts, publications, the ledger, a backup of it.
        opened = GatewayHome.open(home)
        restored = type(gateway)(opened, open_engine(opened.database_url))
        restored.repair(2, now())
        assert publish(opened, now(), engine=restored.engine).serial == done["serial"] + 1
        assert host.sync().serial == done["serial"] + 1
        restored.close()
    assert credit("ledger", "checkpoint", home)["size"] > made["ledger_rows"]
    again = credit("backup", home, tmp_path / "again.zip")
    assert again["rows"] > made["rows"]
    assert stat.S_IMODE((home / "keys" / "online" / "targets.pem").stat().st_mode) == 0o600


def test_a_backup_holds_every_row_whatever_the_database(
    tmp_path: Path, credit: Terminal, new_database: NewDatabase, office: Office
) -> None:
    office.gateway.repair(1)
    publish(office.home, now(), engine=office.gateway.engine)
    files = []
    first = tmp_path / "first.zip"
    credit("backup", office.home.path, first, "--with-keys")
    for number, kind in enumerate(("postgresql", "sqlite")):
        home, file = tmp_path / f"home-{number}", tmp_path / f"{number}.zip"
        credit("restore", first, home, *TWO, "--database", new_database(kind))
        credit("backup", home, file)
        files.append(file)
    held = []
    for file in (first, *files):
        with zipfile.ZipFile(file) as archive:
            held.append({name: archive.read(name) for name in archive.namelist() if name.startswith("tables/")})
    grown = {f"tables/{name}.jsonl" for name in ("ledger", "ledger_head", "publications", "checkpoints")}
    assert {n: d for n, d in held[1].items() if n not in grown} == {n: d for n, d in held[0].items() if n not in grown}
    assert {n: d for n, d in held[2].items() if n not in grown} == {n: d for n, d in held[0].items() if n not in grown}
    assert held[1]["tables/ledger.jsonl"].startswith(held[0]["tables/ledger.jsonl"])


def test_a_list_that_grew_after_the_backup_is_taken_over_once_its_loss_is_allowed(
    tmp_path: Path, credit: Terminal, office: Office
) -> None:
    home, file = office.home.path, tmp_path / "backup.zip"
    credit("backup", home, file, "--with-keys")
    office.gateway.list_companies(range(10, 40))
    publish(office.home, now(), engine=office.gateway.engine)
    with office.host("host") as host:
        office.close()
        shutil.move(home, tmp_path / "lost")
        serial = credit("restore", file, home, *TWO)["serial"]
        with pytest.raises(ShrunkenError):
            host.sync()
        assert host.status().serial == 2
        credit("publish", home, "--allow-shrink", LISTED, "--serial-above", serial + 1)
        assert host.sync().serial == serial + 2


def test_a_backup_is_enough_to_go_on_from(tmp_path: Path, credit: Terminal, office: Office) -> None:
    home, file = office.home.path, tmp_path / "backup.zip"
    made = credit("backup", home, file)
    with office.host("host") as host:
        office.close()
        shutil.move(home, tmp_path / "lost")
        one = credit.misused("restore", file, home, "--by", LI)
        assert "--confirmed-by" in one
        serial = credit("restore", file, home)["serial"]
        assert serial > made["serial"]
        assert host.sync().serial == serial
    assert credit("ledger", "checkpoint", home)["size"] > 3


def test_keys_may_be_kept_apart(tmp_path: Path, credit: Terminal, office: Office) -> None:
    file, home = tmp_path / "backup.zip", tmp_path / "restored"
    credit("backup", office.home.path, file, "--without-keys")
    with zipfile.ZipFile(file) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    for key in office.home.keys.rglob("*"):
        if key.is_file() and key.name != "people.json":
            assert key.read_bytes().strip() not in content
    assert "--keys" in credit.refused("restore", file, home, *TWO)
    assert not home.exists()
    credit("restore", file, home, *TWO, "--keys", office.home.keys)
    assert credit("ledger", "checkpoint", home)["size"] > 3


def test_root_keys_and_the_address_of_the_database_never_go_in(
    tmp_path: Path, credit: Terminal, office: Office
) -> None:
    (office.home.keys / "root" / "root-1.pem").write_bytes(office.media(1)[0].read_bytes())
    settings = office.home.path / "gateway.toml"
    copy_sqlite(office.home.database_file, tmp_path / "secret.sqlite")
    url = f"sqlite:///{tmp_path}/secret.sqlite"
    settings.write_text(settings.read_text("utf-8").replace('database = ""', f'database = "{url}"'), "utf-8")
    credit("backup", office.home.path, tmp_path / "b.zip", "--with-keys")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        names = archive.namelist()
        assert "secret" not in archive.read("manifest.json").decode()
    assert "files/keys/persons.key" in names
    assert not [name for name in names if "root-1" in name]


def test_refuses_a_used_home_and_a_used_database(
    tmp_path: Path, credit: Terminal, new_database: NewDatabase, office: Office
) -> None:
    file = tmp_path / "backup.zip"
    credit("backup", office.home.path, file, "--with-keys")
    assert "not empty" in credit.refused("restore", file, office.home.path, *TWO)
    assert "there already" in credit.refused("backup", office.home.path, file)
    url = new_database("postgresql")
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE somebody_elses (id INTEGER)"))
    assert "empty database" in credit.refused("restore", file, tmp_path / "r", *TWO, "--database", url)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 1
        connection.execute(text("DROP TABLE somebody_elses"))
    one = ("--by", LI, "--confirmed-by", LI)
    credit.refused("restore", file, tmp_path / "r", *one, "--database", url)
    (office.home.keys / "people" / f"{WANG}.pem").unlink()
    bare = tmp_path / "bare.zip"
    credit("backup", office.home.path, bare, "--without-keys")
    lacking = ("--keys", office.home.keys)
    assert WANG in credit.refused("restore", bare, tmp_path / "r", *TWO, *lacking, "--database", url)
    assert not (tmp_path / "r").exists()
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 0
    engine.dispose()


def test_a_ledger_rewritten_before_the_backup_shows_against_a_checkpoint_held_elsewhere(
    tmp_path: Path, credit: Terminal, office: Office
) -> None:
    held = tmp_path / "held"
    held.write_text(credit("ledger", "checkpoint", office.home.path)["checkpoint"], "utf-8")
    credit("backup", office.home.path, tmp_path / "good.zip", "--with-keys")
    rewrite(office.gateway, 2, "{}")
    credit("backup", office.home.path, tmp_path / "bad.zip", "--with-keys")
    assert "held elsewhere" in credit.refused(
        "restore", tmp_path / "bad.zip", tmp_path / "r", *TWO, "--checkpoint", held
    )
    assert not (tmp_path / "r").exists()
    credit("restore", tmp_path / "good.zip", tmp_path / "r", *TWO, "--checkpoint", held)


def test_a_broken_ledger_is_not_backed_up(tmp_path: Path, credit: Terminal, office: Office) -> None:
    tamper(office.gateway, "UPDATE ledger SET payload = '{}' WHERE seq = 2")
    assert "Row 2" in credit.refused("backup", office.home.path, tmp_path / "b.zip")
    assert not [path for path in tmp_path.iterdir() if "b.zip" in path.name]


def _changed(source: Path, target: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            found = change(name, old.read(name))
            if found is not None:
                new.writestr(*found)


CHANGES: dict[str, Callable[[str, bytes], tuple[str, bytes] | None]] = {
    "a changed row": lambda n, d: (n, d.replace(b"serious", b"general")) if n == "tables/entries.jsonl" else (n, d),
    "a missing row": lambda n, d: (n, b"") if n == "tables/entries.jsonl" else (n, d),
    "a missing table": lambda n, d: None if n == "tables/entries.jsonl" else (n, d),
    "a path outside": lambda n, d: (n.replace("files/trust/", "files/../"), d),
    "a path outside, named": lambda n, d: (
        n.replace("files/trust/root.json", "files/trust/../../x"),
        d.replace(b"trust/root.json", b"trust/../../x") if n == "manifest.json" else d,
    ),
    "no manifest": lambda n, d: None if n == "manifest.json" else (n, d),
    "another format": lambda n, d: (n, d.replace(b"backup/1", b"backup/9")),
    "a newer schema": lambda n, d: (n, d.replace(b'"revision": "', b'"revision": "9')),
    "another ledger": lambda n, d: (n, d.replace(b'"ledger_rows": ', b'"ledger_rows": 1')),
}


def test_refuses_a_changed_or_damaged_backup(tmp_path: Path, credit: Terminal, office: Office) -> None:
    good, spoiled = tmp_path / "b.zip", tmp_path / "c.zip"
    credit("backup", office.home.path, good, "--with-keys")
    for name, change in CHANGES.items():
        _changed(good, spoiled, change)
        assert credit.refused("restore", spoiled, tmp_path / "r", *TWO), name
        assert not (tmp_path / "r").exists(), name
    data = good.read_bytes()
    for damaged in (b"", b"no archive", data[: len(data) // 2], data[:-1], *_flipped(good)):
        spoiled.write_bytes(damaged)
        credit.refused("restore", spoiled, tmp_path / "r", *TWO)
    assert {path.name for path in tmp_path.iterdir()} >= {"b.zip", "c.zip"}
    assert not {"r", "x"} & {path.name for path in tmp_path.iterdir()}


def _flipped(archive: Path) -> Iterator[bytes]:
    """The archive with one bit of one part changed, for each of the longest parts."""
    data = archive.read_bytes()
    with zipfile.ZipFile(archive) as held:
        longest = sorted(held.infolist(), key=lambda each: -each.compress_size)[:5]
    for each in longest:
        at = each.header_offset + 30 + len(each.filename.encode()) + each.compress_size // 2
        yield data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_an_older_registry_is_upgraded_before_it_is_backed_up(tmp_path: Path, credit: Terminal, office: Office) -> None:
    office.close()
    office.home.database_file.unlink()
    engine = open_engine(office.home.database_url)
    first_registry(engine)
    engine.dispose()
    assert "credit-gateway upgrade" in credit.refused("backup", office.home.path, tmp_path / "b.zip")
