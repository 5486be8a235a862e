"""To the gateway through a folder (文件夹传输): the same files, from a share or a medium that is mounted.

A folder takes nothing in: what is to reach the gateway leaves as an outbox file (:mod:`credit_sdk.outbox.carried`) and
stays due until a bundle brings the receipts.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NoReturn

from credit_sdk.errors import GatewayRefusedError, GatewayUnreachableError, IntegrityError

_CHUNK_BYTES = 64 * 1024
_NOT_FOUND = 404


class FolderTransport:
    """A folder that holds the files of a distribution, or a folder ``distribution`` with them.

    Args:
        folder: Where the files were put.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    @property
    def url(self) -> str:
        """What messages call it."""
        return str(self.folder)

    def fetch(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> bytes:
        """A file of the distribution, whole; see :class:`~credit_sdk.transport.Transport`."""
        return b"".join(self.fetch_stream(path, max_bytes=max_bytes, timeout_s=timeout_s))

    def fetch_stream(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> Iterator[bytes]:
        """A file of the distribution in pieces."""
        del timeout_s  # a folder answers at once or not at all
        received = 0
        try:
            with self._file(path).open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    received += len(chunk)
                    if received > max_bytes:
                        raise IntegrityError(
                            f"{path} in {self.folder} has more than the {max_bytes} bytes it may have.",
                            hint="Copy the distribution files anew.",
                        )
                    yield chunk
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            self._require_folder()
            raise GatewayRefusedError(
                f"There is no {path} in {self.folder}.", hint="Copy all distribution files anew.", status=_NOT_FOUND
            ) from error
        except OSError as error:
            raise self._unreadable(error) from error

    def pulse(self, after: int, wait_s: int) -> int | None:
        """None: nobody tells when a folder is exchanged; look at the pace the publication states."""
        del after, wait_s
        return None

    def post(self, path: str, body: bytes) -> NoReturn:
        """Refuse: nobody is behind a folder.

        Raises:
            GatewayUnreachableError: Always.
        """
        del path, body
        raise GatewayUnreachableError(
            f"there is no gateway behind the folder {self.folder}, so nothing is delivered; what waits stays due.",
            hint="Carry it out with `credit bundle export`, and import the bundle that brings the receipts.",
        )

    def close(self) -> None:
        """Nothing is held open."""

    def _file(self, path: str) -> Path:
        parts = PurePosixPath(path).parts
        if not parts or ".." in parts or path.startswith("/"):
            raise IntegrityError(f"{path!r} is no path of a distribution file.")
        inner = self.folder / "distribution"
        return (inner if inner.is_dir() else self.folder).joinpath(*parts)

    def _require_folder(self) -> None:
        if not self.folder.is_dir():
            raise GatewayUnreachableError(
                f"There is no folder {self.folder}; answers go on from what is held.",
                hint="Mount the medium, or set the gateway's address to where the distribution files are.",
            )

    def _unreadable(self, error: OSError) -> GatewayUnreachableError:
        return GatewayUnreachableError(
            f"The folder {self.folder} cannot be used ({error.strerror}); answers go on from what is held.",
            hint="Check the medium and that the account that runs this may read it.",
        )
