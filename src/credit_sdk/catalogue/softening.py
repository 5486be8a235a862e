"""Softening (从轻处理): why a finding binds less than the law's own strength. Nothing ever hardens one.

In this order, each recorded with its reason, also where an earlier one has left nothing to soften: an officer should
see all that speaks for the subject.

1. An objection under way: ``bar`` and ``limit`` become ``scrutinise``, unless the list's law says otherwise. It counts
   for every day asked about, since it is now that somebody would act on an entry that may not stand.
2. A natural person: ``bar`` becomes ``scrutinise`` (个人信息保护法第二十四条). Also where a company is met through a
   natural person: what is decided rests on that person's record.
3. Data too old to punish, or of unknown age: ``bar`` becomes ``scrutinise``.
4. A waiver (豁免) in the record of the subject itself, for this matter and this measure or all of them, not past its
   last day: ``bar`` and ``limit`` become ``scrutinise``. A principal's own waivers do not count here: they speak of
   checks in which he is the subject.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from credit_sdk.model.citation import Bilingual
from credit_sdk.model.finding import Softening, SofteningReason
from credit_sdk.model.listing import Entry, ObjectionEffect, Waiver
from credit_sdk.model.measure import Strength

_PERSON = Bilingual(
    zh="涉及自然人，不得仅以自动化方式拒绝，须经人工确认",
    en="a natural person may not be refused by automation alone; a person must confirm",
)
_OLD_DATA = Bilingual(
    zh="数据已超过本事项可据以惩戒的时限，须另行核实",
    en="the data is older than this matter allows for a punishment; verify it elsewhere",
)


class Circumstances(Struct, frozen=True):
    """What may soften a finding.

    Attributes:
        effect: What the list's law says of an objection under way.
        is_person: Whether the entry is a natural person's.
        is_aged: Whether the data is too old to punish.
        waiver: The waiver in force, or None.
    """

    effect: ObjectionEffect
    is_person: bool
    is_aged: bool
    waiver: Waiver | None


class Softened(Struct, frozen=True):
    """The strength that is left, and the steps that led to it."""

    strength: Strength
    steps: tuple[Softening, ...]


def soften(statutory: Strength, entry: Entry, circumstances: Circumstances) -> Softened:
    """The strength of a finding after every reason that speaks for the subject."""
    if statutory is not Strength.BAR and statutory is not Strength.LIMIT:
        return Softened(statutory, ())
    strength: Strength = statutory
    steps = []
    for reason, detail in _reasons(statutory, entry, circumstances):
        steps.append(Softening(reason, strength, Strength.SCRUTINISE, detail))
        strength = Strength.SCRUTINISE
    return Softened(strength, tuple(steps))


def _reasons(
    statutory: Strength, entry: Entry, circumstances: Circumstances
) -> Iterator[tuple[SofteningReason, Bilingual]]:
    is_bar = statutory is Strength.BAR
    if entry.objection_on is not None and circumstances.effect is ObjectionEffect.SCRUTINISE:
        yield SofteningReason.OBJECTION, _objection(entry.objection_on)
    if is_bar and circumstances.is_person:
        yield SofteningReason.NATURAL_PERSON, _PERSON
    if is_bar and circumstances.is_aged:
        yield SofteningReason.OLD_DATA, _OLD_DATA
    if circumstances.waiver is not None:
        yield SofteningReason.WAIVER, _waived(circumstances.waiver)


def _objection(since_on: date) -> Bilingual:
    return Bilingual(
        zh=f"该条目自{since_on}起处于异议处理期间，由经办人员核实后决定",
        en=f"an objection to the entry has been under way since {since_on}; the officer verifies and decides",
    )


def _waived(waiver: Waiver) -> Bilingual:
    document = f"（{waiver.document_no}）" if waiver.document_no else ""
    return Bilingual(
        zh=f"{waiver.by}已决定在{waiver.until_on}（含）前不适用该措施{document}：{waiver.reason}",
        en=f"{waiver.by} decided not to apply it up to and including {waiver.until_on}{document}: {waiver.reason}",
    )


def waiver_in_force(waivers: Sequence[Waiver], matter: str, measure: str, on: date) -> Waiver | None:
    """The waiver that covers this measure in this matter on ``on``; of several the longest."""
    fitting = [
        waiver
        for waiver in waivers
        if waiver.matter == matter and waiver.measure in {"", measure} and on <= waiver.until_on
    ]
    return max(fitting, key=_precedence, default=None)


def _precedence(waiver: Waiver) -> tuple[date, str, str, str, str]:
    return waiver.until_on, waiver.measure, waiver.document_no, waiver.by, waiver.reason
