"""The file of one subject (信用档案): what is published of it, beside what it says of itself and has committed to.

Each part says where it comes from. What is published alone counts in a check; the rest is shown and never used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from credit_sdk.model.subject import Subject
from credit_sdk.model.term import LONG_TERM_ON
from gateway.database.columns import Json
from gateway.problems import InvalidActError
from gateway.registry.commitment_search import find_commitments
from gateway.registry.commitments import Publicity
from gateway.registry.licences import licences_of
from gateway.registry.names import FormerName, names_of
from gateway.registry.same_subject import with_former_numbers
from gateway.registry.self_declarations import SelfDeclaration, items_of
from gateway.registry.supervision import grades_of


@dataclass(frozen=True, slots=True)
class Licence:
    """An administrative licence (行政许可), as the national table states it.

    Attributes:
        document_no: 决定文书号.
        kind: 许可类别.
        valid_until: None is 长期.
        status: As its source states it (当前状态).
    """

    title: str
    document_no: str
    kind: str
    content: str
    decided_on: date
    valid_from: date
    valid_until: date | None
    authority: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class GradeHeld:
    """A grade of the comprehensive public credit evaluation (公共信用综合评价等级), as it was delivered."""

    grade: str
    source: str
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class SubjectFile:
    """What this gateway holds of a subject beside its published entries (信用档案).

    Attributes:
        name: By the newest document, empty where the registry does not know the subject.
        commitments: Those open to the public, with what was found of their performance and still stands.
        declarations: What the subject says of itself.
        licences: Those this gateway has; nobody declares licences complete, so none here is not none held.
        grade: The one that holds on the day, None where none was delivered for it.
        former_names: What earlier documents called it (曾用名).
        former_numbers: Older numbers linked to its code (原注册号); what stands under them is in here.
    """

    name: str
    commitments: tuple[dict[str, Json], ...]
    declarations: tuple[SelfDeclaration, ...]
    licences: tuple[Licence, ...] = ()
    grade: GradeHeld | None = None
    former_names: tuple[FormerName, ...] = ()
    former_numbers: tuple[str, ...] = ()


def subject_file(connection: Connection, subject: Subject, on: date) -> SubjectFile:
    """The file of an organisation, by its code or a former number, as it may be shown on a day.

    Raises:
        InvalidActError: Of a natural person there is none: that takes a purpose and a legal basis, case by case.
    """
    if subject.is_natural_person or subject.is_masked:
        raise InvalidActError(
            "只有组织有信用档案和信用报告，且须用完整号码 / "
            "There are files and reports of organisations only, by their whole number.",
            hint="自然人须写明目的和依据，请用 POST /v1/check / Ask about a person so, with purpose and basis.",
        )
    one = next(iter(with_former_numbers(connection, subject.lookup_keys).values()), None)
    keys = one.keys if one else subject.lookup_keys
    names = names_of(connection, keys)
    shown = find_commitments(
        connection, subject_keys=keys, publicity=(Publicity.PUBLIC,), as_published_on=on, limit=1_000
    )
    return SubjectFile(
        names.name,
        tuple(shown),
        items_of(connection, keys),
        tuple(_licence(each) for each in licences_of(connection, keys)),
        _grade(connection, Subject.parse(one.code) if one else subject, on),
        names.former,
        tuple(sorted(one.former.values())) if one else (),
    )


def _licence(row: Mapping[str, Json]) -> Licence:
    text = {name: str(value) for name, value in row.items()}
    until = date.fromisoformat(text["valid_until"]) if text["valid_until"] else None
    return Licence(
        title=text["title"],
        document_no=text["document_no"],
        kind=text["kind"],
        content=text["content"],
        decided_on=date.fromisoformat(text["decided_on"]),
        valid_from=date.fromisoformat(text["valid_from"]),
        valid_until=None if until == LONG_TERM_ON else until,
        authority=text["authority"],
        status=text["status"],
    )


def _grade(connection: Connection, subject: Subject, on: date) -> GradeHeld | None:
    for each in grades_of(connection, subject):
        from_on, until_on = (date.fromisoformat(str(each[name])) for name in ("from", "until"))
        if from_on <= on <= until_on:
            return GradeHeld(str(each["grade"]), str(each["source"]), from_on, until_on)
    return None
