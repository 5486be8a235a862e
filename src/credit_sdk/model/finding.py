"""What a check found (命中): one entry meeting one measure, how strongly, and why not more strongly."""

from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct

from credit_sdk.model.citation import Basis, Bilingual
from credit_sdk.model.listing import Entry, Waiver
from credit_sdk.model.measure import MeasureClass, Role, Strength
from credit_sdk.model.subject import Subject


class SofteningReason(StrEnum):
    """Why a finding is weaker than the law's own strength. Nothing ever hardens one."""

    OBJECTION = "objection"
    NATURAL_PERSON = "natural-person"
    OLD_DATA = "old-data"
    WAIVER = "waiver"


class Softening(Struct, frozen=True):
    """One step down, with its reason (从轻处理及理由)."""

    reason: SofteningReason
    from_strength: Strength
    to_strength: Strength
    detail: Bilingual


@dataclass(frozen=True, slots=True)
class MeasureReference:
    """The measure a finding applies, without its matrix."""

    id: str
    title: str
    title_en: str
    heading: str
    measure_class: MeasureClass
    content: Bilingual
    implementing_body: str


@dataclass(frozen=True, slots=True)
class ListReference:
    """The list an entry stands on, as an officer reads it."""

    id: str
    title: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody beside the subject (法定代表人、实际控制人等), passed by the caller, never looked up."""

    subject: Subject
    role: Role


class Finding(Struct, frozen=True):
    """One entry meeting one measure in this matter (命中): why, how strongly, until when, and the way out.

    Attributes:
        strength: After softening; ``statutory_strength`` is the law's own.
        through: The principal through whom it bites, or None for the subject itself.
        member: Position of the consortium member in a group check, or None.
        confirmation_by_person: A person must confirm (个人信息保护法第二十四条).
        remark: What the officer must add, for example what the tender documents say.
    """

    entry: Entry
    list: ListReference
    measure: MeasureReference
    strength: Strength
    statutory_strength: Strength
    basis: tuple[Basis, ...]
    way_out: Bilingual
    objection_to: Bilingual
    softenings: tuple[Softening, ...] = ()
    waiver: Waiver | None = None
    remark: Bilingual | None = None
    through: Principal | None = None
    confirmation_by_person: bool = False
    member: int | None = None
