"""A gateway in memory, as the library sees it: distribution files, the pulse, and the three requests it answers."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from threading import Condition
from typing import Literal

from credit_sdk.errors import GatewayRefusedError, GatewayUnreachableError, IntegrityError

OnlineCheck = Callable[[Mapping[str, object]], bytes]
"""Answers the body of ``POST /v1/check`` with the decision's JSON."""

_LISTS: Mapping[str, Literal["records", "outcomes"]] = {"/v1/checks": "records", "/v1/outcomes": "outcomes"}


@dataclass
class Intake:
    """What outboxes delivered (收件): every row once, by outbox and number, as the real intake keeps it."""

    rows: dict[tuple[str, int], dict[str, object]] = field(default_factory=dict)

    def take(self, outbox: str, rows: list[dict[str, object]]) -> dict[str, object]:
        """Receipts for a batch, and the numbers still missing.

        Raises:
            GatewayRefusedError: A number came before with other content.
        """
        for row in rows:
            held = self.rows.get((outbox, int(str(row["seq"]))))
            if held is not None and held != row:
                raise GatewayRefusedError(
                    f"number {row['seq']} is held with other content.", status=HTTPStatus.CONFLICT
                )
        for row in rows:
            self.rows[outbox, int(str(row["seq"]))] = row
        held_seqs = sorted(seq for name, seq in self.rows if name == outbox)
        gaps = []
        expected = 1
        for seq in held_seqs:
            if seq > expected:
                gaps.append((expected, seq - 1))
            expected = seq + 1
        return {
            "receipts": [{"seq": row["seq"], "receipt": _receipt(row)} for row in rows],
            "next_seq": gaps[0][0] if gaps else expected,
            "gaps": gaps,
        }


class MemoryTransport:
    """The way to a :class:`~credit_sdk.testing.FakeGateway`; also what may go wrong on it.

    Args:
        files: The distribution, by path below ``distribution/``.
        online_check: Answers questions about natural persons.

    Attributes:
        is_reachable: Set to False to cut the line.
        is_acknowledging: Set to False to take rows in and lose the receipts on the way back.
        posts: Paths of the requests that came, in order.
        delivered: Notified whenever rows were taken in, for tests that wait for a background thread.
    """

    url = "memory://fake-gateway"

    def __init__(self, files: Mapping[str, bytes], online_check: OnlineCheck) -> None:
        self._files = files
        self._online_check = online_check
        self._published = Condition()
        self.delivered = Condition()
        self._serial = 0
        self.intake = {name: Intake() for name in _LISTS.values()}
        self.is_reachable = True
        self.is_acknowledging = True
        self.posts: list[str] = []

    def announce(self, serial: int) -> None:
        """Wake whoever waits for a pulse."""
        with self._published:
            self._serial = serial
            self._published.notify_all()

    def fetch(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> bytes:
        """A file of the distribution."""
        del timeout_s
        self._require_line()
        data = self._files.get(path)
        if data is None:
            raise GatewayRefusedError(f"There is no {path}.", status=HTTPStatus.NOT_FOUND)
        if len(data) > max_bytes:
            raise IntegrityError(f"{path} has more than {max_bytes} bytes.")
        return data

    def fetch_stream(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> Iterator[bytes]:
        """The same in one piece."""
        yield self.fetch(path, max_bytes=max_bytes, timeout_s=timeout_s)

    def pulse(self, after: int, wait_s: int) -> int | None:
        """The newest serial, at once if it is above ``after``."""
        self._require_line()
        with self._published:
            self._published.wait_for(lambda: self._serial > after or not self.is_reachable, timeout=wait_s)
        self._require_line()
        return self._serial

    def post(self, path: str, body: bytes) -> bytes:
        """Take a delivery in, or answer a question about a natural person."""
        self._require_line()
        self.posts.append(path)
        request = json.loads(body)
        if path == "/v1/check":
            return self._online_check(request)
        kind = _LISTS.get(path)
        if kind is None:
            raise GatewayRefusedError(f"There is no {path}.", status=HTTPStatus.NOT_FOUND)
        with self.delivered:
            answer = self.intake[kind].take(request["outbox"], request[kind])
            self.delivered.notify_all()
        if not self.is_acknowledging:
            raise GatewayUnreachableError("The receipts were lost on the way back.")
        return json.dumps(answer).encode()

    def close(self) -> None:
        """Nothing is held open: several clients share it."""

    def _require_line(self) -> None:
        if not self.is_reachable:
            raise GatewayUnreachableError("The gateway cannot be reached; answers go on from what is held.")


def _receipt(row: Mapping[str, object]) -> str:
    return sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()
