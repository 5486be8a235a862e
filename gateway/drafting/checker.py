"""Checks the law files (检查) before anybody may adopt them: everything wrong is said at once, in file order.

1. What the reader could not read.
2. References: instruments, lists, matters, facts and entry fields exist, on the dates in question.
3. 国办发〔2020〕49号: a class-A measure cites an article of a law, administrative regulation, central policy, judicial
   interpretation or local regulation, and so does each application with a basis of its own; class C only advises;
   incentives only favour and nothing else does.
4. Facts of low confidence are drafts.
5. Every version of a measure that bites somewhere has a case, and a case for the day before it began.
6. No bar and no limit rests on a grade; inspection shares in force are complete, and one set for each matter.
7. A period about waivers (豁免) is one that somebody asks for, and only it names matters; only one that excludes a
   repair or says the class of a penalty names kinds of penalty (:mod:`gateway.drafting.penalties`).
8. What was adopted once is neither edited nor removed.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from credit_sdk.catalogue.catalogue import CatalogueDocument
from credit_sdk.model.citation import Citation, Confidence, Instrument, InstrumentLevel, Status, Version
from credit_sdk.model.matter import PeriodVersion
from credit_sdk.model.measure import EntryCondition, MeasureClass, MeasureVersion, Strength
from credit_sdk.model.supervision import InspectionShareVersion
from gateway.drafting.blocks import Block
from gateway.drafting.cases import CaseSheet
from gateway.drafting.complaint import Complaint
from gateway.drafting.penalties import penalty_rules
from gateway.drafting.reader import LawFile, LawFiles, LawKind
from gateway.drafting.references import dangling, remarks
from gateway.drafting.seal import broken_seals
from gateway.drafting.wording import field_name
from gateway.registry.time_limits import LawAct

__all__ = ["check_adopted", "check_law", "remarks"]

GRADE_FIELD = "publisher_grade"
SHARE_FIELDS = tuple(name for name in InspectionShareVersion.model_fields if name.endswith("_per_mille"))
GROUNDING_LEVELS = frozenset(
    {
        InstrumentLevel.LAW,
        InstrumentLevel.ADMINISTRATIVE_REGULATION,
        InstrumentLevel.CENTRAL_POLICY,
        InstrumentLevel.JUDICIAL_INTERPRETATION,
        InstrumentLevel.LOCAL_REGULATION,
    }
)
"""Levels that may take rights away (减损权益); a local regulation only for a province's own measures."""


def check_law(law: LawFiles) -> tuple[Complaint, ...]:
    """Everything that keeps the law from being adopted; empty when it may be."""
    found = {
        *law.complaints,
        *dangling(law),
        *_confidence(law),
        *_measures(law),
        *_shares(law),
        *_waivers(law),
        *penalty_rules(law),
        *_cases(law),
        *broken_seals(law),
    }
    return tuple(sorted(found))


def check_adopted(law: LawFiles, previous: CatalogueDocument) -> tuple[Complaint, ...]:
    """What was in force in the catalogue adopted before and is now edited or gone.

    A version without an end may have been given one by a new block; nothing else about it may differ. ``sealed.txt``
    says the same, but lies beside the law; this is compared with what two people adopted.
    """
    return tuple(sorted(_not_kept(law, previous)))


def _not_kept(law: LawFiles, previous: CatalogueDocument) -> Iterator[Complaint]:
    remedy = "恢复原来的块；变更写成文件末尾的新块"
    files = {(file.kind, file.id): file for file in law.files}
    for kind in LawKind:
        for thing in getattr(previous, kind.value):
            file = files.get((kind, thing.id))
            if file is None:
                yield Complaint(f"{kind}/{thing.id}.yaml", 1, "已采用的文件被删除或改名", "恢复原文件；终止写成end块")
                continue
            for version in thing.versions:
                if version.status is Status.IN_FORCE and not _kept(version, file):
                    place = next((b.place for b in file.blocks if b.from_on == version.from_on), ("blocks",))
                    yield file.sheet.complaint(place, f"自{version.from_on}起的已采用文本被改动或删除", remedy)


def _kept(version: Version, file: LawFile) -> bool:
    ends = {None, version.until_on}
    for _, now in file.parts():
        if now.from_on == version.from_on and now.status is Status.IN_FORCE:
            same = now.model_copy(update={"until_on": version.until_on}) == version
            return same and (version.until_on is None or now.until_on in ends - {None})
    return False


def _confidence(law: LawFiles) -> Iterator[Complaint]:
    for file in law.files:
        for block, version in file.parts():
            if version.confidence is Confidence.LOW and version.status is not Status.DRAFT:
                yield file.sheet.complaint(
                    (*block.place, "confidence"),
                    "把握低（low）的内容不得现行",
                    "写上status: draft，核实后另写一块确认",
                )


def _measures(law: LawFiles) -> Iterator[Complaint]:
    # An instrument that cannot be read has its own complaint; until it is mended nothing is said about its level.
    levels = {
        file.id: frozenset(version.level for version in file.thing.versions)
        if isinstance(file.thing, Instrument)
        else GROUNDING_LEVELS
        for file in law.of_kind(LawKind.INSTRUMENT)
    }
    for file in law.of_kind(LawKind.MEASURE):
        for block, version in file.parts():
            if isinstance(version, MeasureVersion):
                if version.measure_class is MeasureClass.A and not _grounded(version.basis, levels):
                    yield file.sheet.complaint(
                        (*block.place, "basis"),
                        "A类措施减损权益，依据中没有法律、行政法规、中央政策、司法解释或地方性法规的条文",
                        "至少写一条此类依据，并写明article（第几条）",
                    )
                yield from _own_bases(file, block, version, levels)
                yield from _strengths(file, block, version)


def _own_bases(
    file: LawFile, block: Block, version: MeasureVersion, levels: dict[str, frozenset[InstrumentLevel]]
) -> Iterator[Complaint]:
    """What is wrong with applications that rest on some of the block's citations only (各行依据)."""
    for position, application in enumerate(version.applies):
        place = (*block.place, "applies", position, "basis")
        for citation in application.basis:
            if citation not in version.basis:
                message = f"依据“{citation.instrument}”{citation.article}不在本块的basis中"
                yield file.sheet.complaint(place, message, "先写进本块的basis；条款和引文须一字不差")
        is_own = application.basis and version.measure_class is MeasureClass.A
        if is_own and not _grounded(application.basis, levels):
            message = "A类措施减损权益，这一行自己的依据中没有法律、行政法规、中央政策、司法解释或地方性法规的条文"
            yield file.sheet.complaint(place, message, "至少写一条此类依据，或删去这一行的basis，以整块为依据")


def _grounded(basis: Sequence[Citation], levels: dict[str, frozenset[InstrumentLevel]]) -> bool:
    return any(
        citation.article and levels.get(citation.instrument, frozenset()) & GROUNDING_LEVELS for citation in basis
    )


def _shares(law: LawFiles) -> Iterator[Complaint]:
    taken: list[tuple[LawFile, InspectionShareVersion]] = []
    for file in law.of_kind(LawKind.SHARE):
        for block, version in file.parts():
            if not isinstance(version, InspectionShareVersion) or version.status is Status.DRAFT:
                continue
            missing = [field_name(name) for name in SHARE_FIELDS if getattr(version, name) is None]
            if missing:
                message = f"现行的抽查比例不全，缺{'、'.join(missing)}"
                yield file.sheet.complaint(block.place, message, "五个比例都写上，0至1000；没有核到的写成草稿")
            if any(other is not file and one.matter == version.matter and _meet(one, version) for other, one in taken):
                message = f"事项“{version.matter}”同一天有两套抽查比例"
                yield file.sheet.complaint((*block.place, "matter"), message, "一个事项一个文件，变更写成末尾的新块")
            taken.append((file, version))


def _waivers(law: LawFiles) -> Iterator[Complaint]:
    """Periods about waivers (豁免): misspelt, one would be a limit that holds for nobody."""
    for file in law.of_kind(LawKind.PERIOD):
        for block, version in file.parts():
            if not isinstance(version, PeriodVersion):
                continue
            if version.matters and version.act != LawAct.WAIVER_TERM:
                message = f"只有豁免的最长期限（{LawAct.WAIVER_TERM}）可以写明事项"
                yield file.sheet.complaint((*block.place, "matters"), message, "从本块删去，或核对act")
            if not version.act.startswith("waiver"):
                continue
            if version.act not in {LawAct.WAIVER_TERM, LawAct.WAIVER_CONFIRMATION}:
                message = f"豁免没有“{version.act}”这一行为"
                hint = f"只能写：{LawAct.WAIVER_TERM}、{LawAct.WAIVER_CONFIRMATION}"
                yield file.sheet.complaint((*block.place, "act"), message, hint)
            elif version.purpose != "handling":
                yield file.sheet.complaint((*block.place, "purpose"), "豁免的期限不是公示期", "写purpose: handling")
            elif version.maximum is None and version.status is not Status.DRAFT:
                yield file.sheet.complaint(block.place, "现行的豁免期限没有最长", "写上maximum；没有核到的写成草稿")


def _meet(one: Version, other: Version) -> bool:
    ends = (one.until_on or date.max, other.until_on or date.max)
    return max(one.from_on, other.from_on) <= min(ends)


def _strengths(file: LawFile, block: Block, version: MeasureVersion) -> Iterator[Complaint]:
    for position, application in enumerate(version.applies):
        place = (*block.place, "applies", position, "strength")
        if application.strength in {Strength.BAR, Strength.LIMIT} and any(
            isinstance(condition, EntryCondition) and condition.field == GRADE_FIELD
            for condition in application.conditions
        ):
            message = "评价等级不得作为禁止或限制的条件"
            yield file.sheet.complaint(place, message, "等级只用于确定抽查比例和频次；改写依据，或改为scrutinise")
        is_favour = application.strength is Strength.FAVOUR
        if version.measure_class is MeasureClass.C and application.strength is not Strength.ADVISE:
            message = f"C类措施由其他组织自主实施，强度不得为“{application.strength}”"
            yield file.sheet.complaint(place, message, "C类只能写advise")
        elif (version.measure_class is MeasureClass.INCENTIVE) is not is_favour:
            message = f"{version.measure_class}类措施的强度不得为“{application.strength}”"
            yield file.sheet.complaint(place, message, "激励措施只写favour，其他措施不写favour")


def _cases(law: LawFiles) -> Iterator[Complaint]:
    cases = {sheet.content.measure: sheet for sheet in law.cases if sheet.content is not None}
    broken = {sheet.sheet.file for sheet in law.cases if sheet.content is None}
    measures = {file.id: file for file in law.of_kind(LawKind.MEASURE)}
    matters = {file.id for file in law.of_kind(LawKind.MATTER)}
    lists = {file.id for file in law.of_kind(LawKind.LIST)}
    for id, sheet in cases.items():
        if id not in measures:
            yield sheet.sheet.complaint(("measure",), f"措施“{id}”在measures/中没有", "核对编号")
        yield from _case_references(sheet, matters, lists)
    for file in measures.values():
        if f"cases/{file.id}.yaml" not in broken:
            yield from _uncovered(file, cases.get(file.id))


def _case_references(sheet: CaseSheet, matters: set[str], lists: set[str]) -> Iterator[Complaint]:
    for position, case in enumerate(sheet.content.cases if sheet.content else ()):
        place = ("cases", position)
        if case.when not in matters:
            yield sheet.sheet.complaint((*place, "when"), f"事项“{case.when}”在matters/中没有", "核对编号")
        entries = [*case.given.entries, *(entry for who in case.given.principals for entry in who.entries)]
        for missing in sorted({entry.list for entry in entries} - lists):
            yield sheet.sheet.complaint((*place, "given"), f"名单“{missing}”在lists/中没有", "核对编号")


def _uncovered(file: LawFile, sheet: CaseSheet | None) -> Iterator[Complaint]:
    cases = sheet.content.cases if sheet is not None and sheet.content is not None else ()
    for block, version in file.parts():
        if version.status is Status.DRAFT or not isinstance(version, MeasureVersion) or not version.applies:
            continue
        if not any(version.covers(case.on) and not case.is_absence for case in cases):
            message = f"自{version.from_on}起的措施没有案例"
            yield file.sheet.complaint(block.place, message, f"在cases/{file.id}.yaml中写一个这一期间应当适用的案例")
        before_on = version.from_on - timedelta(days=1)
        if not any(case.on == before_on for case in cases):
            message = f"没有施行前一日（{before_on}）的案例"
            yield file.sheet.complaint(block.place, message, f"在cases/{file.id}.yaml中写明前一日的结论")
