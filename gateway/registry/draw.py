"""A random draw that anyone can run again (可复核的随机抽取): the pure part. ``docs/reference/draw.md`` specifies it.

1. The population is a list of ``[code, grade]``, sorted by code, each code once; its digest is the SHA-256 of its
   canonical JSON.
2. Each subject's place in the order is the SHA-256 of the seed followed by the subject's key.
3. Of each grade, and of those without one, the first so many are drawn: the share of the group, rounded up.

Nobody can steer it who fixed population and shares before the seed was known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.scheme import SubjectWarning
from credit_sdk.model.subject import Subject
from credit_sdk.model.supervision import Grade
from credit_sdk.publication import canonical
from gateway.problems import IntakeError

FORMAT = "credit-draw/1"
GROUPS = (*(each.value for each in Grade), "")
"""In the order of the document; the empty text stands for subjects without a grade."""
MAX_DOCUMENT_BYTES = 256 * 1024 * 1024
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Draw:
    """What is drawn among whom, for what.

    Attributes:
        origin: The gateway.
        matter / on: What the inspections are, and the day.
        seed / seed_source: The public seed, and where everybody can read it.
        announced_at: When population and source were fixed beforehand; empty where they were not.
        law: Which law the shares are from: digest and edition of the catalogue, id and first day of the shares.
        per_mille: The share of each group.
        population: Code and grade, sorted by code.
    """

    origin: str
    matter: str
    on: date
    seed: str
    seed_source: str
    announced_at: str
    law: Mapping[str, str]
    per_mille: Mapping[str, int]
    population: Sequence[tuple[str, str]]


def standard_code(text: str) -> str:
    """The unified social credit code by which a subject takes part in a draw.

    Raises:
        InvalidSubjectError: No identifier, or not a unified social credit code; never repeats a personal number.
    """
    subject = Subject.parse(text)
    if subject.is_natural_person:
        raise InvalidSubjectError(
            "自然人不参加抽取 / Natural persons take part in no draw.", hint="双随机抽取不含自然人 / Leave persons out."
        )
    if subject.uscc is None:
        raise InvalidSubjectError(
            "参加抽取须用统一社会信用代码，用其他号码可能重复参加 / "
            "Only unified social credit codes take part in a draw: by another number somebody could take part twice.",
            hint="请改用18位统一社会信用代码 / Use the code of 18 characters.",
        )
    # One subject may be printed with either last character and must take part once.
    return subject.code[:-1] + "1" if SubjectWarning.CHECK_Y_FOR_1 in subject.warnings else subject.code


def population_sha256(population: Sequence[tuple[str, str]]) -> str:
    """The digest of a population, hex."""
    return sha256(canonical.dumps([list(each) for each in population])).hexdigest()


def place(seed: str, code: str) -> bytes:
    """Where a subject stands in the order of a draw: smaller is earlier."""
    return sha256(seed.encode() + Subject.parse(code).key).digest()


def drawn_of(size: int, per_mille: int) -> int:
    """How many of a group are drawn: its share, rounded up, so that no share is undercut."""
    return -(-size * per_mille // _THOUSAND)


def document_of(draw: Draw) -> bytes:
    """The draw with its result, as it is published: canonical JSON."""
    groups, drawn = _result(draw.seed, draw.per_mille, draw.population)
    return canonical.dumps(
        {
            "format": FORMAT,
            "origin": draw.origin,
            "matter": draw.matter,
            "on": draw.on.isoformat(),
            "seed": draw.seed,
            "seed_source": draw.seed_source,
            "announced_at": draw.announced_at,
            "law": dict(draw.law),
            "population": [list(each) for each in draw.population],
            "population_sha256": population_sha256(draw.population),
            "groups": groups,
            "drawn": drawn,
        }
    )


class _Group(Struct, frozen=True, forbid_unknown_fields=True):
    grade: str
    size: int
    per_mille: Annotated[int, Meta(ge=0, le=_THOUSAND)]
    drawn: int


class PublishedDraw(Struct, frozen=True, forbid_unknown_fields=True):
    """A draw as it is published (抽取结果): every field of ``credit-draw/1``."""

    format: Literal["credit-draw/1"]
    origin: str
    matter: str
    on: date
    seed: Annotated[str, Meta(min_length=1)]
    seed_source: Annotated[str, Meta(min_length=1)]
    announced_at: str
    law: dict[str, str]
    population: list[tuple[str, str]]
    population_sha256: str
    groups: list[_Group]
    drawn: list[str]


def read(data: bytes) -> PublishedDraw:
    """Read a published draw, without running it again.

    Raises:
        IntakeError: It is no such document.
    """
    if len(data) > MAX_DOCUMENT_BYTES:
        raise _refused("大于任何抽取文件", "is larger than any draw")
    try:
        return msgspec.json.decode(data, type=PublishedDraw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise _refused("不是本格式的抽取文件", "is no document of a draw in this format") from None


def verify(data: bytes) -> PublishedDraw:
    """Run a published draw again; the document, if it says what comes out.

    Raises:
        IntakeError: It is no such document, or another result comes out; says what differs.
    """
    said = read(data)
    if not _is_in_order(said):
        raise _refused(
            "的抽取范围不合规定：代码重复、未排序、不正确，或有未知等级",
            "has a population that is not in order: a code twice, unsorted, not valid, or an unknown grade",
        )
    per_mille = {group.grade: group.per_mille for group in said.groups}
    again = document_of(
        Draw(
            said.origin,
            said.matter,
            said.on,
            said.seed,
            said.seed_source,
            said.announced_at,
            said.law,
            per_mille,
            said.population,
        )
    )
    expected = read(again)
    for name, title, title_en in (
        ("population_sha256", "抽取范围摘要", "the digest of the population"),
        ("groups", "各组数目", "the sizes of the groups"),
        ("drawn", "抽中名单", "who is drawn"),
    ):
        if getattr(said, name) != getattr(expected, name):
            raise _refused(f"与重算结果不符：{title}不同", f"does not say what comes out: {title_en} differs")
    if again != data:
        raise _refused("不是唯一的规范写法，有人改写过", "is not in its one canonical form, so somebody wrote in it")
    return said


def _is_in_order(said: PublishedDraw) -> bool:
    codes = [code for code, _ in said.population]
    try:
        if codes != sorted(set(codes)) or any(standard_code(code) != code for code in codes):
            return False
    except InvalidSubjectError:
        return False
    return {grade for _, grade in said.population} <= set(GROUPS) and [one.grade for one in said.groups] == [*GROUPS]


def _result(
    seed: str, per_mille: Mapping[str, int], population: Sequence[tuple[str, str]]
) -> tuple[list[dict[str, str | int]], list[str]]:
    groups: list[dict[str, str | int]] = []
    drawn: list[str] = []
    for grade in GROUPS:
        members = [code for code, of in population if of == grade]
        count = drawn_of(len(members), per_mille[grade])
        groups.append({"grade": grade, "size": len(members), "per_mille": per_mille[grade], "drawn": count})
        drawn += sorted(members, key=lambda code: (place(seed, code), code))[:count]
    return groups, drawn


def _refused(why: str, why_en: str) -> IntakeError:
    return IntakeError(
        f"该文件{why} / The document {why_en}.",
        hint="请向发布机关索取原件 / Ask whoever published it for the original.",
    )
