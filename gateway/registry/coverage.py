"""Coverage (归集完整性): until which day two people declare a list complete. Never inferred from silence."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select, union

from credit_sdk.model.term import civil_day
from gateway.accounts import require_two
from gateway.database.engine import insert_or_update
from gateway.database.tables import coverage, entries, former_numbers, subjects
from gateway.database.unit_of_work import UnitOfWork
from gateway.intake.values import document_identity
from gateway.problems import InvalidActError
from gateway.registry.lifecycle import EntryState
from gateway.registry.lists import KnownLists
from gateway.registry.possible_links import IS_OLDER, is_unlinked


@dataclass(frozen=True, slots=True)
class ListCoverage:
    """How one list stands in the registry.

    Attributes:
        published / drafted: Entries in these states; a determination that came in under two linked numbers of one
            subject is one.
        under_older_numbers: Published entries under an older number that is linked to no code (原注册号未关联): a check
            of the company's code finds none of them.
        complete_as_of: Day until which it is declared complete; None is *not covered*.
    """

    list: str
    title: str
    published: int
    drafted: int
    complete_as_of: date | None
    declared_by: str
    confirmed_by: str
    under_older_numbers: int = 0


def declare(work: UnitOfWork, list_id: str, complete_as_of: date, *, by: str, confirmed_by: str) -> str:
    """Declare that the registry holds everything the list had until the end of a day; the id of the list.

    Raises:
        FourEyesError: Not two people with the right roles.
        NotFoundError: The law knows no such list.
        InvalidActError: The day has not come yet.
    """
    require_two(work.connection, by, confirmed_by)
    known = KnownLists.load(work.connection, civil_day(work.at)).require(list_id)
    if complete_as_of > civil_day(work.at):
        raise InvalidActError(
            f"{known.id}不可能完整至{complete_as_of}，该日尚未到来 / "
            f"Nobody can know that {known.id} is complete as of {complete_as_of}, which is in the future.",
            hint="请填写今天或更早的日期 / Give today or an earlier day.",
        )
    insert_or_update(
        work.connection,
        coverage,
        [
            {
                "list": known.id,
                "complete_as_of": complete_as_of,
                "declared_by": by,
                "confirmed_by": confirmed_by,
                "at": work.at,
            }
        ],
        key=("list",),
    )
    work.ledger.append(
        "list:coverage:declare",
        by,
        {"list": known.id, "complete_as_of": complete_as_of.isoformat(), "confirmed_by": confirmed_by},
    )
    return known.id


def declared(connection: Connection) -> dict[str, date]:
    """The day until which each declared list is complete; a list that is missing here is not covered."""
    return {row.list: row.complete_as_of for row in connection.execute(select(coverage))}


def by_list(connection: Connection, on: date) -> tuple[ListCoverage, ...]:
    """Every list that the law in effect on a day knows, by id."""
    counts = {
        (row.list, row.state): row.total
        for row in connection.execute(
            select(entries.c.list, entries.c.state, func.count().label("total")).group_by(
                entries.c.list, entries.c.state
            )
        )
    }
    twice, older = _counted_twice(connection), under_older_numbers(connection)
    declarations = {row.list: row for row in connection.execute(select(coverage))}
    found = []
    for known in sorted(KnownLists.load(connection, on).by_id.values(), key=lambda each: each.id):
        row = declarations.get(known.id)
        found.append(
            ListCoverage(
                list=known.id,
                title=known.title,
                published=counts.get((known.id, EntryState.PUBLISHED), 0) - twice[known.id, EntryState.PUBLISHED],
                drafted=counts.get((known.id, EntryState.DRAFTED), 0) - twice[known.id, EntryState.DRAFTED],
                complete_as_of=row.complete_as_of if row else None,
                declared_by=row.declared_by if row else "",
                confirmed_by=row.confirmed_by if row else "",
                under_older_numbers=older.get(known.id, 0),
            )
        )
    return tuple(found)


def under_older_numbers(connection: Connection) -> dict[str, int]:
    """By list, the published entries under an older number that is linked to no code; lists without any are left out.

    A count for people: what it is of no verdict knows.
    """
    older = select(subjects.c.key).where(IS_OLDER, is_unlinked())
    # Not the bare columns: by them SQLite would go through all published entries instead of asking for those of few.
    list_id = (entries.c.list + "").label("list")
    counted = (
        select(list_id, func.count().label("total"))
        .where(entries.c.subject_key.in_(older), (entries.c.state + "") == EntryState.PUBLISHED)
        .group_by(list_id)
    )
    return {row.list: row.total for row in connection.execute(counted)}


def _counted_twice(connection: Connection) -> Counter[tuple[str, str]]:
    """By list and state, how many entries say what another of the same subject says under another of its numbers."""
    f = former_numbers.c
    under = [
        select(f.code_key.label("one"), column.label("key")).where(f.ended_at.is_(None))
        for column in (f.code_key, f.number_key)
    ]
    numbers = union(*under).subquery()
    rows = connection.execute(
        select(numbers.c.one, entries.c.list, entries.c.state, entries.c.document_no, entries.c.subject_key)
        .join(numbers, numbers.c.key == entries.c.subject_key)
        .where(entries.c.state.in_([EntryState.PUBLISHED, EntryState.DRAFTED]))
    )
    said = {((row.one, row.list, row.state, document_identity(row.document_no)), row.subject_key) for row in rows}
    twice: Counter[tuple[str, str]] = Counter()
    for (_, list_id, state, _), times in Counter(what for what, _ in said).items():
        twice[list_id, state] += times - 1
    return twice
