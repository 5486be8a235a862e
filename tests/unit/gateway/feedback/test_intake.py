"""What systems did comes in at least once and is counted once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import func, select

from credit_sdk.model.sheet import MAX_SUBJECTS
from credit_sdk.model.subject import Subject
from gateway.database.tables import checks, ledger, outcomes, waivers
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.feedback.figures import loop_figures
from gateway.feedback.intake import Intake
from gateway.feedback.records import CheckBatch, OutcomeBatch, Receipts
from gateway.problems import ConflictError
from gateway.registry.persons import RegistryKeys
from tests.real_gateway import LISTED, NOW, RealGateway, company, entry_id

PLATFORM = "电子招投标平台"
OUTBOX = "0190f5d2-0000-7000-8000-000000000001"


def check_record(
    seq: int, *, subject: str = "", verdict: str = "DENY", entries: tuple[str, ...] = ("e1",)
) -> dict[str, object]:
    return {
        "seq": seq,
        "id": f"decision-{seq}",
        "subject": subject or company(1).code,
        "matter": "procurement.award",
        "on": "2026-03-02",
        "case": "青采2026-17",
        "serial": 3,
        "map_root": "ab" * 32,
        "verdict": verdict,
        "digest": "cd" * 32,
        "entries": list(entries),
        "decided_at": "2026-03-02T01:00:00Z",
    }


def outcome_record(
    seq: int, state: str = "applied", *, subject: str = "", entry: str = "e1", **more: str
) -> dict[str, object]:
    return {
        "seq": seq,
        "decision_id": f"decision-{seq}",
        "subject": subject or company(1).code,
        "matter": "procurement.award",
        "case": None,
        "entry": entry,
        "measure": "a1-05",
        "list": LISTED,
        "state": state,
        "document": "虚采〔2026〕3号",
        "reported_at": "2026-03-02T01:00:05Z",
        **more,
    }


def sheet_record(
    seq: int, *subjects: str, verdict: str = "CLEAR", entries: list[list[str]] | None = None
) -> dict[str, object]:
    shared = {name: value for name, value in check_record(seq, verdict=verdict).items() if name != "subject"}
    return {**shared, "id": decision_id(seq), "subjects": list(subjects), "entries": entries or []}


def decision_id(seq: int, place: int = 0) -> str:
    return f"0190f5d2-0000-7000-8{seq:03}-{place:012x}"


class Desk:
    """One gateway that takes batches in."""

    def __init__(self, real: RealGateway) -> None:
        self.real = real
        self.intake = Intake(real.engine, RegistryKeys.load(real.home).key_of)

    def checks(self, *records: dict[str, object], client: str = PLATFORM, outbox: str = OUTBOX) -> Receipts:
        batch = CheckBatch.model_validate({"outbox": outbox, "records": records})
        with unit_of_work(self.real.engine, at=NOW) as work:
            receipts = self.intake.checks(work, client, batch)
        return self.intake.answer(client, outbox, checks, receipts)

    def outcomes(self, *records: dict[str, object], after_s: int = 0) -> Receipts:
        batch = OutcomeBatch.model_validate({"outbox": OUTBOX, "outcomes": records})
        with unit_of_work(self.real.engine, at=NOW + timedelta(seconds=after_s)) as work:
            receipts = self.intake.outcomes(work, PLATFORM, batch)
        return self.intake.answer(PLATFORM, OUTBOX, outcomes, receipts)

    def count(self) -> int:
        with reading(self.real.engine) as connection:
            return connection.scalar(select(func.count()).select_from(checks)) or 0


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    url: str = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else ""
    real = RealGateway.make(tmp_path, database=url)
    real.client(PLATFORM)
    yield Desk(real)
    real.close()


def test_the_same_record_gets_the_same_receipt_and_is_counted_once(desk: Desk) -> None:
    first = desk.checks(check_record(1), check_record(2))
    again = desk.checks(check_record(2), check_record(3))
    assert again.receipts[0] == first.receipts[1]
    assert len({receipt.receipt for receipt in (*first.receipts, *again.receipts)}) == 3
    assert desk.count() == 3
    assert again.next_seq == 4


def test_a_sheet_of_a_screening_is_one_record_about_many(desk: Desk) -> None:
    codes = [company(number).code for number in (1, 2, 3)]
    desk.checks(check_record(1), sheet_record(2, *codes))
    again = desk.checks(sheet_record(2, *codes))
    with reading(desk.real.engine) as connection:
        held = connection.execute(select(checks).where(checks.c.seq == 2)).one()
        figures = loop_figures(connection)
    assert held.receipt == again.receipts[0].receipt
    assert (held.subject_key, held.subjects, held.entries) == (b"", 3, [])
    assert held.subject_keys == [Subject.parse(code).key.hex() for code in codes]
    assert (figures.total.checks, figures.total.by_verdict) == (4, {"DENY": 1, "CLEAR": 3})
    with pytest.raises(ConflictError):
        desk.checks(sheet_record(2, *codes[:2]))


def test_refuses_a_sheet_whose_decisions_cannot_be_told_apart() -> None:
    for id in ("d1", "0190f5d2-0000-7000-8001-00000000000G", "0190F5D2-0000-7000-8001-000000000000"):
        with pytest.raises(ValidationError, match="id"):
            CheckBatch.model_validate({"outbox": OUTBOX, "records": [{**sheet_record(1, company(1).code), "id": id}]})


def test_a_sheet_says_which_entries_were_found_of_whom(desk: Desk) -> None:
    codes = [company(number).code for number in (1, 2)]
    sheet = sheet_record(1, *codes, verdict="DENY", entries=[["e1", "e2"], ["e3", "e4"]])
    desk.checks(sheet)
    (record,) = CheckBatch.model_validate({"outbox": OUTBOX, "records": [sheet]}).records
    assert list(record.decisions()) == [
        (decision_id(1, 0), codes[0], ("e1", "e2")),
        (decision_id(1, 1), codes[1], ("e3", "e4")),
    ]
    with reading(desk.real.engine) as connection:
        held = connection.execute(select(checks)).one()
    assert held.entries == [["e1", "e2"], ["e3", "e4"]]
    with pytest.raises(ConflictError):
        desk.checks({**sheet, "entries": [["e1", "e2"], ["e3", "e5"]]})


@pytest.mark.parametrize(
    "wrong",
    [
        {"subjects": []},
        {"subject": "1", "subjects": ["1"]},
        {"subjects": ["1"] * (MAX_SUBJECTS + 1)},
        {"entries": [["e1"], ["e2"]]},
        {"entries": [[]]},
        {"entries": ["e1"]},
        {"subjects": ["1", "2"], "entries": [["e1"], ["e2", "e3"]]},
    ],
)
def test_refuses_a_sheet_about_nobody_or_too_many_or_of_entries_that_are_nobodys(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CheckBatch.model_validate({"outbox": OUTBOX, "records": [{**sheet_record(1, "1"), **wrong}]})


def test_a_record_twice_in_one_batch_is_one_record(desk: Desk) -> None:
    answer = desk.checks(check_record(1), check_record(1))
    assert answer.receipts[0] == answer.receipts[1]
    assert desk.count() == 1


def test_other_content_under_the_same_number_is_refused_and_nothing_of_the_batch_is_kept(desk: Desk) -> None:
    desk.checks(check_record(1))
    with pytest.raises(ConflictError, match="number 1 of outbox"):
        desk.checks(check_record(2), check_record(1, verdict="CLEAR"))
    with pytest.raises(ConflictError, match="number 5 of outbox"):
        desk.checks(check_record(5), check_record(5, verdict="CLEAR"))
    assert desk.count() == 1


def test_outboxes_and_clients_number_apart(desk: Desk) -> None:
    desk.real.client("行政审批系统")
    first = desk.checks(check_record(1))
    other = desk.checks(check_record(1), client="行政审批系统")
    third = desk.checks(check_record(1), outbox="0190f5d2-0000-7000-8000-000000000002")
    assert len({each.receipts[0].receipt for each in (first, other, third)}) == 3
    assert desk.count() == 3


def test_holes_are_told_until_they_are_filled(desk: Desk) -> None:
    assert desk.checks(check_record(1)).gaps == ()
    answer = desk.checks(check_record(4), check_record(8))
    assert (answer.next_seq, answer.gaps) == (2, ((2, 3), (5, 7)))
    answer = desk.checks(check_record(2), check_record(3))
    assert (answer.next_seq, answer.gaps) == (5, ((5, 7),))
    answer = desk.checks(*[check_record(seq) for seq in (7, 6, 5)])
    assert (answer.next_seq, answer.gaps) == (9, ())
    # Another process remembers nothing and says the same.
    assert Desk(desk.real).checks(check_record(8)).next_seq == 9


def test_a_record_about_a_person_holds_no_number(desk: Desk) -> None:
    number = "11010519491231002X"
    desk.checks(check_record(1, subject=number))
    with reading(desk.real.engine) as connection:
        row = connection.execute(select(checks)).one()
        assert row.subject_key == RegistryKeys.load(desk.real.home).key_of(Subject.parse(number))
        assert number not in repr(row)
        assert number not in repr(connection.execute(select(ledger)).all())


def test_a_record_about_a_hidden_number_is_kept_all_the_same(desk: Desk) -> None:
    desk.checks(check_record(1, subject="110105********002X"), check_record(2, subject="unreadable"))
    assert desk.count() == 2


def test_a_waiver_waits_once_and_changes_nothing_that_is_published(desk: Desk) -> None:
    desk.real.list_companies([1])
    desk.real.publish()
    waived = outcome_record(
        1, "waived", reason="抢险救灾采购", by="张处长", until_on="2026-03-31", entry=entry_id(company(1).key, LISTED)
    )
    first = desk.outcomes(waived, waived)
    assert desk.outcomes(waived, after_s=1).receipts[0] == first.receipts[0]
    with reading(desk.real.engine) as connection:
        (row,) = connection.execute(select(waivers)).all()
    assert (row.state, row.outbox, row.seq, row.case_ref) == ("pending", OUTBOX, 1, "")
    assert not desk.real.publisher.wants_publishing(NOW)


def test_a_waiver_for_a_number_that_identifies_nobody_is_an_outcome_and_waits_for_nobody(desk: Desk) -> None:
    waived = outcome_record(1, "waived", subject="unreadable", reason="误填", by="张处长", until_on="2026-03-31")
    assert len(desk.outcomes(waived).receipts) == 1
    with reading(desk.real.engine) as connection:
        assert connection.execute(select(waivers)).all() == []


@pytest.mark.parametrize("missing", ["reason", "by", "until_on"])
def test_a_waiver_without_particulars_is_refused(missing: str) -> None:
    particulars = {"reason": "抢险救灾采购", "by": "张处长", "until_on": "2026-03-31"}
    del particulars[missing]
    with pytest.raises(ValueError, match="a waiver names its reason"):
        OutcomeBatch.model_validate({"outbox": UUID(OUTBOX), "outcomes": [outcome_record(1, "waived", **particulars)]})


def test_each_new_batch_leaves_one_line_in_the_ledger(desk: Desk) -> None:
    desk.checks(check_record(1), check_record(2))
    desk.checks(check_record(1), check_record(2))
    desk.outcomes(outcome_record(1))
    with reading(desk.real.engine) as connection:
        acts = connection.scalars(select(ledger.c.act).where(ledger.c.act.like("feedback:%"))).all()
    assert sorted(acts) == ["feedback:check:receive", "feedback:outcome:receive"]


@pytest.fixture(scope="module")
def long_lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A gateway for many outboxes."""
    real = RealGateway.make(tmp_path_factory.mktemp("intake"))
    real.client(PLATFORM)
    yield Desk(real)
    real.close()


@settings(max_examples=20)
@given(batches=st.lists(st.lists(st.integers(1, 12), min_size=1, max_size=6), min_size=1, max_size=6))
def test_however_it_is_delivered_it_is_counted_once_and_every_hole_is_told(
    long_lived: Desk, batches: list[list[int]]
) -> None:
    outbox, before = str(uuid4()), long_lived.count()
    held: set[int] = set()
    for batch in batches:
        answer = long_lived.checks(*[check_record(seq) for seq in batch], outbox=outbox)
        held |= set(batch)
        missing = set(range(1, max(held))) - held
        assert {seq for first, last in answer.gaps for seq in range(first, last + 1)} == missing
        assert answer.next_seq == min(missing, default=max(held) + 1)
    assert long_lived.count() - before == len(held)
