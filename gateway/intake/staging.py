"""Rows that were read and checked, waiting for the transaction that takes them in (暂存).

They wait in a nameless file that disappears with the process: a file of any size needs little memory, and an import
that is cut off leaves nothing. Numbers of natural persons are in it no more than in the registry.

They come back by the beginning of their subjects' keys: rows that lie together in the indexes of the registry are
compared and inserted together, so that each page of an index is read and written once and not for every row anew. All
rows of one subject come in the order of the file.
"""

import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import IO, Any, Self

import msgspec

from gateway.intake.remarks import Remark

_LENGTH = struct.Struct(">I")
_ARRAY = struct.Struct(">BH")
_ARRAY_16 = 0xDC
"""How MessagePack begins an array of up to 65,535 items, whose number follows."""
_SHARES = 64
"""Into how many parts the keys are divided; a power of two up to 256."""
_ROWS_KEPT_BACK = 128
"""Rows of one part that are written together."""
ROWS_AT_A_TIME = 1_000

_PACKER = msgspec.msgpack.Encoder()
_CELLS = msgspec.msgpack.Decoder(tuple[str, ...])


def packed(cells: tuple[str, ...]) -> msgspec.Raw:
    """Cells as a staged row keeps them."""
    return msgspec.Raw(_PACKER.encode(cells))


class StagedRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One row of the file, read.

    Attributes:
        number: Row in the file.
        cells: As written, personal numbers masked; packed, because only a row that is set aside is asked for them.
        reasons: Code and text of each reason to set it aside; none, and it is a draft.
        identity: What tells it from the subject's others: the number of its document.
        content_sha256: Digest of what the draft says.
        subject_key: Its subject's key in the registry.
        record_id: The id the draft would have.
        authority: Who determined, as far as the row says.
        determined_on: The day of it.
        doubts: How many rules of the standard the row breaks.
        empty: How many of them because a cell is empty that should not be.
        removal: Day, reason and authority of a removal the source states; then nothing is drafted.
        subject: Its subject, ready to be inserted.
        answering: Who answers for what it is about, ready to be inserted likewise.
        older_key: The key of an older number that the row states beside the code of its subject.
        record: The draft, ready to be inserted but for what the transaction decides.
    """

    number: int
    cells: msgspec.Raw
    reasons: tuple[tuple[str, str], ...] = ()
    identity: str = ""
    content_sha256: str = ""
    subject_key: bytes = b""
    record_id: str = ""
    authority: str = ""
    determined_on: str = ""
    doubts: int = 0
    empty: int = 0
    removal: tuple[str, str, str] | None = None
    # Bound values; the decoder tells text from bytes by itself, but not when asked for either.
    subject: tuple[Any, ...] = ()
    record: tuple[Any, ...] = ()
    answering: tuple[tuple[Any, ...], ...] = ()
    older_key: bytes = b""

    @property
    def written(self) -> tuple[str, ...]:
        """Its cells as written, personal numbers masked."""
        return _CELLS.decode(self.cells)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Why it is set aside."""
        return tuple(Remark(code, text) for code, text in self.reasons)


_NUMBER = attrgetter("number")


class Staging:
    """The staged rows of one import.

    Args:
        file: Where they wait.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decoder = msgspec.msgpack.Decoder(list[StagedRow])
        self._kept_back: list[list[bytes]] = [[] for _ in range(_SHARES)]
        self._places: list[list[int]] = [[] for _ in range(_SHARES)]

    @classmethod
    @contextmanager
    def inside(cls, folder: Path) -> Iterator[Self]:
        """Make the nameless file on the disk of a folder; gone when the block ends."""
        with tempfile.TemporaryFile(dir=folder) as file:
            yield cls(file)

    def add(self, row: StagedRow) -> None:
        """Keep a row."""
        share = row.subject_key[0] * _SHARES // 256 if row.subject_key else 0
        rows = self._kept_back[share]
        rows.append(_PACKER.encode(row))
        if len(rows) == _ROWS_KEPT_BACK:
            self._write(share)

    def chunks(self) -> Iterator[list[StagedRow]]:
        """What was kept, about a thousand rows at a time; the rows of a chunk are in the order of the file."""
        for share in range(_SHARES):
            self._write(share)
        chunk: list[StagedRow] = []
        for place in (place for places in self._places for place in places):
            self._file.seek(place)
            chunk += self._decoder.decode(self._file.read(*_LENGTH.unpack(self._file.read(_LENGTH.size))))
            if len(chunk) >= ROWS_AT_A_TIME:
                yield sorted(chunk, key=_NUMBER)
                chunk = []
        if chunk:
            yield sorted(chunk, key=_NUMBER)

    def _write(self, share: int) -> None:
        if rows := self._kept_back[share]:
            # One array, as the decoder takes it.
            data = b"".join((_ARRAY.pack(_ARRAY_16, len(rows)), *rows))
            self._places[share].append(self._file.tell())
            self._file.write(_LENGTH.pack(len(data)))
            self._file.write(data)
            self._kept_back[share] = []
