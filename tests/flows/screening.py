"""What the stories of screenings are told with: a clock that is put forward, companies on a list, records that came."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple, TypedDict

from hypothesis import strategies as st

from credit_sdk import CallerError, CreditClient, Decision, Screened, Subject
from credit_sdk.model.listing import Entry, Severity, SubjectRecord, Waiver
from credit_sdk.model.sheet import decision_id_at
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.testing.builders import entry

AWARD = "procurement.award"
NOW = datetime.now(UTC)
"""Signatures must not have ended by the clock on the wall, which the update framework reads itself."""
DAY = timedelta(days=1)
LISTS = (
    "judgment-defaulter",
    "major-tax-violation",
    "administrative-penalty",
    "abnormal-operation",
    "tax-a",
    "wage-arrears",
)
PLAIN = [subject(number) for number in range(12)]
ODD = ("630100100000015", "630102199001011235", "91632900MA7550001L", "630102********1235", "公司名称", "MA7550167", "")
RESIDENT = Subject.parse("630102199001011235")


class Clock:
    """A clock that stands still until it is put forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Row(TypedDict):
    """What a delivered record says."""

    id: str
    subject: str
    entries: list[str]
    verdict: str
    digest: str


def listed(gateway: FakeGateway, count: int, list_id: str = "judgment-defaulter", *, first: int = 100) -> list[Subject]:
    """So many companies, each on the list by an entry of its own."""
    companies = [subject(first + number) for number in range(count)]
    for company in companies:
        gateway.list(company, list_id, id=f"E-{company.code}", document_no=f"（2024）虚执{company.code[-6:]}号")
    gateway.publish()
    return companies


def recorded(gateway: FakeGateway) -> dict[str, Row]:
    """Every decision the delivered records speak of, by its id."""
    found: dict[str, Row] = {}
    for row in gateway.checks:
        one = json.loads(json.dumps(row))
        subjects = one.get("subjects", [one.get("subject")])
        entries = (one["entries"] or [[]] * len(subjects)) if "subjects" in one else [one["entries"]]
        for place, (who, held) in enumerate(zip(subjects, entries, strict=True)):
            id = decision_id_at(one["id"], place) if "subjects" in one else one["id"]
            assert id not in found
            found[id] = Row(id=id, subject=who, entries=held, verdict=one["verdict"], digest=one["digest"])
    return found


def decided(rows: Sequence[Screened]) -> list[Decision]:
    return [decision for row in rows if (decision := row.decision) is not None]


def same_but_for_the_id(decision: Decision) -> dict[str, object]:
    said: dict[str, object] = json.loads(decision.to_json())
    return {name: value for name, value in said.items() if name != "id"}


class Question(NamedTuple):
    """What is asked about every row."""

    matter: str
    on: date | None
    facts: dict[str, bool] | None


def checked(credit: CreditClient, who: Subject | str, asked: Question) -> Decision | CallerError:
    try:
        return credit.check(who, asked.matter, on=asked.on, facts=asked.facts, case="青采2026-17")
    except CallerError as refused:
        return refused


entries = st.builds(
    entry,
    st.sampled_from(LISTS),
    id=st.sampled_from(["e1", "e2", "e3", "e4", "e5"]),
    severity=st.sampled_from([Severity.SERIOUS, Severity.GENERAL]),
    determined_on=st.sampled_from([date(2021, 1, 5), date(2024, 5, 5), date(2026, 1, 5)]),
    until_on=st.sampled_from([None, None, NOW.date() - DAY, NOW.date()]),
    document_no=st.sampled_from(["虚一号", "虚二号"]),
    objection_on=st.sampled_from([None, None, None, date(2026, 2, 2)]),
    fields=st.sampled_from([{}, {"fine_yuan": 10_000}, {"fine_yuan": 2_000_000}]),
)


def held(entries: list[Entry], waivers: tuple[Waiver, ...]) -> SubjectRecord:
    return SubjectRecord(tuple({each.id: each for each in entries}.values()), waivers)
