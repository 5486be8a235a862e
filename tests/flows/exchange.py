"""A host behind an air gap, a connected one, the real gateway, and a medium that goes between them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import time_machine
from sqlalchemy import Engine, select

from credit_sdk import CreditClient
from credit_sdk.client import connected, isolated
from credit_sdk.client.bundle_reports import DeliverReport, ImportReport
from credit_sdk.client.setup import set_up
from credit_sdk.settings import NO_GATEWAY, Settings
from credit_sdk.transport.http import HttpTransport
from gateway.api.context import EXTENSION
from gateway.database.tables import checks, outcomes
from gateway.database.unit_of_work import reading
from tests.real_gateway import NOW, RealGateway

MATTER = "procurement.award"
PERSON = "632801199001011239"


@dataclass
class Exchange:
    """A gateway, a connected machine, an isolated host, and a medium that is carried between the two."""

    real: RealGateway
    folder: Path
    key: str
    after_s: float = 0
    count: int = 0
    connected_name: str = "connected"
    apps: list[Engine] = field(default_factory=list)

    @property
    def connected(self) -> Path:
        return self.folder / self.connected_name

    @property
    def isolated(self) -> Path:
        return self.folder / "isolated"

    def clock(self) -> datetime:
        return NOW + timedelta(seconds=self.after_s)

    def line(self) -> HttpTransport:
        """To the real application, as it stands in the database now."""
        app = self.real.app(self.after_s)
        self.apps.append(app.extensions[EXTENSION].engine)
        return HttpTransport("http://gateway.example", self.key, transport=httpx.WSGITransport(app))

    def set_up_connected(self) -> None:
        settings = Settings.of(
            home=self.connected,
            gateway_url="http://gateway.example",
            api_key=None,
            trust=self.real.home.trust_root,
        )
        with time_machine.travel(self.clock(), tick=False):
            set_up(settings, clock=self.clock, transport=self.line())

    def set_up_isolated(self) -> None:
        settings = Settings.of(
            home=self.isolated, gateway_url=NO_GATEWAY, api_key=None, trust=self.real.home.trust_root
        )
        set_up(settings, clock=self.clock)

    def pass_time(self, seconds: float) -> None:
        """Let so much time pass; the gateway signs that it is still there."""
        self.after_s += seconds
        self.real.publisher.heartbeat(self.clock())

    def fetched(self) -> Path:
        self.count += 1
        path = self.folder / f"bundle-{self.count}.zip"
        with time_machine.travel(self.clock(), tick=False):
            connected.fetch(self.connected, path, clock=self.clock, transport=self.line())
        return path

    def imported(self, path: Path) -> ImportReport:
        with time_machine.travel(self.clock(), tick=False):
            return isolated.import_(self.isolated, path, clock=self.clock)

    def exported(self) -> Path:
        self.count += 1
        path = self.folder / f"outbox-{self.count}.jsonl"
        isolated.export(self.isolated, path, clock=self.clock)
        return path

    def delivered(self, path: Path, *, in_place_of: str = "") -> DeliverReport:
        return connected.deliver(self.connected, path, clock=self.clock, in_place_of=in_place_of, transport=self.line())

    def client(self) -> CreditClient:
        """The host's own client at the isolated host."""
        return CreditClient.open(self.isolated, clock=self.clock)

    def held(self) -> list[tuple[str, int]]:
        """What the gateway counted: kind and number of every row."""
        with reading(self.real.engine) as connection:
            rows = [("records", seq) for seq in connection.scalars(select(checks.c.seq).order_by(checks.c.seq))]
            return rows + [("outcomes", seq) for seq in connection.scalars(select(outcomes.c.seq))]

    def close(self) -> None:
        for engine in self.apps:
            engine.dispose()
        self.real.close()
