"""To the gateway over HTTP (联网传输), through httpx.

Redirects are not followed: a gateway does not move by itself, and the API key must not go elsewhere. A web
page where a file was expected is the work of a portal or proxy on the way and counts as no answer.
"""

import json
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import httpx
from pydantic import SecretStr

from credit_sdk.errors import GatewayRefusedError, GatewayUnreachableError, IntegrityError, SettingsError
from credit_sdk.transport.pace import body_begins, pace
from credit_sdk.transport.protocol import MAX_ANSWER_BYTES, MAX_PULSE_BYTES, MAX_WAIT_S

DEFAULT_TIMEOUT_S = 10.0

_WAITED_SHARE = 0.5
"""Of the time a pulse may take; an answer without news that comes earlier was not waited for."""

_CHUNK_BYTES = 64 * 1024
_LARGEST_DETAIL_BYTES = 64 * 1024
_SHOWN_CHARACTERS = 200


class HttpTransport:
    """A gateway by its address.

    Args:
        url: Address of the gateway, without ``/distribution``.
        api_key: Sent as bearer token with every request; never part of a message or log line.
        timeout_s: Longest wait for a connection, for the head of an answer, and within its body.
        transport: Another end of the line, for tests and in-process gateways.
    """

    def __init__(
        self,
        url: str,
        api_key: SecretStr | str | None = None,
        *,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
            raise SettingsError(
                "The gateway's address is not of the form https://host[:port], so nothing can be asked.",
                hint="Give the address without a name, password or key in it.",
            )
        self.url = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
        self._timeout_s = timeout_s
        key = api_key.get_secret_value() if isinstance(api_key, SecretStr) else api_key
        headers = {"User-Agent": "credit-sdk", "Accept-Encoding": "identity"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        # Without TLS the certificate authorities, over a megabyte, are never looked at; an empty list fails closed.
        authorities = True if url.startswith("https://") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._client = httpx.Client(
            headers=headers,
            timeout=timeout_s,
            follow_redirects=False,
            transport=transport,
            trust_env=transport is None,
            verify=authorities,
        )
        pace(self._client)

    def fetch(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> bytes:
        """A file of the distribution, whole; see :class:`~credit_sdk.transport.Transport`."""
        return b"".join(self.fetch_stream(path, max_bytes=max_bytes, timeout_s=timeout_s))

    def fetch_stream(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> Iterator[bytes]:
        """A file of the distribution in pieces."""
        with self._answer("GET", f"/distribution/{path}", timeout_s=timeout_s) as answer:
            yield from self._bounded(answer, max_bytes)

    def pulse(self, after: int, wait_s: int) -> int | None:
        """Serial of the newest publication, as a hint; None if nothing can be waited for.

        That is so where there is no pulse (a static server, say), and where an answer without news comes long before
        the wait is over: from a gateway that has no room to let anybody wait (it adds ``Retry-After``) or is stopping,
        or from a copy of an answer on the way. Whoever asked again at once would ask without end.
        """
        wait_s = max(0, min(wait_s, MAX_WAIT_S))
        address = f"/distribution/pulse?after={after}&wait_s={wait_s}"
        began = time.monotonic()
        try:
            with self._answer("GET", address, timeout_s=wait_s + self._timeout_s) as answer:
                body = self._short(answer, MAX_PULSE_BYTES)
        except GatewayRefusedError as refused:
            if refused.status == httpx.codes.NOT_FOUND:
                return None
            raise
        try:
            serial = json.loads(body)["serial"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        if type(serial) is not int or serial < 0:
            return None
        return serial if serial > after or time.monotonic() - began >= wait_s * _WAITED_SHARE else None

    def post(self, path: str, body: bytes) -> bytes:
        """Hand JSON in and return the answer's body."""
        with self._answer("POST", path, body=body) as answer:
            return self._short(answer, MAX_ANSWER_BYTES)

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _answer(
        self, method: str, path: str, *, body: bytes | None = None, timeout_s: float | None = None
    ) -> Iterator[httpx.Response]:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        timeout = self._timeout_s if timeout_s is None else timeout_s
        missed = f"did not answer within {timeout:g} s"
        try:
            with self._client.stream(method, self.url + path, content=body, headers=headers, timeout=timeout) as answer:
                missed = f"answers too slowly for {path.partition('?')[0]}"
                body_begins(answer)
                self._require_success(answer, path)
                yield answer
        except httpx.TimeoutException as error:
            raise self._unreachable(missed) from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise self._unreachable(f"cannot be reached ({type(error).__name__})") from error
        finally:
            # A gateway sets none; something on the way must not make every later request carry what it set.
            self._client.cookies.clear()

    def _require_success(self, answer: httpx.Response, path: str) -> None:
        shown = path.partition("?")[0]
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if answer.is_success:
            if is_page:
                raise self._unreachable(f"sent a web page for {shown}")
            if answer.headers.get("Content-Encoding", "identity") != "identity":
                # Sizes are bounded as transferred; something on the way that packs may also be made to unpack too much.
                raise self._unreachable(f"sent {shown} packed, which was not asked for")
            return
        status = answer.status_code
        if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
            raise GatewayRefusedError(
                f"The gateway at {self.url} refused {shown} ({status}): {self._detail(answer)}.",
                hint="Ask the gateway's operator for a key with this scope (`credit-gateway clients add`).",
                status=status,
            )
        if status == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
            raise self._unreachable(f"answered {status} for {shown}")
        if answer.is_redirect:
            raise GatewayRefusedError(
                f"The gateway at {self.url} sends elsewhere for {shown} ({status}), which is not followed.",
                hint="Set the gateway's address to the one it really has.",
                status=status,
            )
        raise GatewayRefusedError(
            f"The gateway at {self.url} answered {status} for {shown}: {self._detail(answer)}.",
            hint="Check the gateway's address and that it has published.",
            status=status,
        )

    def _bounded(self, answer: httpx.Response, max_bytes: int) -> Iterator[bytes]:
        received = 0
        for chunk in answer.iter_bytes(_CHUNK_BYTES):
            received += len(chunk)
            if received > max_bytes:
                raise IntegrityError(
                    f"The gateway at {self.url} sent more than the {max_bytes} bytes that {answer.url.path} may have.",
                    hint="Nothing was taken over. If it stays, something on the way answers in the gateway's place.",
                )
            yield chunk

    def _short(self, answer: httpx.Response, max_bytes: int) -> bytes:
        """An answer that is no file; too long, it is not the gateway's."""
        try:
            return b"".join(self._bounded(answer, max_bytes))
        except IntegrityError as error:
            raise self._unreachable(f"answers {answer.url.path} at greater length than a gateway does") from error

    def _detail(self, answer: httpx.Response) -> str:
        """What the gateway's problem document says, as one short line."""
        body = b""
        for chunk in answer.iter_bytes(_CHUNK_BYTES):
            body += chunk
            if len(body) > _LARGEST_DETAIL_BYTES:
                return "no reason given"
        try:
            problem = json.loads(body)
            text = problem.get("detail") or problem.get("title") or ""
        except (ValueError, AttributeError, RecursionError):
            text = ""
        line = "".join(character if character.isprintable() else " " for character in str(text))
        return line.strip().rstrip(".")[:_SHOWN_CHARACTERS] or "no reason given"

    def _unreachable(self, what: str) -> GatewayUnreachableError:
        return GatewayUnreachableError(
            f"The gateway at {self.url} {what}; answers go on from what is held.",
            hint="Check the network, the proxy and the gateway's address; it is tried again by itself.",
        )
