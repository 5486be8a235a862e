"""What the routes of objections and repairs take and give (异议、信用修复接口数据)."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from gateway.api.models import MAX_PAGE, Answer, Request
from gateway.api.publicity import PublicityAnswer
from gateway.registry.objections import ObjectionAbout, ObjectionState
from gateway.registry.repairs import RepairState
from gateway.registry.wording import MAX_NAME_CHARACTERS, MAX_TEXT_CHARACTERS

EntryId = Annotated[str, Field(min_length=1, max_length=128)]
OperatorName = Annotated[
    str, Field(min_length=1, max_length=64, description="The operator in whose name the department's system acts.")
]
Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT_CHARACTERS)]


class LimitAnswer(Answer):
    """By when something is to be decided (办理期限); ``reminder_on`` is the gateway's own and not statutory."""

    statutory: bool
    text: str
    due_on: date | None
    unknown_year: int | None
    basis: str
    confidence: str
    reminder_on: date | None


class ObjectionBody(Request):
    """An objection (异议) that a department's system takes in for the subject."""

    entry: EntryId
    about: ObjectionAbout
    applicant: Annotated[str, Field(min_length=1, max_length=MAX_NAME_CHARACTERS)]
    grounds: Text
    needs_verification: Annotated[str, Field(max_length=MAX_TEXT_CHARACTERS)] = ""
    filed_on: date | None = None
    by: OperatorName


class ObjectionsQuery(Request):
    """Which objections, page by page."""

    state: ObjectionState | None = None
    entry: Annotated[str, Field(max_length=128)] = ""
    after: Annotated[str, Field(max_length=64, description="`next` of the page before.")] = ""
    limit: int = Field(default=100, ge=1, le=MAX_PAGE)


class ObjectionAnswer(Answer):
    """An objection with by when it is to be decided; ``reply`` is what the applicant is told."""

    objection: str
    entry: str
    about: str
    state: str
    applicant: str
    grounds: str
    filed_on: date
    channel: str
    received_by: str
    needs_verification: str
    decided_by: str
    confirmed_by: str
    decided_at: datetime | None
    remedy: str
    to_do: str
    reasons: str
    document: str
    limit: LimitAnswer
    publicity: PublicityAnswer
    repeats: str = Field(description="The rejected objection it repeats in the same words; empty where there is none.")
    marked: bool = Field(description="Whether the entry is marked for it.")
    reply: str


class RepairBody(Request):
    """An application for repair (信用修复申请) that a department's system takes in for the subject."""

    entry: EntryId
    applicant: Annotated[str, Field(min_length=1, max_length=MAX_NAME_CHARACTERS)]
    proof: Annotated[str, Field(max_length=MAX_TEXT_CHARACTERS)] = ""
    commitment: Annotated[str, Field(max_length=MAX_NAME_CHARACTERS)] = ""
    applied_on: date | None = None
    period: Annotated[str, Field(max_length=64)] = ""
    by: OperatorName


class RepairsQuery(Request):
    """Which applications, page by page."""

    state: RepairState | None = None
    entry: Annotated[str, Field(max_length=128)] = ""
    after: Annotated[str, Field(max_length=64, description="`next` of the page before.")] = ""
    limit: int = Field(default=100, ge=1, le=MAX_PAGE)


class RepairApplicationAnswer(Answer):
    """An application for repair with by when it is decided; ``reply`` is what the applicant is told."""

    repair: str
    entry: str
    state: str
    applicant: str
    regime: str
    period: str
    proof: str
    commitment: str
    missing: str
    applied_on: date
    accepted_on: date | None
    accepted_by: str
    channel: str
    received_by: str
    decided_by: str
    confirmed_by: str
    decided_at: datetime | None
    reasons: str
    document: str
    voided_by: str
    void_confirmed_by: str
    voided_at: datetime | None
    void_reasons: str
    void_document: str
    again_from: date | None
    acceptance: LimitAnswer
    decision: LimitAnswer
    publicity: PublicityAnswer
    reply: str


class RepairsPage(Answer):
    """One page of applications; ``next`` is null on the last."""

    repairs: tuple[RepairApplicationAnswer, ...]
    next: str | None


class ObjectionsPage(Answer):
    """One page of objections; ``next`` is null on the last."""

    objections: tuple[ObjectionAnswer, ...]
    next: str | None
