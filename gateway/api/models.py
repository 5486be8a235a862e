"""What the routes take and give (接口数据); ``/openapi.json`` is made from these models, unknown fields are refused."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

from credit_sdk.model.measure import Role
from gateway.api.publicity import PublicityAnswer

MAX_SCREENED = 10_000
MAX_PRINCIPALS = 64
MAX_FACTS = 64
MAX_PAGE = 500

SubjectText = Annotated[str, Field(min_length=1, max_length=64, description="统一社会信用代码, however it was typed.")]
MatterId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9.\-]*$")]
CaseNumber = Annotated[str, Field(max_length=200, description="案号：the case the check belongs to.")]


class Request(BaseModel):
    """Base of what comes in: frozen, and an unknown field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Answer(BaseModel):
    """Base of what goes out."""

    model_config = ConfigDict(frozen=True)


class PrincipalBody(Request):
    """Somebody beside the subject (相关责任人)."""

    subject: SubjectText
    role: Role


class CheckBody(Request):
    """One check (核查). For a natural person the last three are required (个人信息保护法第十三条)."""

    subject: SubjectText
    matter: MatterId
    on: date | None = Field(default=None, description="Another day than today.")
    case: CaseNumber | None = None
    principals: tuple[PrincipalBody, ...] = Field(default=(), max_length=MAX_PRINCIPALS)
    facts: dict[str, StrictBool | StrictInt | StrictStr] = Field(default={}, max_length=MAX_FACTS)
    purpose: Annotated[str, Field(max_length=500)] = ""
    legal_basis: Annotated[str, Field(max_length=32, description="CONSENT or STATUTORY_DUTY.")] = ""
    basis_document: Annotated[str, Field(max_length=500)] = ""


class ScreenBody(Request):
    """A batch screening (批量筛查): every subject on one publication."""

    subjects: tuple[Annotated[str, Field(max_length=64)], ...] = Field(min_length=1, max_length=MAX_SCREENED)
    matter: MatterId
    on: date | None = None
    facts: dict[str, StrictBool | StrictInt | StrictStr] = Field(default={}, max_length=MAX_FACTS)


class DecisionAnswer(Answer):
    """A decision in the format ``credit-decision/1``, the same bytes as from the library; the main keys are named."""

    model_config = ConfigDict(frozen=True, extra="allow")

    format: str
    id: str
    verdict: str
    matter: str
    on: date
    why: str


class RowProblem(Answer):
    """Why a row could not be screened."""

    code: str
    detail: str
    hint: str = ""


class ScreenRow(Answer):
    """One row, in the order of the request: a decision or an error, never neither."""

    row: int
    decision: DecisionAnswer | None = None
    error: RowProblem | None = None


class ScreenAnswer(Answer):
    """The rows, all answered on one publication."""

    serial: int
    map_root: str
    rows: tuple[ScreenRow, ...]


class SubjectPath(Request):
    """Whose file is asked for."""

    uscc: SubjectText


class SubjectsQuery(Request):
    """Whose name begins so, or who has this number."""

    name: Annotated[str, Field(min_length=2, max_length=200)]
    limit: int = Field(default=20, ge=1, le=100)


class SubjectFound(Answer):
    """An organisation of which something is published."""

    subject: str
    name: str
    kind: str
    entries: int
    former_numbers: tuple[str, ...]
    former_names: tuple[str, ...]


class SubjectsFound(Answer):
    """Organisations that may be meant; a name is never a match."""

    subjects: tuple[SubjectFound, ...]


class EntryAnswer(Answer):
    """A published entry (名单条目) with where it comes from."""

    id: str
    list: str
    list_title: str
    subject: str
    subject_name: str
    severity: str
    authority: str
    authority_code: str
    document_no: str
    determined_on: date
    term_from: date
    term_until: date | None
    fact: str
    basis: str
    objection_on: date | None
    publicity: PublicityAnswer


class WaiverAnswer(Answer):
    """A waiver in force (豁免)."""

    matter: str
    measure: str
    until_on: date
    by: str
    reason: str
    document_no: str


class CoveredList(Answer):
    """A list of which the publication holds everything until a day (归集完整的名单)."""

    list: str
    complete_as_of: date


class EntriesQuery(Request):
    """Which published entries, page by page."""

    list: Annotated[str, Field(max_length=64)] = ""
    subject: Annotated[str, Field(max_length=64)] = ""
    authority: Annotated[str, Field(max_length=200)] = ""
    after: Annotated[str, Field(max_length=128, description="`next` of the page before.")] = ""
    limit: int = Field(default=100, ge=1, le=MAX_PAGE)


class EntriesPage(Answer):
    """One page of published entries; ``next`` is None on the last."""

    entries: tuple[EntryAnswer, ...]
    next: str | None


class CatalogueQuery(Request):
    """On which day the law is asked for; without it the whole document as published."""

    on: date | None = None


class PulseQuery(Request):
    """Wait for a serial above ``after``, at most ``wait_s`` seconds."""

    after: int = Field(default=0, ge=0, le=2**53 - 1)
    wait_s: int = Field(default=0, ge=0, le=25)


class PulseAnswer(Answer):
    """The serial published last; a hint, never to be trusted."""

    serial: int


class Health(Answer):
    """Alive (存活)."""

    status: str = "ok"


class Readiness(Answer):
    """Ready and fresh (就绪且数据新鲜).

    Attributes:
        expires: Until when each signed role holds, by name.
        warnings: What nears its end, Chinese first; somebody must act.
    """

    status: str
    serial: int
    published_at: datetime | None
    heartbeat_at: datetime | None
    heartbeat_age_s: int | None
    pending: bool
    expires: dict[str, datetime]
    warnings: tuple[str, ...]
