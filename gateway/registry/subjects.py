"""Finding subjects (主体查询) by number or by the beginning of a name, for people at a desk.

A name finds what may be meant; nobody is ever matched by it. Natural persons are not found by name at all, and by
number only where purpose and legal basis are stated (:mod:`gateway.feedback.online`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.subject import Subject
from gateway.database.tables import entries, subjects
from gateway.problems import InvalidActError
from gateway.registry.lifecycle import EntryState

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
        entries: How many entries it has, by state; repaired ones are not counted.
    """

    code: str
    name: str
    kind: str
    entries: Mapping[str, int]


def find_subjects(
    connection: Connection, text: str, *, only_published: bool = False, limit: int = MAX_FOUND
) -> tuple[Found, ...]:
    """Organisations with this number, or whose name begins so; by name, at most ``limit``.

    Args:
        connection: Reads the registry.
        text: A number or at least two characters of a name.
        only_published: Leave out subjects of whom nothing is published, and count nothing else.
        limit: At most so many, up to 100.

    Raises:
        InvalidActError: The text is too short, or the number of a natural person.
    """
    wanted = [_meant(text.strip()), subjects.c.kind != SubjectKind.NATURAL_PERSON.value]
    shown = [EntryState.PUBLISHED.value] if only_published else _COUNTED
    if only_published:
        wanted.append(exists().where(entries.c.subject_key == subjects.c.key, entries.c.state.in_(shown)))
    rows = connection.execute(
        select(subjects).where(*wanted).order_by(subjects.c.name, subjects.c.key).limit(min(limit, MAX_FOUND))
    ).all()
    counted = _counted(connection, [row.key for row in rows], shown)
    return tuple(Found(row.code or row.masked, row.name, row.kind, counted[row.key]) for row in rows)


def _counted(connection: Connection, keys: Sequence[bytes], states: Sequence[str]) -> Mapping[bytes, dict[str, int]]:
    found: dict[bytes, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(
        select(entries.c.subject_key, entries.c.state, func.count().label("times"))
        .where(entries.c.subject_key.in_(keys), entries.c.state.in_(states))
        .group_by(entries.c.subject_key, entries.c.state)
    ):
        found[row.subject_key][row.state] = row.times
    return found


def _meant(text: str) -> ColumnElement[bool]:
    try:
        subject = Subject.parse(text)
    except InvalidSubjectError:
        if len(text) < MIN_PREFIX or not text.isprintable():
            raise InvalidActError(
                f"检索须输入号码，或者名称的至少{MIN_PREFIX}个字 / "
                f"A search needs a number or at least {MIN_PREFIX} characters of a name.",
                hint="请输入统一社会信用代码，或名称开头至少两个字 / Type one of them.",
            ) from None
        after = _following(text)
        # A range and no LIKE: both databases then walk the index, whatever characters are asked for.
        return subjects.c.name >= text if after is None else and_(subjects.c.name >= text, subjects.c.name < after)
    if subject.is_natural_person or subject.is_masked:
        raise InvalidActError(
            "自然人不作检索，每次查询须写明目的和依据 / "
            "A natural person is not searched for: each query needs its purpose and legal basis.",
            hint="请用 POST /v1/check 并写明目的和依据 / Ask with POST /v1/check.",
        )
    return subjects.c.key.in_(subject.lookup_keys)


def _following(prefix: str) -> str | None:
    """The first text after all that begin with ``prefix``, in the order of code points; None after the last."""
    for end in range(len(prefix), 0, -1):
        code = ord(prefix[end - 1])
        if code < _LAST_CHARACTER:
            following = code + 1
            return prefix[: end - 1] + chr(_SURROGATES.stop if following in _SURROGATES else following)
    return None
