"""What counts against a committer takes two people, a document and notice, and reaches hosts as a published entry."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from credit_sdk.catalogue.catalogue import CatalogueDocument
from credit_sdk.model.listing import Severity
from gateway.database.columns import canonical_json
from gateway.database.tables import commitments, entries, ledger, pending
from gateway.database.tables import performances as commitment_performances
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.registry.commitment_search import find_commitments
from gateway.registry.commitments import register
from gateway.registry.lifecycle import grant_repair, revoke
from gateway.registry.performance import Found, confirm, perform, reject
from gateway.registry.performance_finding import PerformanceFinding, PerformanceStatus
from gateway.registry.persons import RegistryKeys
from tests.commitment_case import GREEN_CHANNEL, breach, commitment, law_of_commitments, with_commitments
from tests.real_gateway import LI, NOW, TODAY, WANG, RealGateway, company

CODE = "63000020260203000001"
STATED = {"by": LI, "confirmed_by": WANG, "reason": "已改正", "document_no": "虚修〔2026〕1号"}
FULFILLED = {"status": PerformanceStatus.FULFILLED, "document_no": "", "unperformed": "", "liability_pursued": ""}


@pytest.fixture
def committed(registry: RealGateway) -> RealGateway:
    return _with_one(registry)


@pytest.fixture
def on_sqlite(sqlite_registry: RealGateway) -> RealGateway:
    return _with_one(sqlite_registry)


def _with_one(registry: RealGateway) -> RealGateway:
    with_commitments(registry)
    with unit_of_work(registry.engine, at=NOW) as work:
        assert register(work, RegistryKeys.load(registry.home), commitment(), by=LI).code == CODE
    return registry


def found(registry: RealGateway, finding: PerformanceFinding, *, by: str = LI, confirmed_by: str = "") -> Found:
    with unit_of_work(registry.engine, at=NOW) as work:
        return perform(work, CODE, finding, by=by, confirmed_by=confirmed_by)


def state_of(registry: RealGateway) -> str:
    with reading(registry.engine) as connection:
        return str(connection.scalar(select(commitments.c.state)))


def test_an_entry_whose_publicity_is_over_closes_no_way_though_nobody_noted_it(committed: RealGateway) -> None:
    found(committed, breach(is_false=True, severity=Severity.MINOR), confirmed_by=WANG)
    committed.publisher.adopt_catalogue(with_minor_publicity(), LI, WANG, NOW + timedelta(seconds=2))
    assert made_on(committed, date(2026, 6, 1)) == "refused"
    assert made_on(committed, date(2026, 6, 2)) == "registered"
    with reading(committed.engine) as connection:
        last, over = (find_commitments(connection, as_published_on=date(2026, 6, day)) for day in (1, 2))
        assert connection.scalars(select(entries.c.state)).all() == ["published"]
    assert [len(performances(each[0])) for each in (last, over)] == [1, 0]


def made_on(registry: RealGateway, day: date) -> str:
    with unit_of_work(registry.engine, at=datetime(day.year, day.month, day.day, 4, tzinfo=UTC)) as work:
        try:
            register(work, RegistryKeys.load(registry.home), commitment(1, cause="另一许可"), by=LI)
        except ConflictError:
            return "refused"
    return "registered"


def performances(shown: Mapping[str, object]) -> list[object]:
    done = shown["performances"]
    assert isinstance(done, list)
    return done


def with_minor_publicity() -> bytes:
    """The law of commitments, with three months of publicity for minor acts."""
    document: dict[str, Any] = json.loads(law_of_commitments("2026-03-公示"))
    version = {
        "from_on": "2020-01-01",
        "source": "fictional",
        "title": "轻微失信公示期",
        "title_en": "Minor",
        "purpose": "publicity",
        "act": "untrustworthiness",
        "severity": "minor",
        "unit": "months",
        "maximum": 3,
        "counts_from": "document",
        "basis": [{"instrument": "procurement-law", "article": "第七十七条"}],
    }
    document["periods"] = [{"id": "publicity-minor", "versions": [version]}]
    return CatalogueDocument.model_validate(document).to_bytes()


@pytest.mark.parametrize("written", ["虚审认〔2026〕1号", "虚审认[2026]1号"])
def test_a_repaired_breach_is_not_brought_back_by_its_document(committed: RealGateway, written: str) -> None:
    entry = found(committed, breach(), confirmed_by=WANG).entry
    with unit_of_work(committed.engine, at=NOW) as work:
        grant_repair(work, entry, **STATED)
    with reading(committed.engine) as connection:
        assert find_commitments(connection)[0]["performances"] == []
    with pytest.raises(ConflictError, match=entry):
        found(committed, breach(document_no=written), confirmed_by=WANG)
    assert found(committed, breach(document_no="虚审认〔2026〕9号"), confirmed_by=WANG).entry != entry


def test_no_personal_number_is_published_with_a_breach(committed: RealGateway) -> None:
    number = "639900199003070115"
    found(committed, breach(unperformed=f"经办人{number}未到场", document_no=f"{number}号"), confirmed_by=WANG)
    with reading(committed.engine) as connection:
        kept = [connection.execute(select(each)).all() for each in (entries, ledger, commitment_performances)]
    assert number not in str(kept)


def test_a_breach_waits_for_the_second_person_and_then_is_an_entry(committed: RealGateway) -> None:
    waiting = found(committed, breach())
    assert (waiting.state, waiting.entry) == ("proposed", "")
    with reading(committed.engine) as connection:
        assert connection.execute(select(entries)).all() == []
    with pytest.raises(FourEyesError), unit_of_work(committed.engine, at=NOW) as work:
        confirm(work, CODE, by=LI)
    with unit_of_work(committed.engine, at=NOW) as work:
        done = confirm(work, CODE, by=WANG)
    with reading(committed.engine) as connection:
        (entry,) = connection.execute(select(entries)).all()
        assert connection.scalars(select(pending.c.subject_key)).all() == [company(1).key]
        told = connection.scalars(select(ledger.c.act)).all()
    assert (entry.id, entry.list, entry.state) == (done.entry, "commitment-breach", "published")
    assert (entry.drafted_by, entry.confirmed_by, entry.notice_given_on) == (LI, WANG, date(2026, 2, 20))
    assert CODE in entry.fact
    assert entry.basis == "《中华人民共和国政府采购法》第七十七条"
    assert told[-2:] == ["commitment:performance:propose", "commitment:performance:determine"]
    assert state_of(committed) == "supervised"


@pytest.mark.parametrize(
    ("finding", "strength"), [(breach(is_false=True), "limit"), (breach(), "scrutinise")], ids=["false", "breach"]
)
def test_a_host_is_told_what_the_law_says_and_never_to_refuse(
    on_sqlite: RealGateway, finding: PerformanceFinding, strength: str
) -> None:
    on_sqlite.declare()
    entry = found(on_sqlite, finding, confirmed_by=WANG).entry
    on_sqlite.publish()
    asked = {"subject": company(1).code, "matter": GREEN_CHANNEL}
    with on_sqlite.asked() as client:
        decision = client.post("/v1/check", json=asked).get_json()
        assert (decision["verdict"], [each["strength"] for each in decision["findings"]]) == ("REVIEW", [strength])
        assert client.post("/v1/check", json={**asked, "matter": "procurement.award"}).get_json()["verdict"] == "CLEAR"
    with unit_of_work(on_sqlite.engine, at=NOW) as work:
        grant_repair(work, entry, **STATED)
    on_sqlite.publish(1)
    with on_sqlite.asked(key=on_sqlite.client("另一系统")) as client:
        assert client.post("/v1/check", json=asked).get_json()["verdict"] == "CLEAR"


def test_performance_in_full_ends_supervision_without_a_second_person(committed: RealGateway) -> None:
    assert found(committed, breach(**FULFILLED)).state == "determined"
    assert state_of(committed) == "completed"
    with pytest.raises(ConflictError, match="supervision"):
        found(committed, breach())
    assert found(committed, breach(is_false=True)).state == "proposed"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"document_no": " "}, "document_no"),
        ({"unperformed": ""}, "unperformed"),
        ({"liability_pursued": ""}, "liability_pursued"),
        ({"notice_given_on": None}, "notice_given_on"),
        ({"notice_given_on": date(2026, 3, 2)}, "before the finding"),
        ({"determined_on": date(2026, 3, 3)}, "cannot have been judged"),
        ({"determined_on": date(2026, 2, 2)}, "cannot have been judged"),
        ({"authority": ""}, "who made it"),
        ({**FULFILLED, "is_false": True}, "lacks"),
    ],
)
def test_refuses_a_finding_against_somebody_that_lacks_what_protects_him(
    on_sqlite: RealGateway, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidActError, match=words):
        found(on_sqlite, breach(**changes), confirmed_by=WANG)
    with reading(on_sqlite.engine) as connection:
        assert connection.execute(select(entries)).all() == []


def test_refuses_a_finding_that_the_law_has_no_place_for(sqlite_registry: RealGateway) -> None:
    with_commitments(sqlite_registry, breach_list=False)
    with unit_of_work(sqlite_registry.engine, at=NOW) as work:
        register(work, RegistryKeys.load(sqlite_registry.home), commitment(), by=LI)
    with pytest.raises(ConflictError, match="commitment-breach"):
        found(sqlite_registry, breach())
    with reading(sqlite_registry.engine) as connection:
        assert find_commitments(connection)[0]["performances"] == []


def test_refuses_a_second_finding_while_one_waits_or_stands(on_sqlite: RealGateway) -> None:
    found(on_sqlite, breach())
    with pytest.raises(ConflictError, match="waits"):
        found(on_sqlite, breach())
    with unit_of_work(on_sqlite.engine, at=NOW) as work:
        entry = confirm(work, CODE, by=WANG).entry
    with pytest.raises(ConflictError, match=entry):
        found(on_sqlite, breach(document_no="虚审认〔2026〕2号"))
    with unit_of_work(on_sqlite.engine, at=NOW) as work:
        revoke(work, entry, **STATED)
    assert found(on_sqlite, breach(document_no="虚审认〔2026〕2号"), confirmed_by=WANG).entry


def test_a_rejected_finding_leaves_no_trace_outside_the_registry(on_sqlite: RealGateway) -> None:
    found(on_sqlite, breach())
    with pytest.raises(InvalidActError), unit_of_work(on_sqlite.engine, at=NOW) as work:
        reject(work, CODE, by=WANG, reason=" ")
    with unit_of_work(on_sqlite.engine, at=NOW) as work:
        assert reject(work, CODE, by=WANG, reason="证据不足").state == "rejected"
    with pytest.raises(ConflictError), unit_of_work(on_sqlite.engine, at=NOW) as work:
        confirm(work, CODE, by=WANG)
    with reading(on_sqlite.engine) as connection:
        assert connection.execute(select(entries)).all() == []
        assert find_commitments(connection, as_published_on=TODAY)[0]["performances"] == []


def test_the_public_sees_a_breach_only_while_its_entry_is_published(committed: RealGateway) -> None:
    def seen() -> list[str]:
        with reading(committed.engine) as connection:
            (one,) = find_commitments(connection, as_published_on=TODAY)
        return [each["status"] for each in json.loads(canonical_json(one["performances"]))]

    found(committed, breach())
    assert seen() == []
    with unit_of_work(committed.engine, at=NOW) as work:
        entry = confirm(work, CODE, by=WANG).entry
    assert seen() == ["unfulfilled"]
    with unit_of_work(committed.engine, at=NOW) as work:
        grant_repair(work, entry, **STATED)
    assert seen() == []


def test_there_is_no_finding_without_a_commitment(on_sqlite: RealGateway) -> None:
    with pytest.raises(NotFoundError), unit_of_work(on_sqlite.engine, at=NOW) as work:
        perform(work, "63000020260203000009", breach(), by=LI)


@pytest.mark.parametrize(
    "statement",
    [
        'UPDATE commitment_performances SET confirmed_by = "by"',
        "UPDATE commitment_performances SET confirmed_by = NULL",
        "UPDATE commitment_performances SET entry = NULL",
        "UPDATE commitment_performances SET document_no = ''",
        "UPDATE commitment_performances SET notice_given_on = NULL",
        "UPDATE commitment_performances SET status = 'mostly'",
        "UPDATE commitments SET code = '1'",
        "UPDATE commitments SET type = '8'",
        "UPDATE commitment_serials SET last = 1000000",
    ],
)
def test_the_database_itself_refuses_a_breach_found_by_one_person_or_without_a_document(
    committed: RealGateway, statement: str
) -> None:
    found(committed, breach(), confirmed_by=WANG)
    with pytest.raises(IntegrityError), unit_of_work(committed.engine, at=NOW) as work:
        work.connection.execute(text(statement))
