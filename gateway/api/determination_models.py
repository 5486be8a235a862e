"""What the routes of determinations take and give (认定登记接口数据)."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from gateway.api.models import MAX_PAGE, Answer, Request
from gateway.registry.awaited import Awaited
from gateway.registry.lifecycle import EntryState

MAX_DRAFTS = 1000


class DraftRow(Request):
    """One determination (认定) as a department's system sends it; the columns of the import."""

    subject_code: Annotated[str, Field(max_length=64)]
    subject_name: Annotated[str, Field(max_length=200)] = ""
    authority: Annotated[str, Field(max_length=200)]
    authority_code: Annotated[str, Field(max_length=64)] = ""
    document_no: Annotated[str, Field(max_length=200)]
    basis: Annotated[str, Field(max_length=1000)] = ""
    determined_on: date
    term_from: date | None = None
    term_until: date | None = None
    severity: Annotated[str, Field(max_length=32)] = ""
    fact: Annotated[str, Field(max_length=4000)] = ""
    notice_given_on: date | None = None


class DeterminationBody(DraftRow):
    """One determination (认定) for a list, as a draft; ``by`` is the operator in whose name the system drafts."""

    list: Annotated[str, Field(min_length=1, max_length=64)]
    by: Annotated[str, Field(min_length=1, max_length=64)]


class DraftsBody(Request):
    """Determinations for one list, as drafts: a second person confirms them before anything is published.

    ``by`` is the operator in whose name the department's system drafts.
    """

    list: Annotated[str, Field(min_length=1, max_length=64)]
    by: Annotated[str, Field(min_length=1, max_length=64)]
    rows: tuple[DraftRow, ...] = Field(min_length=1, max_length=MAX_DRAFTS)


class DraftsAnswer(Answer):
    """The batch that waits for confirmation; the same body again is the same batch."""

    batch: str
    accepted: int
    rejected: int


class DeterminationsQuery(Request):
    """Which determinations, page by page."""

    batch: Annotated[str, Field(max_length=64)] = ""
    state: EntryState | None = None
    document_no: Annotated[str, Field(max_length=200)] = ""
    after: Annotated[str, Field(max_length=128, description="`next` of the page before.")] = ""
    limit: int = Field(default=100, ge=1, le=MAX_PAGE)


class DeterminationAnswer(Answer):
    """A determination that was handed in, and what became of it; ``meaning`` says so in Chinese."""

    determination: str = Field(description="Id of the entry it becomes.")
    batch: str
    list: str
    subject: str = Field(description="Masked for natural persons.")
    document_no: str
    authority: str
    determined_on: date
    state: EntryState
    awaits: Awaited | None = Field(
        description="What the next publication will do about it; null where the last one agrees with `state`."
    )
    meaning: str
    replaces: str = Field(description="The entry whose place it takes; empty where there is none.")
    drafted_by: str
    drafted_at: datetime
    confirmed_by: str = Field(description="The second person; empty as long as nobody has confirmed it.")
    confirmed_at: datetime | None


class DeterminationsPage(Answer):
    """One page of determinations; ``next`` is null on the last."""

    determinations: tuple[DeterminationAnswer, ...]
    next: str | None
