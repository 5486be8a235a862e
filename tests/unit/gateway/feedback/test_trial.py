"""A candidate law is tried on what was decided: what changes is named, what cannot be known is said."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.document import CatalogueDocument
from credit_sdk.model.subject import Subject
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.feedback.intake import Intake
from gateway.feedback.records import CheckBatch
from gateway.feedback.trial import Trial, try_law
from gateway.registry.persons import RegistryKeys
from tests.real_gateway import HONOUR, LISTED, NOW, UNDECLARED, RealGateway, company, entry_id, law
from tests.unit.gateway.feedback.test_intake import OUTBOX, decision_id, sheet_record

AWARD = "procurement.award"
OFFICER = "company.officer"
PERSON = "11010519491231002X"
CLEAN, BARRED, HONOURED, OTHER = company(99), company(1), company(20), company(2)


@pytest.fixture
def tried(tmp_path: Path, database_url: str) -> Iterator[RealGateway]:
    """Three checks of a company that is barred, one that is honoured and one nothing is known of."""
    made = RealGateway.make(tmp_path, database=database_url)
    made.list_companies([1, 2])
    made.list_companies([20], HONOUR)
    made.declare()
    made.publish()
    with made.asked() as asked:
        for subject in (BARRED, HONOURED, CLEAN):
            body = {"subject": subject.code, "matter": AWARD, "case": f"案{subject.code[-3:]}"}
            assert asked.post("/v1/check", json=body).status_code == 200
    yield made
    made.close()


def candidate(**changes: object) -> Catalogue:
    """The law of these tests, but for some parts."""
    document = json.loads(law("candidate"))
    document.update(changes)
    return Catalogue.from_bytes(CatalogueDocument.model_validate(document).to_bytes())


def without(kind: str, id: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(law())[kind]
    return [each for each in found if each["id"] != id]


def on_trial(gateway: RealGateway, law_on_trial: Catalogue, last: int = 100) -> Trial:
    with reading(gateway.engine) as connection:
        return try_law(connection, law_on_trial, last=last, stand_in=Subject.parse(gateway.home.settings.canary))


def test_the_same_law_changes_nothing(tried: RealGateway) -> None:
    found = on_trial(tried, candidate())
    assert (found.replayed, found.unchanged, found.changed, found.not_reproducible) == (3, 3, 0, 0)


def test_a_measure_that_falls_away_is_told_with_the_case_it_would_free(tried: RealGateway) -> None:
    found = on_trial(tried, candidate(measures=without("measures", "a1-05")))
    (change,) = found.changes
    assert (change.before, change.after, change.subject, change.matter) == ("DENY", "CLEAR", BARRED.masked, AWARD)
    assert change.case == f"案{BARRED.code[-3:]}"
    assert change.gone == (f"{entry_id(BARRED.key, LISTED)} a1-05 bar",)
    assert (change.new, found.unchanged) == ((), 2)
    assert found.verdicts == {("DENY", "CLEAR"): 1}


def test_an_incentive_that_falls_away_is_a_change_though_the_verdict_stays(tried: RealGateway) -> None:
    (change,) = on_trial(tried, candidate(measures=without("measures", "i01"))).changes
    assert (change.before, change.after, change.subject) == ("CLEAR", "CLEAR", HONOURED.masked)
    assert change.gone == (f"{entry_id(HONOURED.key, HONOUR)} i01 favour",)


def test_a_list_that_becomes_required_makes_clearances_doubtful(tried: RealGateway) -> None:
    matters = json.loads(law())["matters"]
    for matter in matters:
        matter["versions"][0]["required_lists"] = [LISTED, UNDECLARED]
    found = on_trial(tried, candidate(matters=matters))
    assert found.verdicts == {("CLEAR", "UNDETERMINED"): 2}
    assert {change.subject for change in found.changes} == {HONOURED.masked, ""}


def test_a_matter_that_is_no_more_is_said(tried: RealGateway) -> None:
    measures = json.loads(law())["measures"]
    for measure in measures:
        measure["versions"][0]["applies"][0]["matters"] = [OFFICER]
    found = on_trial(tried, candidate(matters=without("matters", AWARD), measures=measures))
    assert {change.after for change in found.changes} == {"UNKNOWN_MATTER"}
    assert found.changed == 3


def test_what_was_decided_before_a_repair_is_decided_on_what_stood_then(tried: RealGateway) -> None:
    tried.repair(1, NOW + timedelta(seconds=30))
    tried.publish(60)
    with tried.asked(70, key=tried.client("审批平台")) as asked:
        asked.post("/v1/check", json={"subject": BARRED.code, "matter": AWARD})
    found = on_trial(tried, candidate(measures=without("measures", "a1-05")))
    assert (found.replayed, found.not_reproducible) == (4, 0)
    assert [change.before for change in found.changes] == ["DENY"]


def test_only_the_last_records_are_looked_at(tried: RealGateway) -> None:
    with tried.asked(70, key=tried.client("审批平台")) as asked:
        asked.post("/v1/check", json={"subject": OTHER.code, "matter": AWARD})
    found = on_trial(tried, candidate(measures=without("measures", "a1-05")), last=1)
    assert (found.replayed, [change.subject for change in found.changes]) == (1, [OTHER.masked])


def test_what_the_record_does_not_hold_is_not_made_up(tried: RealGateway) -> None:
    tried.list_person(PERSON)
    with tried.asked(70, key=tried.client("审批平台")) as asked:
        lawful = {
            "purpose": "董监高任职核查",
            "legal_basis": "STATUTORY_DUTY",
            "basis_document": "公司法第一百七十八条",
        }
        answer = asked.post("/v1/check", json={"subject": PERSON, "matter": OFFICER, **lawful}).get_json()
        assert answer["findings"]
    found = on_trial(tried, candidate(measures=without("measures", "a1-05")))
    assert (found.replayed, found.not_reproducible) == (3, 1)
    assert all(change.matter == AWARD for change in found.changes)


def test_every_decision_of_a_sheet_is_made_again_and_told_by_its_own_id(tried: RealGateway) -> None:
    barred, silent = (BARRED.code, OTHER.code), (CLEAN.code, company(98).code)
    entries = [[entry_id(each.key, LISTED)] for each in (BARRED, OTHER)]
    wrong = [[entry_id(OTHER.key, LISTED)], [entry_id(BARRED.key, LISTED)]]
    sheets = [
        sheet_record(1, *barred, verdict="DENY", entries=entries),
        sheet_record(2, *silent),
        sheet_record(3, *barred, verdict="DENY", entries=wrong),
    ]
    batch = CheckBatch.model_validate({"outbox": OUTBOX, "records": [{**each, "serial": 1} for each in sheets]})
    with unit_of_work(tried.engine, at=NOW + timedelta(seconds=90)) as work:
        Intake(tried.engine, RegistryKeys.load(tried.home).key_of).checks(work, "电子招投标平台", batch)
    found = on_trial(tried, candidate(measures=without("measures", "a1-05")), last=3)
    assert (found.replayed, found.unchanged, found.changed, found.not_reproducible) == (4, 2, 2, 2)
    assert [(each.subject, each.decision_id) for each in found.changes] == [
        (BARRED.masked, decision_id(1)),
        (OTHER.masked, decision_id(1, 1)),
    ]
