"""What comes on a medium is an enemy's until it is verified: bundles and outbox files that are not what they seem."""

import json
import struct
import zipfile
from datetime import timedelta

import pytest
import time_machine

from credit_sdk.client import isolated
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
from credit_sdk.replica.store import Replica
from credit_sdk.settings import NO_GATEWAY, Settings
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.testing.publisher import VALIDITY
from credit_sdk.transport.bundle import BundleTransport
from tests.attacks.exchange import Exchange, assert_refused, members, rewritten


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
