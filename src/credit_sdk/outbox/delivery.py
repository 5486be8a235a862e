"""From the outbox to the gateway: at least once, in batches, until there is a receipt (回执) for every row."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Protocol

import msgspec
from msgspec import Struct

from credit_sdk.errors import GatewayRefusedError, TransportError
from credit_sdk.outbox.store import Kind
from credit_sdk.transport import Transport

_PATHS = {Kind.RECORDS: "/v1/checks", Kind.OUTCOMES: "/v1/outcomes"}
_ABOUT_THE_ROWS = frozenset(
    {
        HTTPStatus.CONFLICT,  # other content under the same number
        HTTPStatus.FORBIDDEN,  # a matter this key does not reach
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
"""Refusals that the rows themselves cause: one such row must not keep all others from being delivered."""
_REQUEST_CHARACTERS = 250_000
"""Of rows in one request: a sheet of a screening is as long as three hundred checks, and a gateway takes a megabyte."""
_BETWEEN_CLEARINGS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one round of delivery did (送达情况).

    Attributes:
        records / outcomes: Rows that got a receipt.
        faults: Rows the gateway refused: other content under the same number, or not of the form it takes.
        again: Rows it had acknowledged but lacks; they go with the next round.
    """

    records: int = 0
    outcomes: int = 0
    faults: int = 0
    again: int = 0


class Deliverable(Protocol):
    """What can be delivered (待送): an :class:`~credit_sdk.outbox.store.Outbox`, or what was carried out of one."""

    @property
    def id(self) -> str:
        """UUID under which the gateway knows it."""
        ...

    def waiting(self, kind: Kind, *, after: int, limit: int) -> dict[int, str]:
        """Rows without a receipt by number, in order."""
        ...

    def acknowledge(self, kind: Kind, receipts: Iterable[tuple[int, str]], *, at: datetime) -> None:
        """Note the gateway's receipts."""
        ...

    def mark_fault(self, kind: Kind, seq: int, reason: str) -> None:
        """Set a row aside that the gateway refuses."""
        ...

    def forgive_faults(self) -> None:
        """Let the rows that were set aside wait again."""
        ...

    def send_again(self, kind: Kind, gaps: Iterable[tuple[int, int]]) -> int:
        """Forget the receipts of rows the gateway lacks; how many there were."""
        ...

    def forget_delivered(self, *, before: datetime) -> int:
        """Remove what was acknowledged before an instant; how many rows."""
        ...


class _Receipt(Struct, frozen=True):
    seq: int
    receipt: str


class _Answer(Struct, frozen=True):
    """What the gateway says to a batch; it may say more one day."""

    receipts: tuple[_Receipt, ...]
    gaps: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class _Round:
    delivered: int = 0
    faults: int = 0
    gaps: tuple[tuple[int, int], ...] = ()


class Courier:
    """Delivers one outbox.

    Args:
        outbox: What to deliver.
        batch_max: Rows in one request.
        keep_days: Days that a delivered row is kept.
        clock: Tells the instant of a receipt.
    """

    def __init__(self, outbox: Deliverable, *, batch_max: int, keep_days: int, clock: Callable[[], datetime]) -> None:
        self._outbox = outbox
        self._batch_max = batch_max
        self._keep_days = keep_days
        self._clock = clock
        self._cleared_at: datetime | None = None

    def deliver(self, transport: Transport, *, faults_again: bool = False) -> Delivery:
        """Send what waits now; outcomes first, for somebody is waiting for them.

        Args:
            transport: The way to the gateway.
            faults_again: Also what the gateway refused before, which somebody may have mended there.

        Raises:
            TransportError: The gateway cannot be reached or refuses; what has no receipt goes with the next round.
            OutboxError: The outbox cannot be read or written.
        """
        if faults_again:
            self._outbox.forgive_faults()
        try:
            outcomes, outcomes_again = self._deliver(Kind.OUTCOMES, transport)
        finally:
            # What keeps outcomes from going, a refusal say, need not keep the records.
            records, records_again = self._deliver(Kind.RECORDS, transport)
        self._clear()
        return Delivery(
            records=records.delivered,
            outcomes=outcomes.delivered,
            faults=outcomes.faults + records.faults,
            again=outcomes_again + records_again,
        )

    def _deliver(self, kind: Kind, transport: Transport) -> tuple[_Round, int]:
        done = _Round()
        last = 0
        while rows := self._outbox.waiting(kind, after=last, limit=self._batch_max):
            last = max(rows)
            for request in _requests(rows):
                self._send(kind, request, transport, done)
            if len(rows) < self._batch_max:
                break  # what came meanwhile goes with the next round, else a round might never end
        return done, self._outbox.send_again(kind, done.gaps) if done.gaps else 0

    def _send(self, kind: Kind, rows: dict[int, str], transport: Transport, done: _Round) -> None:
        try:
            answer = _read(transport.post(_PATHS[kind], self._body(kind, rows)))
        except GatewayRefusedError as found:
            if found.status not in _ABOUT_THE_ROWS:
                raise
            if len(rows) == 1:
                self._outbox.mark_fault(kind, next(iter(rows)), found.line)
                done.faults += 1
                return
            # The refusal covers the batch; halving it finds the row at fault and lets the others through.
            items = list(rows.items())
            for half in (items[: len(items) // 2], items[len(items) // 2 :]):
                self._send(kind, dict(half), transport, done)
            return
        received = {receipt.seq: receipt.receipt for receipt in answer.receipts if receipt.seq in rows}
        self._outbox.acknowledge(kind, received.items(), at=self._clock())
        done.delivered += len(received)
        done.gaps = answer.gaps

    def _body(self, kind: Kind, rows: dict[int, str]) -> bytes:
        return f'{{"outbox": "{self._outbox.id}", "{kind}": [{", ".join(rows.values())}]}}'.encode()

    def _clear(self) -> None:
        now = self._clock()
        if self._cleared_at is None or now - self._cleared_at >= _BETWEEN_CLEARINGS:
            self._outbox.forget_delivered(before=now - timedelta(days=self._keep_days))
            self._cleared_at = now


def _requests(rows: dict[int, str]) -> Iterator[dict[int, str]]:
    """The rows, as many at a time as a gateway takes."""
    request: dict[int, str] = {}
    characters = 0
    for seq, row in rows.items():
        characters += len(row)
        if request and characters > _REQUEST_CHARACTERS:
            yield request
            request, characters = {}, len(row)
        request[seq] = row
    yield request


def _read(answer: bytes) -> _Answer:
    try:
        return msgspec.json.decode(answer, type=_Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as found:
        raise TransportError(
            f"the gateway's answer to a delivery cannot be read ({found}) and does not count.",
            hint="Check that the address is the gateway's; the records are kept and sent again.",
        ) from found
