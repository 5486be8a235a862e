"""A small law and small publications, so that a test says only what it is about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from credit_sdk.catalogue.catalogue import Catalogue, CatalogueDocument
from credit_sdk.catalogue.coverage import Coverage
from credit_sdk.model.citation import Bilingual, Citation, Instrument, InstrumentLevel, InstrumentVersion
from credit_sdk.model.identifier import resident_check_character, uscc_check_character
from credit_sdk.model.listing import (
    CreditList,
    CreditListVersion,
    Entry,
    FieldValue,
    ListClass,
    ObjectionEffect,
    Severity,
    SubjectRecord,
    Waiver,
)
from credit_sdk.model.matter import Fact, Matter, MatterVersion
from credit_sdk.model.measure import (
    Application,
    Condition,
    Lasting,
    Measure,
    MeasureClass,
    MeasureVersion,
    Role,
    Strength,
)
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import Term
from tests.memory_view import MemoryView

LAW_BEGAN_ON = date(2020, 1, 1)
TODAY_ON = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOUR_S = 3600

AWARD = "procurement.award"
DEFAULTER = "judgment-defaulter"
TAX = "major-tax-violation"
PENALTY = "administrative-penalty"
HONOUR = "tax-a"

COMPANY = Subject.parse("916301007105500078")


def text(words: str) -> Bilingual:
    return Bilingual(zh=f"{words}（中文）", en=words)


def company(number: int, category: str = "91") -> Subject:
    body = f"{category}630100{number:09d}"
    return Subject.parse(f"{body}{uscc_check_character(body)}")


def person(sequence: int = 1) -> Subject:
    body = f"63010119800101{sequence:03d}"
    return Subject.parse(f"{body}{resident_check_character(body)}")


def instrument(id: str = "act", until_on: date | None = None) -> Instrument:
    return Instrument(
        id=id,
        versions=(
            InstrumentVersion(
                from_on=LAW_BEGAN_ON,
                until_on=until_on,
                source="gazette",
                title=f"{id}法",
                title_en=f"{id} Act",
                number="主席令第1号",
                level=InstrumentLevel.LAW,
                issued_by="全国人民代表大会",
            ),
        ),
    )


def credit_list(
    id: str,
    list_class: ListClass = ListClass.SERIOUS,
    *,
    objection_effect: ObjectionEffect = ObjectionEffect.SCRUTINISE,
    until_on: date | None = None,
    notices: tuple[Bilingual, ...] = (),
) -> CreditList:
    return CreditList(
        id=id,
        versions=(
            CreditListVersion(
                from_on=LAW_BEGAN_ON,
                until_on=until_on,
                source="gazette",
                title=f"{id}名单",
                title_en=f"list {id}",
                list_class=list_class,
                authority="认定部门",
                basis=(Citation(instrument="act"),),
                persons=True,
                removal=text(f"leave {id}"),
                objection_to=text(f"object about {id}"),
                objection_effect=objection_effect,
                notices=notices,
            ),
        ),
    )


def application(
    strength: Strength,
    *lists: str,
    matters: Sequence[str] = (AWARD,),
    kinds: Sequence[SubjectKind] = (),
    through: Sequence[Role] = (),
    conditions: Sequence[Condition] = (),
    lasting: Lasting | None = None,
    remark: Bilingual | None = None,
) -> Application:
    return Application(
        lists=lists or (DEFAULTER,),
        matters=tuple(matters),
        strength=strength,
        kinds=tuple(kinds),
        through=tuple(through),
        conditions=tuple(conditions),
        lasting=lasting,
        remark=remark,
    )


def measure(
    id: str,
    *applies: Application,
    measure_class: MeasureClass | None = None,
    from_on: date = LAW_BEGAN_ON,
    until_on: date | None = None,
    citing: str = "act",
    way_out: Bilingual | None = None,
) -> Measure:
    strengths = {one.strength for one in applies}
    by_strength = MeasureClass.INCENTIVE if Strength.FAVOUR in strengths else MeasureClass.A
    return Measure(
        id=id,
        versions=(
            MeasureVersion(
                from_on=from_on,
                until_on=until_on,
                source="gazette",
                measure_class=measure_class or by_strength,
                heading="限制市场或行业准入",
                title=f"{id}措施",
                title_en=f"measure {id}",
                content=text(f"content of {id}"),
                basis=(Citation(instrument=citing, article="第二十二条", quote="应当具备下列条件"),),
                implementing_body="采购人",
                applies=applies,
                way_out=way_out,
            ),
        ),
    )


def matter(
    id: str = AWARD,
    *,
    required_lists: Sequence[str] = (DEFAULTER,),
    facts: Mapping[str, bool | int | str] | None = None,
    adverse_max_age_s: int = 24 * HOUR_S,
    clear_max_age_s: int = HOUR_S,
    until_on: date | None = None,
    notices: tuple[Bilingual, ...] = (),
    live_confirmation: bool = False,
) -> Matter:
    return Matter(
        id=id,
        versions=(
            MatterVersion(
                from_on=LAW_BEGAN_ON,
                until_on=until_on,
                source="gazette",
                title=f"{id}事项",
                title_en=f"matter {id}",
                basis=(Citation(instrument="act", article="第二十二条"),),
                required_lists=tuple(required_lists),
                facts={name: Fact(default=default, title=text(name)) for name, default in (facts or {}).items()},
                adverse_max_age_s=adverse_max_age_s,
                clear_max_age_s=clear_max_age_s,
                notices=notices,
                live_confirmation=live_confirmation,
            ),
        ),
    )


LISTS = (
    credit_list(DEFAULTER),
    credit_list(TAX),
    credit_list(PENALTY, ListClass.BY_ENTRY),
    credit_list(HONOUR, ListClass.HONOUR),
)
BAR = measure("a1-06", application(Strength.BAR, DEFAULTER))
INCENTIVE = measure("i06", application(Strength.FAVOUR, HONOUR))


def document(
    *measures: Measure,
    lists: Iterable[CreditList] = LISTS,
    matters: Iterable[Matter] = (),
    instruments: Iterable[Instrument] = (),
) -> CatalogueDocument:
    return CatalogueDocument(
        edition="2026-1",
        instruments=tuple(sorted([instrument(), *instruments], key=lambda thing: thing.id)),
        lists=tuple(sorted(lists, key=lambda thing: thing.id)),
        measures=tuple(sorted(measures, key=lambda thing: thing.id)),
        matters=tuple(sorted(matters or (matter(),), key=lambda thing: thing.id)),
    )


def catalogue(*measures: Measure, lists: Iterable[CreditList] = LISTS, matters: Iterable[Matter] = ()) -> Catalogue:
    return Catalogue(document(*measures, lists=lists, matters=matters))


def entry(
    list_id: str = DEFAULTER,
    *,
    id: str = "",
    severity: Severity = Severity.SERIOUS,
    determined_on: date = date(2026, 1, 5),
    term: Term | None = None,
    objection_on: date | None = None,
    fields: Mapping[str, FieldValue] | None = None,
) -> Entry:
    return Entry(
        id=id or f"e-{list_id}",
        list=list_id,
        severity=severity,
        authority="西宁市示范人民法院",
        authority_code="",
        document_no="（2026）青示执1号",
        determined_on=determined_on,
        term=term or Term(date(2026, 1, 10), date(2027, 1, 9)),
        fact="有履行能力而拒不履行",
        fact_digest=bytes(range(32)),
        basis="示范依据",
        objection_on=objection_on,
        fields=fields or {},
    )


def waiver(measure_id: str = "", *, matter_id: str = AWARD, until_on: date = date(2026, 12, 31)) -> Waiver:
    return Waiver(matter_id, measure_id, until_on, by="示范采购办", reason="唯一供应商", document_no="示采〔2026〕1号")


def record(*entries: Entry, waivers: Sequence[Waiver] = ()) -> SubjectRecord:
    return SubjectRecord(tuple(entries), tuple(waivers))


def covered(*lists: str) -> dict[str, Coverage]:
    return {id: Coverage(date(2026, 11, 22), 3) for id in lists}


@dataclass(frozen=True)
class HeldView(MemoryView):
    """A publication of this morning, verified a minute ago, that covers one list."""

    coverage: Mapping[str, Coverage] = field(default_factory=lambda: covered(DEFAULTER))
    contact_at: datetime | None = NOW - timedelta(seconds=60)
    expires_at: datetime | None = NOW + timedelta(days=7)
    published_at: datetime | None = NOW - timedelta(hours=2)


def holding(*pairs: tuple[Subject, SubjectRecord]) -> dict[bytes, SubjectRecord]:
    return {subject.key: found for subject, found in pairs}
