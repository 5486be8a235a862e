"""What the rooms above need of a way to the gateway (传输): fetch files, hear of news, hand something in.

A transport carries bytes and vouches for none of them. It bounds what it reads and says clearly when nothing comes.
"""

from collections.abc import Iterator
from typing import Protocol

MAX_WAIT_S = 25
"""Longest a gateway holds a pulse back."""

MAX_PULSE_BYTES = 1024
MAX_ANSWER_BYTES = 16 * 1024 * 1024


class Transport(Protocol):
    """A way to one gateway."""

    def fetch(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> bytes:
        """A file of the distribution, whole.

        Args:
            path: Below ``distribution/``.
            max_bytes: More is refused.
            timeout_s: Longest wait for the next bytes; None: as set up.

        Raises:
            GatewayUnreachableError: Nothing came, or something that is no answer of a gateway.
            GatewayRefusedError: The gateway answered no; ``status`` 404 if there is no such file.
            IntegrityError: The file is larger than it may be.
        """
        ...

    def fetch_stream(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> Iterator[bytes]:
        """The same in pieces, for files too large to hold; errors may come between pieces."""
        ...

    def pulse(self, after: int, wait_s: int) -> int | None:
        """Serial of the newest publication, as soon as it is above ``after`` or ``wait_s`` seconds are over.

        Only a hint when to look, never believed for anything else; None if nothing can be waited for, here or now: look
        again at the pace of the publication.

        Raises:
            TransportError: As for :meth:`fetch`.
        """
        ...

    def post(self, path: str, body: bytes) -> bytes:
        """Hand JSON in and return the answer's body.

        Args:
            path: From the root of the gateway, for example ``/v1/outcomes``.
            body: The JSON document.

        Raises:
            TransportError: As for :meth:`fetch`; the request may have been carried out even so.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
