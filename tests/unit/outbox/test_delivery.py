"""A round of delivery takes what waits when it begins: nobody is kept in it while others go on reporting."""

import json
from pathlib import Path

from credit_sdk.client.clock import now_utc
from credit_sdk.outbox.delivery import Courier
from credit_sdk.outbox.records import CheckRecord
from credit_sdk.outbox.store import Kind, Outbox
from credit_sdk.testing import FakeGateway
from credit_sdk.testing.memory import MemoryTransport
from tests.unit.outbox.test_store import outcome


class Busy(MemoryTransport):
    """A line during whose every request another outcome is reported."""

    outbox: Outbox
    reported = 1

    def post(self, path: str, body: bytes) -> bytes:
        assert self.reported < 10, "the round does not end"
        if json.loads(body).get(Kind.OUTCOMES):
            self.reported += 1
            self.outbox.add_outcomes([outcome(entry=f"E-{self.reported}")])
        return super().post(path, body)


def test_a_round_ends_though_outcomes_keep_coming(tmp_path: Path) -> None:
    with FakeGateway() as gateway, Outbox(tmp_path / "outbox.sqlite3", create=True) as outbox:
        line = Busy(gateway.publisher.files, lambda request: b"")
        line.outbox = outbox
        outbox.add_outcomes([outcome(entry="E-1")])
        courier = Courier(outbox, batch_max=1000, keep_days=30, clock=now_utc)
        assert courier.deliver(line).outcomes == 1
        assert outbox.depth().outcomes == 1
        assert courier.deliver(line).outcomes == 1


class Narrow(MemoryTransport):
    """A gateway that takes no more in one request than a real one does."""

    longest = 0

    def post(self, path: str, body: bytes) -> bytes:
        self.longest = max(self.longest, len(body))
        return super().post(path, body)


def test_long_rows_go_in_several_requests_of_one_round(tmp_path: Path) -> None:
    with FakeGateway() as gateway, Outbox(tmp_path / "outbox.sqlite3", create=True) as outbox:
        line = Narrow(gateway.publisher.files, lambda request: b"")
        wire = json.dumps({"id": "sheet", "subjects": ["91630100FX00000268"] * 500})
        outbox.add_records([CheckRecord(f"sheet-{number}", wire, None) for number in range(300)])
        assert Courier(outbox, batch_max=500, keep_days=30, clock=now_utc).deliver(line).records == 300
        assert outbox.depth().records == 0
        assert line.longest < 500_000
