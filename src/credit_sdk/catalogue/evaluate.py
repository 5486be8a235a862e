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
reaches through a role, a natural person in that role leaves the answer open unless something else already decides it;
so does whoever is named there by an older number.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from credit_sdk.catalogue import request
from credit_sdk.catalogue.freshness import age_of
from credit_sdk.catalogue.law import MatterLaw
from credit_sdk.catalogue.matching import Case, by_weight, findings
from credit_sdk.catalogue.moment import Answer, Moment
from credit_sdk.catalogue.moments import where_not_held, worked_out
from credit_sdk.catalogue.reasons import not_known, why
from credit_sdk.catalogue.ruling import EMPTY, doubts_about_subject, is_by_old_number, verdict_of
from credit_sdk.catalogue.view import State, View
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.decision import Decision
from credit_sdk.model.evidence import Evidence
from credit_sdk.model.finding import Finding, Principal
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.measure import Strength
from credit_sdk.model.release import LIBRARY_VERSION
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.subject import Subject
from credit_sdk.model.verdict import Verdict

# As constants: looked up in its enumeration, a member takes ten times as long, and every answer asks for them.
_FAVOUR = Strength.FAVOUR
_PERSON = SubjectKind.NATURAL_PERSON
_NOTHING_PUBLISHED = SubjectRecord()
_WITHHELD = Bilingual(
    zh="该主体有严重失信记录在列，激励措施在其移出前暂不给予",
    en="a serious entry is in force for the subject; incentives are withheld until it is gone",
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
    decision_id: str | int = "",
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
        decision_id: UUIDv7 text, or what was drawn for it (:mod:`credit_sdk.model.decision_id`).

    Raises:
        UnknownMatterError: The law in force on ``on`` knows no such matter.
        InvalidRequestError: A masked number, a day out of reach, an unknown fact, a principal given twice.
    """
    if subject.is_masked:
        raise request.masked(subject)
    if case is not None:
        case = request.short_text(case, "the case number")
    if now.tzinfo is not UTC:
        now = request.in_utc(now)
    beside = request.each_once(principals) if principals else ()
    state = view.state
    if state.catalogue is None or not state.serial:
        return _known_nothing(
            subject, matter, on, state, now=now, principals=beside, case=case, decision_id=decision_id
        )

    is_held = state.holds_persons or subject.kind is not _PERSON
    if is_held:
        moment = state.moments.get(matter)
        if moment is None or moment.on != on or not moment.from_at <= now < moment.until_at:
            moment = worked_out(state, state.catalogue, matter, on, now)
    else:
        moment = where_not_held(state, state.catalogue, matter, on, now)
    law = moment.law
    stated = request.facts_of(law, facts) if facts else law.defaults
    record = view.record(subject) if is_held else None
    if record is None and not beside and is_held and not (subject.warnings and is_by_old_number(subject)):
        answer = moment.silence
    else:
        record = record or _NOTHING_PUBLISHED
        circumstances = Case(law, on, dict(stated) if facts else moment.facts, moment.is_aged, record.waivers)
        answer = _weighed(circumstances, subject, record, beside, view=view, moment=moment, is_held=is_held)
    # In the order of the fields: by name it would take half a microsecond more, a third of a check that finds nothing.
    return Decision(
        decision_id,
        answer.verdict,
        subject,
        law.id,
        law.version.title,
        moment.on,
        answer.findings,
        answer.incentives,
        answer.withheld,
        answer.notices,
        answer.why,
        moment.evidence,
        now,
        case,
        stated,
        beside,
    )


def is_any_other(subject: Subject, state: State) -> bool:
    """Whether one of whom nothing is published is answered about as any other such subject, without principals."""
    if subject.is_masked or (subject.warnings and is_by_old_number(subject)):
        return False
    return state.holds_persons or not subject.is_natural_person


def _weighed(
    case: Case,
    subject: Subject,
    record: SubjectRecord,
    beside: Sequence[Principal],
    *,
    view: View,
    moment: Moment,
    is_held: bool,
) -> Answer:
    """Steps 3 to 7 for a subject of whom something is published, or in whose case something else is in doubt."""
    law, doubts = case.law, moment.doubts
    met = findings(case, subject, record)
    if beside:
        met += _met_through(case, beside, view)
        unsure = [one for one in beside if _proves_nothing(one, law, view)]
    else:
        unsure = []
    if unsure or not is_held or is_by_old_number(subject):
        doubts = doubts_about_subject(subject, is_held=is_held, unsure=unsure) + doubts
    if len(met) > 1:
        met.sort(key=by_weight)
    incentives: tuple[Finding, ...] = ()
    withheld: tuple[Finding, ...] = ()
    found = met
    if met and met[-1].strength is _FAVOUR:
        found = [finding for finding in met if finding.strength is not _FAVOUR]
        incentives = tuple(met[len(found) :])
        if any(law.is_serious(entry) for entry in record.entries if entry.term.covers(case.on)):
            incentives, withheld = (), incentives
    verdict = verdict_of(found, doubts)
    return Answer(
        verdict,
        _notices(moment, found, doubts, is_withheld=bool(withheld)),
        why(verdict, case.on, law, found, doubts),
        tuple(found),
        incentives,
        withheld,
    )


def _met_through(case: Case, beside: Sequence[Principal], view: View) -> Iterator[Finding]:
    for principal in beside:
        if principal.role in case.law.roles and not _is_out_of_reach(principal, case.law, view):
            own = view.record(principal.subject)
            if own is not None:
                yield from findings(case, principal.subject, own, principal)


def _is_out_of_reach(principal: Principal, law: MatterLaw, view: View) -> bool:
    return principal.subject.is_natural_person and not view.state.holds_persons and principal.role in law.roles


def _proves_nothing(principal: Principal, law: MatterLaw, view: View) -> bool:
    """Whether that nothing is found about a principal would not mean that nothing is there."""
    if is_by_old_number(principal.subject):
        return principal.role in law.roles
    return _is_out_of_reach(principal, law, view)


def _notices(
    moment: Moment, found: Sequence[Finding], doubts: Sequence[Bilingual], *, is_withheld: bool
) -> tuple[Bilingual, ...]:
    """What the desk is told, each sentence once: doubts, then by list, then what the matter always says."""
    lists = (found[0].list.id,) if len(found) == 1 else tuple(sorted({finding.list.id for finding in found}))
    if not (doubts or is_withheld):
        known = moment.notices.get(lists)
        if known is not None:
            return known
    law = moment.law
    said = list(doubts)
    for list_id in lists:
        said += law.list_notices.get(list_id, ())
    if is_withheld:
        said.append(_WITHHELD)
    said += law.version.notices
    notices = tuple(dict.fromkeys(said))
    if not (doubts or is_withheld):
        moment.notices[lists] = notices
    return notices


def _known_nothing(
    subject: Subject,
    matter: str,
    on: date,
    state: State,
    now: datetime,
    *,
    principals: tuple[Principal, ...],
    case: str | None,
    decision_id: str | int,
) -> Decision:
    """The answer of an empty replica, which does not even know whether there is such a matter."""
    on = request.day_within_reach(on)
    matter = request.short_text(matter, "the matter")
    age = age_of(state, now)
    return Decision(
        _id=decision_id,
        verdict=Verdict.UNDETERMINED,
        subject=subject,
        matter=matter,
        matter_title="",
        on=on,
        findings=(),
        incentives=(),
        withheld=(),
        notices=(EMPTY,),
        _why=not_known(on, EMPTY),
        evidence=Evidence(
            origin=state.origin,
            serial=state.serial,
            map_root=state.map_root,
            catalogue_digest="",
            published_at=state.published_at,
            contact_at=state.contact_at,
            age_s=age.age_s,
            freshness=age.state,
            coverage=(),
            library_version=LIBRARY_VERSION,
        ),
        decided_at=now,
        case=case,
        principals=principals,
    )
