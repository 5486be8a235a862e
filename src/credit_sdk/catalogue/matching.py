"""From entries to findings (由条目到命中): which measures in force meet which entries in force.

An entry counts on a day its term covers: terms lapse by the calendar, with no sync needed. Of several applications of
one measure that meet one entry only the strongest is kept (of equal ones, that whose remark sorts last), so that entry,
measure and principal name a finding. ``lasting`` ends on the same date so many years later, that day included.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from credit_sdk.catalogue.conditions import all_hold
from credit_sdk.catalogue.law import MatterLaw, Rule
from credit_sdk.catalogue.softening import Circumstances, soften, waiver_in_force
from credit_sdk.model.finding import Finding, Principal
from credit_sdk.model.listing import Entry, SubjectRecord, Waiver
from credit_sdk.model.measure import Lasting, Strength
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import months_after


class Case(Struct, frozen=True):
    """What is the same for every entry of one check (案件情形).

    Attributes:
        facts: Facts of the case in effect.
        is_aged: Whether the data is too old to punish.
        waivers: Waivers in the record of the subject itself.
    """

    law: MatterLaw
    on: date
    facts: Mapping[str, bool | int | str]
    is_aged: bool
    waivers: Sequence[Waiver]


def findings(
    case: Case, subject: Subject, record: SubjectRecord, through: Principal | None = None
) -> Iterator[Finding]:
    """What the entries of one record meet.

    Args:
        case: The check.
        subject: Whose record it is: the subject checked, or the principal's own number.
        record: What is published about him.
        through: The principal, if it is one.
    """
    for entry in record.entries:
        if entry.term.covers(case.on):
            for rule in _strongest(case, subject, entry, through):
                yield _finding(case, rule, entry, subject, through)


def by_weight(finding: Finding) -> tuple[int, str, str, str, str]:
    """The order of findings: strongest first, then by entry, measure and principal."""
    through = finding.through
    role, code = (through.role.value, through.subject.code) if through else ("", "")
    return -finding.strength.rank, finding.entry.id, finding.measure.id, role, code


def _strongest(case: Case, subject: Subject, entry: Entry, through: Principal | None) -> Iterator[Rule]:
    met: dict[str, Rule] = {}
    for rule in case.law.rules.get(entry.list, ()):
        if _meets(case, rule, subject, entry, through):
            other = met.get(rule.measure.id)
            if other is None or _weight(rule) > _weight(other):
                met[rule.measure.id] = rule
    yield from met.values()


def _meets(case: Case, rule: Rule, subject: Subject, entry: Entry, through: Principal | None) -> bool:
    reached = subject.kind in rule.kinds if through is None else through.role in rule.through
    return reached and _lasts(rule.lasting, entry, case.on) and all_hold(rule.conditions, entry, case.facts)


def _lasts(lasting: Lasting | None, entry: Entry, on: date) -> bool:
    if lasting is None:
        return True
    counts_from = entry.determined_on if lasting.counts_from == "determined_on" else entry.term.from_on
    return on <= months_after(counts_from, 12 * lasting.years)


def _weight(rule: Rule) -> tuple[int, str, str]:
    return rule.strength.rank, rule.remark.zh if rule.remark else "", rule.remark.en if rule.remark else ""


def _finding(case: Case, rule: Rule, entry: Entry, subject: Subject, through: Principal | None) -> Finding:
    waiver = waiver_in_force(case.waivers, case.law.id, rule.measure.id, case.on) if case.waivers else None
    softened = soften(
        rule.strength,
        entry,
        Circumstances(rule.list_version.objection_effect, subject.is_natural_person, case.is_aged, waiver),
    )
    return Finding(
        entry=entry,
        list=rule.list,
        measure=rule.measure,
        strength=softened.strength,
        statutory_strength=rule.strength,
        basis=rule.basis,
        way_out=rule.way_out,
        objection_to=rule.list_version.objection_to,
        softenings=softened.steps,
        waiver=waiver if rule.strength is not Strength.FAVOUR else None,
        remark=rule.remark,
        through=through,
        confirmation_by_person=subject.is_natural_person and rule.strength in {Strength.BAR, Strength.LIMIT},
    )
