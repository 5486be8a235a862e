"""Receipts on a medium are an enemy's until each is found to fit the row it is for."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from credit_sdk.errors import IntegrityError
from credit_sdk.outbox.store import OUTBOX_FILE, Outbox
from tests.attacks.exchange import OUTBOX, Exchange, assert_refused, members, rewritten


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
