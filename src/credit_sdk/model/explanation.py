"""What an officer reads (结论说明): every fact, article, term and way out of a decision, in sentences, one a line.

All of it is in the decision itself, so that a receipt of last year explains itself without the law of today.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model import wording
from credit_sdk.model.citation import Basis, Bilingual
from credit_sdk.model.evidence import CoverageState, Evidence
from credit_sdk.model.finding import Finding, Principal
from credit_sdk.model.listing import Severity
from credit_sdk.model.measure import Strength
from credit_sdk.model.term import SHANGHAI, Term
from credit_sdk.model.verdict import Verdict

if TYPE_CHECKING:
    from credit_sdk.model.decision import Decision, GroupDecision

Lang = Literal["zh", "en"]
_Say = Callable[[str, str], str]
"""Chooses between the Chinese and the English words."""

_SHORT_HASH = 12


def of_decision(decision: "Decision", lang: Lang = "zh") -> str:
    """One decision in sentences.

    Raises:
        InvalidRequestError: ``lang`` is neither ``zh`` nor ``en``.
    """
    return "\n".join(_decision(decision, _sayer(lang)))


def of_group(group: "GroupDecision", lang: Lang = "zh") -> str:
    """The answer for a consortium in sentences: the answer first, then every member's own.

    Raises:
        InvalidRequestError: ``lang`` is neither ``zh`` nor ``en``.
    """
    return "\n".join(_group(group, _sayer(lang)))


def _sayer(lang: str) -> _Say:
    if lang == "zh":
        return lambda zh, en: zh
    if lang == "en":
        return lambda zh, en: en
    raise InvalidRequestError(
        f"there is no explanation in the language {lang[:20]!r}.", hint="Ask for lang='zh' or lang='en'."
    )


def _read(text: Bilingual, say: _Say) -> str:
    return say(text.zh, text.en)


def _decision(decision: "Decision", say: _Say) -> Iterator[str]:
    yield _heading(decision.verdict, say)
    yield _read(decision.why, say)
    matter = f"{decision.matter_title}（{decision.matter}）" if decision.matter_title else decision.matter
    case = say(f"；案号：{decision.case}", f"; case: {decision.case}") if decision.case else ""
    yield say(
        f"主体：{decision.subject.masked}；事项：{matter}{case}",
        f"Subject: {decision.subject.masked}; matter: {matter}{case}",
    )
    for number, finding in enumerate(decision.findings, start=1):
        yield from _finding(number, finding, say)
    yield from _incentives(decision, say)
    for notice in decision.notices:
        yield say(f"提示：{notice.zh}", f"Note: {notice.en}")
    yield from _evidence(decision.evidence, say)


def _group(group: "GroupDecision", say: _Say) -> Iterator[str]:
    yield _heading(group.verdict, say)
    yield _read(group.why, say)
    for number, member in enumerate(group.members, start=1):
        yield say(f"—— 成员{number}：{member.subject.masked}", f"-- Member {number}: {member.subject.masked}")
        yield from _decision(member, say)


def _heading(verdict: Verdict, say: _Say) -> str:
    meaning = wording.VERDICTS[verdict]
    return say(f"结论：{meaning.zh}（{verdict.value}）", f"Verdict: {verdict.value}, {meaning.en}")


def _finding(number: int, finding: Finding, say: _Say) -> Iterator[str]:
    strength = wording.STRENGTHS[finding.strength]
    yield say(
        f"{number}. 名单：“{finding.list.title}”；措施：{finding.measure.title}（{strength.zh}）",
        f"{number}. List: “{finding.list.title_en}”; measure: {finding.measure.title_en} ({strength.en})",
    )
    if finding.through is not None:
        yield "   " + _through(finding.through, say)
    for line in (*_determination(finding, say), *_measure(finding, say), *_remedies(finding, say)):
        yield "   " + line


def _through(principal: Principal, say: _Say) -> str:
    role = wording.ROLES[principal.role]
    who = principal.subject.masked
    return say(f"经由：{role.zh} {who}", f"Through: {role.en} {who}")


def _determination(finding: Finding, say: _Say) -> Iterator[str]:
    entry = finding.entry
    if entry.fact:
        yield say(f"事实：{entry.fact}", f"Fact: {entry.fact}")
    yield say(
        f"认定部门：{entry.authority}；文书号：{entry.document_no}；认定日期：{entry.determined_on}",
        f"Determined by: {entry.authority}; document: {entry.document_no}; on {entry.determined_on}",
    )
    if entry.severity is not Severity.NONE:
        degree = {Severity.MINOR: "轻微", Severity.GENERAL: "一般", Severity.SERIOUS: "严重"}[entry.severity]
        yield say(f"失信程度：{degree}", f"Severity: {entry.severity.value}")
    yield _term(entry.term, say)


def _term(term: Term, say: _Say) -> str:
    if term.until_on is None:
        return say(f"期限：自{term.from_on}起，直至移出", f"Term: from {term.from_on} until removed")
    return say(
        f"期限：{term.from_on}至{term.until_on}（含）", f"Term: {term.from_on} to {term.until_on}, both included"
    )


def _measure(finding: Finding, say: _Say) -> Iterator[str]:
    measure = finding.measure
    kind = wording.MEASURE_CLASSES[measure.measure_class]
    yield say(
        f"措施内容：{measure.content.zh}（{measure.id}，{kind.zh}；实施主体：{measure.implementing_body}）",
        f"Content: {measure.content.en} ({measure.id}, {kind.en}; applied by: {measure.implementing_body})",
    )
    for basis in finding.basis:
        yield say(f"依据：{_cited(basis, say)}", f"Basis: {_cited(basis, say)}")
    for softening in finding.softenings:
        reason = wording.SOFTENING_REASONS[softening.reason]
        yield say(f"从轻：{reason.zh}。{softening.detail.zh}", f"Softened: {reason.en}. {softening.detail.en}")
    if finding.confirmation_by_person:
        yield say(
            "须经人工确认，不得仅以自动化方式作出决定（《个人信息保护法》第二十四条）",
            "A person must confirm; automation alone may not decide (Personal Information Protection Law art. 24)",
        )
    if finding.remark is not None:
        yield say(f"办理要求：{finding.remark.zh}", f"The officer adds: {finding.remark.en}")


def _cited(basis: Basis, say: _Say) -> str:
    quote = f"：“{basis.quote}”" if basis.quote else ""
    return say(basis.text, f"{basis.title_en} {basis.article} ({basis.text})") + quote


def _remedies(finding: Finding, say: _Say) -> Iterator[str]:
    if finding.strength is Strength.FAVOUR:
        return
    yield say(f"移出条件：{finding.way_out.zh}", f"Way out: {finding.way_out.en}")
    yield say(f"异议受理：{finding.objection_to.zh}", f"Objections to: {finding.objection_to.en}")


def _incentives(decision: "Decision", say: _Say) -> Iterator[str]:
    only_then = "" if decision.verdict is Verdict.CLEAR else say("（结论为可办理时）", " (once the matter may go on)")
    for favour in decision.incentives:
        yield say(f"可给予激励{only_then}：", f"May be granted{only_then}: ") + _incentive(favour, say)
    for favour in decision.withheld:
        yield say("暂不给予激励：", "Not granted now: ") + _incentive(favour, say)


def _incentive(favour: Finding, say: _Say) -> str:
    basis = say("；", "; ").join(_cited(basis, say) for basis in favour.basis)
    return say(
        f"{favour.measure.title}（名单：“{favour.list.title}”；依据：{basis}）",
        f"{favour.measure.title_en} (list: “{favour.list.title_en}”; basis: {basis})",
    )


def _evidence(evidence: Evidence, say: _Say) -> Iterator[str]:
    state = wording.FRESHNESS[evidence.freshness]
    if evidence.contact_at is None:
        yield say(f"数据截至：无（{state.zh}）", f"Data as of: none ({state.en})")
    else:
        as_of = _beijing(evidence.contact_at)
        age = (
            ""
            if evidence.age_s is None
            else say(f"，距核查{evidence.age_s}秒", f", {evidence.age_s} s before the check")
        )
        yield say(f"数据截至：{as_of}（北京时间{age}，{state.zh}）", f"Data as of: {as_of} (Beijing{age}, {state.en})")
    covered = [found for found in evidence.coverage if found.state is CoverageState.COVERED]
    missing = [found for found in evidence.coverage if found.state is CoverageState.NOT_COVERED]
    if covered:
        # What the matter requires is named with its day; the rest would bury it.
        required = [found for found in covered if found.required]
        others = len(covered) - len(required)
        said = [f"“{found.title}”{found.complete_as_of}" for found in required]
        if others:
            zh, en = ("另有", "more lists") if required else ("", "lists")
            said.append(say(f"{zh}{others}个相关名单", f"{others} {en} of this matter"))
        listed = say("、", ", ").join(said)
        yield say(f"名单覆盖（完整至）：{listed}", f"Lists covered (complete as of): {listed}")
    if missing:
        listed = say("、", ", ").join(
            f"“{found.title}”" + (say("（必查）", " (required)") if found.required else "") for found in missing
        )
        yield say(f"名单未覆盖：{listed}", f"Lists not covered: {listed}")
    if evidence.serial:
        root, law = evidence.map_root[:_SHORT_HASH], evidence.catalogue_digest[:_SHORT_HASH]
        yield say(
            f"证据：发布方 {evidence.origin}，序号 {evidence.serial}，根 {root}…，法律目录 {law}…",
            f"Evidence: origin {evidence.origin}, serial {evidence.serial}, root {root}…, law catalogue {law}…",
        )


def _beijing(instant: datetime) -> str:
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
