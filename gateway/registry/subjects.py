"""Finding subjects (主体查询) by number or by the beginning of a name, for people at a desk.

A name finds what may be meant; nobody is ever matched by it. Natural persons are not found by name at all, and by
number only where purpose and legal basis are stated (:mod:`gateway.feedback.online`).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, and_, exists, func, or_, select

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.subject import Subject
from gateway.database.tables import entries, former_numbers, subject_names, subjects
from gateway.problems import InvalidActError
from gateway.registry.lifecycle import EntryState
from gateway.registry.names import Names, names_of
from gateway.registry.same_subject import any_links, keys_of, with_former_numbers

MAX_FOUND = 100
MIN_PREFIX = 2
"""Characters of a name: one would be the beginning of a hundred thousand."""
_COUNTED = [state.value for state in EntryState if state is not EntryState.REPAIRED]
"""Of what was repaired not even the number is told."""
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class Found:
    """A subject the registry knows (在册主体).

    Attributes:
        code: Its code, where a former number led to it; else the number it is registered with.
        entries: How many entries it has, by state; repaired ones are not counted.
        former_numbers: Older numbers linked to its code (原注册号); their entries are counted in.
        former_names: What earlier documents called it (曾用名).
    """

    code: str
    name: str
    kind: str
    entries: Mapping[str, int]
    former_numbers: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()


def find_subjects(
    connection: Connection, text: str, *, only_published: bool = False, limit: int = MAX_FOUND
) -> tuple[Found, ...]:
    """Organisations with this number, or whose name begins or once began so; by name, at most ``limit``.

    Args:
        connection: Reads the registry.
        text: A number, former ones included, or at least two characters of a name.
        only_published: Leave out subjects of whom nothing is published, and count nothing else.
        limit: At most so many, up to 100.

    Raises:
        InvalidActError: The text is too short, or the number of a natural person.
    """
    shown = [EntryState.PUBLISHED.value] if only_published else _COUNTED
    most = min(limit, MAX_FOUND)
    subject = _numbered(text.strip())
    if subject is not None:
        found = _rows(connection, subjects.c.key.in_(keys_of(connection, subject)), only_published, most)
    else:
        _walk_the_index(connection)
        found = _rows(connection, _begins(subjects.c.name, text.strip()), only_published, most)
        once = connection.scalars(
            select(subject_names.c.subject_key)
            .where(_begins(subject_names.c.name, text.strip()), subject_names.c.taken_at.is_not(None))
            .order_by(subject_names.c.name)
            .limit(most)
        )
        found += _rows(connection, subjects.c.key.in_(set(once)), only_published, most)
    return _told(connection, {row.key: row for row in found}, shown)[:most]


def _rows(
    connection: Connection, meant: ColumnElement[bool], only_published: bool, most: int
) -> list[Row[*tuple[Any, ...]]]:
    wanted = [meant, subjects.c.kind != SubjectKind.NATURAL_PERSON.value]
    if only_published:
        is_published = entries.c.state == EntryState.PUBLISHED.value
        listed: ColumnElement[bool] = exists().where(entries.c.subject_key == subjects.c.key, is_published)
        if any_links(connection):
            f = former_numbers.c
            linked = (f.code_key == subjects.c.key) & f.ended_at.is_(None)
            listed = or_(listed, exists().where(linked, entries.c.subject_key == f.number_key, is_published))
        wanted.append(listed)
    return list(connection.execute(select(subjects).where(*wanted).order_by(subjects.c.name).limit(most)))


def _walk_the_index(connection: Connection) -> None:
    """Have PostgreSQL read names in their order and stop at the limit, until the transaction ends.

    It takes the many names between two close bounds for a few, and then reads and sorts all of them.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")


def _told(
    connection: Connection, found: Mapping[bytes, Row[*tuple[Any, ...]]], states: Sequence[str]
) -> tuple[Found, ...]:
    """The subjects of these rows, each once however many numbers it has, by name."""
    linked = with_former_numbers(connection, found)
    counted = _counted(connection, {*found, *(key for one in linked.values() for key in one.keys)}, states)
    told: dict[bytes, Found] = {}
    for key, row in found.items():
        one = linked.get(key)
        keys = one.keys if one else (key,)
        if keys[0] in told:
            continue
        names = names_of(connection, keys) if one or row.named_on else Names(row.name, ())
        entries_of: dict[str, int] = defaultdict(int)
        for each in keys:
            for state, times in counted[each].items():
                entries_of[state] += times
        told[keys[0]] = Found(
            one.code if one else row.code or row.masked,
            names.name,
            Subject.parse(one.code).kind if one else row.kind,
            dict(entries_of),
            tuple(sorted(one.former.values())) if one else (),
            tuple(each.name for each in names.former),
        )
    return tuple(sorted(told.values(), key=lambda each: (each.name, each.code)))


def _counted(connection: Connection, keys: Collection[bytes], states: Sequence[str]) -> Mapping[bytes, dict[str, int]]:
    found: dict[bytes, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(
        select(entries.c.subject_key, entries.c.state, func.count().label("times"))
        .where(entries.c.subject_key.in_(keys), entries.c.state.in_(states))
        .group_by(entries.c.subject_key, entries.c.state)
    ):
        found[row.subject_key][row.state] = row.times
    return found


def _numbered(text: str) -> Subject | None:
    """The organisation whose number this is, None for what may be the beginning of a name."""
    try:
        subject = Subject.parse(text)
    except InvalidSubjectError:
        if len(text) < MIN_PREFIX or not text.isprintable():
            raise InvalidActError(
                f"检索须输入号码，或者名称的至少{MIN_PREFIX}个字 / "
                f"A search needs a number or at least {MIN_PREFIX} characters of a name.",
                hint="请输入统一社会信用代码，或名称开头至少两个字 / Type one of them.",
            ) from None
        return None
    if subject.is_natural_person or subject.is_masked:
        raise InvalidActError(
            "自然人不作检索，每次查询须写明目的和依据 / "
            "A natural person is not searched for: each query needs its purpose and legal basis.",
            hint="请用 POST /v1/check 并写明目的和依据 / Ask with POST /v1/check.",
        )
    return subject


def _begins(name: Column[str], text: str) -> ColumnElement[bool]:
    after = _following(text)
    # A range and no LIKE: both databases then walk the index, whatever characters are asked for.
    return name >= text if after is None else and_(name >= text, name < after)


def _following(prefix: str) -> str | None:
    """The first text after all that begin with ``prefix``, in the order of code points; None after the last."""
    for end in range(len(prefix), 0, -1):
        code = ord(prefix[end - 1])
        if code < _LAST_CHARACTER:
            following = code + 1
            return prefix[: end - 1] + chr(_SURROGATES.stop if following in _SURROGATES else following)
    return None
