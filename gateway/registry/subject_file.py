"""The file of one subject (信用档案): what is published of it, beside what it says of itself and has committed to.

Each part says where it comes from. What is published alone counts in a check; the rest is shown and never used.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from credit_sdk.model.subject import Subject
from gateway.database.columns import Json
from gateway.database.tables import subjects
from gateway.problems import InvalidActError
from gateway.registry.commitment_search import find_commitments
from gateway.registry.commitments import Publicity
from gateway.registry.self_declarations import SelfDeclaration, items_of


@dataclass(frozen=True, slots=True)
class Licence:
    """An administrative licence (行政许可), as the national table states it.

    Attributes:
        document_no: 决定文书号.
        kind: 许可类别.
        valid_until: None is 长期.
    """

    title: str
    document_no: str
    kind: str
    content: str
    decided_on: date
    valid_from: date
    valid_until: date | None
    authority: str


@dataclass(frozen=True, slots=True)
class SubjectFile:
    """What this gateway holds of a subject beside its published entries (信用档案).

    Attributes:
        name: As registered, empty where the registry does not know the subject.
        commitments: Those open to the public, with what was found of their performance and still stands.
        declarations: What the subject says of itself.
        licences: None where this gateway collects none, which is not the same as none held.
    """

    name: str
    commitments: tuple[dict[str, Json], ...]
    declarations: tuple[SelfDeclaration, ...]
    licences: tuple[Licence, ...] | None = None


def subject_file(connection: Connection, subject: Subject, on: date) -> SubjectFile:
    """The file of an organisation, as it may be shown on a day.

    Raises:
        InvalidActError: Of a natural person there is none: that takes a purpose and a legal basis, case by case.
    """
    if subject.is_natural_person or subject.is_masked:
        raise InvalidActError(
            "There are files and reports of organisations only, by their whole number.",
            hint="自然人须写明目的和依据，请用 POST /v1/check / Ask about a person so, with purpose and basis.",
        )
    keys = list(subject.lookup_keys)
    name = connection.scalar(select(subjects.c.name).where(subjects.c.key.in_(keys)).limit(1)) or ""
    shown = find_commitments(
        connection, subject_keys=keys, publicity=(Publicity.PUBLIC,), as_published_on=on, limit=1_000
    )
    return SubjectFile(name, tuple(shown), items_of(connection, keys))
