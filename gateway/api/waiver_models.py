"""What the route of waivers takes and gives (豁免接口数据)."""

from datetime import date, datetime

from pydantic import Field

from gateway.api.models import MAX_PAGE, Answer, Request
from gateway.registry.waiver_register import WaiverState


class WaiversQuery(Request):
    """Which waivers, page by page."""

    state: WaiverState | None = None
    after: int = Field(default=0, ge=0, le=2**53 - 1, description="`next` of the page before.")
    limit: int = Field(default=100, ge=1, le=MAX_PAGE)


class LongestTermAnswer(Answer):
    """How long the law lets a waiver last (最长期限): of one that waits, if it were confirmed today."""

    statutory: bool
    last_on: date | None
    period: str
    basis: str


class AskedWaiverAnswer(Answer):
    """A waiver that the asking system's officer asked for (豁免), and what became of it; ``reply`` says it."""

    waiver: int
    state: WaiverState
    matter: str
    measure: str
    list: str
    entry: str
    decision_id: str
    case: str
    by: str
    reason: str
    document: str
    asked_until_on: date
    received_at: datetime
    until_on: date | None = Field(description="Last day that was confirmed; null where it was not.")
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    approval_no: str = Field(description="批准文号")
    limit: LongestTermAnswer
    withdrawn_by: str
    withdrawal_confirmed_by: str
    withdrawn_at: datetime | None
    withdrawal_reason: str
    withdrawal_document: str
    expired_at: datetime | None
    reply: str


class WaiversPage(Answer):
    """One page of waivers; ``next`` is null on the last."""

    waivers: tuple[AskedWaiverAnswer, ...]
    next: int | None
