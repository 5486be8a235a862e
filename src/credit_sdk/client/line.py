"""The line to the gateway (线路): opened when first needed, and anew in a forked child."""

import os
from threading import Lock
from typing import TYPE_CHECKING
from weakref import ref

from credit_sdk.client.loading import loading
from credit_sdk.settings import Settings
from credit_sdk.transport import Transport
from credit_sdk.transport.bundle import SeveredTransport
from credit_sdk.transport.folder import FolderTransport

if TYPE_CHECKING:
    from credit_sdk.transport.http import HttpTransport


class Line:
    """The transport of one process.

    Args:
        settings: Where the gateway is.
        given: A transport to use instead; whoever gave it answers for forks.
    """

    def __init__(self, settings: Settings, given: Transport | None = None) -> None:
        self._settings = settings
        self._given = given
        self._opened: Transport | None = None
        self._opening = Lock()
        _forget_after_fork(self)

    @property
    def is_online(self) -> bool:
        """Whether a question would reach a gateway that answers it (联网), and somebody gave a key to ask with."""
        return self._given is not None or (self._settings.is_online and self._settings.api_key is not None)

    @property
    def transport(self) -> Transport:
        """The transport, opened if it was not yet."""
        if self._given is not None:
            return self._given
        with self._opening:
            if self._opened is None:
                with loading():  # OpenSSL, used for the first time
                    self._opened = _opened(self._settings)
            return self._opened

    def prepare(self) -> None:
        """Load what the transport is made of (:mod:`credit_sdk.client.loading`)."""
        if self._given is None and self._settings.is_online:
            _http_transport()

    def close(self) -> None:
        """Let go of connections."""
        if self._given is not None:
            self._given.close()
        elif self._opened is not None:
            self._opened.close()

    def forget(self) -> None:
        """In a child: leave the parent's connections alone."""
        self._opening = Lock()
        # Kept, not dropped: closing it would end the parent's encrypted connections.
        self._inherited = self._opened
        self._opened = None


def _opened(settings: Settings) -> Transport:
    if settings.is_online:
        return _http_transport()(settings.gateway_url, settings.api_key, timeout_s=settings.request_timeout_s)
    return SeveredTransport() if settings.is_isolated else FolderTransport(settings.gateway_url)


def _http_transport() -> "type[HttpTransport]":
    with loading():
        from credit_sdk.transport.http import HttpTransport
    return HttpTransport


def _forget_after_fork(line: Line) -> None:
    weak = ref(line)

    def forget() -> None:
        if (alive := weak()) is not None:
            alive.forget()

    os.register_at_fork(after_in_child=forget)
