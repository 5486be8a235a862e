"""From entries to findings (由条目到命中): which measures in force meet which entries in force.

An entry counts on a day its term covers: terms lapse by the calendar, with no sync needed. Of several applications of
one measure that meet one entry only the strongest is kept (of equal ones, that whose remark sorts last), so that entry,
measure and principal name a finding. ``lasting`` ends on the same date so many years later, that day included.
"""

from collections.abc import Mapping, Sequence
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


def findings(case: Case, subject: Subject, record: SubjectRecord, through: Principal | None = None) -> list[Finding]:
    """What the entries of one record meet.

    Args:
        case: The check.
        subject: Whose record it is: the subject checked, or the principal's own number.
        record: What is published about him.
        through: The principal, if it is one.
    """
    found = []
    rules, on = case.law.rules, case.on
    for entry in record.entries:
        if not entry.term.covers(on):
            continue
        met: list[str] = []
        for rule in rules.get(entry.list, ()):
            # The weightiest application of a measure comes first; what follows of it is not heard.
            if rule.measure.id not in met and meets(case, rule, subject, entry, through):
                met.append(rule.measure.id)
                found.append(_finding(case, rule, entry, subject, through))
    return found


def by_weight(finding: Finding) -> tuple[int, str, str, str, str]:
    """The order of findings: strongest first, then by entry, measure and principal."""
    through = finding.through
    role, code = (through.role.value, through.subject.code) if through else ("", "")
    return -finding.strength.rank, finding.entry.id, finding.measure.id, role, code


def meets(case: Case, rule: Rule, subject: Subject, entry: Entry, through: Principal | None) -> bool:
    """Whether an application of a measure meets an entry in force on its list."""
    if (subject.kind not in rule.kinds) if through is None else (through.role not in rule.through):
        return False
    # What is published is sooner looked up than a day is worked out.
    if rule.conditions and not all_hold(rule.conditions, entry, case.facts):
        return False
    return rule.lasting is None or _lasts(rule.lasting, entry, case.on)


def _lasts(lasting: Lasting, entry: Entry, on: date) -> bool:
    counts_from = entry.determined_on if lasting.counts_from == "determined_on" else entry.term.from_on
    return on <= months_after(counts_from, 12 * lasting.years)


def _finding(case: Case, rule: Rule, entry: Entry, subject: Subject, through: Principal | None) -> Finding:
    strength, is_person = rule.strength, subject.is_natural_person
    if not (case.waivers or case.is_aged or is_person or entry.objection_on is not None):
        # Nothing softens it. In the order of the fields: by name it would take twice as long.
        return Finding(
            entry,
            rule.list,
            rule.measure,
            strength,
            strength,
            rule.basis,
            rule.way_out,
            rule.list_version.objection_to,
            (),
            None,
            rule.remark,
            through,
        )
    waiver = waiver_in_force(case.waivers, case.law.id, rule.measure.id, case.on) if case.waivers else None
    softened = soften(
        strength, entry, Circumstances(rule.list_version.objection_effect, is_person, case.is_aged, waiver)
    )
    return Finding(
        entry=entry,
        list=rule.list,
        measure=rule.measure,
        strength=softened.strength,
        statutory_strength=strength,
        basis=rule.basis,
        way_out=rule.way_out,
        objection_to=rule.list_version.objection_to,
        softenings=softened.steps,
        waiver=waiver if strength is not Strength.FAVOUR else None,
        remark=rule.remark,
        through=through,
        confirmation_by_person=is_person and strength in {Strength.BAR, Strength.LIMIT},
    )
