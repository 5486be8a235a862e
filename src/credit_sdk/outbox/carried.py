r"""The outbox file (回传文件): what waits in an outbox, in one file that is carried to the gateway by hand.

Lines of JSON, to be read by whoever answers for what leaves the network: a head, a line for each row, an end that
counts the rows and holds the SHA-256 of all before it. Writing it takes nothing out of the outbox: what has no receipt
is in the next file again. Personal numbers are masked in it, as they are in the outbox; no key is in it.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Self
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from credit_sdk.errors import GatewayUnreachableError, IntegrityError
from credit_sdk.outbox.store import Kind, Outbox
from credit_sdk.transport.medium import written_whole
from credit_sdk.transport.postbox import Noted, Postbox, row_digest, seq_of

OUTBOX_FORMAT = "credit-outbox/1"
MAX_ROWS = 200_000
"""Rows of each kind in one file; the rest goes with the next, when these have their receipts."""
MAX_FILE_BYTES = 512 * 1024 * 1024
MAX_LINE_BYTES = 512 * 1024

_AT_ONCE = 1000
_REASON_CHARACTERS = 500
_YEARS = range(2000, 9999)
"""Others cannot be told in every time zone."""
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
_ORDER = (Kind.OUTCOMES, Kind.RECORDS)
"""Outcomes first: somebody waits for them."""


class _Head(Struct, forbid_unknown_fields=True):
    outbox: str
    courier: str
    made_at: Annotated[datetime, Meta(tz=True)]
    format: str = ""


class _Row(Struct, forbid_unknown_fields=True, omit_defaults=True):
    outcomes: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    records: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _End(Struct, forbid_unknown_fields=True):
    outcomes: int
    records: int
    sha256: str


class _EndLine(Struct, forbid_unknown_fields=True):
    end: _End


KnownAnswers = Callable[[str], Postbox]
"""Tells the answers kept for an outbox."""

_AGAIN = "Nothing was delivered from it. Export it anew at the isolated host and copy it again."


@dataclass(frozen=True, slots=True)
class Written:
    """What an outbox file holds.

    Attributes:
        records / outcomes: Rows in it.
        size_bytes: Of the file.
    """

    records: int
    outcomes: int
    size_bytes: int


def write(outbox: Outbox, path: Path, *, courier: str, at: datetime) -> Written:
    """Write what waits into a new file.

    Args:
        outbox: From which.
        path: The file.
        courier: Outbox id of the connected installation that is to deliver it; empty: whichever does.
        at: Stated in the file.

    Raises:
        OutboxError: The outbox cannot be read.
        InvalidRequestError: There is a file of that name.
        SettingsError: The file cannot be written.
    """
    counts = dict.fromkeys(Kind, 0)
    digest = sha256()
    size_bytes = 0
    with written_whole(path) as file:

        def put(line: bytes) -> None:
            nonlocal size_bytes
            digest.update(line)
            size_bytes += file.write(line)

        head = _Head(outbox=outbox.id, courier=courier, made_at=at, format=OUTBOX_FORMAT)
        put(msgspec.json.encode(head) + b"\n")
        for kind in _ORDER:
            for _, row in _waiting(outbox, kind):
                if size_bytes + len(row) > MAX_FILE_BYTES - MAX_LINE_BYTES:
                    break
                put(f'{{"{kind}": {row}}}\n'.encode())
                counts[kind] += 1
        end = _End(outcomes=counts[Kind.OUTCOMES], records=counts[Kind.RECORDS], sha256=digest.hexdigest())
        put(msgspec.json.encode(_EndLine(end)) + b"\n")
    return Written(counts[Kind.RECORDS], counts[Kind.OUTCOMES], size_bytes)


def _waiting(outbox: Outbox, kind: Kind) -> Iterator[tuple[int, str]]:
    last, taken = 0, 0
    while taken < MAX_ROWS and (rows := outbox.waiting(kind, after=last, limit=min(_AT_ONCE, MAX_ROWS - taken))):
        yield from rows.items()
        last, taken = max(rows), taken + len(rows)


class CarriedOutbox:
    """What was carried out of an outbox, to be delivered, and what the gateway says to it.

    Attributes:
        id: UUID of the outbox it came from.
        courier: Outbox id of the connected installation that is to deliver it; empty: whichever does.
        made_at: As stated in the file.
        said: The answers so far; those the other side knows by now are forgotten.
    """

    def __init__(self, head: _Head, rows: dict[Kind, dict[int, str]], known: Postbox) -> None:
        self.id = head.outbox
        self.courier = head.courier
        self.made_at = head.made_at
        self.said = known
        self._rows = rows
        self._numbers = {kind: list(waiting) for kind, waiting in rows.items()}
        for kind, waiting in rows.items():
            answers = known.of(kind)
            answers.forget_up_to(max(waiting, default=0), but=waiting)
            if waiting:
                answers.gaps = []  # told anew with the receipts

    @classmethod
    def read(cls, path: Path, known: KnownAnswers) -> Self:
        """Read a file, whole, before any of it counts.

        Args:
            path: The file.
            known: Tells the answers kept for an outbox.

        Raises:
            GatewayUnreachableError: It cannot be read.
            IntegrityError: It is no outbox file, or was cut off or altered.
        """
        try:
            with path.open("rb") as file:
                if file.seek(0, 2) > MAX_FILE_BYTES:
                    raise IntegrityError(f"{path} is larger than any outbox file.", hint=_AGAIN)
                file.seek(0)
                head, rows = _read(path, iter(lambda: file.readline(MAX_LINE_BYTES + 1), b""))
        except OSError as error:
            raise GatewayUnreachableError(
                f"{path} cannot be read ({error.strerror}), and nothing was delivered.",
                hint="Check the medium, the name of the file, and that this account may read it.",
            ) from error
        return cls(head, rows, known(head.outbox))

    def waiting(self, kind: Kind, *, after: int, limit: int) -> dict[int, str]:
        """Rows of the file by number, in order."""
        first = bisect_right(self._numbers[kind], after)
        return {seq: self._rows[kind][seq] for seq in self._numbers[kind][first : first + limit]}

    def acknowledge(self, kind: Kind, receipts: Iterable[tuple[int, str]], *, at: datetime) -> None:
        """Keep receipts for the way back."""
        del at  # counts from when the other side learns of it
        answers = self.said.of(kind)
        for seq, receipt in receipts:
            answers.receipts[seq] = Noted(row_digest(self._rows[kind][seq].encode()), receipt)
            answers.refused.pop(seq, None)

    def mark_fault(self, kind: Kind, seq: int, reason: str) -> None:
        """Keep for the way back that the gateway refuses a row, and why."""
        row = row_digest(self._rows[kind][seq].encode())
        self.said.of(kind).refused[seq] = Noted(row, reason[:_REASON_CHARACTERS])

    def forgive_faults(self) -> None:
        """Every row of the file is offered anyway."""

    def send_again(self, kind: Kind, gaps: Iterable[tuple[int, int]]) -> int:
        """Keep for the way back which numbers the gateway lacks; nothing is here to be sent again."""
        self.said.of(kind).gaps = list(gaps)
        return 0

    def forget_delivered(self, *, before: datetime) -> int:
        """Nothing is kept of the rows."""
        del before
        return 0


def _read(path: Path, lines: Iterator[bytes]) -> tuple[_Head, dict[Kind, dict[int, str]]]:
    digest = sha256()
    first = next(lines, b"")
    head = _head(path, first)
    digest.update(first)
    rows: dict[Kind, dict[int, str]] = {kind: {} for kind in _ORDER}
    last = b""
    for line in lines:
        if last:
            _take(path, last, rows)
            digest.update(last)
        last = line
    end = _end(path, last)
    if (end.outcomes, end.records) != (len(rows[Kind.OUTCOMES]), len(rows[Kind.RECORDS])):
        raise _refused(path, "it holds another number of rows than its end states")
    if end.sha256 != digest.hexdigest():
        raise _refused(path, "it is not what was written")
    return head, rows


def _head(path: Path, line: bytes) -> _Head:
    try:
        head = msgspec.json.decode(line, type=_Head)
        is_known = head.format == OUTBOX_FORMAT and head.made_at.year in _YEARS
        is_named = str(UUID(head.outbox)) == head.outbox and (not head.courier or bool(UUID(head.courier)))
    except _UNREADABLE as error:
        raise _refused(path, "it does not begin as an outbox file does") from error
    if not (is_known and is_named):
        raise _refused(path, "it is of a format that this version does not know")
    return head


def _take(path: Path, line: bytes, rows: dict[Kind, dict[int, str]]) -> None:
    try:
        if len(line) > MAX_LINE_BYTES:
            raise ValueError("a line is too long")
        found = msgspec.json.decode(line, type=_Row)
        stated = {kind: raw for kind in _ORDER if isinstance(raw := getattr(found, kind), msgspec.Raw)}
        ((kind, raw),) = stated.items()
        row = bytes(raw)
        seq = seq_of(row)
        text = row.decode()
    except _UNREADABLE as error:
        raise _refused(path, f"one of its lines cannot be read: {error}") from error
    held = rows[kind]
    if seq <= next(reversed(held), 0) or len(held) >= MAX_ROWS:
        raise _refused(path, "its rows are not numbered upward, or are too many")
    held[seq] = text


def _end(path: Path, line: bytes) -> _End:
    try:
        return msgspec.json.decode(line, type=_EndLine).end
    except _UNREADABLE as error:
        raise _refused(path, "its end is missing") from error


def _refused(path: Path, why: str) -> IntegrityError:
    return IntegrityError(f"{path} is no whole outbox file ({why}).", hint=_AGAIN)
