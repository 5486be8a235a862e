"""Slow answers (缓慢应答): what keeps a gateway, or somebody in its place, from holding a sync for ever.

A time limit for each read is no limit: one byte before it is over, and it begins anew. So the waiting of one answer is
counted together. Its head must come within the time limit and within a size. Its body may pause for no longer than the
limit, and only what arrives earns new patience: at less than ``SLOWEST_BYTES_PER_S`` it is used up. Only waiting
counts, not what the reader does between two reads.
"""

import ssl
import time
from collections.abc import Iterable

import httpcore
import httpx

SLOWEST_BYTES_PER_S = 4096
"""About the slowest line that a first sync could be done over at all."""

MAX_HEAD_BYTES = 256 * 1024
"""With what of the body came along in the same read."""

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class PacedStream(httpcore.NetworkStream):
    """A connection that does not wait for ever.

    Args:
        stream: The connection as it is.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._patience_s: float | None = None
        self._head_bytes = 0
        self._is_body = False

    def body_begins(self) -> None:
        """The head of the answer was read."""
        self._patience_s = None
        self._is_body = True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read, as long as there is patience left.

        Raises:
            httpcore.ReadTimeout: There is none.
            httpcore.RemoteProtocolError: The head of the answer has no end.
        """
        if timeout is None:
            return self._stream.read(max_bytes)
        left_s = timeout if self._patience_s is None else self._patience_s
        began = time.monotonic()
        data = self._stream.read(max_bytes, left_s)
        left_s -= time.monotonic() - began
        if self._is_body:
            left_s = min(left_s + len(data) / SLOWEST_BYTES_PER_S, timeout)
        else:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                raise httpcore.RemoteProtocolError("the head of the answer has no end")
        if left_s <= 0:
            raise httpcore.ReadTimeout("the answer comes too slowly")
        self._patience_s = left_s
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write a part of the next request."""
        self._patience_s = None
        self._head_bytes = 0
        self._is_body = False
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        """Let go of the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same over TLS."""
        return PacedStream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> object:
        """What the connection says of itself."""
        return self._stream.get_extra_info(info)


class _PacedBackend(httpcore.NetworkBackend):
    """Opens connections that do not wait for ever."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        return PacedStream(self._backend.connect_tcp(host, port, timeout, local_address, socket_options))


def pace(client: httpx.Client) -> None:
    """Let no connection of ``client``, direct or through a proxy, wait for ever."""
    for way in (client._transport, *client._mounts.values()):
        if isinstance(way, httpx.HTTPTransport):
            # httpx has no way to hand a backend in; httpcore below it has, and keeps it under this name.
            way._pool._network_backend = _PacedBackend(way._pool._network_backend)


def body_begins(answer: httpx.Response) -> None:
    """Say that the head of ``answer`` was read; nothing is done where no connection is behind it."""
    stream = answer.extensions.get("network_stream")
    if isinstance(stream, PacedStream):
        stream.body_begins()
