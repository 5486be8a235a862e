"""What a measure rests on: instruments (法律文件), citations (依据) and how sure we are of them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from msgspec import Raw, Struct
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from credit_sdk.model import canonical


class LawModel(BaseModel):
    """Base of every piece of the law catalogue: frozen, and an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Bilingual(Struct, frozen=True):
    """A text for people, Chinese first.

    A struct, because checks make such texts too and need no validation; in the law it is validated as strictly as the
    :class:`LawModel` it stands in.
    """

    zh: str
    en: str

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        """How pydantic reads and writes one."""
        text = core_schema.typed_dict_field(core_schema.str_schema(strip_whitespace=True), required=True)
        written = core_schema.typed_dict_schema({"zh": text, "en": text}, extra_behavior="forbid")
        read = core_schema.no_info_after_validator_function(lambda found: cls(**found), written)
        return core_schema.union_schema(
            [core_schema.is_instance_schema(cls), read],
            mode="left_to_right",
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda text: {"zh": text.zh, "en": text.en}, return_schema=written
            ),
        )


class InstrumentLevel(StrEnum):
    """Rank of an instrument (效力层级); class-A measures need one of the first four, or five for a province's own."""

    LAW = "law"
    ADMINISTRATIVE_REGULATION = "administrative-regulation"
    CENTRAL_POLICY = "central-policy"
    JUDICIAL_INTERPRETATION = "judicial-interpretation"
    LOCAL_REGULATION = "local-regulation"
    DEPARTMENT_RULE = "department-rule"
    NORMATIVE_DOCUMENT = "normative-document"
    MEMORANDUM = "memorandum"


class Confidence(StrEnum):
    """How sure the project is of a fact; ``LOW`` never ships as in force."""

    VERIFIED = "verified"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Status(StrEnum):
    """Whether a version applies (``IN_FORCE``) or only waits for a clerk's confirmation (``DRAFT``)."""

    IN_FORCE = "in-force"
    DRAFT = "draft"


class Version(LawModel):
    """One dated state of a legal thing; both days count (施行之日与最后一日均计入).

    Attributes:
        from_on: First day in force.
        until_on: Last day in force, or None while no end is known.
        status: In force or draft.
        confidence: How sure the facts are.
        source: Where the facts were taken from, for the clerk who checks them.
    """

    from_on: date
    until_on: date | None = None
    status: Status = Status.IN_FORCE
    confidence: Confidence = Confidence.HIGH
    source: str

    def covers(self, on: date) -> bool:
        """Whether this version is in force on the civil day ``on``; a draft never is."""
        return self.status is Status.IN_FORCE and self.from_on <= on and (self.until_on is None or on <= self.until_on)


class Citation(LawModel):
    """A place in an instrument (条款), as the law files write it.

    Attributes:
        instrument: Id of the instrument.
        article: The article as printed, for example ``第二十二条第一款第五项``; empty for a whole instrument.
        quote: The words relied on, where known verbatim; else empty.
    """

    instrument: str
    article: str = ""
    quote: str = ""


class InstrumentVersion(Version):
    """An instrument as it stood: the version ends on the day before repeal."""

    title: str
    title_en: str
    number: str = ""
    level: InstrumentLevel
    issued_by: str


class Instrument(LawModel):
    """A law, regulation, rule or policy (法律文件)."""

    id: str
    versions: tuple[InstrumentVersion, ...]


@dataclass(frozen=True)
class Basis:
    """A citation resolved against the catalogue, ready to be shown (依据).

    All findings of a measure share one, so what is worked out of it is kept with it.
    """

    instrument: str
    title: str
    title_en: str
    number: str
    level: InstrumentLevel
    article: str
    quote: str

    @property
    def text(self) -> str:
        """For example ``《中华人民共和国政府采购法》第七十七条``."""
        number = f"（{self.number}）" if self.number else ""
        return f"《{self.title}》{number}{self.article}"

    @cached_property
    def json(self) -> Raw:
        """Its part of the decision's canonical JSON."""
        return Raw(
            canonical.dumps_own(
                {
                    "instrument": self.instrument,
                    "title": self.title,
                    "title_en": self.title_en,
                    "number": self.number,
                    "level": self.level,
                    "article": self.article,
                    "quote": self.quote,
                    "text": self.text,
                }
            )
        )

    def __str__(self) -> str:
        return self.text
