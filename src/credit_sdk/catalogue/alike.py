"""Who is answered alike (同类): what of a record decides, so that an answer worked out once speaks for many.

Of two subjects of one kind whose entries in force stand on the same lists with the same severity, and meet the same
measures there, the same is found: decisions about them differ in what their entries say of themselves, and in nothing
that binds. Where anything else has a say - a waiver, an objection, a natural person - there is no likeness, and whoever
asks answers by himself.
"""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from credit_sdk.catalogue.law import MatterLaw
from credit_sdk.catalogue.matching import Case, meets
from credit_sdk.model.listing import Entry, SubjectRecord
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.subject import Subject

_PERSON = SubjectKind.NATURAL_PERSON

Likeness = tuple[object, ...]
"""Compares equal for subjects that are answered alike; says nothing else."""


class Likenesses:
    """Tells who is answered alike in one matter on one day.

    Args:
        law: What the law says in the matter on that day.
        on: The day.
        facts: Facts of the case in effect, defaults included.
    """

    def __init__(self, law: MatterLaw, on: date, facts: Mapping[str, bool | int | str]) -> None:
        self._on = on
        self._case = Case(law, on, facts, is_aged=False, waivers=())
        # Elsewhere list, severity and kind of subject settle which measures are met.
        self._looked_into = frozenset(
            id for id, rules in law.rules.items() if any(rule.conditions or rule.lasting for rule in rules)
        )

    def of(self, subject: Subject, record: SubjectRecord) -> Likeness | None:
        """The likeness of a subject by what is published of it; None where it is like nobody."""
        kind, entries = subject.kind, record.entries
        if record.waivers or kind is _PERSON:
            return None
        if len(entries) == 1:  # as a rule
            mark = self._mark(subject, entries[0])
            return None if mark is None else (kind, mark)
        # By the place of an entry: one that counts on this day is never taken for another that does not.
        marks = [self._mark(subject, entry) for entry in entries]
        # Findings stand in the order of their entries' ids, and so do the entries of a record, as long as they differ.
        if None in marks or any(one.id >= other.id for one, other in pairwise(entries)):
            return None
        return kind, *marks

    def _mark(self, subject: Subject, entry: Entry) -> Likeness | None:
        """What of an entry decides: nothing where it does not count on the day; None where it is like no other."""
        if not entry.term.covers(self._on):
            return ()
        if entry.objection_on is not None:
            return None
        name = entry.list
        if name in self._looked_into:
            return name, entry.severity, *self._met(subject, entry)
        return name, entry.severity

    def _met(self, subject: Subject, entry: Entry) -> list[int]:
        """Places of the rules of its list that meet an entry."""
        rules = enumerate(self._case.law.rules[entry.list])
        return [place for place, rule in rules if meets(self._case, rule, subject, entry, None)]
