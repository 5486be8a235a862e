"""How one installation stands (运行状态), and what a round of synchronising did."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from credit_sdk.model.evidence import Freshness


class Report(BaseModel):
    """Base: frozen, ready to be printed as one JSON object."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ListStatus(Report):
    """One list of the publication: how many entries, and for which day it was declared complete (None: not covered)."""

    list: str
    entries: int
    complete_as_of: date | None


class OutboxStatus(Report):
    """What waits to be delivered, and whether records can be kept.

    Attributes:
        records / outcomes: Rows on the disk without a receipt.
        faults: Rows the gateway refused; they are kept until somebody looks.
        in_memory: Check records of this process that are not on the disk yet.
        unrecorded: Check records of this process that could not be kept at all; their decisions said so.
        error / error_at: Why records cannot be written at the moment, and since when.
    """

    id: str
    records: int
    outcomes: int
    faults: int
    in_memory: int
    unrecorded: int
    error: str | None
    error_at: datetime | None


class SyncStatus(Report):
    """Who keeps the replica current, and how that goes.

    Attributes:
        is_leader: Whether it is this process.
        leader_pid: The process that does, None when nobody does; 0 when it is of another container.
        error / error_at: The last failure that no success has followed, and since when.
    """

    is_leader: bool
    leader_pid: int | None
    error: str | None
    error_at: datetime | None


class Status(Report):
    """How one installation stands.

    Attributes:
        age_s: Whole seconds since the last verified contact; None before the first.
        expires_at: From when the signed metadata no longer holds: the earliest of ``expires``.
        expires: Until when each signed role holds, by name; empty before the first contact.
        warnings: What nears its end, Chinese first; somebody must act.
        lists: Every list of the publication.
    """

    home: str
    gateway: str
    origin: str
    serial: int
    map_root: str
    freshness: Freshness
    published_at: datetime | None
    contact_at: datetime | None
    age_s: int | None
    expires_at: datetime | None
    expires: dict[str, datetime]
    warnings: tuple[str, ...]
    lists: tuple[ListStatus, ...]
    outbox: OutboxStatus
    sync: SyncStatus
    library_version: str


class SyncReport(Report):
    """What one round of synchronising did (同步情况).

    Attributes:
        changed: Whether a newer serial was activated.
        delivered_records / delivered_outcomes: Rows that got a receipt.
        faults: Rows the gateway refused.
        delivery_error: Why not everything could be delivered, or None.
    """

    serial: int
    map_root: str
    changed: bool
    contact_at: datetime | None
    delivered_records: int = 0
    delivered_outcomes: int = 0
    faults: int = 0
    delivery_error: str | None = None


class Standing(Report):
    """A measure this system reported as applied whose basis is gone: to be lifted (应予解除).

    Attributes:
        reason: ``gone``: no longer published; ``lapsed``: its term is over.
    """

    subject: str
    matter: str
    case: str | None
    entry: str
    measure: str
    list: str
    decision_id: str
    document: str
    reported_at: datetime
    reason: str
