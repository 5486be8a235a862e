"""``entries …``: correcting, ending and finding entries (名单条目)."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

import click

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from gateway.commands.particulars import listed, state_words
from gateway.commands.stated import BY, CONFIRMED_BY, CORRECTIONS, DOCUMENT, REASON, corrected
from gateway.commands.terminal import AS_JSON, HOME, answer, desk, table
from gateway.database.unit_of_work import UnitOfWork, reading, unit_of_work
from gateway.registry import lifecycle
from gateway.registry.corrections import correct
from gateway.registry.lapses import note
from gateway.registry.lifecycle import EntryState
from gateway.registry.periods import PeriodLaw
from gateway.registry.same_subject import keys_of
from gateway.registry.search import MAX_ROWS, find_entries, show_entry
from gateway.registry.waivers import expire


class _Ending(Protocol):
    def __call__(
        self, work: UnitOfWork, entry: str, *, by: str, confirmed_by: str, reason: str, document_no: str
    ) -> EntryState: ...


@click.group()
def entries() -> None:
    """名单条目：导入、复核、移出、撤销、查询。

    Entries: import, confirm, remove, revoke, find.
    """


def _ending(name: str, title: str, title_en: str, act: _Ending) -> click.Command:
    """A command that ends one entry by a document."""

    @click.command(name, help=f"{title}\n\n{title_en}")
    @HOME
    @click.argument("entry")
    @BY
    @CONFIRMED_BY
    @REASON
    @DOCUMENT
    @AS_JSON
    def command(
        home: Path, *, entry: str, by: str, confirmed_by: str, reason: str, document: str, as_json: bool
    ) -> None:
        with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
            state = act(work, entry, by=by, confirmed_by=confirmed_by, reason=reason, document_no=document)
        answer(
            {"entry": entry, "state": state, "at": work.at.isoformat()},
            [f"条目 {entry}：{state_words(state)}"],
            as_json=as_json,
        )

    return command


entries.add_command(_ending("remove", "移出：自今日起不再列入。", "Remove an entry; looks forward.", lifecycle.remove))
entries.add_command(
    _ending("revoke", "撤销：视为自始未列入。", "Revoke an entry, as if it had never been.", lifecycle.revoke)
)
entries.add_command(
    _ending(
        "shield",
        "屏蔽：法院裁定批准重整计划或者认可和解协议，暂停公示和措施。",
        "Shield an entry while its subject reorganises; publicity and measures are suspended.",
        lifecycle.shield,
    )
)
entries.add_command(
    _ending("unshield", "恢复公示：重整未成或者已经结束。", "End the shielding; publicity resumes.", lifecycle.unshield)
)


@entries.command("correct")
@HOME
@click.argument("entry")
@CORRECTIONS
@BY
@CONFIRMED_BY
@REASON
@DOCUMENT
@AS_JSON
def correct_entry(
    home: Path,
    *,
    entry: str,
    corrections: tuple[tuple[str, str | date | None], ...],
    by: str,
    confirmed_by: str,
    reason: str,
    document: str,
    as_json: bool,
) -> None:
    """更正一个条目：由内容正确的条目代替。

    Correct an entry; another one with the right particulars takes its place.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        replacement = correct(
            work,
            entry,
            corrected(corrections),
            by=by,
            confirmed_by=confirmed_by,
            reason=reason,
            document_no=document,
        )
    answer(
        {"entry": entry, "state": EntryState.CORRECTED, "replaced_by": replacement, "at": work.at.isoformat()},
        [f"条目 {entry} 已更正，由 {replacement} 代替 / corrected"],
        as_json=as_json,
    )


@entries.command("lapse")
@HOME
@AS_JSON
def lapse_entries(home: Path, *, as_json: bool) -> None:
    """记录公示期满的条目和期满的豁免（`serve` 每日自动办理）。

    Note which entries and waivers the calendar has ended; `serve` does it once a day by itself.
    """
    lapsed = erased = 0
    behind: str | None = ""
    with desk(home) as open_desk:
        with reading(open_desk.engine) as connection:
            law = PeriodLaw.load(connection, civil_day(datetime.now(UTC)))
        while behind is not None:
            noted = note(open_desk.engine, law, datetime.now(UTC), behind=behind)
            lapsed, erased, behind = lapsed + len(noted.lapsed), erased + len(noted.erased), noted.next
        waived, is_more = expire(open_desk.engine, datetime.now(UTC))
        while is_more:
            ended, is_more = expire(open_desk.engine, datetime.now(UTC))
            waived += ended
    answer(
        {"lapsed": lapsed, "erased": erased, "waivers": waived},
        [f"公示期满 {lapsed} 条，清除已修复内容 {erased} 条，豁免期满 {waived} 项 / lapsed, erased, waivers expired"],
        as_json=as_json,
    )


@entries.command("list")
@HOME
@click.option("--list", "list_id", default="", metavar="LIST", help="名单 / on this list")
@click.option("--state", type=click.Choice([str(each) for each in EntryState]), help="状态 / in this state")
@click.option("--subject", default="", metavar="CODE", help="主体代码 / about this subject")
@click.option("--batch", default="", metavar="BATCH", help="批次 / from this batch")
@click.option("--limit", default=100, type=click.IntRange(1, MAX_ROWS), show_default=True)
@AS_JSON
def list_entries(
    home: Path, *, list_id: str, state: str | None, subject: str, batch: str, limit: int, as_json: bool
) -> None:
    """查询条目，新的在前 / Find entries, newest first."""
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        keys = keys_of(connection, _organisation(subject)) if subject else None
        found = find_entries(
            connection,
            list_id=list_id,
            state=EntryState(state) if state else None,
            subject_keys=keys,
            batch=batch,
            limit=limit,
        )
    shown = ("id", "state", "awaits", "list", "subject", "name", "document_no", "determined_on", "term_until")
    rows = [[each[name] for name in shown] for each in found]
    answer({"entries": found}, table(shown, rows), as_json=as_json)


def _organisation(text: str) -> Subject:
    """A number that may stand on a command line; a person's is asked for without being shown, and with a reason."""
    subject = Subject.parse(text)
    if subject.is_natural_person:
        raise InvalidRequestError(
            "查询自然人须写明目的和依据，查询留痕 / "
            "A natural person is looked up with a purpose and a legal basis, and the query is recorded.",
            hint="请用 credit-gateway persons entries HOME / Use that command.",
        )
    return subject


@entries.command()
@HOME
@click.argument("entry")
@AS_JSON
def show(home: Path, *, entry: str, as_json: bool) -> None:
    """显示一个条目的全部内容 / Show everything about one entry."""
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = show_entry(connection, entry, civil_day(datetime.now(UTC)))
    answer(found, listed(found), as_json=as_json)
