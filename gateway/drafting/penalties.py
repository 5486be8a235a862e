"""Checks the rules that go by kinds of penalty (行政处罚种类): misspelt, one would hold for nothing and say nothing.

Two acts do: the class of a penalty (``penalty-class``), and penalties whose publicity never ends early
(``repair.excluded``). Of a class in force there is a case, and one for the day before it began.
"""

from collections.abc import Iterator
from datetime import timedelta

from credit_sdk.model.citation import Status
from credit_sdk.model.listing import Severity
from credit_sdk.model.matter import PeriodVersion
from gateway.drafting.blocks import Block
from gateway.drafting.complaint import Complaint
from gateway.drafting.reader import LawFile, LawFiles, LawKind
from gateway.drafting.vocabulary import PENALTY_KINDS
from gateway.registry.penalty_classes import PENALTY_CLASS
from gateway.registry.time_limits import LawAct

_BY_KIND = (PENALTY_CLASS, LawAct.REPAIR_EXCLUDED)


def penalty_rules(law: LawFiles) -> Iterator[Complaint]:
    """What is wrong with rules that go by kinds of penalty, and with others that name kinds."""
    publicities = {
        file.id
        for file in law.of_kind(LawKind.PERIOD)
        for _, version in file.parts()
        if isinstance(version, PeriodVersion) and version.purpose == "publicity" and version.act != PENALTY_CLASS
    }
    for file in law.of_kind(LawKind.PERIOD):
        for block, version in file.parts():
            if not isinstance(version, PeriodVersion):
                continue
            if version.act not in _BY_KIND and version.penalty_kinds:
                message = f"只有定类、不得提前停止公示的规定（{'、'.join(_BY_KIND)}）可以写penalty_kinds"
                yield file.sheet.complaint((*block.place, "penalty_kinds"), message, "从本块删去，或核对act")
            if version.act != LawAct.REPAIR_EXCLUDED and version.alongside:
                message = f"只有不得提前停止公示的规定（{LawAct.REPAIR_EXCLUDED}）可以写alongside"
                yield file.sheet.complaint((*block.place, "alongside"), message, "从本块删去，或核对act")
            if version.act in _BY_KIND:
                yield from _kinds(file, block, version)
            if version.act == LawAct.REPAIR_EXCLUDED and version.alongside not in publicities:
                message = f"公示期“{version.alongside}”在periods/中没有"
                yield file.sheet.complaint((*block.place, "alongside"), message, "写公示期的编号")
            if version.act == PENALTY_CLASS:
                yield from _class(file, block, version)
                yield from _uncovered(law, file, block, version)
    yield from _case_references(law)


def _kinds(file: LawFile, block: Block, version: PeriodVersion) -> Iterator[Complaint]:
    place = (*block.place, "penalty_kinds")
    for word in version.penalty_kinds or ("",):
        if word not in PENALTY_KINDS:
            message = f"处罚种类“{word}”不在行政处罚法第九条的词中"
            yield file.sheet.complaint(place, message, f"只用：{'、'.join(PENALTY_KINDS)}")


def _class(file: LawFile, block: Block, version: PeriodVersion) -> Iterator[Complaint]:
    if version.severity in {None, Severity.NONE}:
        message = "定类的规定没有写明类别"
        yield file.sheet.complaint((*block.place, "severity"), message, "写severity: minor、general或serious")
    if not version.lists:
        yield file.sheet.complaint((*block.place, "lists"), "定类的规定没有写明名单", "写上lists")
    if version.purpose != "publicity":
        message = "定类的规定属于公示期，不是办理期限"
        yield file.sheet.complaint((*block.place, "purpose"), message, "写purpose: publicity")
    if version.minimum is not None or version.maximum is not None:
        message = "定类的规定没有期限；多长由该类的公示期写明"
        yield file.sheet.complaint(block.place, message, "删去minimum和maximum，写到untrustworthiness的公示期里")


def _uncovered(law: LawFiles, file: LawFile, block: Block, version: PeriodVersion) -> Iterator[Complaint]:
    if version.status is Status.DRAFT:
        return
    sheet = next((each for each in law.cases if each.sheet.file == f"cases/{file.id}.yaml"), None)
    if sheet is not None and sheet.publicity is None:
        return  # It cannot be read and has its own complaint.
    days = {each.given.determined_on for each in sheet.publicity.cases} if sheet and sheet.publicity else set()
    before_on = version.from_on - timedelta(days=1)
    for lacking, what in (
        (not any(version.covers(day) for day in days), f"自{version.from_on}起的定类规定没有案例"),
        (before_on not in days, f"没有施行前一日（{before_on}）的案例"),
    ):
        if lacking:
            yield file.sheet.complaint(block.place, what, f"在cases/{file.id}.yaml中写明（period: {file.id}）")


def _case_references(law: LawFiles) -> Iterator[Complaint]:
    periods = {file.id for file in law.of_kind(LawKind.PERIOD)}
    lists = {file.id for file in law.of_kind(LawKind.LIST)}
    for sheet in law.cases:
        if sheet.publicity is None:
            continue
        if sheet.publicity.period not in periods:
            message = f"期限“{sheet.publicity.period}”在periods/中没有"
            yield sheet.sheet.complaint(("period",), message, "核对编号")
        for position, case in enumerate(sheet.publicity.cases):
            for missing in sorted({*case.then.periods} - periods):
                message = f"期限“{missing}”在periods/中没有"
                yield sheet.sheet.complaint(("cases", position, "then"), message, "核对编号")
            if case.given.list not in lists:
                message = f"名单“{case.given.list}”在lists/中没有"
                yield sheet.sheet.complaint(("cases", position, "given"), message, "核对编号")
