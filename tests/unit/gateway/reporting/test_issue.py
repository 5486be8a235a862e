"""A report is numbered, the same for the same state, and recognised by number and code together; it is not kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from credit_sdk.model.subject import Subject
from gateway.database.tables import ledger, reports
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.ledger.verify import verify
from gateway.problems import ConflictError, InvalidActError, NotFoundError
from gateway.registry.lifecycle import grant_repair
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company, entry_id
from tests.unit.gateway.reporting.conftest import Reporting

LISTED_FINE = "失信程度"
"""Stands in the report with a serious entry alone."""


def test_a_report_is_what_is_published(reporting: Reporting) -> None:
    made = reporting.issue()
    report = made.report
    assert (report["issuer"], report["labels"]) == ("青海虚构信用中心", ["失信惩戒对象"])
    assert isinstance(report["data"], dict)
    assert report["data"]["serial"] == reporting.real.served().serial
    assert made.number.startswith("20260302")


def test_the_same_state_on_the_same_day_is_the_same_report(reporting: Reporting) -> None:
    first = reporting.desk.issue(company(3), by="甲", now=NOW)
    again = reporting.desk.issue(company(3), by="乙", now=NOW + timedelta(hours=2))
    tomorrow = reporting.desk.issue(company(3), by="乙", now=NOW + timedelta(days=1))
    assert again.to_bytes() == first.to_bytes()
    assert tomorrow.number != first.number
    with reading(reporting.real.engine) as connection:
        rows = connection.execute(select(reports).where(reports.c.subject_key == company(3).key)).all()
    assert len(rows) == 2


def test_number_and_code_are_known_again_however_they_were_typed(reporting: Reporting) -> None:
    made = reporting.issue()
    found = reporting.desk.check(made.number, made.code.lower().replace("-", " "), now=NOW)
    assert (found.digest, found.subject, found.is_superseded) == (made.digest, company(1).code, False)
    assert found.counts["严重失信主体名单信息"] == 1


def test_a_number_alone_or_another_code_tells_nothing(reporting: Reporting) -> None:
    made, other = reporting.issue(1), reporting.issue(2)
    said = set()
    for number, code in ((made.number, other.code), (made.number, ""), ("2026" + "0" * 16, made.code)):
        with pytest.raises(NotFoundError) as refused:
            reporting.desk.check(number, code, now=NOW)
        said.add(str(refused.value))
    assert len(said) == 1
    assert company(1).code not in said.pop()


def test_after_a_repair_the_old_report_is_superseded_and_tells_no_more_what_was_repaired(changing: Reporting) -> None:
    made = changing.issue()
    with unit_of_work(changing.real.engine, at=NOW) as work:
        entry = entry_id(company(1).key, LISTED)
        grant_repair(work, entry, by=LI, confirmed_by=WANG, reason="已履行", document_no="虚财修〔2026〕1号")
    changing.real.publish(3)
    found = changing.desk.check(made.number, made.code, now=NOW)
    assert (found.is_superseded, found.counts) == (True, {})
    anew = changing.issue()
    assert anew.number != made.number
    assert (made.report["labels"], anew.report["labels"]) == (["失信惩戒对象"], ["守信激励对象"])
    assert LISTED_FINE in str(made.report)
    assert LISTED_FINE not in str(anew.report)
    with reading(changing.real.engine) as connection:
        kept = str(connection.execute(select(reports)).mappings().all())
    assert "虚财罚" not in kept
    assert "提供虚假材料" not in kept


def test_every_report_stands_in_the_ledger_without_what_it_says(changing: Reporting) -> None:
    made = changing.issue()
    with reading(changing.real.engine) as connection:
        verify(connection)
        (act,) = connection.execute(select(ledger).where(ledger.c.act == "report:number:issue")).all()
    assert made.number in str(act)
    assert company(1).code not in str(act)
    assert made.code not in str(act)


@pytest.mark.parametrize("number", ["639900199003070115", "91630000********42"])
def test_there_is_no_report_of_a_person_or_of_a_hidden_number(reporting: Reporting, number: str) -> None:
    with pytest.raises(InvalidActError, match="organisations only"):
        reporting.desk.issue(Subject.parse(number), by="测试", now=NOW)


def test_before_the_first_publication_there_is_nothing_to_rest_on(sqlite_registry: RealGateway) -> None:
    with pytest.raises(ConflictError, match="Nothing has been published"):
        Reporting(sqlite_registry).issue()
