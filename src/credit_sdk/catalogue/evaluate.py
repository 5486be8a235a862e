"""The one question (核查): may this subject be dealt with in this matter on this day?

A pure function of one view, so that the same inputs give the same answer for ever. In this order:

1. Subject: a number partly hidden is refused; it could be several subjects.
2. Entries in force: their term covers the day.
3. Measures in force that day: list, matter, kind of subject or role of a principal, conditions. A match is a finding.
4. Strength: the law's own.
5. Softening, each reason recorded; nothing hardens (:mod:`credit_sdk.catalogue.softening`).
6. Incentives are withheld while a serious entry is in force for the subject itself.
7. Verdict (:mod:`credit_sdk.catalogue.ruling`).

Natural persons are not kept in replicas. Asked there, none of their lists is covered; and where the law of the matter
reaches through a role, a natural person in that role leaves the answer open unless something else already decides it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from credit_sdk.catalogue import request
from credit_sdk.catalogue.coverage import CoverageFound
from credit_sdk.catalogue.freshness import Age, age_of
from credit_sdk.catalogue.law import MatterLaw
from credit_sdk.catalogue.matching import Case, by_weight, findings
from credit_sdk.catalogue.reasons import not_known, why
from credit_sdk.catalogue.ruling import EMPTY, doubts_about, verdict_of
from credit_sdk.catalogue.view import View
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.decision import Decision
from credit_sdk.model.evidence import Evidence
from credit_sdk.model.finding import Finding, Principal
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.measure import Strength
from credit_sdk.model.release import LIBRARY_VERSION
from credit_sdk.model.subject import Subject, SubjectWarning
from credit_sdk.model.verdict import Verdict

_NOTHING_PUBLISHED = SubjectRecord()
_WITHHELD = Bilingual(
    zh="该主体有严重失信记录在列，激励措施在其移出前暂不给予",
    en="a serious entry is in force for the subject; incentives are withheld until it is gone",
)
_OLD_NUMBER = Bilingual(
    zh="所用号码不是统一社会信用代码；名单多以统一社会信用代码登记，请改用统一社会信用代码再次核查",
    en="this is not a unified social credit code, by which most lists are kept; check again with that code",
)


def evaluate(
    subject: Subject,
    matter: str,
    on: date,
    view: View,
    now: datetime,
    *,
    principals: Sequence[Principal] = (),
    facts: Mapping[str, bool | int | str] | None = None,
    case: str | None = None,
    decision_id: str = "",
) -> Decision:
    """Answer one check.

    Args:
        subject: Who is checked.
        matter: Id of the matter.
        on: The civil day asked about, 1990 to 2100; another day than today asks what this view says about that day.
        view: One serial of lists and law.
        now: The instant of the check, aware; it decides nothing but the age of the view.
        principals: Those beside the subject; only measures whose law extends to their role bite.
        facts: Facts of the case that differ from the matter's defaults.
        case: The host's case number.
        decision_id: UUIDv7 text.

    Raises:
        UnknownMatterError: The law in force on ``on`` knows no such matter.
        InvalidRequestError: A masked number, a day out of reach, an unknown fact, a principal given twice.
    """
    request.whole(subject)
    request.day_within_reach(on)
    request.short_text(case, "the case number")
    now = request.in_utc(now)
    beside = request.each_once(principals) if principals else ()
    age = age_of(view, now)
    if view.catalogue is None or not view.serial:
        return _known_nothing(
            subject, matter, on, view, now=now, age=age, principals=beside, case=case, decision_id=decision_id
        )

    law = view.catalogue.on(on).matter(matter)
    stated = request.facts_of(law, facts)
    is_held = view.holds_persons or not subject.is_natural_person
    covered = law.stated.of(view.coverage) if is_held else law.stated.none
    record = (view.record(subject) if is_held else None) or _NOTHING_PUBLISHED
    unheld = [one for one in beside if _is_out_of_reach(one, law, view)]

    found: tuple[Finding, ...] = ()
    favours: tuple[Finding, ...] = ()
    is_serious = False
    if record.entries or beside:
        is_aged = not age.is_within(law.version.adverse_max_age_s)
        circumstances = Case(law, on, dict(stated), is_aged, record.waivers)
        met = sorted(_met(circumstances, subject, record, beside, view), key=by_weight)
        found = tuple(finding for finding in met if finding.strength is not Strength.FAVOUR)
        favours = tuple(finding for finding in met if finding.strength is Strength.FAVOUR)
        is_serious = any(law.is_serious(entry) for entry in record.entries if entry.term.covers(on))

    doubts = doubts_about(law, subject, is_held=is_held, covered=covered, age=age, unheld=unheld)
    verdict = verdict_of(found, doubts)
    return Decision(
        id=decision_id,
        verdict=verdict,
        subject=subject,
        matter=matter,
        matter_title=law.version.title,
        on=on,
        findings=found,
        incentives=() if is_serious else favours,
        withheld=favours if is_serious else (),
        notices=_notices(law, subject, found, doubts, is_withheld=is_serious and bool(favours)),
        why=why(verdict, on, law.clearance, found, doubts),
        evidence=_evidence(view, view.catalogue.digest, age, covered),
        decided_at=now,
        case=case,
        facts=stated,
        principals=beside,
    )


def _met(
    case: Case, subject: Subject, record: SubjectRecord, beside: Sequence[Principal], view: View
) -> Iterator[Finding]:
    yield from findings(case, subject, record)
    for principal in beside:
        if principal.role in case.law.roles and not _is_out_of_reach(principal, case.law, view):
            own = view.record(principal.subject)
            if own is not None:
                yield from findings(case, principal.subject, own, principal)


def _is_out_of_reach(principal: Principal, law: MatterLaw, view: View) -> bool:
    return principal.subject.is_natural_person and not view.holds_persons and principal.role in law.roles


def _notices(
    law: MatterLaw,
    subject: Subject,
    found: Sequence[Finding],
    doubts: Sequence[Bilingual],
    *,
    is_withheld: bool,
) -> tuple[Bilingual, ...]:
    """What the desk is told, each sentence once: doubts, then by list, then what the matter always says."""
    if not (found or doubts or is_withheld or subject.warnings):
        return law.version.notices
    said = list(doubts)
    if SubjectWarning.NOT_USCC in subject.warnings:
        said.append(_OLD_NUMBER)
    for list_id in sorted({finding.list.id for finding in found}):
        said += law.list_notices.get(list_id, ())
    if is_withheld:
        said.append(_WITHHELD)
    said += law.version.notices
    return tuple(dict.fromkeys(said))


def _evidence(view: View, digest: str, age: Age, covered: CoverageFound) -> Evidence:
    return Evidence(
        origin=view.origin,
        serial=view.serial,
        map_root=view.map_root,
        catalogue_digest=digest,
        published_at=view.published_at,
        contact_at=view.contact_at,
        age_s=age.age_s,
        freshness=age.state,
        coverage=covered.lists,
        library_version=LIBRARY_VERSION,
    )


def _known_nothing(
    subject: Subject,
    matter: str,
    on: date,
    view: View,
    *,
    now: datetime,
    age: Age,
    principals: tuple[Principal, ...],
    case: str | None,
    decision_id: str,
) -> Decision:
    """The answer of an empty replica, which does not even know whether there is such a matter."""
    request.short_text(matter, "the matter")
    return Decision(
        id=decision_id,
        verdict=Verdict.UNDETERMINED,
        subject=subject,
        matter=matter,
        matter_title="",
        on=on,
        findings=(),
        incentives=(),
        withheld=(),
        notices=(EMPTY,),
        why=not_known(on, EMPTY),
        evidence=_evidence(view, "", age, CoverageFound((), ())),
        decided_at=now,
        case=case,
        principals=principals,
    )
