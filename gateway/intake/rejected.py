"""The rows an import set aside (退回), as a sheet for whoever sent the file."""

import csv
import heapq
import os
from collections.abc import Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import IO

import msgspec

from gateway.intake.remarks import Remark
from gateway.intake.report import spreadsheet_safe

_BYTES_AT_A_TIME = 65_536
_Row = tuple[int, str, tuple[str, ...]]
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Row)


class RejectedSheet:
    """The rows set aside as a CSV that a spreadsheet opens, with row number and reasons before the cells.

    Rows may come in any order and are put into that of the file; cheaply where they come in runs. Written beside its
    final name and moved there by :meth:`keep`: an import that fails leaves nothing.

    Args:
        path: Its final name.
        titles: Of the file's columns.
        file: Where the rows wait until they are put in order.
    """

    def __init__(self, path: Path, titles: Sequence[str], file: IO[bytes]) -> None:
        self._path = path
        self._titles = titles
        self._unfinished = path.with_name(f".{path.name}.unfinished")
        self._file = file
        self._begins: list[int] = []
        self._last = 0

    def add(self, row_no: int, cells: Sequence[str], reasons: Sequence[Remark]) -> None:
        """Keep one row, personal numbers masked already; so correct it from the original file."""
        if row_no <= self._last or not self._begins:
            self._begins.append(self._file.tell())
        self._last = row_no
        self._file.write(_ENCODER.encode((row_no, "；".join(reason.text for reason in reasons), tuple(cells))) + b"\n")

    def keep(self) -> None:
        """Write it and put it in its place."""
        ends = [*self._begins[1:], self._file.tell()][: len(self._begins)]
        self._file.flush()
        runs = [_run(self._file.fileno(), *each) for each in zip(self._begins, ends, strict=True)]
        # With a byte order mark, or spreadsheets take it for GBK.
        self._unfinished.touch(mode=0o600)
        with self._unfinished.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["行号", "退回原因", *map(spreadsheet_safe, self._titles)])
            for row_no, reasons, cells in heapq.merge(*runs, key=itemgetter(0)):
                writer.writerow([row_no, reasons, *map(spreadsheet_safe, cells)])
        self._unfinished.replace(self._path)

    def drop(self) -> None:
        """Leave nothing, unless it was kept."""
        self._unfinished.unlink(missing_ok=True)


def _run(file: int, begin: int, end: int) -> Iterator[_Row]:
    """The rows between two places of an open file; others may read elsewhere in it meanwhile."""
    rest = b""
    while begin < end:
        *lines, rest = (rest + os.pread(file, min(_BYTES_AT_A_TIME, end - begin), begin)).split(b"\n")
        begin += min(_BYTES_AT_A_TIME, end - begin)
        yield from map(_DECODER.decode, lines)
