"""A file of records on a medium is delivered whole and as it was written, or not at all."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from credit_sdk.errors import IntegrityError
from credit_sdk.outbox import carried
from credit_sdk.outbox.store import OUTBOX_FILE, Outbox
from tests.attacks.exchange import OUTBOX, Exchange


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
