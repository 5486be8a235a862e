"""Blocks (条款块) and the versions they make: a change is a new block, so the past stays as it was.

1. Blocks that are in force stand in the order of their first day. Each lasts until the day before the next one, or the
   day before an ``end`` block.
2. A ``status: draft`` block applies to nobody and ends nothing. A later block with the same first day replaces it: the
   draft is confirmed by writing it again without ``draft``, and withdrawn by ``end: true`` with ``status: draft``.
3. A draft that nobody replaced is part of the catalogue, for people to see; it lasts until the next block's first day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, zip_longest

from pydantic import ValidationError

from credit_sdk.model.citation import Confidence, LawModel, Status, Version
from gateway.drafting.complaint import Complaint
from gateway.drafting.refusal import complaints_of
from gateway.drafting.sheet import Place, Sheet, Value

_DAY = timedelta(days=1)


class _End(LawModel):
    """A block that ends what stood before it (废止、失效、撤回)."""

    from_on: date
    source: str
    status: Status = Status.IN_FORCE
    confidence: Confidence = Confidence.HIGH


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a law file.

    Attributes:
        number: Position in the file, from 1; never changes, because blocks are only added at the end.
        content: Exactly what the file says, as text.
        from_on: First day.
        is_draft: Whether it only waits for confirmation.
        version: The version it begins, without its end; None for an ``end`` block.
    """

    number: int
    content: Mapping[str, Value]
    from_on: date
    is_draft: bool
    version: Version | None

    @property
    def place(self) -> Place:
        """Where it stands in its sheet."""
        return ("blocks", self.number - 1)


def read_blocks(sheet: Sheet, version_type: type[Version]) -> tuple[list[Block], list[Complaint]]:
    """The blocks of a file, and what is wrong with those that cannot be used."""
    written = sheet.content.get("blocks")
    if not isinstance(written, list) or not written:
        return [], [sheet.complaint(("blocks",), "没有内容块（blocks）", "至少写一个块，写法见README.md")]
    blocks: list[Block] = []
    complaints: list[Complaint] = []
    for position, content in enumerate(written):
        place = ("blocks", position)
        if not isinstance(content, dict):
            complaints.append(sheet.complaint(place, "块应当由“字段: 内容”组成", "以“- from: 日期”开头，逐行写字段"))
            continue
        try:
            blocks.append(_block(position + 1, content, version_type))
        except ValidationError as error:
            complaints += (_named_as_written(sheet, place, found) for found in complaints_of(error, sheet, place))
    return blocks, complaints + list(_misplaced(sheet, blocks))


def versions_of(blocks: Sequence[Block]) -> Iterator[tuple[Block, Version]]:
    """Each block that still counts, with the version it makes, by first day."""
    effective = [block for block in blocks if not block.is_draft]
    for block, following in zip_longest(effective, effective[1:]):
        if block.version is not None:
            yield block, _until(block.version, following.from_on if following else None)
    for block in blocks:
        if block.is_draft and block.version is not None and not _replaced(block, blocks):
            later = [other.from_on for other in blocks if other.from_on > block.from_on]
            yield block, _until(block.version, min(later, default=None))


def _replaced(draft: Block, blocks: Sequence[Block]) -> bool:
    return any(block.number > draft.number and block.from_on == draft.from_on for block in blocks)


def _until(version: Version, next_on: date | None) -> Version:
    return version if next_on is None else version.model_copy(update={"until_on": next_on - _DAY})


def _block(number: int, content: dict[str, Value], version_type: type[Version]) -> Block:
    # The clerk writes `from`; what the reader computes (`from_on`, `until_on`) may not be written.
    named = {f"{key}!" if key in {"from_on", "until_on"} else key: value for key, value in content.items()}
    if "from" in named:
        named["from_on"] = named.pop("from")
    named = _with_condition_kinds(named)
    if named.get("end") == "true":
        del named["end"]
        end = _End.model_validate(named)
        return Block(number, content, end.from_on, end.status is Status.DRAFT, None)
    version = version_type.model_validate(named)
    return Block(number, content, version.from_on, version.status is Status.DRAFT, version)


def _with_condition_kinds(content: dict[str, Value]) -> dict[str, Value]:
    """Conditions need not name their kind: one with ``field`` speaks of the entry, one with ``fact`` of the case."""
    applies = content.get("applies")
    if not isinstance(applies, list):
        return content
    return {**content, "applies": [_application(application) for application in applies]}


def _application(application: Value) -> Value:
    conditions = application.get("conditions") if isinstance(application, dict) else None
    if not isinstance(application, dict) or not isinstance(conditions, list):
        return application
    return {**application, "conditions": [_condition(condition) for condition in conditions]}


def _condition(condition: Value) -> Value:
    if not isinstance(condition, dict) or "kind" in condition:
        return condition
    kind = "entry" if "field" in condition else "fact" if "fact" in condition else None
    return condition if kind is None else {"kind": kind, **condition}


def _named_as_written(sheet: Sheet, place: Place, found: Complaint) -> Complaint:
    message = found.message_zh.replace("“from_on”", "“from”").replace("!”", "”")
    return Complaint(found.file, found.line or sheet.line(place), message, found.remedy_zh)


def _misplaced(sheet: Sheet, blocks: Sequence[Block]) -> Iterator[Complaint]:
    effective = [block for block in blocks if not block.is_draft]
    for before, block in pairwise(effective):
        place = (*block.place, "from")
        if block.from_on == before.from_on:
            yield sheet.complaint(
                place, f"同一天（{block.from_on}）有两个块", "一天只能有一个现行文本；新块写新的施行日期"
            )
        elif block.from_on < before.from_on:
            message = f"块的日期倒退：{block.from_on}早于前一块的{before.from_on}"
            yield sheet.complaint(place, message, "新块一律加在文件末尾，日期晚于前一块；更正从更正之日起算")
        if block.version is None and before.version is None:
            yield sheet.complaint(place, "已经终止的不能再次终止", "删去这个块")
    for block in blocks:
        if block.version is not None:
            continue
        stands = any(
            other.number < block.number and other.version is not None and _ended_by(block, other) for other in blocks
        )
        if not stands:
            yield sheet.complaint((*block.place, "from"), "终止块之前没有可以终止的块", "终止块写在被终止的块之后")


def _ended_by(end: Block, other: Block) -> bool:
    return other.from_on == end.from_on if end.is_draft and other.is_draft else not (end.is_draft or other.is_draft)
