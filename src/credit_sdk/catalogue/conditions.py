"""The closed vocabulary of conditions (条件): equal, at least, one of. What is not published or stated fails."""

from collections.abc import Mapping, Sequence

from credit_sdk.model.listing import Entry, FieldValue
from credit_sdk.model.measure import Condition, ConditionValue, EntryCondition, FactCondition

SEVERITY_FIELD = "severity"


def all_hold(conditions: Sequence[Condition], entry: Entry, facts: Mapping[str, ConditionValue]) -> bool:
    """Whether the entry and the facts of the case satisfy every condition."""
    return all(_holds(condition, entry, facts) for condition in conditions)


def _holds(condition: Condition, entry: Entry, facts: Mapping[str, ConditionValue]) -> bool:
    value = _published(condition.field, entry) if isinstance(condition, EntryCondition) else facts.get(condition.fact)
    if value is None:
        return False
    if isinstance(value, tuple):
        return any(_passes(condition, member) for member in value)
    return _passes(condition, value)


def _published(field: str, entry: Entry) -> FieldValue | None:
    return entry.severity.value if field == SEVERITY_FIELD else entry.fields.get(field)


def _passes(condition: EntryCondition | FactCondition, value: ConditionValue) -> bool:
    if condition.equals is not None:
        return _same(value, condition.equals)
    if condition.at_least is not None:
        return isinstance(value, int) and not isinstance(value, bool) and value >= condition.at_least
    return any(_same(value, wanted) for wanted in condition.one_of)


def _same(value: ConditionValue, wanted: ConditionValue) -> bool:
    """Equal and of one type: ``True`` is not 1."""
    return type(value) is type(wanted) and value == wanted
