"""What the routes about the loop take and give (闭环数据); as in ``models``, unknown fields are refused."""

from datetime import date, datetime

from pydantic import Field

from gateway.api.models import MAX_PAGE, Answer, Request
from gateway.registry.publication_times import FIRST_JUDGED_ON, LAST_JUDGED_ON


class FiguresAnswer(Answer):
    """One system's part in the loop."""

    client: str
    checks: int
    triggered: int
    answered: int
    executed: int
    feedback_rate: float | None = Field(description="反馈率")
    execution_rate: float | None = Field(description="执行率")
    by_verdict: dict[str, int]
    by_outcome: dict[str, int]


class NotAppliedAnswer(Answer):
    """A reason for not applying a measure."""

    reason: str
    times: int


class RepairAnswer(Answer):
    """How long a repair took."""

    entry: str
    granted_at: datetime
    published_at: datetime | None
    serial: int | None
    seconds: float | None
    still_applied_by: tuple[str, ...]
    cleared_at: datetime | None = Field(description="When the last system was free of it.")
    clear_seconds: float | None


class RepairTimesAnswer(Answer):
    """The last repairs together (修复时效)."""

    granted: int
    published: int
    cleared: int
    median_published_s: float | None
    slowest_published_s: float | None
    median_cleared_s: float | None
    slowest_cleared_s: float | None


class DeadlineCountAnswer(Answer):
    """How many wait for one kind of act; ``open`` is all of them."""

    act: str
    open: int
    soon: int
    overdue: int
    unknown: int
    unlimited: int


class LoopAnswer(Answer):
    """The loop in figures (闭环指标)."""

    total: FiguresAnswer
    clients: tuple[FiguresAnswer, ...]
    not_applied: tuple[NotAppliedAnswer, ...]
    repairs: tuple[RepairAnswer, ...]
    repair_times: RepairTimesAnswer
    deadlines: tuple[DeadlineCountAnswer, ...]
    open_notices: dict[str, int] = Field(description="By system.")
    standing: dict[str, int] = Field(description="应解除未解除, by system.")


class DeadlinesQuery(Request):
    """Which deadlines, as of which day."""

    on: date | None = Field(default=None, ge=FIRST_JUDGED_ON, le=LAST_JUDGED_ON)
    overdue: bool = False
    limit: int = Field(default=100, ge=1, le=MAX_PAGE)


class DeadlineAnswer(Answer):
    """One thing somebody must do in time."""

    act: str
    reference: str
    entry: str
    list: str
    subject: str
    matter: str
    case: str
    who: str
    since_on: date
    due_on: date | None
    unknown_year: int
    working_days_left: int | None
    state: str
    ground: str
    period: str
    instrument: str
    basis: str


class PublicationTimesAnswer(Answer):
    """Whether entries were put into force in time (公示及时性)."""

    since_on: date
    published: int
    late: int
    unknown: int


class DeadlinesAnswer(Answer):
    """What waits, soonest first."""

    on: date
    counts: tuple[DeadlineCountAnswer, ...]
    publication: PublicationTimesAnswer | None
    deadlines: tuple[DeadlineAnswer, ...]


class StandingQuery(Request):
    """How many."""

    limit: int = Field(default=100, ge=1, le=MAX_PAGE)


class StandingMeasure(Answer):
    """A measure this system applies though its basis is gone (应予解除)."""

    subject: str
    matter: str
    case: str
    entry: str
    measure: str
    list: str
    decision_id: str
    document: str
    reported_at: datetime
    reason: str
    state: str
    since_on: date | None


class StandingAnswer(Answer):
    """Those applied longest first; ``total`` of them."""

    total: int
    standing: tuple[StandingMeasure, ...]
