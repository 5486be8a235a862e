"""Rows that were read and checked, waiting for the transaction that takes them in (暂存).

They wait in a nameless file that disappears with the process: a file of any size needs little memory, and an import
that is cut off leaves nothing. Numbers of natural persons are in it no more than in the registry.
"""

import struct
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Self

import msgspec

from gateway.intake.remarks import Remark

_LENGTH = struct.Struct(">I")


class StagedRow(msgspec.Struct, frozen=True, array_like=True):
    """One row of the file, read.

    Attributes:
        number: Row in the file.
        cells: As written, personal numbers masked.
        reasons: Code and text of each reason to set it aside; none, and it is a draft.
        document_no: Number of its document.
        content_sha256: Digest of what the draft says.
        subject_key: Its subject's key in the registry.
        entry_id: The id the draft would have.
        subject: Its subject, ready to be inserted.
        entry: The draft, ready to be inserted but for what the transaction decides.
    """

    number: int
    cells: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...] = ()
    document_no: str = ""
    content_sha256: str = ""
    subject_key: bytes = b""
    entry_id: str = ""
    # Bound values; the decoder tells text from bytes by itself, but not when asked for either.
    subject: tuple[Any, ...] = ()
    entry: tuple[Any, ...] = ()

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Why it is set aside."""
        return tuple(Remark(code, text) for code, text in self.reasons)


class Staging:
    """The staged rows of one import, in chunks.

    Args:
        file: Where they wait.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(list[StagedRow])

    @classmethod
    @contextmanager
    def inside(cls, folder: Path) -> Iterator[Self]:
        """Make the nameless file on the disk of a folder; gone when the block ends."""
        with tempfile.TemporaryFile(dir=folder) as file:
            yield cls(file)

    def add(self, rows: Sequence[StagedRow]) -> None:
        """Keep the rows of one chunk."""
        data = self._encoder.encode(rows)
        self._file.write(_LENGTH.pack(len(data)))
        self._file.write(data)

    def chunks(self) -> Iterator[list[StagedRow]]:
        """What was kept, chunk by chunk, from the start."""
        self._file.seek(0)
        while length := self._file.read(_LENGTH.size):
            yield self._decoder.decode(self._file.read(*_LENGTH.unpack(length)))
