"""What the routes of commitments (信用承诺) take and give."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from credit_sdk.model.listing import Severity
from gateway.api.models import MAX_PAGE, Answer, MatterId, Request, SubjectText
from gateway.registry.commitments import CommitmentState, Publicity
from gateway.registry.performance_finding import PerformanceStatus

OperatorName = Annotated[str, Field(min_length=1, max_length=64)]
CommitmentCode = Annotated[str, Field(pattern=r"^[0-9]{20}$")]


class CommitmentBody(Request):
    """A commitment to be registered (信用承诺书); ``by`` is the operator in whose name the system registers."""

    subject: SubjectText
    committer: Annotated[str, Field(min_length=1, max_length=200)]
    type: Literal["0", "1", "2", "3", "4", "5", "6"]
    matter: MatterId | Literal[""] = ""
    cause: Annotated[str, Field(min_length=1, max_length=512)]
    content: Annotated[str, Field(min_length=1, max_length=4000)]
    liability: Annotated[str, Field(min_length=1, max_length=4000)]
    made_on: date
    valid_until: date | None = None
    authority: Annotated[str, Field(min_length=1, max_length=200)]
    authority_code: Annotated[str, Field(min_length=1, max_length=32)]
    publicity: Publicity
    remark: Annotated[str, Field(max_length=512)] = ""
    by: OperatorName


class RegisteredAnswer(Answer):
    """The code of a commitment; the same commitment again gets the same one."""

    commitment: str
    repeated: bool


class CommitmentsQuery(Request):
    """Which commitments, page by page."""

    subject: Annotated[str, Field(max_length=64)] = ""
    matter: MatterId | Literal[""] = ""
    state: CommitmentState | None = None
    after: Annotated[str, Field(max_length=20, description="`next` of the page before.")] = ""
    limit: int = Field(default=100, ge=1, le=MAX_PAGE)


class PerformanceAnswer(Answer):
    """What was found of a commitment's performance (践诺)."""

    id: str
    status: str
    is_false: bool
    state: str
    unperformed: str
    liability_pursued: str
    determined_on: date
    authority: str
    authority_code: str
    document_no: str
    notice_given_on: date | None
    entry: str
    reason: str


class CommitmentAnswer(Answer):
    """A commitment with what was found of its performance (信用承诺)."""

    code: str
    subject: str
    committer: str
    type: str
    type_title: str
    matter: str
    cause: str
    content: str
    liability: str
    made_on: date
    valid_until: date | None
    authority: str
    authority_code: str
    publicity: str
    remark: str
    state: str
    registered_at: str
    performances: tuple[PerformanceAnswer, ...]


class CommitmentsPage(Answer):
    """One page of commitments; ``next`` is None on the last."""

    commitments: tuple[CommitmentAnswer, ...]
    next: str | None


class CommitmentPath(Request):
    """Which commitment."""

    code: CommitmentCode


class PerformanceBody(Request):
    """What was found; against the committer it waits for a second person at the gateway."""

    status: PerformanceStatus
    is_false: bool = False
    unperformed: Annotated[str, Field(max_length=4000)] = ""
    liability_pursued: Annotated[str, Field(max_length=4000)] = ""
    severity: Severity = Severity.NONE
    determined_on: date
    authority: Annotated[str, Field(min_length=1, max_length=200)]
    authority_code: Annotated[str, Field(max_length=32)] = ""
    document_no: Annotated[str, Field(max_length=200)] = ""
    notice_given_on: date | None = None
    by: OperatorName


class FoundAnswer(Answer):
    """What became of the finding."""

    commitment: str
    finding: str
    state: str
    entry: str
