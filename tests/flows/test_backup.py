"""Backup: one file holds what a gateway is, and nothing changed or damaged is taken for one."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from gateway.database.copying import copy_sqlite
from gateway.database.engine import open_engine
from gateway.publishing.release import publish
from tests.first_schema import first_registry
from tests.flows.terminal import Terminal
from tests.key_office import Office, now
from tests.ledger_intruder import rewrite, tamper
from tests.real_gateway import LI, WANG

TWO = ("--by", LI, "--confirmed-by", WANG)


NewDatabase = Callable[[str], str]


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
    grown = {
        f"tables/{name}.jsonl" for name in ("ledger", "ledger_head", "publications", "checkpoints", "superseded_files")
    }
    assert {n: d for n, d in held[1].items() if n not in grown} == {n: d for n, d in held[0].items() if n not in grown}
    assert {n: d for n, d in held[2].items() if n not in grown} == {n: d for n, d in held[0].items() if n not in grown}
    assert held[1]["tables/ledger.jsonl"].startswith(held[0]["tables/ledger.jsonl"])


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
