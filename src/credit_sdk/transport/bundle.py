"""To the gateway through one file that somebody carries (数据包): the files of a distribution, and receipts.

A bundle is a ZIP file whose members are stored as they are. It vouches for nothing: what is in it is believed by its
signatures and hashes, as if it had come over the network. What is read of it is bounded before memory is spent.
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Annotated, BinaryIO, NoReturn, Self

import msgspec
from msgspec import Meta, Struct

from credit_sdk.errors import GatewayRefusedError, GatewayUnreachableError, IntegrityError
from credit_sdk.transport import postbox
from credit_sdk.transport.postbox import MAX_POSTBOX_BYTES, Postbox

BUNDLE_FORMAT = "credit-bundle/1"
MAX_MEMBERS = 300_000
"""Four times the objects of a map of ten million subjects."""
MAX_DIRECTORY_BYTES = 64 * 1024 * 1024

_MANIFEST = "bundle.json"
_MAX_MANIFEST_BYTES = 16 * 1024
_MEMBER = re.compile(
    r"bundle\.json"
    r"|metadata/(?:[1-9][0-9]{0,18}\.(?:root|snapshot|targets|catalogue)|timestamp)\.json"
    r"|targets/[0-9a-f]{64}\.(?:publication|catalogue)\.json"
    r"|objects/[0-9a-f]{2}/[0-9a-f]{64}"
    r"|receipts/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json"
)
_CHUNK_BYTES = 64 * 1024
_NOT_FOUND = 404
_AGAIN = "Nothing was taken over from it. Have the file made and copied anew."
_UNREADABLE = (
    zipfile.BadZipFile, EOFError, NotImplementedError, OverflowError, RuntimeError, ValueError, struct.error
)  # fmt: skip
"""What the standard library raises for files that are no ZIP, or none of the kind that is written here."""

_END = struct.Struct("<4s4H2LH")
_END_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """What a bundle says about itself (数据包说明), for people; believed for nothing.

    Attributes:
        courier: Outbox id of the connected installation that made it.
    """

    origin: str
    serial: int
    courier: str
    made_at: Annotated[datetime, Meta(tz=True)]
    format: str = BUNDLE_FORMAT


class BundleWriter:
    """Fills a bundle.

    Args:
        file: An empty file, open for writing.
        manifest: What it says about itself.
    """

    def __init__(self, file: BinaryIO, manifest: Manifest) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)
        self._put(_MANIFEST, msgspec.json.encode(manifest))

    def put_file(self, path: str, data: bytes) -> None:
        """A file of the distribution, by its path below ``distribution/``."""
        self._put(path, data)

    def put_receipts(self, carried: Postbox) -> None:
        """The gateway's answers for one outbox."""
        self._put(f"receipts/{carried.outbox}.json", carried.to_bytes())

    def close(self) -> None:
        """Write the directory of the file."""
        self._zip.close()

    def _put(self, name: str, data: bytes) -> None:
        if not _MEMBER.fullmatch(name):
            raise IntegrityError(f"{name!r} is no file of a bundle.")
        self._zip.writestr(zipfile.ZipInfo(name), data)


class BundleTransport:
    """A bundle, as the way to the gateway that made it.

    Args:
        path: The file.

    Raises:
        GatewayUnreachableError: It cannot be read.
        IntegrityError: It is no bundle, or was cut off or damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._postboxes: dict[str, Postbox] = {}
        try:
            file = path.open("rb")
        except OSError as error:
            raise self._out_of_reach(error) from error
        try:
            with self._reading():
                _require_bounded(file)
                self._zip = zipfile.ZipFile(file)
                self._members = _members(self._zip)
            self.manifest = self._manifest()
        except BaseException:
            file.close()
            raise
        self._file = file

    @property
    def url(self) -> str:
        """What messages call it."""
        return str(self.path)

    def fetch(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> bytes:
        """A file of the distribution, whole; see :class:`~credit_sdk.transport.Transport`."""
        return b"".join(self.fetch_stream(path, max_bytes=max_bytes, timeout_s=timeout_s))

    def fetch_stream(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> Iterator[bytes]:
        """A file of the distribution in pieces."""
        del timeout_s  # a file answers at once or not at all
        member = self._members.get(path)
        if member is None:
            raise GatewayRefusedError(f"There is no {path} in {self.path}.", hint=_AGAIN, status=_NOT_FOUND)
        if member.file_size > max_bytes:
            raise IntegrityError(f"{path} in {self.path} has more than the {max_bytes} bytes it may have.", hint=_AGAIN)
        with self._reading(), self._zip.open(member) as content:
            while chunk := content.read(_CHUNK_BYTES):
                yield chunk

    def pulse(self, after: int, wait_s: int) -> int:
        """The serial the bundle says it has: what another import under way at this moment should come to."""
        del after, wait_s
        return self.manifest.serial

    def post(self, path: str, body: bytes) -> bytes:
        """The gateway's receipts for rows that were carried to it before; see :mod:`credit_sdk.transport.postbox`."""
        return postbox.answer(self.receipts_for(postbox.outbox_of(body)), path, body)

    def receipts_for(self, outbox: str) -> Postbox | None:
        """The gateway's answers it carries for an outbox, None if there are none.

        Raises:
            IntegrityError: They cannot be read.
        """
        name = f"receipts/{outbox}.json"
        if outbox not in self._postboxes and name in self._members:
            self._postboxes[outbox] = Postbox.from_bytes(self.fetch(name, max_bytes=MAX_POSTBOX_BYTES))
        return self._postboxes.get(outbox)

    def close(self) -> None:
        """Close the file."""
        self._zip.close()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _manifest(self) -> Manifest:
        try:
            found = msgspec.json.decode(self.fetch(_MANIFEST, max_bytes=_MAX_MANIFEST_BYTES), type=Manifest)
        except GatewayRefusedError as error:
            raise IntegrityError(f"{self.path} is no bundle.", hint=_AGAIN) from error
        except (msgspec.MsgspecError, ValueError) as error:
            raise IntegrityError(f"{self.path} does not say what it is ({error}).", hint=_AGAIN) from error
        if found.format != BUNDLE_FORMAT:
            raise IntegrityError(
                f"{self.path} is of the format {found.format[:40]!r}, which this version does not know.",
                hint="Use the same version of this library on both sides.",
            )
        return found

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._out_of_reach(error) from error
        except _UNREADABLE as error:
            detail = str(error).rstrip(".") or type(error).__name__
            raise IntegrityError(f"{self.path} is cut off, damaged, or no bundle ({detail}).", hint=_AGAIN) from error

    def _out_of_reach(self, error: OSError) -> GatewayUnreachableError:
        return GatewayUnreachableError(
            f"{self.path} cannot be read ({error.strerror}); answers go on from what is held.",
            hint="Check the medium, the name of the file, and that this account may read it.",
        )


class SeveredTransport:
    """No way to a gateway at all (离线): what an installation behind an air gap has between two bundles."""

    url = "none"

    def fetch(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> NoReturn:
        """Nothing comes."""
        del path, max_bytes, timeout_s
        raise _severed()

    def fetch_stream(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> NoReturn:
        """Nothing comes."""
        self.fetch(path, max_bytes=max_bytes, timeout_s=timeout_s)

    def pulse(self, after: int, wait_s: int) -> None:
        """None: nobody tells."""
        del after, wait_s

    def post(self, path: str, body: bytes) -> NoReturn:
        """Nothing goes."""
        del path, body
        raise _severed()

    def close(self) -> None:
        """Nothing is held open."""


def _severed() -> GatewayUnreachableError:
    return GatewayUnreachableError(
        "this installation has no line to a gateway; answers go on from what was last imported.",
        hint="Bring it up to date with `credit bundle import`, and carry its records out with `credit bundle export`.",
    )


def _require_bounded(file: BinaryIO) -> None:
    """Refuse a ZIP file whose directory would not fit into memory, before it is read."""
    tail_bytes = _END_64.size + _END_LOCATOR.size + _END.size
    size = file.seek(0, 2)
    file.seek(max(0, size - tail_bytes))
    tail = file.read(tail_bytes)
    if len(tail) < _END.size:
        raise zipfile.BadZipFile("it is too short")
    mark, _, _, _, members, directory_bytes, _, comment = _END.unpack(tail[-_END.size :])
    if mark != b"PK\x05\x06" or comment:
        raise zipfile.BadZipFile("its end is missing")
    if len(tail) == tail_bytes:
        mark, _, begins, _ = _END_LOCATOR.unpack(tail[_END_64.size : -_END.size])
        if mark == b"PK\x06\x07":
            end = _END_64.unpack(tail[: _END_64.size])
            if end[0] != b"PK\x06\x06" or begins != size - tail_bytes:
                raise zipfile.BadZipFile("its end is not as it should be")
            members, directory_bytes = end[7], end[8]
    if members > MAX_MEMBERS or directory_bytes > min(MAX_DIRECTORY_BYTES, size):
        raise zipfile.BadZipFile(f"it announces {members} files, more than any bundle can have")
    file.seek(0)


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        if not _MEMBER.fullmatch(member.filename) or member.filename in members:
            raise zipfile.BadZipFile(f"{member.filename[:80]!r} does not belong into it")
        if member.compress_type != zipfile.ZIP_STORED or member.compress_size != member.file_size:
            raise zipfile.BadZipFile(f"{member.filename[:80]!r} is packed, which nothing in a bundle is")
        members[member.filename] = member
    return members
