"""How long an entry may be shown, and from when its repair may be asked for (公示期). Rules without any reading.

Which period holds, by the versions in force on the day of the document (文书之日):

1. A list's own period (``listing``), where the law has one for the list. One without a maximum says that the list's
   own law sets no fixed term: nothing is cut.
2. Otherwise the class of the act (``untrustworthiness``): an entry of a list of seriously untrustworthy entities is
   serious; on the list of penalties and on general lists the entry's own severity counts.
3. A penalty that states no class: the sector's own rule (``penalty.<sector>``) where the determining authority belongs
   to the sector of whoever issued it, else its kinds (:mod:`gateway.registry.penalty_classes`), else every class.
4. Penalties of the years before the classes: the sector's own rule, else the general one (``penalty``); where that
   went by classes and the entry's is none of them, each of them.
5. Otherwise the law of that day stated no period: nothing is cut.

Where the entry does not tell which of several holds, all are named, the longest first: the longest maximum ends
publicity, and where the minima differ the minimum is asked for.

Counted from the document, or, where the rule says publication, from the first day of the term (起始日期). The day of
the event does not count, so a period of months ends on the day of the same number (民法典 Art. 201, 202). Publicity
ends at the earlier of the entry's own term and the maximum. A ban that the decision itself sets (终身禁业、取消投标
资格), and a listing whose stated term is no longer than the maximum, run as decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from credit_sdk.model.citation import Bilingual
from credit_sdk.model.listing import Entry, ListClass, Severity
from gateway.registry.penalty_classes import ClassByKind, class_by_kind
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity_remarks import publicity_remark
from gateway.registry.rules import Rule

_CLASSED = frozenset({ListClass.BY_ENTRY, ListClass.GENERAL})
_DECIDED_BANS = ("lifelong_ban", "bidding_disqualified")
_LIGHT = frozenset({"警告", "通报批评"})


@dataclass(frozen=True, slots=True)
class Listed:
    """What of an entry decides about its publicity."""

    list: str
    severity: Severity
    authority: str
    determined_on: date
    term_from: date
    term_until: date | None
    fields: Mapping[str, object]

    @classmethod
    def row(cls, row: Row[Any]) -> "Listed":
        """From a row of the entries table."""
        severity = Severity(row.severity)
        return cls(
            row.list, severity, row.authority, row.determined_on, row.term_from, row.term_until, row.fields or {}
        )

    @classmethod
    def entry(cls, entry: Entry) -> "Listed":
        """From an entry as published."""
        days = (entry.determined_on, entry.term.from_on, entry.term.until_on)
        return cls(entry.list, entry.severity, entry.authority, *days, entry.fields)


@dataclass(frozen=True, slots=True)
class Publicity:
    """The publicity of one entry (公示期).

    Attributes:
        severity: The class of the act as it counts here, stated or by its kinds; ``NONE`` where none does.
        rule: The period that holds, of several that may the longest; None where the law states none.
        others: Periods that might hold instead, as far as the entry tells.
        counted_from_on: The day it is counted from.
        repair_from_on: First day a repair may be applied for; None where the law states no minimum, and where it
            depends on which period holds.
        maximum_on: Last day by the law's maximum; None where it states none.
        ends_on: Last day of publicity: the earlier of term and maximum; None while neither is known.
        remark: Why it is so, Chinese first.
        classed_by: The rule by which the kinds of the penalty told its class; None where they did not.
    """

    severity: Severity
    rule: Rule | None
    others: tuple[Rule, ...]
    counted_from_on: date
    repair_from_on: date | None
    maximum_on: date | None
    ends_on: date | None
    remark: Bilingual
    classed_by: Rule | None = None

    @property
    def asks_for_period(self) -> bool:
        """Whether the first day of a repair depends on which period holds, so that it must be said."""
        minima = [each.version.minimum for each in (self.rule, *self.others) if each is not None]
        return bool(self.others) and self.repair_from_on is None and any(each is not None for each in minima)

    def is_over(self, on: date) -> bool:
        """Whether publicity has ended by the calendar."""
        return self.ends_on is not None and self.ends_on < on

    def by(self, period: str) -> Rule | None:
        """The rule of that period, if it is one of those that may hold."""
        return next((each for each in (self.rule, *self.others) if each is not None and each.id == period), None)


def publicity_of(listed: Listed, law: PeriodLaw) -> Publicity:
    """The publicity of an entry by the law as of the day of its document."""
    severity = _class_of(listed, law)
    found, by_kind = _rules(listed, severity, law)
    if not found:
        return _unlimited(listed, severity)
    rule, *others = sorted(found, key=lambda each: _maximum_on(listed, each) or date.max, reverse=True)
    if by_kind is not None and not others:
        severity = rule.version.severity or severity
    ends = [due.on for each in found if (due := each.maximum_after(counted_from(listed, each))) is not None]
    # An end that a missing calendar hides cuts nothing; of several rules that may hold the longest does.
    known = [each for each in ends if each is not None]
    maximum_on = max(known) if known and len(known) == len(found) else None
    minima = [(each, minimum_on(listed, each)) for each in (rule, *others)]
    told = {day for _, day in minima}
    return Publicity(
        severity,
        rule,
        tuple(others),
        counted_from(listed, rule),
        told.pop() if len(told) == 1 else None,
        maximum_on,
        _ends_on(listed, rule, maximum_on),
        publicity_remark(minima, by_kind),
        by_kind.rules[0] if by_kind is not None and not others else None,
    )


def counted_from(listed: Listed, rule: Rule) -> date:
    """The day a rule counts from; publication cannot come before the document."""
    if rule.version.counts_from == "publication":
        return max(listed.determined_on, listed.term_from)
    return listed.determined_on


def minimum_on(listed: Listed, rule: Rule) -> date | None:
    """First day a repair may be applied for under a rule; None where it states no minimum or nobody knows the day."""
    due = rule.minimum_after(counted_from(listed, rule))
    return due.on if due is not None else None


def _maximum_on(listed: Listed, rule: Rule) -> date | None:
    due = rule.maximum_after(counted_from(listed, rule))
    return due.on if due is not None else None


def _class_of(listed: Listed, law: PeriodLaw) -> Severity:
    kind = law.class_of(listed.list, listed.determined_on)
    if kind is ListClass.SERIOUS:
        return Severity.SERIOUS
    return listed.severity if kind in _CLASSED else Severity.NONE


def _rules(listed: Listed, severity: Severity, law: PeriodLaw) -> tuple[tuple[Rule, ...], ClassByKind | None]:
    """Every period that may hold, and what the kinds of the penalty told where it was they that were asked."""
    on = listed.determined_on
    own = [each for each in law.of_act("listing", on) if listed.list in each.version.lists]
    if own:
        return (own[0],), None
    classes = law.of_act("untrustworthiness", on)
    classed = [each for each in classes if each.version.severity is severity]
    if classed:
        return (classed[0],), None
    penalties = _of_penalties(listed.list, law, on)
    sector = _of_the_sector(listed, penalties)
    if sector:
        return sector, None
    by_kind = class_by_kind(listed.list, listed.fields, law, on) if classes else None
    if by_kind is not None:
        may_hold = by_kind.severities or frozenset(Severity)
        return tuple(each for each in classes if each.version.severity in may_hold), by_kind
    return _general(severity, penalties), None


def _of_penalties(list_id: str, law: PeriodLaw, on: date) -> list[tuple[str, Rule]]:
    """The rules for penalties on a list, each with its act."""
    return [
        (act, rule)
        for act in law.acts
        if act == "penalty" or act.startswith("penalty.")
        for rule in law.of_act(act, on)
        if list_id in rule.version.lists
    ]


def _issuer_of_the_general(penalties: list[tuple[str, Rule]]) -> str:
    return next((rule.issued_by for act, rule in penalties if act == "penalty"), "")


def _of_the_sector(listed: Listed, penalties: list[tuple[str, Rule]]) -> tuple[Rule, ...]:
    general = _issuer_of_the_general(penalties)
    sector = [(act, rule) for act, rule in penalties if rule.issued_by != general and rule.binds(listed.authority)]
    light = [rule for act, rule in sector if act.endswith(".light")]
    whole = [rule for act, rule in sector if not act.endswith(".light")]
    return tuple((light if light and _is_light(listed) else whole)[:1])


def _general(severity: Severity, penalties: list[tuple[str, Rule]]) -> tuple[Rule, ...]:
    issuer = _issuer_of_the_general(penalties)
    rules = tuple(rule for _, rule in penalties if rule.issued_by == issuer)
    # A class that the rules of that day did not know tells nothing of which of theirs holds.
    told = tuple(each for each in rules if each.version.severity in {None, severity})
    return told or rules


def _is_light(listed: Listed) -> bool:
    kinds = listed.fields.get("penalty_kinds")
    only_words = isinstance(kinds, list | tuple) and bool(kinds) and set(kinds) <= _LIGHT
    return only_words or listed.severity is Severity.MINOR


def _ends_on(listed: Listed, rule: Rule, maximum_on: date | None) -> date | None:
    if maximum_on is None or any(listed.fields.get(name) is True for name in _DECIDED_BANS):
        return listed.term_until
    if listed.term_until is None:
        return maximum_on
    if rule.version.act == "listing":
        length = rule.maximum_after(max(listed.determined_on, listed.term_from))
        if length is not None and length.on is not None and listed.term_until <= length.on:
            return listed.term_until
    return min(listed.term_until, maximum_on)


def _unlimited(listed: Listed, severity: Severity) -> Publicity:
    remark = Bilingual(
        zh="文书之日施行的规定没有载明公示期（未设法定期限），按认定的期限公示，不作缩短",
        en="the law in force on the day of the document states no publicity period; the term as determined holds",
    )
    return Publicity(severity, None, (), listed.determined_on, None, None, listed.term_until, remark)
