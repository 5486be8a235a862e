"""What the four steps of an exchange across an air gap say (离线交换情况)."""

from datetime import date, datetime, timedelta

from credit_sdk.catalogue.coverage import Coverage
from credit_sdk.catalogue.view import State
from credit_sdk.client.status import Report
from credit_sdk.model.evidence import Freshness
from credit_sdk.model.term import civil_day

GIVEN_UP = (
    "不能实时确认：数据过旧时，惩戒措施不再自动拒绝，一律转人工核查。",
    "不能核查自然人：本机不存自然人数据，也无法联网询问，相关结论为“无法判定”或转人工。",
    "不知道数据包签发之后的变化：新增、移出、撤销、修复、异议，均须等下一个数据包。",
    "核查记录和反馈何时送达，须等下一个数据包带回回执才知道；回执和回传文件本身没有签名，介质须专人保管。",
)
"""What an installation behind an air gap does without, as the clerk reads it."""


class FetchReport(Report):
    """A bundle that was made (制作数据包).

    Attributes:
        expires_at: Until when its signatures hold: imported later than that, it is refused.
        objects: Objects of the map in it.
        receipts: Rows it brings the gateway's answer for, of all outboxes.
    """

    file: str
    size_bytes: int
    origin: str
    serial: int
    map_root: str
    contact_at: datetime | None
    expires_at: datetime | None
    objects: int
    receipts: int


class ExportReport(Report):
    """An outbox file that was made (导出回传文件).

    Attributes:
        outbox: Whose records they are.
        courier: The connected installation that is to deliver it; empty: whichever does.
        remaining: Rows that found no room and go with the next file.
    """

    file: str
    size_bytes: int
    outbox: str
    courier: str
    records: int
    outcomes: int
    remaining: int


class DeliverReport(Report):
    """An outbox file that was delivered (送达回传文件).

    Attributes:
        records / outcomes: Rows with a receipt.
        faults: Rows the gateway refused.
        gaps: Numbers the gateway lacks, by kind: first and last of each hole.
    """

    file: str
    outbox: str
    made_at: datetime
    records: int
    outcomes: int
    faults: int
    gaps: dict[str, tuple[tuple[int, int], ...]]


class ListChange(Report):
    """One list before and after (名单变化).

    Attributes:
        title: In the law in force; empty where it has no such list.
        previous_entries: None where it was not published.
        previous_complete_as_of: The day for which it was declared complete before.
    """

    list: str
    title: str
    entries: int
    previous_entries: int | None
    complete_as_of: date | None
    previous_complete_as_of: date | None

    @property
    def is_changed(self) -> bool:
        """Whether what is stated of it changed; one entry may have come for another all the same."""
        return (self.entries, self.complete_as_of) != (self.previous_entries, self.previous_complete_as_of)


class MatterReach(Report):
    """Until when answers in one matter may rest on what was imported (事项时限).

    Attributes:
        clear_until: Later, nobody is ``CLEAR`` any more.
        adverse_until: Later, nothing is denied any more without a person looking.
    """

    matter: str
    title: str
    clear_until: datetime
    adverse_until: datetime


class ImportReport(Report):
    """A bundle that was imported (导入数据包).

    Attributes:
        lists: Every list, before and after.
        age_s: Whole seconds since the signed instant ``contact_at``.
        expires_at: From when on nothing of it may be relied on.
        is_clock_behind: This host's clock reads a time before ``contact_at``, so the age is not known.
        received_records / received_outcomes: Rows of the outbox that have their receipt now.
        faults: Rows the gateway refused.
        delivery_error: Why the receipts could not be noted, or None; import the same file again.
        waiting_records / waiting_outcomes: Rows that still have none.
        gives_up: What this installation does without.
    """

    file: str
    origin: str
    previous_serial: int
    serial: int
    map_root: str
    changed: bool
    previous_law_edition: str
    law_edition: str
    lists: tuple[ListChange, ...]
    published_at: datetime | None
    contact_at: datetime | None
    freshness: Freshness
    age_s: int | None
    is_clock_behind: bool
    expires_at: datetime | None
    matters: tuple[MatterReach, ...]
    received_records: int
    received_outcomes: int
    faults: int
    delivery_error: str | None
    waiting_records: int
    waiting_outcomes: int
    gives_up: tuple[str, ...] = GIVEN_UP


def edition(state: State) -> str:
    """The edition of the law in force, empty for an empty replica."""
    return state.catalogue.document.edition if state.catalogue else ""


def changes(before: State, after: State, now: datetime) -> tuple[ListChange, ...]:
    """Every list of either state, with the titles of the law in force."""
    law = after.catalogue.on(civil_day(now)).lists if after.catalogue else {}
    none = Coverage(complete_as_of=None, entries=0)
    return tuple(
        ListChange(
            list=name,
            title=law[name].title if name in law else "",
            entries=after.coverage.get(name, none).entries,
            previous_entries=before.coverage[name].entries if name in before.coverage else None,
            complete_as_of=after.coverage.get(name, none).complete_as_of,
            previous_complete_as_of=before.coverage.get(name, none).complete_as_of,
        )
        for name in sorted(before.coverage.keys() | after.coverage.keys())
    )


def reach(state: State, now: datetime) -> tuple[MatterReach, ...]:
    """Until when each matter may rest on ``state``: counted from the signed instant, and never past the signatures."""
    if state.catalogue is None or state.contact_at is None or state.expires_at is None:
        return ()
    contact_at, expires_at = state.contact_at, state.expires_at
    return tuple(
        MatterReach(
            matter=name,
            title=matter.title,
            clear_until=min(contact_at + timedelta(seconds=matter.clear_max_age_s), expires_at),
            adverse_until=min(contact_at + timedelta(seconds=matter.adverse_max_age_s), expires_at),
        )
        for name, matter in sorted(state.catalogue.on(civil_day(now)).matters.items())
    )
