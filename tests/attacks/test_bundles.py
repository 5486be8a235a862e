"""What comes on a medium is an enemy's until it is verified: bundles and outbox files that are not what they seem."""

import json
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import time_machine

from credit_sdk.client import connected, isolated
from credit_sdk.client.bundle_reports import DeliverReport, ImportReport
from credit_sdk.client.clock import now_utc
from credit_sdk.client.setup import set_up
from credit_sdk.errors import (
    CreditError,
    GatewayUnreachableError,
    IntegrityError,
    RollbackError,
    ShrunkenError,
    TrustError,
)
from credit_sdk.outbox import carried
from credit_sdk.outbox.records import CheckRecord
from credit_sdk.outbox.store import OUTBOX_FILE, Outbox
from credit_sdk.replica.store import Replica
from credit_sdk.settings import NO_GATEWAY, Settings
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.testing.publisher import VALIDITY
from credit_sdk.transport.bundle import BundleTransport

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


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    with FakeGateway() as gateway:
        gateway.list(LISTED, "judgment-defaulter", id="E-1")
        for number in range(2, 40):
            gateway.list(subject(number), "wage-arrears")
        gateway.publish()
        trust = tmp_path / "root.json"
        trust.write_bytes(gateway.publisher.trust_root)
        made = Exchange(gateway, tmp_path)
        made.set_up_connected()
        settings = Settings.of(home=made.isolated, gateway_url=NO_GATEWAY, api_key=None, trust=trust)
        set_up(settings, clock=now_utc)
        made.imported(made.fetched())
        gateway.publisher.records.pop(subject(39))
        gateway.list(subject(50), "judgment-defaulter")
        gateway.publish()
        yield made


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


def test_refuses_a_bundle_cut_off_anywhere(exchange: Exchange) -> None:
    path = exchange.fetched()
    whole = path.read_bytes()
    for length in [*range(0, len(whole) - 1, len(whole) // 40), len(whole) - 1]:
        path.write_bytes(whole[:length])
        assert_refused(exchange, path, IntegrityError, "cut off, damaged, or no bundle")
    path.write_bytes(whole)
    assert exchange.imported(path).changed


def test_a_flipped_byte_is_refused_or_changes_nothing(exchange: Exchange) -> None:
    """Bytes that nobody reads (a date in the ZIP directory, say) may differ; what is taken over is what was signed."""
    path = exchange.fetched()
    whole = path.read_bytes()
    honest = exchange.gateway.publisher.publication
    assert honest
    trust = exchange.folder / "root.json"
    refused = 0
    for place in range(7, len(whole), len(whole) // 60):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        home = exchange.folder / f"newcomer-{place}"  # which needs every file of the bundle
        set_up(Settings.of(home=home, gateway_url=NO_GATEWAY, api_key=None, trust=trust), clock=now_utc)
        try:
            isolated.import_(home, path, clock=now_utc)
        except CreditError:
            refused += 1
            with Replica.open(home) as replica:
                assert replica.publication is None
        else:
            with Replica.open(home) as replica:
                assert replica.publication == honest
                assert replica.verify().entries == honest.entries
    assert refused > 40


def test_no_flipped_byte_brings_the_reader_to_fall(exchange: Exchange) -> None:
    path = exchange.fetched()
    whole = path.read_bytes()
    directory = whole.rindex(b"PK\x01\x02", 0, whole.index(b"PK\x01\x02") + 4)
    places = [*range(0, directory, 101), *range(directory, len(whole))]
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 + place % 255)]) + whole[place + 1 :])
        try:
            with BundleTransport(path) as transport:
                for name in transport._members:
                    transport.fetch(name, max_bytes=10**6)
        except CreditError:
            continue


def test_refuses_an_older_bundle_after_a_newer_one(exchange: Exchange) -> None:
    older = exchange.fetched()
    exchange.gateway.publish()
    newer = exchange.fetched()
    exchange.imported(newer)
    assert_refused(exchange, older, TrustError, "older than what was seen before")


def test_refuses_a_lower_serial_under_newer_signatures(exchange: Exchange) -> None:
    exchange.imported(exchange.fetched())
    publisher = exchange.gateway.publisher
    publisher.publish(now_utc(), serial=1)
    exchange.set_up_connected()  # the one before would not take it over either
    assert_refused(exchange, exchange.fetched(), (RollbackError), "older than 2|offers publication 1")


def test_refuses_the_bundle_of_another_gateway(exchange: Exchange) -> None:
    with FakeGateway() as stranger:
        stranger.publish()
        stranger.publish()
        exchange.set_up_connected(gateway=stranger, name="stranger")
        path = exchange.fetched(gateway=stranger, name="stranger")
        assert_refused(exchange, path, TrustError, "not signed by the keys this replica trusts")


def test_refuses_a_bundle_whose_signatures_have_ended(exchange: Exchange) -> None:
    publisher = exchange.gateway.publisher
    signed_at = now_utc() - VALIDITY["timestamp"] + timedelta(seconds=2)
    publisher.heartbeat(signed_at)
    path = exchange.fetched()
    with time_machine.travel(now_utc() + timedelta(minutes=1)):
        assert_refused(exchange, path, TrustError, "have ended")


def test_refuses_a_list_that_shrank_without_a_signed_override(exchange: Exchange) -> None:
    exchange.imported(exchange.fetched())
    publisher = exchange.gateway.publisher
    for number in range(2, 39):
        publisher.records.pop(subject(number))
    publisher.publish(now_utc())
    exchange.set_up_connected()
    assert_refused(exchange, exchange.fetched(), ShrunkenError, "wage-arrears")


def test_refuses_objects_that_are_missing_or_others(exchange: Exchange) -> None:
    contents = members(exchange.fetched())
    root = contents["targets/" + next(n for n in contents if n.endswith("publication.json")).removeprefix("targets/")]
    name = json.loads(root)["map_root"]
    place = f"objects/{name[:2]}/{name}"
    path = exchange.folder / "spoiled.zip"
    without = {each: data for each, data in contents.items() if each != place}
    before = exchange.state()
    rewritten(path, without)
    with pytest.raises(CreditError, match="There is no objects/"):
        exchange.imported(path)
    assert exchange.state() == before
    other = next(data for each, data in members(exchange.made[0]).items() if each.startswith("objects/"))
    assert_refused(exchange, rewritten(path, {**contents, place: other}), IntegrityError, "does not match the hash")


@pytest.mark.parametrize("name", ["../../home/.profile", "/etc/passwd", "metadata/../x", "objects/ab/AB", "readme.txt"])
def test_refuses_a_file_that_does_not_belong_into_a_bundle(exchange: Exchange, name: str) -> None:
    contents = members(exchange.fetched())
    path = rewritten(exchange.folder / "spoiled.zip", {**contents, name: b"x"})
    assert_refused(exchange, path, IntegrityError, "does not belong into it")


def test_refuses_the_same_name_twice(exchange: Exchange) -> None:
    path = exchange.fetched()
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive,
    ):
        archive.writestr("metadata/timestamp.json", b"{}")
    assert_refused(exchange, path, IntegrityError, "does not belong into it")


def test_unpacks_nothing_so_that_nothing_can_burst(exchange: Exchange) -> None:
    contents = members(exchange.fetched())
    contents["targets/" + "0" * 64 + ".catalogue.json"] = bytes(50_000_000)
    path = rewritten(exchange.folder / "bomb.zip", contents, packed=zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 500_000
    assert_refused(exchange, path, IntegrityError, "is packed, which nothing in a bundle is")


def test_refuses_a_directory_that_would_not_fit_into_memory(exchange: Exchange) -> None:
    path = exchange.fetched()
    whole = path.read_bytes()
    head, end = whole[:-22], bytearray(whole[-22:])
    end[8:12] = struct.pack("<HH", 0xFFFF, 0xFFFF)
    end_64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 2**31, 2**31, 2**36, len(head))
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(head), 1)
    path.write_bytes(head + end_64 + locator + bytes(end))
    assert_refused(exchange, path, IntegrityError, "more than any bundle can have")
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 12, 1)
    path.write_bytes(head + end_64 + locator + bytes(end))
    assert_refused(exchange, path, IntegrityError, "its end is not as it should be")


def test_reads_no_more_of_a_file_than_it_may_have(exchange: Exchange) -> None:
    contents = members(exchange.fetched())
    path = exchange.folder / "long.zip"
    rewritten(path, {**contents, "metadata/timestamp.json": b" " * 2**20})
    assert_refused(exchange, path, IntegrityError, "longer than it may be")
    rewritten(path, {**contents, "bundle.json": b" " * 2**20})
    assert_refused(exchange, path, IntegrityError, "more than the 16384 bytes")


def test_refuses_what_is_no_bundle_at_all(exchange: Exchange) -> None:
    path = exchange.folder / "file"
    for data in (b"", b"PK", b"hello" * 100, b"PK\x05\x06" + bytes(18)):
        path.write_bytes(data)
        assert_refused(exchange, path, IntegrityError, "no bundle")
    with pytest.raises(GatewayUnreachableError, match="cannot be read"):
        exchange.imported(exchange.folder)
    with pytest.raises(GatewayUnreachableError, match="No such file"):
        exchange.imported(exchange.folder / "absent.zip")


def test_believes_nothing_a_bundle_says_about_itself(exchange: Exchange) -> None:
    path = exchange.folder / "file"
    contents = members(exchange.fetched())
    manifest = json.loads(contents["bundle.json"])
    for made_at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        exchange.imported(
            rewritten(path, {**contents, "bundle.json": json.dumps({**manifest, "made_at": made_at}).encode()})
        )
    contents["bundle.json"] = json.dumps({**manifest, "format": "credit-bundle/2"}).encode()
    assert_refused(exchange, rewritten(path, contents), IntegrityError, "'credit-bundle/2', which this version")


def with_receipts(exchange: Exchange, change: Callable[[dict[str, object]], object]) -> Path:
    """A bundle with receipts for the first record of the isolated host, altered."""
    exchange.check(1)
    exchange.delivered(exchange.exported())
    contents = members(exchange.fetched())
    [name] = [each for each in contents if each.startswith("receipts/")]
    carried_back = json.loads(contents[name])
    change(carried_back)
    contents[name] = json.dumps(carried_back).encode()
    return rewritten(exchange.folder / "receipts.zip", contents)


def test_takes_no_receipt_for_a_row_that_is_not_the_one_delivered(exchange: Exchange) -> None:
    def another_row(found: dict[str, dict[str, dict[str, list[str]]]]) -> None:
        found["records"]["receipts"]["1"][0] = sha256(b"another row").hexdigest()

    report = exchange.imported(with_receipts(exchange, another_row))  # type: ignore[arg-type]  # JSON as it was read
    assert (report.received_records, report.waiting_records) == (0, 1)


def test_takes_no_receipt_of_another_outbox(exchange: Exchange) -> None:
    report = exchange.imported(with_receipts(exchange, lambda found: found.update(outbox=OUTBOX)))
    assert (report.received_records, report.waiting_records) == (0, 1)


def test_takes_nothing_over_with_receipts_that_cannot_be_read(exchange: Exchange) -> None:
    def huge(found: dict[str, dict[str, object]]) -> None:
        found["records"]["gaps"] = [[1, 2**70]]

    assert_refused(exchange, with_receipts(exchange, huge), IntegrityError, "receipts in the file cannot be read")  # type: ignore[arg-type]  # JSON as it was read
    with Outbox(exchange.isolated / OUTBOX_FILE) as outbox:
        assert outbox.depth().records == 1


@pytest.fixture
def outbox_file(exchange: Exchange) -> Path:
    for number in range(1, 6):
        exchange.check(number)
    exchange.gateway.transport.posts.clear()
    return exchange.exported()


def assert_not_delivered(exchange: Exchange, path: Path, match: str) -> None:
    with pytest.raises(IntegrityError, match=match):
        exchange.delivered(path)
    assert exchange.gateway.transport.posts == []
    assert not list(exchange.connected.glob("carried/*"))


def test_delivers_nothing_of_an_outbox_file_cut_off_anywhere(exchange: Exchange, outbox_file: Path) -> None:
    whole = outbox_file.read_bytes()
    for length in [*range(0, len(whole) - 1, 31), len(whole) - 2]:
        outbox_file.write_bytes(whole[:length])
        assert_not_delivered(exchange, outbox_file, "no whole outbox file")


def test_delivers_nothing_of_an_outbox_file_with_any_byte_flipped(exchange: Exchange, outbox_file: Path) -> None:
    whole = outbox_file.read_bytes()
    for place in range(0, len(whole) - 1, 3):
        outbox_file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x11]) + whole[place + 1 :])
        assert_not_delivered(exchange, outbox_file, "no whole outbox file")
    outbox_file.write_bytes(whole)
    assert exchange.delivered(outbox_file).records == 5


@pytest.mark.parametrize(
    ("line", "match"),
    [
        (b'{"records": ' + b"[" * 200_000 + b"\n", "cannot be read"),
        (b'{"records": {"seq": 6, "x": ' + b"[" * 5000 + b"]" * 5000 + b"}}\n", "cannot be read"),
        (b'{"records": {"seq": 6}], "outbox": "' + OUTBOX.encode() + b'"}\n', "cannot be read"),
        (b'{"records": {"seq": 5}}\n', "not numbered upward"),
        (b'{"records": {"seq": 0}}\n', "not numbered upward"),
        (b'{"records": {"seq": ' + b"9" * 5000 + b"}}\n", "cannot be read"),
        (b'{"records": {"seq": 6}, "outcomes": {"seq": 6}}\n', "cannot be read"),
        (b'{"records": {"seq": 6, "x": "' + b"x" * carried.MAX_LINE_BYTES + b'"}}\n', "a line is too long"),
        (b"{}\n", "cannot be read"),
        (b"\n", "cannot be read"),
        (b"\xff\xfe\n", "cannot be read"),
    ],
    ids=[
        "deep",
        "deep-inside",
        "breaks-out",
        "again",
        "zero",
        "endless-number",
        "two",
        "long",
        "none",
        "empty",
        "no-text",
    ],
)
def test_delivers_nothing_of_a_file_with_a_line_that_is_no_row(
    exchange: Exchange, outbox_file: Path, line: bytes, match: str
) -> None:
    *rows, end = outbox_file.read_bytes().splitlines(keepends=True)
    body = b"".join(rows) + line
    stated = json.loads(end)["end"]
    stated.update(records=stated["records"] + 1, sha256=sha256(body).hexdigest())
    outbox_file.write_bytes(body + json.dumps({"end": stated}).encode() + b"\n")
    assert_not_delivered(exchange, outbox_file, match)


def resealed(path: Path, *, head: dict[str, object] | None = None, end: dict[str, object] | None = None) -> None:
    """Alter the head or the end of an outbox file, with a hash that fits."""
    first, *rows, last = path.read_bytes().splitlines(keepends=True)
    body = b"".join([json.dumps({**json.loads(first), **(head or {})}).encode() + b"\n", *rows])
    stated = {**json.loads(last)["end"], "sha256": sha256(body).hexdigest(), **(end or {})}
    path.write_bytes(body + json.dumps({"end": stated}).encode() + b"\n")


@pytest.mark.parametrize("outbox", ["../../../tmp/x", "", "0195F0A0-0000-4000-8000-00000000000A", "x" * 36])
def test_takes_no_path_for_the_name_of_an_outbox(exchange: Exchange, outbox_file: Path, outbox: str) -> None:
    resealed(outbox_file, head={"outbox": outbox})
    assert_not_delivered(exchange, outbox_file, "no whole outbox file")


@pytest.mark.parametrize(
    "made_at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-03-02T01:00:00", "\x1b[2J", None]
)
def test_takes_no_instant_that_cannot_be_told(exchange: Exchange, outbox_file: Path, made_at: str | None) -> None:
    resealed(outbox_file, head={"made_at": made_at})
    assert_not_delivered(exchange, outbox_file, "no whole outbox file")


@pytest.mark.parametrize("stated", [{"records": 4}, {"records": 6}, {"outcomes": 1}])
def test_delivers_nothing_where_rows_were_left_out(
    exchange: Exchange, outbox_file: Path, stated: dict[str, object]
) -> None:
    resealed(outbox_file, end=stated)
    assert_not_delivered(exchange, outbox_file, "another number of rows")
    resealed(outbox_file, end={"records": 5, "outcomes": 0})
    assert exchange.delivered(outbox_file).records == 5


def test_reads_no_outbox_file_larger_than_any_can_be(
    exchange: Exchange, outbox_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carried, "MAX_FILE_BYTES", outbox_file.stat().st_size - 1)
    assert_not_delivered(exchange, outbox_file, "larger than any outbox file")


def test_damaged_receipts_of_the_connected_side_are_said_and_nothing_is_delivered(
    exchange: Exchange, outbox_file: Path
) -> None:
    with Outbox(exchange.isolated / OUTBOX_FILE) as outbox:
        kept = exchange.connected / "carried" / f"{outbox.id}.json"
    kept.parent.mkdir()
    kept.write_bytes(b"{")
    with pytest.raises(IntegrityError, match="receipts in the file cannot be read"):
        exchange.delivered(outbox_file)
    assert exchange.gateway.transport.posts == []
