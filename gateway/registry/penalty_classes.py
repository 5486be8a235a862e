"""The class of a penalty by its kinds (按处罚种类定类), where its table states none. Rules without any reading.

1. The law of the day of the document names the kinds of penalty of each class (``penalty-class``) for a list. A list
   for which it names none is not classed by kind.
2. A kind named under one class is of that class; one named under several, as a fine whose amount no threshold in force
   sorts, may be of any of them.
3. A kind named under none, a word that is no kind, and a penalty without kinds tell nothing: every class may hold.
4. Of several kinds every class that any of them may be of may hold. Order No. 58 (2023) let the longest period count;
   it is repealed, and nothing in force was found to say so, so the gravest is not picked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from credit_sdk.model.listing import Severity
from gateway.registry.periods import PeriodLaw
from gateway.registry.rules import Rule

PENALTY_CLASS = "penalty-class"
"""What such rules of the law are for (期限的行为)."""


@dataclass(frozen=True, slots=True)
class ClassByKind:
    """What the kinds of a penalty tell of its class (定类).

    Attributes:
        kinds: As the entry states them.
        severities: Classes that may hold; empty for every class.
        rules: The rules of the law that named them.
    """

    kinds: tuple[str, ...]
    severities: frozenset[Severity]
    rules: tuple[Rule, ...]


def class_by_kind(list_id: str, fields: Mapping[str, object], law: PeriodLaw, on: date) -> ClassByKind | None:
    """What the kinds of a penalty tell of its class; None where the law of that day classes nothing on the list so."""
    rules = [each for each in law.of_act(PENALTY_CLASS, on) if list_id in each.version.lists]
    if not rules:
        return None
    stated = fields.get("penalty_kinds")
    kinds = tuple(str(each) for each in stated) if isinstance(stated, list | tuple) else ()
    naming = tuple(each for each in rules if not set(kinds).isdisjoint(each.version.penalty_kinds))
    named = {kind for each in naming for kind in each.version.penalty_kinds}
    if not kinds or not named.issuperset(kinds):
        return ClassByKind(kinds, frozenset(), naming)
    found = frozenset(each.version.severity for each in naming if each.version.severity is not None)
    return ClassByKind(kinds, found, naming)
