"""The credit report (公共信用信息报告): what it says, in the national layout V2.0, and what it cannot say.

It is worked out from one published state, so that it can be no other than what every replica was told, and holds no
more than the public record: what was repaired, removed or revoked is not there, what is under objection says so.

Each section stands in one of four states. ``recorded``: it holds something. ``none``: every list that belongs to it is
declared complete and has nothing (查询期内无相关记录). ``partial``: nothing was found, but not every list is covered;
both are named. ``not-collected``: this gateway covers nothing of it (未归集), which is not "no record".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from credit_sdk.catalogue.catalogue import Law
from credit_sdk.model import canonical
from credit_sdk.model.listing import CreditListVersion, Entry, ListClass
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.subject import Subject
from gateway.database.columns import day_text
from gateway.registry.names import FormerName
from gateway.registry.report_items import Item, commitment_item, declared_item, entry_item, grade_item, licence_item
from gateway.registry.report_words import ADVICE_NONE, STATEMENT, ZH_KINDS
from gateway.registry.subject_file import SubjectFile

REPORT_FORMAT = "credit-report/1"
_PENALTIES = "administrative-penalty"
_COMMITMENTS = frozenset({"false-commitment", "commitment-breach"})


class SectionState(StrEnum):
    """What a section can say; see above."""

    RECORDED = "recorded"
    NONE = "none"
    PARTIAL = "partial"
    NOT_COLLECTED = "not-collected"


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the report (报告章节).

    Attributes:
        number: 1 to 10; 0 for the local supplement.
        covered: Titles of its lists that are declared complete, each with the day.
        incomplete: Titles of lists that hold an entry shown here, but are not declared complete.
        missing: Titles of what belongs here and is not covered at all.
    """

    number: int
    title: str
    state: SectionState
    items: tuple[Item, ...] = ()
    covered: tuple[tuple[str, date], ...] = ()
    incomplete: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicRecord:
    """What a report is made from (公开记录): one published state and the file of the subject.

    Attributes:
        law: In force on the day of the report.
        entries: As published; whose term is over is left out here.
        covered: Until which day each list is declared complete.
    """

    subject: Subject
    file: SubjectFile
    law: Law
    entries: Sequence[Entry]
    covered: Mapping[str, date]
    on: date


@dataclass(frozen=True, slots=True)
class CreditReport:
    """A report without its number (公共信用信息报告).

    Attributes:
        labels: 守信激励对象 or 失信惩戒对象; never both, the adverse one prevails.
        advice: 信用状况提升建议, a sentence each.
    """

    code: str
    name: str
    kind: str
    labels: tuple[str, ...]
    sections: tuple[Section, ...]
    advice: tuple[str, ...]

    def content(self) -> dict[str, object]:
        """What it says of the subject, ready for canonical JSON."""
        return {
            "subject": {"code": self.code, "name": self.name, "kind": self.kind},
            "labels": list(self.labels),
            "summary": [
                {"title": each.title, "count": len(each.items), "state": each.state.value} for each in self.sections
            ],
            "sections": [_written(each) for each in self.sections],
            "advice": list(self.advice),
            "statement": list(STATEMENT),
        }

    def content_digest(self) -> str:
        """Digest of what it says, without number, instant and the days until which lists are complete.

        Two reports with the same one say the same of the subject.
        """
        content = self.content()
        content["sections"] = [
            {**_written(each), "covered": [title for title, _ in each.covered]} for each in self.sections
        ]
        return sha256(canonical.dumps(content)).hexdigest()


def compose(record: PublicRecord) -> CreditReport:
    """The report of an organisation on one published state."""
    entries = sorted(
        (each for each in record.entries if each.term.covers(record.on)),
        key=lambda each: (each.determined_on, each.id),
        reverse=True,
    )
    return CreditReport(
        code=record.subject.code,
        name=record.file.name,
        kind=ZH_KINDS.get(record.subject.kind, ZH_KINDS[SubjectKind.UNKNOWN]),
        labels=_labels(entries, record.law),
        sections=tuple(_sections(record, entries)),
        advice=tuple(_advice(entries, record.law)) or (ADVICE_NONE,),
    )


def section_of(list_id: str, version: CreditListVersion | None) -> int:
    """In which section entries of a list stand; one that the law in force does not know is no reason to hide them."""
    if version is None:
        return 9
    if list_id == _PENALTIES:
        return 2
    if list_id in _COMMITMENTS:
        return 6
    return {
        ListClass.HONOUR: 3,
        ListClass.SERIOUS: 4,
        ListClass.ABNORMAL: 5,
        ListClass.COURT_ORDER: 8,
    }.get(version.list_class, 9)


def _sections(record: PublicRecord, entries: Sequence[Entry]) -> Iterator[Section]:
    yield Section(1, "基础信息", SectionState.RECORDED, (_basics(record),), missing=("法定代表人", "成立日期", "住所"))
    licences = [licence_item(each) for each in record.file.licences]
    yield _section(
        record,
        2,
        "行政管理信息",
        [*licences, *_entry_items(record, entries, 2)],
        # Nobody declares licences complete: none here is not "no record".
        also_missing=("行政许可",),
    )
    yield _section(record, 3, "诚实守信相关荣誉信息", _entry_items(record, entries, 3))
    yield _section(record, 4, "严重失信主体名单信息", _entry_items(record, entries, 4))
    yield _section(record, 5, "经营（活动）异常名录（状态）信息", _entry_items(record, entries, 5))
    commitments = [commitment_item(each) for each in record.file.commitments]
    yield _section(record, 6, "信用承诺信息", [*commitments, *_entry_items(record, entries, 6)])
    yield _evaluation(record.file)
    yield _section(record, 8, "司法判决信息", _entry_items(record, entries, 8), also_missing=("司法判决",))
    yield _section(record, 9, "其他信息", _entry_items(record, entries, 9))
    declared = tuple(declared_item(each) for each in record.file.declarations if each.state != "rejected")
    yield Section(0, "公共信用信息地方补充内容", SectionState.RECORDED if declared else SectionState.NONE, declared)


def _section(
    record: PublicRecord, number: int, title: str, items: Sequence[Item], also_missing: tuple[str, ...] = ()
) -> Section:
    lists = {id: version for id, version in record.law.lists.items() if section_of(id, version) == number}
    covered = tuple((version.title, record.covered[id]) for id, version in lists.items() if id in record.covered)
    uncovered = [version.title for id, version in lists.items() if id not in record.covered]
    shown = {each.title for each in items}
    uncovered = [*also_missing, *uncovered]
    incomplete = tuple(title for title in uncovered if title in shown)
    missing = tuple(title for title in uncovered if title not in shown)
    if items:
        state = SectionState.RECORDED
    elif not missing:
        state = SectionState.NONE
    else:
        state = SectionState.PARTIAL if covered else SectionState.NOT_COLLECTED
    return Section(number, title, state, tuple(items), covered, incomplete, missing)


def _evaluation(file: SubjectFile) -> Section:
    title, others = "信用评价信息", "行业信用评价"
    if file.grade is None:
        return Section(7, title, SectionState.NOT_COLLECTED, missing=("公共信用综合评价", others))
    return Section(7, title, SectionState.RECORDED, (grade_item(file.grade),), missing=(others,))


def _basics(record: PublicRecord) -> Item:
    kind = ZH_KINDS.get(record.subject.kind, ZH_KINDS[SubjectKind.UNKNOWN])
    name = record.file.name or "未归集"
    lines = [("企业名称", name), ("统一社会信用代码", record.subject.code), ("主体类型", kind)]
    lines += [("曾用名", _former(each)) for each in record.file.former_names]
    lines += [("原注册号", number) for number in record.file.former_numbers]
    return Item("登记信息", tuple(lines))


def _former(former: FormerName) -> str:
    stated = "，".join(filter(None, (day_text(former.stated_on), former.document_no)))
    return f"{former.name}（{stated}）" if stated else former.name


def _entry_items(record: PublicRecord, entries: Sequence[Entry], number: int) -> list[Item]:
    lists = record.law.lists
    return [
        entry_item(each, lists[each.list].title if each.list in lists else each.list)
        for each in entries
        if section_of(each.list, lists.get(each.list)) == number
    ]


def _labels(entries: Sequence[Entry], law: Law) -> tuple[str, ...]:
    classes = {law.lists[each.list].list_class for each in entries if each.list in law.lists}
    if ListClass.SERIOUS in classes:
        return ("失信惩戒对象",)
    return ("守信激励对象",) if ListClass.HONOUR in classes else ()


def _advice(entries: Sequence[Entry], law: Law) -> Iterator[str]:
    said = set()
    for each in entries:
        version = law.lists.get(each.list)
        if version is None or version.list_class is ListClass.HONOUR or each.list in said:
            continue
        said.add(each.list)
        yield f"{version.title}：{version.removal.zh}。异议：{version.objection_to.zh}。"


def _written(section: Section) -> dict[str, object]:
    return {
        "number": section.number,
        "title": section.title,
        "state": section.state.value,
        "items": [each.written() for each in section.items],
        "covered": [{"title": title, "complete_as_of": day.isoformat()} for title, day in section.covered],
        "incomplete": list(section.incomplete),
        "missing": list(section.missing),
    }
