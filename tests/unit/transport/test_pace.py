"""The waiting of one answer is counted together, whatever comes in between."""

import ssl
from collections.abc import Iterable, Sequence

import httpcore
import httpx
import pytest

from credit_sdk.transport import pace
from credit_sdk.transport.http import HttpTransport
from credit_sdk.transport.pace import MAX_HEAD_BYTES, SLOWEST_BYTES_PER_S, PacedStream


class Clock:
    """Stands still unless it is told to go on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(pace, "time", clock)
    return clock


class Slow(httpcore.NetworkStream):
    """A connection that gives what it was told to, after the seconds it was told to."""

    def __init__(self, clock: Clock, answers: Iterable[tuple[float, bytes]] = ()) -> None:
        self._clock = clock
        self._answers = iter(answers)
        self.waits: list[float | None] = []

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.waits.append(timeout)
        seconds, data = next(self._answers)
        self._clock.now += seconds
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Take it."""

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return self


def read(stream: PacedStream, times: int, clock: Clock, *, work_s: float = 0.0) -> None:
    for _ in range(times):
        stream.read(65536, 10.0)
        clock.now += work_s


def test_a_head_has_the_time_of_one_wait(clock: Clock) -> None:
    slow = Slow(clock, [(4.0, b"H")] * 9)
    stream = PacedStream(slow)
    stream.write(b"GET")
    with pytest.raises(httpcore.ReadTimeout):
        read(stream, 9, clock)
    assert slow.waits == [10.0, 6.0, 2.0]


def test_a_head_without_end_is_no_answer(clock: Clock) -> None:
    stream = PacedStream(Slow(clock, [(0.0, b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)] * 99))
    stream.write(b"GET")
    with pytest.raises(httpcore.RemoteProtocolError, match="no end"):
        read(stream, MAX_HEAD_BYTES // 25_000 + 1, clock)


def test_a_body_that_drips_uses_up_the_patience(clock: Clock) -> None:
    stream = PacedStream(Slow(clock, [(1.0, b"x")] * 99))
    stream.body_begins()
    with pytest.raises(httpcore.ReadTimeout, match="too slowly"):
        read(stream, 11, clock)


def test_a_body_on_the_slowest_line_is_read_to_its_end(clock: Clock) -> None:
    stream = PacedStream(Slow(clock, [(1.0, bytes(SLOWEST_BYTES_PER_S))] * 999))
    stream.body_begins()
    read(stream, 999, clock)


def test_what_came_quickly_earns_no_more_than_one_wait(clock: Clock) -> None:
    answers: Sequence[tuple[float, bytes]] = [(0.0, bytes(65536))] * 50 + [(1.0, b"x")] * 99
    stream = PacedStream(Slow(clock, answers))
    stream.body_begins()
    read(stream, 50, clock)
    with pytest.raises(httpcore.ReadTimeout):
        read(stream, 11, clock)


def test_only_waiting_counts_and_not_what_the_reader_does(clock: Clock) -> None:
    stream = PacedStream(Slow(clock, [(0.0, b"x")] * 99))
    stream.body_begins()
    read(stream, 99, clock, work_s=60.0)


def test_every_request_begins_with_new_patience(clock: Clock) -> None:
    stream = PacedStream(Slow(clock, [(9.0, b"H")] * 20))
    for _ in range(20):
        stream.write(b"GET")
        read(stream, 1, clock)


def test_it_stays_so_over_tls(clock: Clock) -> None:
    tls = PacedStream(Slow(clock)).start_tls(ssl.create_default_context())
    assert isinstance(tls, PacedStream)


@pytest.mark.parametrize("proxy", ["", "http://127.0.0.1:9"])
def test_every_way_of_a_transport_is_paced(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """Direct, and through a proxy of the environment; httpx keeps the place where this is done to itself."""
    monkeypatch.setenv("HTTP_PROXY", proxy)
    with HttpTransport("http://gateway.example") as transport:
        way = transport._client._transport_for_url(httpx.URL("http://gateway.example/"))
        assert isinstance(way, httpx.HTTPTransport)
        assert isinstance(way._pool, httpcore.HTTPProxy if proxy else httpcore.ConnectionPool)
        assert isinstance(way._pool._network_backend, pace._PacedBackend)
