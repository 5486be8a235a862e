"""Reads the law (法律文件) from its directory: one legal thing per file, its id the file name.

``instruments/ lists/ measures/ matters/ periods/ shares/`` hold the law, ``cases/`` what must come out of
it, ``edition.yaml`` its name, ``sealed.txt`` the digests of blocks that were once adopted. Reading never stops at the
first problem: whatever cannot be read becomes a complaint and :func:`gateway.drafting.checker.check_law` hands out all
of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from credit_sdk.model.citation import Instrument, InstrumentVersion, Version
from credit_sdk.model.listing import CreditList, CreditListVersion
from credit_sdk.model.matter import Matter, MatterVersion, Period, PeriodVersion
from credit_sdk.model.measure import Measure, MeasureVersion
from credit_sdk.model.supervision import InspectionShares, InspectionShareVersion
from gateway.drafting.blocks import Block, read_blocks, versions_of
from gateway.drafting.cases import CaseSheet
from gateway.drafting.complaint import Complaint, LawRefusedError
from gateway.drafting.sheet import Sheet, read_sheet

Thing = Instrument | CreditList | Measure | Matter | Period | InspectionShares
T = TypeVar("T", Instrument, CreditList, Measure, Matter, Period, InspectionShares)


class LawKind(StrEnum):
    """The six kinds of law files, named as their directories."""

    INSTRUMENT = "instruments"
    LIST = "lists"
    MEASURE = "measures"
    MATTER = "matters"
    PERIOD = "periods"
    SHARE = "shares"


_MODELS: Mapping[LawKind, tuple[type[Thing], type[Version]]] = {
    LawKind.INSTRUMENT: (Instrument, InstrumentVersion),
    LawKind.LIST: (CreditList, CreditListVersion),
    LawKind.MEASURE: (Measure, MeasureVersion),
    LawKind.MATTER: (Matter, MatterVersion),
    LawKind.PERIOD: (Period, PeriodVersion),
    LawKind.SHARE: (InspectionShares, InspectionShareVersion),
}

EDITION_FILE = "edition.yaml"
SEALED_FILE = "sealed.txt"
_NAMES = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")
_OTHER_FILES = frozenset({"README.md", "CHANGELOG.md", EDITION_FILE, SEALED_FILE, "cases"})


@dataclass(frozen=True, slots=True)
class LawFile:
    """One legal thing with the file it was read from.

    Attributes:
        kind: Which kind of law file.
        id: File name without its ending.
        sheet: The text, with lines.
        blocks: Every usable block, in file order.
        thing: What the blocks make together, or None when nothing usable stands in the file.
        sources: The block behind each version of ``thing``, in the same order.
    """

    kind: LawKind
    id: str
    sheet: Sheet
    blocks: tuple[Block, ...]
    thing: Thing | None
    sources: tuple[Block, ...]

    def parts(self) -> Iterator[tuple[Block, Version]]:
        """Each version with the block that says it."""
        if self.thing is not None:
            yield from zip(self.sources, self.thing.versions, strict=True)


@dataclass(frozen=True, slots=True)
class LawFiles:
    """The whole law as it stands in a directory.

    Attributes:
        directory: Where it was read from.
        edition: Its name, for example ``2026.11``.
        files: Every law file, by kind and id.
        cases: Every case file, by id of the measure or period.
        sealed: Digest by block (``measures/a1-06#1``) as ``sealed.txt`` has it.
        complaints: What could not be read.
    """

    directory: Path
    edition: str
    files: tuple[LawFile, ...]
    cases: tuple[CaseSheet, ...]
    sealed: Mapping[str, str]
    complaints: tuple[Complaint, ...]

    def of_kind(self, kind: LawKind) -> Iterator[LawFile]:
        """The files of one kind."""
        return (file for file in self.files if file.kind is kind)

    def things(self, of: type[T]) -> tuple[T, ...]:
        """Every usable thing of one type, sorted by id."""
        return tuple(sorted((f.thing for f in self.files if isinstance(f.thing, of)), key=lambda thing: thing.id))


def read_law(directory: Path) -> LawFiles:
    """Read every law file below ``directory``.

    Raises:
        LawRefusedError: There is no law directory at that path.
    """
    if not (directory / EDITION_FILE).is_file():
        remedy = "请指明含有edition.yaml的法律目录"
        raise LawRefusedError([Complaint(EDITION_FILE, 1, f"目录“{directory.name}”中没有法律文件", remedy)])
    complaints: list[Complaint] = []
    edition = _edition(directory, complaints)
    complaints += _strays(directory)
    files = [_law_file(kind, path, complaints) for kind in LawKind for path in _yaml_files(directory / kind)]
    cases = [CaseSheet(path, f"cases/{path.name}") for path in _yaml_files(directory / "cases")]
    complaints += (complaint for case in cases for complaint in case.complaints)
    return LawFiles(
        directory, edition, tuple(files), tuple(cases), _sealed(directory, complaints), tuple(sorted(complaints))
    )


def _yaml_files(room: Path) -> list[Path]:
    return sorted(room.glob("*.yaml")) if room.is_dir() else []


def _strays(directory: Path) -> Iterator[Complaint]:
    known = {*LawKind, *_OTHER_FILES}
    for path in sorted(directory.rglob("*")):
        place = path.relative_to(directory)
        if path.name.startswith("."):
            continue  # what editors and desktops leave behind
        right = place.parts[0] in known if len(place.parts) == 1 else len(place.parts) == 2 and path.suffix == ".yaml"
        if not right or (len(place.parts) == 2 and path.is_dir()):
            remedy = "法律文件以.yaml结尾，直接放在所属目录下；其余文件移走"
            yield Complaint(place.as_posix(), 1, "此处不应有这个文件或目录", remedy)


def _edition(directory: Path, complaints: list[Complaint]) -> str:
    sheet = read_sheet(directory / EDITION_FILE, EDITION_FILE)
    complaints += sheet.complaints
    edition = sheet.content.get("edition")
    if not isinstance(edition, str) or not edition or len(edition) > 32 or set(sheet.content) != {"edition"}:
        complaints.append(sheet.complaint((), "版次文件只写一行“edition: 版次”", "例如 edition: 2026.11"))
        return ""
    return edition


def _law_file(kind: LawKind, path: Path, complaints: list[Complaint]) -> LawFile:
    file, id = f"{kind}/{path.name}", path.stem
    sheet = read_sheet(path, file)
    complaints += sheet.complaints
    if not sheet.content:
        return LawFile(kind, id, sheet, (), None, ())
    if not set(id) <= _NAMES or sheet.content.get("id") != id:
        message = f"编号“{sheet.content.get('id', '')}”与文件名“{id}”不一致"
        complaints.append(sheet.complaint(("id",), message, "编号即文件名，小写字母、数字和连字符，一经采用不再改动"))
    complaints += (
        sheet.complaint((name,), f"不认识字段“{name}”", "文件最外层只有id和blocks")
        for name in sheet.content
        if name not in {"id", "blocks"}
    )
    thing_type, version_type = _MODELS[kind]
    blocks, found = read_blocks(sheet, version_type)
    complaints += found
    parts = sorted(versions_of(blocks), key=lambda part: (part[1].from_on, part[0].number))
    thing = _assembled(thing_type, id, [version for _, version in parts]) if parts and not found else None
    return LawFile(kind, id, sheet, tuple(blocks), thing, tuple(block for block, _ in parts) if thing else ())


def _assembled(thing_type: type[Thing], id: str, versions: list[Version]) -> Thing:
    return thing_type.model_validate({"id": id, "versions": tuple(versions)})


def _sealed(directory: Path, complaints: list[Complaint]) -> Mapping[str, str]:
    path = directory / SEALED_FILE
    sealed: dict[str, str] = {}
    if not path.exists():
        return sealed
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, digest = line.partition(" ")
        if len(digest) != 64 or name in sealed:
            remedy = "封存记录由程序书写，请恢复原文件"
            complaints.append(Complaint(SEALED_FILE, number, "封存记录的这一行已被改动或重复", remedy))
            continue
        sealed[name] = digest
    return sealed
