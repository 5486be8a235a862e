"""The way over HTTP: bounded, clear about what came instead of an answer, and silent about the key."""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from pydantic import SecretStr

from credit_sdk.errors import (
    CreditError,
    GatewayRefusedError,
    GatewayUnreachableError,
    IntegrityError,
    SettingsError,
    TransportError,
)
from credit_sdk.transport import Transport
from credit_sdk.transport.http import HttpTransport
from credit_sdk.transport.protocol import MAX_ANSWER_BYTES, MAX_PULSE_BYTES

KEY = "secret-key-that-nobody-may-see"
Answer = Callable[[httpx.Request], httpx.Response]


def through(answer: Answer) -> HttpTransport:
    return HttpTransport("https://gateway.example/credit/", SecretStr(KEY), transport=httpx.MockTransport(answer))


def answering(status: int, body: bytes = b"", **headers: str) -> HttpTransport:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return through(lambda _: httpx.Response(status, content=body, headers=named))


def test_asks_below_the_gateways_address_with_the_key() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"data")

    transport: Transport = through(answer)
    assert transport.fetch("metadata/timestamp.json", max_bytes=10) == b"data"
    assert transport.post("/v1/outcomes", b"{}") == b"data"
    assert [str(request.url) for request in seen] == [
        "https://gateway.example/credit/distribution/metadata/timestamp.json",
        "https://gateway.example/credit/v1/outcomes",
    ]
    assert {request.headers["Authorization"] for request in seen} == {f"Bearer {KEY}"}
    assert (seen[1].method, seen[1].headers["Content-Type"], seen[1].content) == ("POST", "application/json", b"{}")


def test_takes_no_more_than_was_asked_for() -> None:
    assert answering(200, b"x" * 10).fetch("file", max_bytes=10) == b"x" * 10
    with pytest.raises(IntegrityError, match="more than the 9 bytes"):
        answering(200, b"x" * 10).fetch("file", max_bytes=9)


def test_an_answer_that_is_no_file_and_too_long_is_not_the_gateways() -> None:
    with pytest.raises(GatewayUnreachableError, match="at greater length than a gateway does"):
        answering(200, bytes(MAX_ANSWER_BYTES + 1)).post("/v1/outcomes", b"{}")
    with pytest.raises(GatewayUnreachableError, match="at greater length"):
        answering(200, bytes(MAX_PULSE_BYTES + 1)).pulse(3, 0)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_comes_with_the_gateways_reason_and_a_remedy(status: int) -> None:
    problem = json.dumps({"title": "No", "detail": "The key was revoked\n."}).encode()
    with pytest.raises(GatewayRefusedError, match="The key was revoked") as refused:
        answering(status, problem).fetch("file", max_bytes=10)
    assert refused.value.status == status
    assert "clients add" in refused.value.hint
    assert "\n" not in refused.value.line


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, GatewayRefusedError),
        (400, GatewayRefusedError),
        (404, GatewayRefusedError),
        (409, GatewayRefusedError),
        (429, GatewayUnreachableError),
        (500, GatewayUnreachableError),
        (502, GatewayUnreachableError),
        (503, GatewayUnreachableError),
    ],
)
def test_each_status_is_an_error_of_one_kind(status: int, kind: type[TransportError]) -> None:
    with pytest.raises(kind, match=str(status)):
        answering(status, b"<html>oops", location="https://elsewhere.example/").post("/v1/outcomes", b"{}")


def test_a_refusal_that_is_a_nest_of_brackets_gives_no_reason() -> None:
    with pytest.raises(GatewayRefusedError, match="no reason given"):
        answering(400, b"[" * 50_000).fetch("file", max_bytes=10)


def test_nothing_that_was_answered_before_is_part_of_a_later_request() -> None:
    """A cookie of a portal would be carried for ever; an ETag would let a truncated file be confirmed by a 304."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, headers={"Set-Cookie": f"portal={len(seen)}", "ETag": '"truncated"', "Age": "9"})

    transport = through(answer)
    for _ in range(2):
        transport.fetch("metadata/timestamp.json", max_bytes=10)
    assert seen[0].headers == seen[1].headers


def test_a_web_page_is_no_answer() -> None:
    with pytest.raises(GatewayUnreachableError, match="sent a web page"):
        answering(200, b"<html>", content_type="text/html; charset=utf-8").fetch("metadata/2.root.json", max_bytes=99)


def test_a_packed_answer_is_not_unpacked() -> None:
    with pytest.raises(GatewayUnreachableError, match="packed"):
        answering(200, gzip.compress(bytes(99)), content_encoding="gzip").fetch("file", max_bytes=999)


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("refused"), httpx.ReadError("reset"), httpx.RemoteProtocolError("nonsense")]
)
def test_a_broken_line_names_the_gateway(error: httpx.TransportError) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(GatewayUnreachableError, match=r"https://gateway\.example/credit cannot be reached"):
        through(fail).fetch("file", max_bytes=10)


def test_no_answer_in_time() -> None:
    def wait(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("too long")

    with pytest.raises(GatewayUnreachableError, match="did not answer within 3 s"):
        through(wait).fetch("file", max_bytes=10, timeout_s=3)


@pytest.mark.parametrize(
    ("status", "body", "serial"),
    [
        (200, b'{"serial": 7}', 7),
        (404, b"", None),
        (200, b"nonsense", None),
        (200, b"[]", None),
        (200, b'{"serial": "7"}', None),
        (200, b'{"serial": true}', None),
        (200, b'{"serial": -1}', None),
        (200, b"[" * 1020, None),
    ],
)
def test_a_pulse_is_a_hint_and_nothing_more(status: int, body: bytes, serial: int | None) -> None:
    assert answering(status, body).pulse(3, 0) == serial


def test_a_pulse_waits_no_longer_than_a_gateway_holds_it() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, content=b'{"serial": 3}')

    through(answer).pulse(3, 999)
    assert seen == ["https://gateway.example/credit/distribution/pulse?after=3&wait_s=25"]


def test_an_answer_without_news_that_was_not_waited_for_is_no_pulse() -> None:
    """A gateway without room for another waiting host answers at once; asking again at once would crowd it more."""

    def crowded(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b'{"serial": 3}', headers={"Retry-After": "1"})

    assert through(crowded).pulse(3, 10) is None
    assert through(crowded).pulse(2, 10) == 3


def test_an_answer_without_news_after_the_wait_is_one() -> None:
    def waited(_: httpx.Request) -> httpx.Response:
        time.sleep(0.6)
        return httpx.Response(200, content=b'{"serial": 3}')

    assert through(waited).pulse(3, 1) == 3


@pytest.mark.parametrize(
    "url", ["", "gateway.example", "ftp://gateway.example", "https://", f"https://user:{KEY}@gateway.example"]
)
def test_refuses_an_address_that_is_none(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        HttpTransport(url)
    assert KEY not in refused.value.line


def test_the_key_is_in_no_message() -> None:
    for status in (302, 401, 403, 404, 500):
        with pytest.raises(CreditError) as refused:
            answering(status).fetch("file", max_bytes=10)
        assert KEY not in refused.value.line
    assert KEY not in repr(answering(200)) + str(vars(answering(200)))


class _Gateway(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        # More is announced than sent: the line breaks in the middle.
        self.send_header("Content-Length", "10" if "whole" in self.path else "1000")
        self.end_headers()
        self.wfile.write(b"0123456789")

    def log_message(self, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def gateway() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gateway)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_over_a_real_line(gateway: str) -> None:
    with HttpTransport(gateway) as transport:
        assert transport.fetch("whole", max_bytes=10) == b"0123456789"
        with pytest.raises(GatewayUnreachableError):
            transport.fetch("cut", max_bytes=1000)
    with HttpTransport("http://127.0.0.1:9", timeout_s=2) as nobody, pytest.raises(GatewayUnreachableError):
        nobody.fetch("file", max_bytes=10)
