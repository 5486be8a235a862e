"""Lists (名单), entries (名单条目) and what a subject's published record holds."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct, field
from pydantic import Field

from credit_sdk.model.citation import Bilingual, Citation, LawModel, Version
from credit_sdk.model.term import Term

FieldValue = str | int | bool | tuple[str, ...]
"""Values an entry field may take, so that the closed condition vocabulary can speak of it."""


class ListClass(StrEnum):
    """What kind of list it is; decides whether incentives fall away and what a grade of severity means."""

    SERIOUS = "serious"
    GENERAL = "general"
    COURT_ORDER = "court-order"
    ABNORMAL = "abnormal"
    BY_ENTRY = "by-entry"
    WATCH = "watch"
    HONOUR = "honour"


class Severity(StrEnum):
    """Class of an untrustworthy act (失信程度): 轻微 / 一般 / 严重; ``NONE`` for honours and unclassed entries."""

    NONE = "none"
    MINOR = "minor"
    GENERAL = "general"
    SERIOUS = "serious"


class ObjectionEffect(StrEnum):
    """What an objection (异议) under way does to a ``bar`` or ``limit``."""

    SCRUTINISE = "scrutinise"
    UNCHANGED = "unchanged"


class CreditListVersion(Version):
    """A list as the law had it during a span.

    Attributes:
        list_class: Kind of list.
        authority: Who may determine an entry (认定部门).
        basis: Where the list itself rests.
        persons / organisations: Whether natural persons / organisations may stand on it.
        removal: How a subject leaves it: the way out that every finding shows.
        objection_to: Where to object.
        objection_effect: What an objection under way does.
        notices: Sentences handed to the desk whenever an entry of this list is found.
    """

    title: str
    title_en: str
    list_class: ListClass
    authority: str
    basis: tuple[Citation, ...]
    persons: bool = False
    organisations: bool = True
    term: str = ""
    removal: Bilingual
    objection_to: Bilingual
    objection_effect: ObjectionEffect = ObjectionEffect.SCRUTINISE
    notices: tuple[Bilingual, ...] = ()


class CreditList(LawModel):
    """A list (名单), its id a slug that is never renamed."""

    id: str
    versions: tuple[CreditListVersion, ...] = Field(min_length=1)


class Entry(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """One subject on one list from one determination (名单条目), as published.

    A struct, not a dataclass, here and in the other types that every check makes anew: as frozen and as comparable, and
    made in a tenth of the time. To change one use ``msgspec.structs.replace``. The order of the fields is the order in
    which :mod:`credit_sdk.publication.records` writes them.

    Attributes:
        id: Stable id of the entry at its origin.
        list: Id of the list.
        severity: Class of the act; ``NONE`` where the list has none.
        authority: Determining authority (认定部门); ``authority_code`` its unified social credit code or empty.
        document_no: Number of the decision document (文书号).
        determined_on: Date of that document.
        term: Days the listing lasts; publicity that ended earlier ends the entry.
        fact: Short fact (事实摘要), at most 120 characters.
        fact_digest: SHA-256 of the full fact as registered, 32 bytes.
        basis: Basis as the authority wrote it.
        objection_on: Since when an objection is under way, or None.
        fields: Further published fields that conditions may speak of, for example ``fine_yuan``.
    """

    id: str
    list: str
    severity: Severity
    authority: str
    authority_code: str
    document_no: str
    determined_on: date
    term: Term
    fact: str = ""
    fact_digest: bytes = b""
    basis: str = ""
    objection_on: date | None = None
    fields: Mapping[str, FieldValue] = field(default_factory=dict[str, FieldValue])


class Waiver(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """An officer's recorded decision not to apply a measure to a subject in a matter, until a day (豁免).

    Attributes:
        measure: Id of the measure; empty for every measure of the matter.
        until_on: Last day.
    """

    matter: str
    measure: str
    until_on: date
    by: str
    reason: str
    document_no: str = ""


class SubjectRecord(Struct, frozen=True, array_like=True, forbid_unknown_fields=True, gc=False):
    """Everything published about one subject: the value at its key in the Merkle map.

    Attributes:
        code_now: The code (统一社会信用代码) of a subject that is asked for here by a former number (原注册号). What
            stands here stands there as well, and is counted there.
    """

    entries: tuple[Entry, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    code_now: str = ""
