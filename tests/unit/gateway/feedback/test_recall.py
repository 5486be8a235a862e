"""An entry that was wrong names exactly the recorded decisions that leaned on it, to their owners and nobody else."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select, update

from gateway.database.tables import check_entries, checks, entries, ledger
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.feedback.intake import Intake
from gateway.feedback.notice import Became, Notice
from gateway.feedback.recall import acknowledge, notices, open_notices
from gateway.feedback.records import CheckBatch
from gateway.ledger.verify import verify
from gateway.problems import ConflictError, NotFoundError
from gateway.registry.lifecycle import EntryState, grant_repair, remove, revoke
from gateway.registry.persons import RegistryKeys
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company, entry_id
from tests.unit.gateway.feedback.test_intake import OUTBOX, check_record

PLATFORM, APPROVAL = "电子招投标平台", "行政审批系统"
STATED = {"by": LI, "confirmed_by": WANG, "reason": "认定被撤销", "document_no": "虚撤〔2026〕1号"}


def entry_of(number: int) -> str:
    return entry_id(company(number).key, LISTED)


@pytest.fixture
def held(registry: RealGateway) -> RealGateway:
    registry.list_companies(range(12))
    for name in (PLATFORM, APPROVAL):
        registry.client(name)
    return registry


def send(real: RealGateway, client: str, *records: dict[str, object], outbox: str = OUTBOX) -> None:
    intake = Intake(real.engine, RegistryKeys.load(real.home).key_of)
    with unit_of_work(real.engine, at=NOW) as work:
        intake.checks(work, client, CheckBatch.model_validate({"outbox": UUID(outbox), "records": records}))


def act(real: RealGateway, does: Callable[..., EntryState], number: int) -> None:
    with unit_of_work(real.engine, at=NOW + timedelta(seconds=60)) as work:
        does(work, entry_of(number), **STATED)


def correct(real: RealGateway, number: int, **changed: object) -> str:
    """Put another entry in the place of one, as the confirmation of an import does; the new entry."""
    new = f"{entry_of(number)}-corrected"
    with unit_of_work(real.engine, at=NOW) as work:
        row = work.connection.execute(select(entries).where(entries.c.id == entry_of(number))).one()
        work.connection.execute(update(entries).where(entries.c.id == row.id).values(state="corrected"))
        values = {**row._mapping, "id": new, "replaces": row.id, "confirmed_at": NOW + timedelta(hours=1), **changed}
        work.connection.execute(insert(entries).values(values))
    return new


def read(real: RealGateway, *, open_only: bool = False, after: int = 0, limit: int = 100) -> tuple[Notice, ...]:
    with reading(real.engine) as connection:
        return notices(connection, open_only=open_only, after=after, limit=limit)


def test_a_revoked_entry_names_the_decisions_that_leaned_on_it(held: RealGateway) -> None:
    send(held, PLATFORM, check_record(1, entries=(entry_of(1), entry_of(2))), check_record(2, entries=(entry_of(2),)))
    send(held, APPROVAL, check_record(1, entries=(entry_of(1),)))
    assert read(held) == ()
    act(held, revoke, 1)
    found = read(held)
    assert [(each.client, each.decision_id, each.entry) for each in found] == [
        (PLATFORM, "decision-1", entry_of(1)),
        (APPROVAL, "decision-1", entry_of(1)),
    ]
    first = found[0]
    assert (first.case, first.matter, first.verdict) == ("青采2026-17", "procurement.award", "DENY")
    assert (first.became, first.since_at) == (Became.REVOKED, NOW + timedelta(seconds=60))
    assert (first.document_no, first.reason, first.subject) == ("虚撤〔2026〕1号", "认定被撤销", company(1).masked)
    assert first.advice.startswith("该条目已撤销")
    assert first.changed == ()
    with reading(held.engine) as connection:
        assert open_notices(connection) == {PLATFORM: 1, APPROVAL: 1}
        assert open_notices(connection, client=APPROVAL) == {APPROVAL: 1}


@pytest.mark.parametrize("does", [remove, grant_repair])
def test_what_looks_forward_recalls_nothing(held: RealGateway, does: Callable[..., EntryState]) -> None:
    send(held, PLATFORM, check_record(1, entries=(entry_of(1),)))
    act(held, does, 1)
    assert read(held) == ()
    act(held, revoke, 1)
    assert len(read(held)) == 1


def test_a_correction_says_what_changed_and_what_took_its_place(held: RealGateway) -> None:
    send(held, PLATFORM, check_record(1, entries=(entry_of(1),)))
    new = correct(held, 1, severity="general", term_until=date(2027, 1, 4), document_no="虚更〔2026〕2号")
    send(held, PLATFORM, check_record(2, entries=(new,)))
    (found,) = read(held)
    assert (found.became, found.replaced_by, found.replacement_state) == (Became.CORRECTED, new, "published")
    assert (found.since_at, found.document_no) == (NOW + timedelta(hours=1), "虚更〔2026〕2号")
    assert {(each.name, each.before, each.after) for each in found.changed if each.name != "document_no"} == {
        ("severity", "serious", "general"),
        ("term_until", "2028-01-04", "2027-01-04"),
    }
    assert found.advice.startswith("该条目已更正")


def test_of_a_person_only_the_names_of_what_changed_are_told(held: RealGateway) -> None:
    send(held, PLATFORM, check_record(1, entries=(entry_of(1),)))
    correct(held, 1, fact="与本人无关")
    with unit_of_work(held.engine, at=NOW) as work:
        work.connection.execute(update(entries).values(is_person=True))
    (found,) = read(held)
    assert [(each.name, each.before, each.after) for each in found.changed] == [("fact", "", "")]


def test_a_record_that_is_delivered_after_the_revocation_has_its_notice_too(held: RealGateway) -> None:
    act(held, revoke, 1)
    late = check_record(1, entries=(entry_of(1),))
    send(held, PLATFORM, late)
    send(held, PLATFORM, late, late)
    assert [each.decision_id for each in read(held)] == ["decision-1"]


def test_a_check_made_here_is_recalled_as_well(held: RealGateway) -> None:
    held.declare()
    held.publish(1)
    with held.asked(key=held.client("在线")) as asking:
        body = {"subject": company(1).code, "matter": "procurement.award", "case": "在线1"}
        assert asking.post("/v1/check", json=body).get_json()["verdict"] == "DENY"
    act(held, revoke, 1)
    assert [(each.client, each.case, each.entry) for each in read(held)] == [("在线", "在线1", entry_of(1))]


def test_a_batch_that_is_refused_leaves_nothing_behind(held: RealGateway) -> None:
    send(held, PLATFORM, check_record(1, entries=(entry_of(1),)))
    with pytest.raises(ConflictError):
        send(held, PLATFORM, check_record(2, entries=(entry_of(1),)), check_record(1, entries=(entry_of(2),)))
    with reading(held.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(check_entries)) == 1


def test_the_owner_acknowledges_once_and_nobody_else_can(held: RealGateway) -> None:
    send(held, PLATFORM, check_record(1, entries=(entry_of(1), entry_of(2))))
    act(held, revoke, 1)
    (notice,) = read(held)

    def say(client: str, number: int, done: str = "已复查，撤销原决定", after_s: int = 0) -> Notice:
        with unit_of_work(held.engine, at=NOW + timedelta(seconds=after_s)) as work:
            return acknowledge(work, client, number, by="张审核", done=done)

    with reading(held.engine) as connection:
        (other,) = connection.scalars(select(check_entries.c.id).where(check_entries.c.id != notice.id))
    for client, number in ((APPROVAL, notice.id), (PLATFORM, 10**9), (PLATFORM, other)):
        with pytest.raises(NotFoundError):
            say(client, number)
    first = say(PLATFORM, notice.id)
    assert say(PLATFORM, notice.id, after_s=9) == first
    assert first.acknowledgement
    assert (first.acknowledgement.by, first.acknowledgement.at) == ("张审核", NOW)
    with pytest.raises(ConflictError, match="张审核"):
        say(PLATFORM, notice.id, done="另有说法")
    assert read(held, open_only=True) == ()
    assert [each.acknowledgement for each in read(held)] == [first.acknowledgement]
    with reading(held.engine) as connection:
        assert open_notices(connection) == {}
        told = connection.execute(select(ledger).where(ledger.c.act == "feedback:notice:acknowledge")).all()
        assert [each.actor for each in told] == [PLATFORM]
        assert "撤销原决定" not in json.dumps(told[0].payload, ensure_ascii=False)
        verify(connection)


def test_pages_hold_every_notice_once(held: RealGateway) -> None:
    send(held, PLATFORM, *[check_record(seq, entries=(entry_of(1), entry_of(2))) for seq in range(1, 8)])
    act(held, revoke, 1)
    act(held, revoke, 2)
    seen: list[int] = []
    while page := read(held, after=seen[-1] if seen else 0, limit=5):
        seen += [each.id for each in page]
    assert len(seen) == len(set(seen)) == 14


def records(numbers: Sequence[int], draw: random.Random) -> Iterator[dict[str, object]]:
    """Checks of random entries, with some nobody knows here."""
    for seq in numbers:
        found = draw.sample(range(400), draw.choice((0, 0, 1, 1, 2, 3, 8)))
        yield check_record(seq, entries=tuple(f"entry-{each}" for each in found))


def test_ten_thousand_records_are_recalled_exactly(registry: RealGateway) -> None:
    draw = random.Random(20260302)
    registry.list_companies([1])
    systems = [f"系统{number}" for number in range(4)]
    for name in systems:
        registry.client(name)
    with unit_of_work(registry.engine, at=NOW) as work:
        row = work.connection.execute(select(entries)).one()
        made = [{**row._mapping, "id": f"entry-{each}", "document_no": f"虚{each}号"} for each in range(380)]
        work.connection.execute(insert(entries), made)
    for start in range(1, 2_501, 500):
        for name in systems:
            send(registry, name, *records(range(start, start + 500), draw))
        # What is sent from now on leaned on entries that are wrong already.
        with unit_of_work(registry.engine, at=NOW) as work:
            for each in draw.sample(range(380), 40):
                state = draw.choice(("removed", "revoked", "corrected", "repaired", "shielded", "lapsed"))
                work.connection.execute(update(entries).where(entries.c.id == f"entry-{each}").values(state=state))
    with reading(registry.engine) as connection:
        rows = connection.execute(select(checks.c.client, checks.c.decision_id, checks.c.entries)).all()
        wrong = set(connection.scalars(select(entries.c.id).where(entries.c.state.in_(("revoked", "corrected")))))
        found = notices(connection, limit=100_000)
        waiting = open_notices(connection)
    assert len(rows) == 10_000
    expected = sorted((row.client, row.decision_id, entry) for row in rows for entry in row.entries if entry in wrong)
    assert len(expected) > 1_000
    assert sorted((each.client, each.decision_id, each.entry) for each in found) == expected
    assert waiting == {name: sum(client == name for client, _, _ in expected) for name in systems}
