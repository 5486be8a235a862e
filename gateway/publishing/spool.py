"""Spools (暂存): sequences too long for memory, written once and read as often as needed.

A first publication of ten million entries is read, built, written and committed in this many passes over the same
records. They wait in a file without a name in the gateway's folder, which is gone with the process however that ends;
a publication of a few changes never leaves memory.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Generic, Self, TypeVar

import msgspec

T = TypeVar("T")

IN_MEMORY_BYTES = 4 * 1024 * 1024
_LENGTH_BYTES = 8


class Spool(Generic[T]):
    """A sequence in portions; made by :class:`Spools`.

    Args:
        folder: Where it goes when it has become too large for memory.
        portions: The type of a portion, a list.
    """

    def __init__(self, folder: Path, portions: type[list[T]]) -> None:
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES, dir=str(folder))  # noqa: SIM115 - closed with the spools
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(portions)
        self._length = 0
        self._end = 0

    def add(self, portion: Sequence[T]) -> None:
        """Append some items; what is added together is read together."""
        if portion:
            data = self._encoder.encode(portion)
            self._file.seek(self._end)
            self._file.write(len(data).to_bytes(_LENGTH_BYTES))
            self._file.write(data)
            self._end += _LENGTH_BYTES + len(data)
            self._length += len(portion)

    def portions(self) -> Iterator[list[T]]:
        """The items as they were added; several may read at once."""
        at = 0
        while at < self._end:
            self._file.seek(at)
            length = int.from_bytes(self._file.read(_LENGTH_BYTES))
            data = self._file.read(length)
            at += _LENGTH_BYTES + length
            yield self._decoder.decode(data)

    def __iter__(self) -> Iterator[T]:
        for portion in self.portions():
            yield from portion

    def __len__(self) -> int:
        return self._length

    def close(self) -> None:
        """Let go of it."""
        self._file.close()


class Spools:
    """The spools of one publication; all of them end with the block they were opened for.

    Args:
        folder: Of the gateway.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._closing = ExitStack()

    def new(self, portions: type[list[T]]) -> Spool[T]:
        """An empty one for items of a type, named by the type of a portion."""
        spool = Spool(self._folder, portions)
        self._closing.callback(spool.close)
        return spool

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()
