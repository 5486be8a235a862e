"""One subject under several numbers (同一主体): its code, and the former numbers that two people have linked to it.

Everything that looks a subject up by its key asks here for all its keys. A link is one act of people, never told from
a name; of numbers without one this room knows nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Select, select

from credit_sdk.model.subject import Subject
from gateway.database.engine import among
from gateway.database.tables import former_numbers

_KEYS_AT_A_TIME = 2_000
_f = former_numbers.c


@dataclass(frozen=True, slots=True)
class OneSubject:
    """A subject that has former numbers.

    Attributes:
        code: Its unified social credit code.
        code_key: The key of that.
        former: Former numbers by key.
    """

    code: str
    code_key: bytes
    former: Mapping[bytes, str]

    @property
    def keys(self) -> tuple[bytes, ...]:
        """Every key, that of the code first."""
        return (self.code_key, *sorted(self.former))


def with_former_numbers(connection: Connection, keys: Collection[bytes]) -> dict[bytes, OneSubject]:
    """For those of these keys that are a code with former numbers or such a number: the whole subject."""
    wanted = list(keys)
    found: dict[bytes, OneSubject] = {}
    for start in range(0, len(wanted), _KEYS_AT_A_TIME):
        found.update(_among(connection, wanted[start : start + _KEYS_AT_A_TIME]))
    return found


def any_links(connection: Connection) -> bool:
    """Whether any number is linked at all."""
    return connection.scalar(select(_f.id).where(_f.ended_at.is_(None)).limit(1)) is not None


def keys_of(connection: Connection, subject: Subject) -> tuple[bytes, ...]:
    """Every key of an organisation in the registry, that of its code first; none of a masked number."""
    keys = subject.lookup_keys
    one = with_former_numbers(connection, keys)
    return next((one[key].keys for key in keys if key in one), keys)


def all_keys(connection: Connection, subject_key: bytes) -> tuple[bytes, ...]:
    """Every key of the subject that has this one."""
    one = with_former_numbers(connection, (subject_key,)).get(subject_key)
    return one.keys if one else (subject_key,)


def known_today(connection: Connection, subject: Subject) -> Subject:
    """The subject by its code, where it is named by a former number."""
    keys = subject.lookup_keys
    one = with_former_numbers(connection, keys)
    return next((Subject.parse(one[key].code) for key in keys if key in one), subject)


def _among(connection: Connection, keys: Collection[bytes]) -> dict[bytes, OneSubject]:
    by_number = connection.execute(_standing().where(among(connection, former_numbers.c.number_key, keys))).all()
    codes = {row.code_key for row in by_number} | set(keys)
    rows = connection.execute(_standing().where(among(connection, former_numbers.c.code_key, codes))).all()
    former: dict[bytes, dict[bytes, str]] = defaultdict(dict)
    for row in rows:
        former[row.code_key][row.number_key] = row.number
    # A code may be printed in two ways under one key.
    printed = {row.code_key: row.code for row in rows}
    found: dict[bytes, OneSubject] = {}
    for code_key, numbers in former.items():
        one = OneSubject(printed[code_key], code_key, numbers)
        found.update(dict.fromkeys(one.keys, one))
    return {key: found[key] for key in keys if key in found}


def _standing() -> Select[tuple[bytes, str, bytes, str]]:
    return select(_f.code_key, _f.code, _f.number_key, _f.number).where(_f.ended_at.is_(None))
