"""What may be asked (核查请求): a whole number, a day within reach, facts this matter knows, principals once each."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise

from credit_sdk.catalogue.law import MatterLaw
from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.finding import Principal
from credit_sdk.model.measure import Role
from credit_sdk.model.subject import Subject

FIRST_DAY_ON = date(1990, 1, 1)
LAST_DAY_ON = date(2100, 12, 31)
MAX_PRINCIPALS = 64
MAX_MEMBERS = 256
MAX_TEXT_CHARACTERS = 200

Facts = tuple[tuple[str, bool | int | str], ...]


def masked(subject: Subject) -> InvalidRequestError:
    """The error for a number of which characters are hidden: it may be a possible match, never a match."""
    return InvalidRequestError(
        f"{subject.masked} is partly hidden, so it could be several subjects and must not be matched with any.",
        hint="Ask for the whole number; only a person may compare a hidden one.",
    )


def day_within_reach(on: date) -> date:
    """The civil day asked about, as the plain day it is: a record can hold no other kind of date.

    Raises:
        InvalidRequestError: It is an instant, or lies outside 1990 to 2100.
    """
    if isinstance(on, datetime) or not isinstance(on, date):
        raise InvalidRequestError(
            "the day asked about must be a civil day, not an instant: the law goes by days.",
            hint="Pass a datetime.date.",
        )
    if not FIRST_DAY_ON <= on <= LAST_DAY_ON:
        raise InvalidRequestError(
            f"{on} is a day this law says nothing about.", hint=f"Ask about a day from {FIRST_DAY_ON} to {LAST_DAY_ON}."
        )
    return FIRST_DAY_ON.replace(on.year, on.month, on.day)


def in_utc(now: datetime) -> datetime:
    """The instant of the check in UTC.

    Raises:
        InvalidRequestError: It is naive, so nobody knows which instant it is.
    """
    if now.tzinfo is None:
        raise InvalidRequestError(
            "the instant of a check must be aware, or the age of the data cannot be known.",
            hint="Pass datetime.now(UTC).",
        )
    return now if now.tzinfo is UTC else now.astimezone(UTC)


def short_text(text: str, name: str) -> str:
    """A text short enough to be kept with every record, as plain text: a record can hold no class made from it.

    Raises:
        InvalidRequestError: It is no text, longer than 200 characters, or not valid Unicode.
    """
    if not isinstance(text, str):
        raise InvalidRequestError(
            f"{name} must be text, not {type(text).__name__}.", hint="Pass it as it is written, as a str."
        )
    if len(text) > MAX_TEXT_CHARACTERS:
        raise InvalidRequestError(
            f"{name} has {len(text)} characters; at most {MAX_TEXT_CHARACTERS} are kept with the record of a check.",
            hint="Pass the number of the case, not its description.",
        )
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidRequestError(f"{name} is not valid Unicode, so it cannot be written.", hint="Pass decoded text.")
    return str.__str__(text)


def each_once(principals: Sequence[Principal]) -> tuple[Principal, ...]:
    """The principals in an order of our own, so that the caller's changes nothing.

    Raises:
        InvalidRequestError: One stands twice in the same role, has none, is masked, or there are more than 64.
    """
    if len(principals) > MAX_PRINCIPALS:
        raise InvalidRequestError(
            f"{len(principals)} principals are more than one check takes ({MAX_PRINCIPALS}).",
            hint="Pass only those the law of this matter names.",
        )
    for principal in principals:
        if not isinstance(principal.role, Role):
            raise InvalidRequestError(
                f"a principal's role must be a Role, not {str(principal.role)[:80]!r}: no law would reach through it.",
                hint=f"Use one of: {', '.join(f'Role.{role.name}' for role in Role)}.",
            )
        if principal.subject.is_masked:
            raise masked(principal.subject)
    ordered = tuple(sorted(principals, key=lambda one: (one.role, one.subject.scheme, one.subject.code)))
    for one, other in pairwise(ordered):
        if one.role is other.role and one.subject == other.subject:
            raise InvalidRequestError(
                f"the principal {one.subject.masked} is given twice as {one.role.value}.", hint="Pass each one once."
            )
    return ordered


def facts_of(law: MatterLaw, stated: Mapping[str, bool | int | str] | None) -> Facts:
    """The facts in effect: the matter's defaults, and over them what the caller states.

    Raises:
        InvalidRequestError: The matter knows no such fact, or it is of another type.
    """
    if not stated:
        return law.defaults
    defaults = dict(law.defaults)
    known = ", ".join(f"{name} ({type(default).__name__})" for name, default in law.defaults) or "none"
    hint = f"Facts of {law.id}: {known}."
    for name, value in stated.items():
        if name not in defaults:
            raise InvalidRequestError(f"the matter {law.id} knows no fact {str(name)[:80]!r}.", hint=hint)
        if type(value) is not type(defaults[name]):
            expected = type(defaults[name]).__name__
            raise InvalidRequestError(f"the fact {name} must be {expected}, not {type(value).__name__}.", hint=hint)
        if isinstance(value, str):
            short_text(value, f"the fact {name}")
        elif abs(value) >= 2**53:
            raise InvalidRequestError(f"the fact {name} is too large to be written exactly.", hint=hint)
    return tuple(sorted({**defaults, **stated}.items()))
