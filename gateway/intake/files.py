"""Reading a file into rows of text: CSV in UTF-8, GBK/GB18030 or UTF-16, and XLSX.

A file is read whole or refused whole: one that was cut off on its way is refused before anything of it is used.
"""

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path

from msgspec import Struct
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gateway.intake.values import without_personal_numbers
from gateway.problems import IntakeError

MAX_BYTES = 1024 * 1024 * 1024
"""Room for a million rows of the widest table."""
MAX_ROWS = 2_000_000
MAX_COLUMNS = 200
_MAX_UNPACKED_BYTES = 4 * MAX_BYTES
_BLOCK_BYTES = 1 << 20
_ROWS_BETWEEN = 2_000
"""Rows between two words about how far the reading is."""
_LOST_DIGITS_FROM = 10**15
_DAMAGE = (
    zipfile.BadZipFile,
    InvalidFileException,
    KeyError,
    ValueError,
    EOFError,
    SyntaxError,  # what both XML readers derive theirs from
    zlib.error,
    IndexError,
    AttributeError,
)
"""What the readers of archives, XML and sheets raise when bytes are missing or changed."""
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SEND_AGAIN = "请重新导出或传输该文件；本次未保存任何内容 / Export or copy it again; nothing was stored."


class SheetRow(Struct, frozen=True, gc=False):
    """One row of a sheet.

    Attributes:
        number: As a spreadsheet counts: the header is row 1 when it comes first.
        cells: Texts, without the surrounding space.
    """

    number: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written in it."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was handed in.

    Attributes:
        digest: Of its bytes, hex; with the key of the registry once it is to be kept (文件摘要).
        encoding: Of a text file; empty for XLSX.
    """

    path: Path
    digest: str
    encoding: str
    ends_with_newline: bool

    @property
    def name(self) -> str:
        """The name of the file as it is kept: a personal number in it masked."""
        return without_personal_numbers(self.path.name)

    @classmethod
    def inspect(cls, path: Path) -> "SourceFile":
        """Look at a file before reading it.

        Raises:
            IntakeError: Too large, empty, of an unknown kind, or cut off.
        """
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                start = file.read(8)
        except FileNotFoundError:
            raise IntakeError(
                f"没有文件{path} / There is no file {path}.", hint="请检查路径 / Check the path."
            ) from None
        except IsADirectoryError:
            raise IntakeError(
                f"{path}是文件夹，不是文件 / {path} is a folder, not a file.", hint="请检查路径 / Check the path."
            ) from None
        if size > MAX_BYTES:
            raise IntakeError(
                f"{path.name}有{size:,}字节，一次最多接收{MAX_BYTES:,}字节 / "
                f"{path.name} has {size:,} bytes and at most {MAX_BYTES:,} are taken in at once.",
                hint="请拆分文件 / Split the file.",
            )
        if size == 0:
            raise IntakeError(f"{path.name}是空文件 / {path.name} is empty.", hint=_SEND_AGAIN)
        if start.startswith(_OLD_EXCEL):
            raise IntakeError(
                f"{path.name}是旧的XLS格式，不能读取 / {path.name} is in the old XLS format, which is not read.",
                hint="请另存为 XLSX / Save it as XLSX.",
            )
        if start.startswith(_ZIP):
            return cls(path, _digest(path), "", ends_with_newline=True)
        return _inspect_text(path, start)

    def rows(self, progress: Callable[[float], None] = lambda done: None) -> Generator[SheetRow]:
        """The rows from the top, blank ones included.

        Args:
            progress: Is told now and then how much of the file was read, from 0 to 1.

        Raises:
            IntakeError: The file is cut off or damaged.
        """
        rows = self._text_rows(progress) if self.encoding else self._sheet_rows(progress)
        for number, cells in enumerate(rows, start=1):
            if number > MAX_ROWS + 1:
                raise IntakeError(
                    f"{self.path.name}超过{MAX_ROWS:,}行 / {self.path.name} has more than {MAX_ROWS:,} rows.",
                    hint="请拆分文件 / Split the file.",
                )
            yield SheetRow(number, cells)

    def _text_rows(self, progress: Callable[[float], None]) -> Iterator[tuple[str, ...]]:
        size = self.path.stat().st_size or 1
        with (
            self.path.open("rb") as binary,
            io.TextIOWrapper(binary, encoding=self.encoding, newline="") as file,
        ):
            first = file.readline()
            file.seek(0)
            delimiter = max(",\t;", key=first.count)
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            width = 0
            previous: tuple[str, ...] | None = None
            try:
                for number, cells in enumerate(reader):
                    if number % _ROWS_BETWEEN == 0:
                        progress(binary.tell() / size)
                    if previous is not None:
                        yield previous
                    previous = tuple(map(str.strip, cells))
                    width = width or len(previous)
            except csv.Error as error:
                raise IntakeError(
                    f"{self.path.name}在第{reader.line_num}行中断或损坏 / "
                    f"{self.path.name} is cut off or damaged at line {reader.line_num} ({error}).",
                    hint=_SEND_AGAIN,
                ) from None
            if previous is None:
                return
            if not self.ends_with_newline and len(previous) < width:
                raise IntakeError(
                    f"{self.path.name}在第{reader.line_num}行中间中断，文件不完整 / "
                    f"{self.path.name} ends in the middle of line {reader.line_num}: it was cut off.",
                    hint=_SEND_AGAIN,
                )
            yield previous

    def _sheet_rows(self, progress: Callable[[float], None]) -> Iterator[tuple[str, ...]]:
        # Opened here, because a reader that fails on a damaged file leaves it open.
        size = self.path.stat().st_size or 1
        with self.path.open("rb") as file:
            try:
                with zipfile.ZipFile(file) as archive:
                    self._bound(archive)
                book = load_workbook(file, read_only=True, data_only=True)
                sheet = book.worksheets[0]
                # What a file says about its own size is often wrong.
                sheet.reset_dimensions()
                for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)):
                    if number % _ROWS_BETWEEN == 0:
                        progress(min(1.0, file.tell() / size))
                    yield _trimmed([_cell_text(cell) for cell in row])
                book.close()
            except _DAMAGE:
                raise IntakeError(
                    f"{self.path.name}不完整或已损坏，不能读取 / "
                    f"{self.path.name} is cut off or damaged and cannot be read.",
                    hint=_SEND_AGAIN,
                ) from None

    def _bound(self, archive: zipfile.ZipFile) -> None:
        if sum(item.file_size for item in archive.infolist()) > _MAX_UNPACKED_BYTES:
            raise IntakeError(
                f"{self.path.name}解压后过大 / {self.path.name} unpacks to far too much.",
                hint="请拆分文件 / Split the file.",
            )


def _inspect_text(path: Path, start: bytes) -> SourceFile:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif start.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "gb18030"]
    digest = sha256()
    decoders = {name: codecs.getincrementaldecoder(name)("strict") for name in candidates}
    block = b""
    with path.open("rb") as file:
        while following := file.read(_BLOCK_BYTES):
            block = following
            digest.update(block)
            for name in list(decoders):
                try:
                    decoders[name].decode(block)
                except UnicodeDecodeError:
                    del decoders[name]
    if not decoders:
        raise IntakeError(
            f"{path.name}不是UTF-8或GBK文本，也不是XLSX，或者已损坏 / "
            f"{path.name} is neither UTF-8 nor GBK text nor XLSX, or it is damaged.",
            hint="请另存为 UTF-8 CSV 或 XLSX / Save it as CSV in UTF-8 or as XLSX.",
        )
    encoding, decoder = next(iter(decoders.items()))
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise IntakeError(
            f"{path.name}在一个字的中间中断，文件不完整 / "
            f"{path.name} ends in the middle of a character: it was cut off.",
            hint=_SEND_AGAIN,
        ) from None
    # In UTF-16 a line feed is two bytes, one of them zero.
    ended = block.rstrip(b"\x00").endswith((b"\n", b"\r"))
    return SourceFile(path, digest.hexdigest(), encoding, ended)


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _cell_text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case bool():
            return "是" if value else "否"
        case int() | float() if abs(value) >= _LOST_DIGITS_FROM:
            # Spreadsheets keep 15 digits of a number: such a code has lost its end and must be seen to have.
            return f"{value:.10E}"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat()
        case date():
            return value.isoformat()
        case _:
            return str(value)
