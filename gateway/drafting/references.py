"""Whether every reference leads somewhere on its dates (引用核对): instruments, lists, matters, facts, entry fields."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from credit_sdk.model.citation import Citation, Status, Version
from credit_sdk.model.listing import CreditListVersion
from credit_sdk.model.matter import Matter, MatterVersion, PeriodVersion
from credit_sdk.model.measure import (
    Application,
    ConditionValue,
    EntryCondition,
    FactCondition,
    MeasureVersion,
)
from credit_sdk.model.supervision import InspectionShareVersion
from gateway.drafting.complaint import Complaint
from gateway.drafting.reader import LawFile, LawFiles, LawKind
from gateway.drafting.sheet import Place, Sheet
from gateway.drafting.vocabulary import ENTRY_FIELDS, FieldType


@dataclass(frozen=True, slots=True)
class _Known:
    """What the law files hold, by kind and id."""

    law: LawFiles

    def versions(self, kind: LawKind, id: str) -> Sequence[Version] | None:
        """Versions of a thing, None when there is no such file; empty when the file cannot be used."""
        for file in self.law.of_kind(kind):
            if file.id == id:
                return file.thing.versions if file.thing else ()
        return None

    def facts(self, matter: str) -> frozenset[str] | None:
        """Facts a matter defines in any version, None when it is not known well enough to say."""
        for file in self.law.of_kind(LawKind.MATTER):
            if file.id == matter and isinstance(file.thing, Matter):
                return frozenset(name for version in file.thing.versions for name in version.facts)
        return None


def dangling(law: LawFiles) -> Iterator[Complaint]:
    """References that lead nowhere, or to something that is not there on the dates in question."""
    known = _Known(law)
    for file in law.files:
        for block, version in file.parts():
            yield from _uncited(known, file, block.place, version)
            if isinstance(version, MatterVersion):
                yield from _unknown_ids(known, file, LawKind.LIST, (*block.place, "required_lists"), version)
            elif isinstance(version, PeriodVersion):
                yield from _unknown_ids(known, file, LawKind.LIST, (*block.place, "lists"), version)
                yield from _unknown_ids(known, file, LawKind.MATTER, (*block.place, "matters"), version)
            elif isinstance(version, InspectionShareVersion):
                yield from _unknown_ids(known, file, LawKind.MATTER, (*block.place, "matter"), version)
            elif isinstance(version, MeasureVersion):
                for position, application in enumerate(version.applies):
                    place = (*block.place, "applies", position)
                    yield from _unknown_ids(known, file, LawKind.LIST, (*place, "lists"), version, of=application)
                    yield from _unknown_ids(known, file, LawKind.MATTER, (*place, "matters"), version, of=application)
                    yield from _conditions(known, file.sheet, place, application)


def remarks(law: LawFiles) -> tuple[Complaint, ...]:
    """What deserves a look but stands in nobody's way (提醒): a basis in force on no day, or not until the end."""
    return tuple(sorted(_remarks(law)))


def _remarks(law: LawFiles) -> Iterator[Complaint]:
    known = _Known(law)
    for file in law.files:
        for block, version in file.parts():
            if version.status is Status.DRAFT:
                continue
            for position, citation in enumerate(_basis(version)):
                place = (*block.place, "basis", position, "instrument")
                instrument = _in_force(known.versions(LawKind.INSTRUMENT, citation.instrument))
                if not instrument or _repealed_before(instrument, version.from_on):
                    continue
                if not any(_overlap(one, version) for one in instrument):
                    message = f"依据“{citation.instrument}”在本块期间没有一天施行"
                    yield file.sheet.complaint(place, message, "核对施行日期，或改引当时有效的文件")
                elif not _reaches(instrument, version.until_on):
                    message = f"依据“{citation.instrument}”在本块期间已经废止"
                    yield file.sheet.complaint(place, message, "自废止之日起另写一块，改引现行依据或终止")


def _uncited(known: _Known, file: LawFile, place: Place, version: Version) -> Iterator[Complaint]:
    for position, citation in enumerate(_basis(version)):
        inner = (*place, "basis", position, "instrument")
        instrument = known.versions(LawKind.INSTRUMENT, citation.instrument)
        if instrument is None:
            message = f"依据“{citation.instrument}”在instruments/中没有"
            yield file.sheet.complaint(inner, message, "核对编号，或先写好该法律文件")
        elif version.status is Status.IN_FORCE and instrument and not _in_force(instrument):
            message = f"依据“{citation.instrument}”还是草稿"
            yield file.sheet.complaint(inner, message, "先确认该法律文件，或把本块也写成草稿")
        elif version.status is Status.IN_FORCE and _repealed_before(_in_force(instrument), version.from_on):
            message = f"依据“{citation.instrument}”在本块开始（{version.from_on}）之前已经废止"
            yield file.sheet.complaint(inner, message, "改引当时有效的文件")


def _unknown_ids(
    known: _Known, file: LawFile, kind: LawKind, place: Place, version: Version, *, of: Application | None = None
) -> Iterator[Complaint]:
    word = {LawKind.LIST: "名单", LawKind.MATTER: "事项"}[kind]
    for position, id in enumerate(_ids(version, of, kind)):
        there = known.versions(kind, id)
        if there is None:
            message = f"{word}“{id}”在{kind}/中没有"
            yield file.sheet.complaint((*place, position), message, "核对编号，编号一经采用不再改动")
        elif (
            version.status is Status.IN_FORCE and there and not any(_overlap(one, version) for one in _in_force(there))
        ):
            message = f"{word}“{id}”在本块期间没有一天有效"
            yield file.sheet.complaint((*place, position), message, f"核对该{word}的日期，或从本块删去")


def _ids(version: Version, application: Application | None, kind: LawKind) -> tuple[str, ...]:
    if application is not None:
        return application.lists if kind is LawKind.LIST else application.matters
    if isinstance(version, MatterVersion):
        return version.required_lists
    if isinstance(version, InspectionShareVersion):
        return (version.matter,)
    if isinstance(version, PeriodVersion):
        return version.lists if kind is LawKind.LIST else version.matters
    return ()


def _conditions(known: _Known, sheet: Sheet, place: Place, application: Application) -> Iterator[Complaint]:
    for position, condition in enumerate(application.conditions):
        inner = (*place, "conditions", position)
        if isinstance(condition, EntryCondition):
            yield from _entry_condition(sheet, inner, condition)
            continue
        for matter in application.matters:
            facts = known.facts(matter)
            if facts is not None and condition.fact not in facts:
                message = f"事项“{matter}”没有案件事实“{condition.fact}”"
                yield sheet.complaint((*inner, "fact"), message, "先在该事项中写明这一事实及其默认值，或核对拼写")


def _entry_condition(sheet: Sheet, place: Place, condition: EntryCondition) -> Iterator[Complaint]:
    field = ENTRY_FIELDS.get(condition.field)
    if field is None:
        message = f"没有条目字段“{condition.field}”"
        yield sheet.complaint((*place, "field"), message, "能用的字段是封闭的，见README.md“条目字段”一节")
        return
    if condition.at_least is not None and field.holds is not FieldType.NUMBER:
        message = f"“{condition.field}”不是数，不能写at_least"
        yield sheet.complaint((*place, "at_least"), message, "改用equals或one_of")
    for value in _values(condition):
        if not _fits(value, field.holds):
            message = f"“{condition.field}”应当是{field.holds}，不能写“{value}”"
            yield sheet.complaint(place, message, "是/否写true或false，整数不加引号，文字照录")
        elif field.words and value not in field.words:
            message = f"“{condition.field}”没有“{value}”这个词"
            yield sheet.complaint(place, message, f"只能写：{'、'.join(field.words)}")


def _values(condition: EntryCondition | FactCondition) -> tuple[ConditionValue, ...]:
    return condition.one_of if condition.equals is None else (condition.equals,)


def _fits(value: ConditionValue, holds: FieldType) -> bool:
    if holds is FieldType.YES_NO:
        return isinstance(value, bool)
    if holds is FieldType.NUMBER:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str)


def _basis(version: Version) -> tuple[Citation, ...]:
    if isinstance(version, CreditListVersion | MeasureVersion | MatterVersion | PeriodVersion | InspectionShareVersion):
        return version.basis
    return ()


def _in_force(versions: Sequence[Version] | None) -> tuple[Version, ...]:
    return tuple(version for version in versions or () if version.status is Status.IN_FORCE)


def _repealed_before(instrument: Sequence[Version], day: date) -> bool:
    return bool(instrument) and all(one.until_on is not None and one.until_on < day for one in instrument)


def _overlap(one: Version, other: Version) -> bool:
    return (one.until_on is None or other.from_on <= one.until_on) and (
        other.until_on is None or one.from_on <= other.until_on
    )


def _reaches(instrument: Sequence[Version], until_on: date | None) -> bool:
    return any(one.until_on is None or (until_on is not None and until_on <= one.until_on) for one in instrument)
