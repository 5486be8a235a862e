"""Restore: a lost gateway is made again from one file, and its replicas follow."""

import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from credit_sdk.errors import ShrunkenError
from gateway.database.engine import open_engine
from gateway.publishing.release import publish
from gateway.settings import GatewayHome
from tests.flows.terminal import Terminal
from tests.key_office import Office, now
from tests.real_gateway import LI, LISTED, WANG, company

TWO = ("--by", LI, "--confirmed-by", WANG)


NewDatabase = Callable[[str], str]


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
