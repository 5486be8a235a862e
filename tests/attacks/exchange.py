"""A medium that goes between an isolated host and a connected one, and what somebody who holds it can change."""

import json
import shutil
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from credit_sdk.client import connected, isolated
from credit_sdk.client.bundle_reports import DeliverReport, ImportReport
from credit_sdk.client.clock import now_utc
from credit_sdk.client.setup import set_up
from credit_sdk.errors import CreditError
from credit_sdk.outbox.records import CheckRecord
from credit_sdk.outbox.store import OUTBOX_FILE, Outbox
from credit_sdk.replica.store import Replica
from credit_sdk.settings import Settings
from credit_sdk.testing import FakeGateway, subject

LISTED = subject(1)
OUTBOX = "0195f0a0-0000-4000-8000-000000000001"


@dataclass
class Exchange:
    """A gateway, a connected machine, and an isolated host that holds its first bundle."""

    gateway: FakeGateway
    folder: Path
    made: list[Path] = field(default_factory=list)

    @property
    def isolated(self) -> Path:
        return self.folder / "isolated"

    @property
    def connected(self) -> Path:
        return self.folder / "connected"

    def set_up_connected(self, *, gateway: FakeGateway | None = None, name: str = "connected") -> None:
        """A connected machine, in place of the one before."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        source = gateway or self.gateway
        trust = self.folder / f"{name}.root.json"
        trust.write_bytes(source.publisher.trust_root)
        settings = Settings.of(
            home=self.folder / name, gateway_url="http://fake-gateway.example", api_key=None, trust=trust
        )
        set_up(settings, clock=now_utc, transport=source.transport)

    def fetched(self, *, gateway: FakeGateway | None = None, name: str = "connected") -> Path:
        path = self.folder / f"{len(self.made)}.zip"
        self.made.append(path)
        line = (gateway or self.gateway).transport
        connected.fetch(self.folder / name, path, clock=now_utc, transport=line)
        return path

    def imported(self, path: Path) -> ImportReport:
        return isolated.import_(self.isolated, path, clock=now_utc)

    def exported(self) -> Path:
        path = self.folder / f"{len(self.made)}.jsonl"
        self.made.append(path)
        isolated.export(self.isolated, path, clock=now_utc)
        return path

    def delivered(self, path: Path) -> DeliverReport:
        return connected.deliver(self.connected, path, clock=now_utc, transport=self.gateway.transport)

    def check(self, number: int) -> None:
        with Outbox(self.isolated / OUTBOX_FILE) as outbox:
            outbox.add_records([CheckRecord(f"d-{number}", json.dumps({"id": f"d-{number}"}), None)])

    def state(self) -> tuple[int, str, object]:
        """What the isolated host holds, verified record by record."""
        with Replica.open(self.isolated) as replica:
            held = replica.publication
            contact = replica.contact
            replica.verify()
            assert held
            assert contact
            return held.serial, held.map_root, contact.contact_at


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, contents: dict[str, bytes], *, packed: int = zipfile.ZIP_STORED) -> Path:
    """A bundle of other contents, with checksums that fit."""
    with zipfile.ZipFile(path, "w", packed) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return path


def assert_refused(exchange: Exchange, path: Path, error: type[CreditError], match: str) -> None:
    """Refused as a whole: neither the replica nor the outbox has changed, and the honest bundle still goes in."""
    before = exchange.state()
    with pytest.raises(error, match=match) as refused:
        exchange.imported(path)
    assert "原有数据不变" in str(refused.value)
    assert exchange.state() == before
