"""`credit doctor` at a host: what works, what its trust rests on, what will run out, and what to do about it."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
import time_machine

from credit_sdk import CreditClient
from credit_sdk.client.clock import now_utc
from credit_sdk.testing import subject
from tests.flows.machine import Machine

PROBES = ("live", "ready", "fresh", "wired")


class Seen(NamedTuple):
    """What doctor said."""

    code: int
    said: dict[str, Any]
    err: str

    @property
    def failing(self) -> list[str]:
        return [name for name in PROBES if not self.said[name]]


class Host(Machine):
    """A machine with an installation."""

    def doctor(self) -> Seen:
        code, out, err = self.credit("doctor", self.home, "--json")
        said = json.loads(out)
        assert (code == 0) == (not said["problems"])
        assert err.count("\n") == len(said["problems"]) + len(said["warnings"])
        return Seen(code, said, err)

    def check(self) -> None:
        assert self.credit("check", self.home, subject(1).code, "procurement.award")[0] == 0


@pytest.fixture
def host(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Host]:
    with Host.in_folder(tmp_path, capsys) as made:
        made.publish_first()
        assert made.init()[0] == 0
        yield made


def test_says_that_all_is_well_and_what_the_trust_rests_on(host: Host) -> None:
    seen = host.doctor()
    said = seen.said
    assert (seen.code, seen.failing, said["problems"], said["warnings"]) == (0, [], [], [])
    digest = sha256(host.gateway.publisher.trust_root).hexdigest()
    assert said["root"] == {"version": 1, "sha256": digest, "pinned_version": 1, "pinned_sha256": digest}
    days = {role["role"]: role["days_left"] for role in said["trust"]}
    assert days == pytest.approx({"root": 365, "catalogue": 365, "targets": 90, "snapshot": 7, "timestamp": 1}, abs=0.1)
    law = next(role for role in said["trust"] if role["role"] == "catalogue")
    assert law["keys"] == [host.gateway.publisher.signers["catalogue"][0].public_key.keyid]
    assert said["replica_bytes"] > 0
    assert said["free_bytes"] > 0
    assert (said["outbox_depth"], said["syncer_pid"]) == (0, None)
    assert -1 < said["clock_difference_s"] < 60


def test_speaks_chinese_first_and_shows_what_people_compare(host: Host) -> None:
    code, out, err = host.credit("doctor", host.home)
    assert (code, err) == (0, "")
    text = "".join(out.split())
    assert "可打开live是yes" in text
    assert sha256(host.gateway.publisher.trust_root).hexdigest() in text
    assert "法律签署人lawsignedby1人中的1人1of1" in text
    assert "还有365.0天daysleft" in text
    assert "没有进程在持续同步" in text


def test_follows_the_root_and_keeps_the_one_handed_over_in_sight(host: Host) -> None:
    publisher = host.gateway.publisher
    publisher.rotate_root(now_utc(), roles=("catalogue",))
    host.gateway.publish()
    said = host.doctor().said
    second = publisher.files["metadata/2.root.json"]
    assert (said["root"]["version"], said["root"]["sha256"]) == (2, sha256(second).hexdigest())
    assert (said["root"]["pinned_version"], said["root"]["pinned_sha256"]) == (
        1,
        sha256(publisher.trust_root).hexdigest(),
    )
    law = next(role for role in said["trust"] if role["role"] == "catalogue")
    assert law["keys"] == [publisher.signers["catalogue"][0].public_key.keyid]


def test_without_a_gateway_it_says_so_and_counts_what_waits(host: Host) -> None:
    host.gateway.transport.is_reachable = False
    host.check()
    host.check()
    seen = host.doctor()
    assert (seen.code, seen.failing, seen.said["outbox_depth"]) == (1, ["wired"], 2)
    [problem] = seen.said["problems"]
    assert problem.startswith("未连通（wired）")
    assert "Check the network" in problem
    host.gateway.transport.is_reachable = True
    assert host.doctor().said["outbox_depth"] == 0


def test_with_another_key_what_waits_is_not_delivered(host: Host) -> None:
    (host.home / "api.key").write_text("another-key-0000")
    host.check()
    seen = host.doctor()
    assert (seen.code, seen.failing, seen.said["outbox_depth"]) == (1, ["wired"], 1)
    assert "clients add" in seen.err
    assert "another-key" not in seen.err


def test_what_has_expired_is_named(host: Host) -> None:
    host.gateway.transport.is_reachable = False
    with time_machine.travel(now_utc() + timedelta(days=2), tick=False):
        seen = host.doctor()
        people = host.credit("doctor", host.home)[1]
    assert (seen.code, seen.failing) == (1, ["fresh", "wired"])
    assert any(
        problem.startswith("不够新（fresh）") and "ended: timestamp" in problem for problem in seen.said["problems"]
    )
    assert next(role["days_left"] for role in seen.said["trust"] if role["role"] == "timestamp") == -1
    assert "已到期 ended 1.0 天前" in people


def test_what_will_run_out_is_said_well_before_and_fails_nothing(host: Host) -> None:
    with time_machine.travel(now_utc() + timedelta(days=274), tick=False):
        host.gateway.publish()
        assert host.doctor().said["warnings"] == []
    with time_machine.travel(now_utc() + timedelta(days=276), tick=False):
        host.gateway.publish()
        seen = host.doctor()
    assert (seen.code, seen.failing) == (0, [])
    assert [warning.partition("的签名还有")[0] for warning in seen.said["warnings"]] == ["信任根", "法律"]
    assert "ask the gateway's operator" in seen.said["warnings"][0]


def test_a_heartbeat_that_stopped_shows_while_the_gateway_answers(host: Host) -> None:
    with time_machine.travel(now_utc() + timedelta(seconds=1000), tick=False):
        seen = host.doctor()
    assert (seen.code, seen.failing) == (0, [])
    [warning] = seen.said["warnings"]
    assert "本机时钟快了，或网关的心跳停了" in warning


@pytest.mark.parametrize(("behind_s", "failing"), [(60, []), (1000, ["fresh"])])
def test_a_clock_that_is_behind_is_said_with_by_how_much(host: Host, behind_s: int, failing: list[str]) -> None:
    signed_at = host.gateway.publisher.publication
    assert signed_at
    with time_machine.travel(signed_at.published_at - timedelta(seconds=behind_s), tick=False):
        seen = host.doctor()
    assert seen.failing == failing
    assert seen.said["clock_difference_s"] == pytest.approx(-behind_s, abs=1)
    assert any(f"慢 {behind_s} 秒，请校时" in warning for warning in seen.said["warnings"])


def spoiled_replica(home: Path) -> None:
    (home / "replica" / "data.mdb").write_bytes(bytes(8192))


def spoiled_outbox(home: Path) -> None:
    (home / "outbox.sqlite3").write_bytes(b"junk" * 1000)


def spoiled_settings(home: Path) -> None:
    (home / "settings.json").write_text("{")


def missing_root(home: Path) -> None:
    (home / "root.json").unlink()


def missing_everything(home: Path) -> None:
    shutil.rmtree(home)


@pytest.mark.parametrize(
    ("spoil", "remedy", "shows_trust"),
    [
        (spoiled_replica, "credit sync", True),
        (spoiled_outbox, "restore it from the backup", True),
        (spoiled_settings, "Restore the file", False),
        (missing_root, "Get root.json from the gateway's operator", False),
        (missing_everything, "credit init", False),
    ],
)
def test_what_cannot_be_opened_is_said_with_the_remedy(
    host: Host, spoil: Callable[[Path], None], remedy: str, shows_trust: bool
) -> None:
    spoil(host.home)
    seen = host.doctor()
    assert (seen.code, seen.failing) == (1, list(PROBES))
    [problem] = seen.said["problems"]
    assert problem.startswith("打不开（live）")
    assert remedy in problem
    assert bool(seen.said["trust"]) == shows_trust


def test_the_remedy_for_a_damaged_replica_works(host: Host) -> None:
    spoiled_replica(host.home)
    assert host.doctor().failing == list(PROBES)
    (host.home / "replica").rename(host.home / "replica.damaged")
    assert host.credit("sync", host.home)[0] == 0
    assert host.doctor().code == 0
    host.check()


def test_damaged_signed_files_are_said_where_they_cannot_be_fetched_anew(host: Host) -> None:
    host.gateway.transport.is_reachable = False
    (host.home / "trust" / "metadata" / "snapshot.json").write_text("junk")
    seen = host.doctor()
    assert (seen.code, seen.failing, seen.said["trust"]) == (1, ["wired"], [])
    assert "Move the folder aside" in seen.said["problems"][-1]
    host.gateway.transport.is_reachable = True
    assert host.doctor().code == 0


def test_little_room_on_the_disk_is_said_before_it_is_too_little(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    seen = host.doctor()
    assert (seen.code, seen.said["free_bytes"]) == (0, 1000)
    assert "磁盘只剩 1.0 kB" in seen.said["warnings"][0]


def test_names_the_process_that_keeps_the_replica_current(host: Host) -> None:
    with CreditClient.open(host.home) as leading:
        ends = time.monotonic() + 60
        while not leading.status().sync.is_leader and time.monotonic() < ends:
            time.sleep(0.02)
        assert host.doctor().said["syncer_pid"] == os.getpid()


def test_instants_are_those_of_the_signatures(host: Host) -> None:
    said = host.doctor().said
    ends = {role["role"]: datetime.fromisoformat(role["expires_at"]) for role in said["trust"]}
    assert min(ends.values()) == ends["timestamp"] == datetime.fromisoformat(said["status"]["expires_at"])
    assert ends["root"].tzinfo == UTC


def test_behind_an_air_gap_nobody_is_asked_and_that_is_no_problem(host: Host) -> None:
    settings = host.home / "settings.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "gateway_url": "none"}))
    seen = host.doctor()
    assert (seen.code, seen.failing, seen.said["problems"]) == (0, ["wired"], [])
    (host.home / "replica").rename(host.home / "moved-aside")
    assert host.doctor().failing == ["ready", "fresh", "wired"]  # a new one is made, and it is empty
