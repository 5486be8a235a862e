"""A bundle is a way to the gateway like any other: the same files, the same errors, nothing else in it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from credit_sdk.errors import GatewayRefusedError, GatewayUnreachableError, IntegrityError
from credit_sdk.transport import Transport
from credit_sdk.transport.bundle import BundleTransport, BundleWriter, Manifest, SeveredTransport
from credit_sdk.transport.postbox import Postbox

OUTBOX = "0195f0a0-0000-4000-8000-000000000001"
BIG = bytes(range(256)) * 1000


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[BundleTransport]:
    path = tmp_path / "bundle.zip"
    with path.open("wb") as file:
        manifest = Manifest(origin="青海虚构", serial=7, courier=OUTBOX, made_at=datetime(2026, 3, 2, tzinfo=UTC))
        with closing(BundleWriter(file, manifest)) as writer:
            writer.put_file("metadata/timestamp.json", b"data")
            writer.put_file("objects/ab/" + "ab" * 32, BIG)
            writer.put_receipts(Postbox(OUTBOX))
            with pytest.raises(IntegrityError, match="is no file of a bundle"):
                writer.put_file("metadata/../../x", b"")
    with BundleTransport(path) as found:
        yield found


def test_reads_the_files_of_a_distribution(opened: BundleTransport) -> None:
    transport: Transport = opened
    assert transport.fetch("metadata/timestamp.json", max_bytes=4) == b"data"
    assert b"".join(transport.fetch_stream("objects/ab/" + "ab" * 32, max_bytes=len(BIG))) == BIG
    with pytest.raises(IntegrityError, match="more than the 3 bytes"):
        transport.fetch("metadata/timestamp.json", max_bytes=3)
    with pytest.raises(GatewayRefusedError, match="There is no metadata/9") as refused:
        transport.fetch("metadata/9.root.json", max_bytes=9)
    assert refused.value.status == 404


def test_says_what_it_is_and_hints_at_its_serial(opened: BundleTransport) -> None:
    assert (opened.manifest.origin, opened.manifest.courier) == ("青海虚构", OUTBOX)
    assert opened.pulse(3, 25) == 7
    assert opened.url.endswith("bundle.zip")


def test_answers_a_delivery_with_the_receipts_it_carries(opened: BundleTransport) -> None:
    assert opened.receipts_for(OUTBOX) == Postbox(OUTBOX)
    assert opened.receipts_for(OUTBOX[:-1] + "2") is None
    body = f'{{"outbox": "{OUTBOX}", "records": [{{"seq": 1}}]}}'.encode()
    assert opened.post("/v1/checks", body) == b'{"receipts":[],"gaps":[]}'


def test_without_a_line_nothing_comes_and_nothing_goes() -> None:
    severed: Transport = SeveredTransport()
    for ask in (
        lambda: severed.fetch("metadata/timestamp.json", max_bytes=9),
        lambda: severed.fetch_stream("metadata/timestamp.json", max_bytes=9),
        lambda: severed.post("/v1/checks", b""),
    ):
        with pytest.raises(GatewayUnreachableError, match="no line to a gateway") as refused:
            ask()
        assert "credit bundle import" in refused.value.hint
    assert severed.pulse(3, 25) is None
    severed.close()
