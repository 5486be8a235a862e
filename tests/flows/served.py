"""A fake gateway behind real HTTP on a free port: what the commands and another process talk to."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qs

from credit_sdk.errors import GatewayRefusedError, GatewayUnreachableError, IntegrityError
from credit_sdk.testing import FakeGateway
from credit_sdk.testing.gateway import API_KEY


class Door(BaseHTTPRequestHandler):
    """Serves one fake gateway."""

    gateway: ClassVar[FakeGateway]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, _, query = self.path.removeprefix("/distribution/").partition("?")
        try:
            if path == "pulse":
                asked = parse_qs(query)
                serial = self.gateway.transport.pulse(int(asked["after"][0]), int(asked["wait_s"][0]))
                self._answer(200, json.dumps({"serial": serial}).encode())
                return
            self._answer(200, self.gateway.transport.fetch(path, max_bytes=2**30))
        except GatewayRefusedError as refused:
            self._answer(refused.status, b"{}")
        except (GatewayUnreachableError, ConnectionError):  # there, whoever asked was killed meanwhile
            self.close_connection = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Authorization"] != f"Bearer {API_KEY}":
            self._answer(401, json.dumps({"detail": "the key is not known here"}).encode())
            return
        try:
            self._answer(200, self.gateway.transport.post(self.path, body))
        except (GatewayUnreachableError, ConnectionError):
            self.close_connection = True
        except IntegrityError:
            self._answer(400, b"{}")
        except GatewayRefusedError as refused:
            self._answer(refused.status, json.dumps({"detail": str(refused)}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class House(ThreadingHTTPServer):
    """Where the door is; whoever hangs up in the middle is no failure of the test."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # whatever it was called with


@contextmanager
def served(gateway: FakeGateway) -> Iterator[str]:
    """The address of ``gateway`` while the block runs."""
    handler = type("OwnDoor", (Door,), {"gateway": gateway})
    with House(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
