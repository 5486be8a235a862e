"""The line between a host and its gateway, over real HTTP, and what somebody on it can do."""

import gzip
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from credit_sdk.testing.memory import MemoryTransport

PREFIX = "/distribution/"
DRIP_S = 0.05
DROPS = 400
"""After so many the answer ends: whoever waited for it was held up for twenty seconds."""

PAGE = b"<!doctype html><title>Sign in to the network</title>"
BOMB_BYTES = 64 * 1024 * 1024

Handler = BaseHTTPRequestHandler
Trick = Callable[[Handler, bytes], None]
"""Answers a request; given what the gateway itself would have sent, empty where it has no such file."""


class Line:
    """A gateway's files, served.

    Args:
        files: By path below ``distribution/``; looked up at each request.

    Attributes:
        tricks: What is done to requests whose path fits a pattern, the first that fits.
        asked: Paths of the requests that came.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.tricks: list[tuple[str, Trick]] = []
        self.asked: list[str] = []
        self.intake = MemoryTransport({}, lambda _: b"")
        line = self

        class Answering(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                path = self.path.removeprefix(PREFIX)
                line.answer(self, path, line.files.get(path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                line.answer(self, self.path, line.intake.post(self.path, body))

            def log_message(self, *_: object) -> None:
                """Keep the test's output clean."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """Whoever was answered has gone: that is what most of these tests are about."""

        self._server = Server(("127.0.0.1", 0), Answering)
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, handler: Handler, path: str, data: bytes | None) -> None:
        """Answer one request; ``data`` is what the gateway answers, None where it has nothing."""
        self.asked.append(path)
        for pattern, trick in self.tricks:
            if fnmatch(path, pattern):
                handler.close_connection = True
                with suppress(OSError):
                    trick(handler, data or b"")
                return
        if data is None:
            send(handler, b"{}", 404)
        else:
            send(handler, data)

    def close(self) -> None:
        """Stop; nobody is answered any more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def send(handler: Handler, data: bytes, status: int = 200, /, **headers: str) -> None:
    """An answer."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    if handler.close_connection:
        handler.send_header("Connection", "close")
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def status(code: int, **headers: str) -> Trick:
    """Nothing but a status."""
    return lambda handler, _: send(handler, b"", code, **headers)


def instead(change: Callable[[bytes], bytes], **headers: str) -> Trick:
    """Other bytes."""
    return lambda handler, data: send(handler, change(data), **headers)


def flipped(data: bytes) -> bytes:
    """One bit in the middle is another one."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def page(handler: Handler, _: bytes) -> None:
    """The page of a portal on the way."""
    send(handler, PAGE, Content_Type="text/html; charset=utf-8")


def packed_bomb(handler: Handler, _: bytes) -> None:
    """Little that unpacks to much."""
    send(handler, gzip.compress(bytes(BOMB_BYTES)), Content_Encoding="gzip")


def nested(handler: Handler, _: bytes) -> None:
    """JSON that is deeper than a stack."""
    send(handler, b"[" * 10_000, Content_Type="application/json")


def cut(handler: Handler, data: bytes) -> None:
    """More is announced than comes."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(data) + 10))
    handler.end_headers()
    handler.wfile.write(data)


def endless(handler: Handler, _: bytes) -> None:
    """An answer without end."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(bytes(64 * 1024))


def endless_head(handler: Handler, _: bytes) -> None:
    """Only ever the announcement that an answer will come."""
    while True:
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)


def dripping(handler: Handler, data: bytes) -> None:
    """A byte now and then: never long enough without one for a time limit to be over."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    _drip(handler, data)


def dripping_head(handler: Handler, data: bytes) -> None:
    """The same in the head of the answer."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Patience: ")
    _drip(handler, b"x" * DROPS)
    handler.wfile.write(b"\r\nContent-Length: %d\r\n\r\n%s" % (len(data), data))


def _drip(handler: Handler, data: bytes) -> None:
    waiting = Event()
    drops, rest = data[:DROPS], data[DROPS:]
    for index in range(len(drops)):
        handler.wfile.write(drops[index : index + 1])
        waiting.wait(DRIP_S)
    handler.wfile.write(rest)


def twice_signed(data: bytes) -> bytes:
    """Metadata whose one signature is given twice."""
    metadata = json.loads(data)
    metadata["signatures"] = metadata["signatures"][:1] * 2
    return json.dumps(metadata).encode()
