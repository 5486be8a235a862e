"""What may be asked, and what is refused as a mistake of whoever asks."""

from datetime import UTC, date, datetime

import pytest

from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.view import EmptyView
from credit_sdk.errors import InvalidRequestError, UnknownMatterError
from credit_sdk.model.decision import Principal
from credit_sdk.model.measure import Role
from credit_sdk.model.subject import Subject
from tests.unit.catalogue.builders import AWARD, BAR, COMPANY, NOW, TODAY_ON, HeldView, catalogue, company, matter
from tests.unit.catalogue.checking import check


class TestRequests:
    def test_an_unknown_matter_comes_with_the_nearest(self) -> None:
        with pytest.raises(UnknownMatterError) as caught:
            check(HeldView(catalogue(BAR)), matter_id="procurment.award")
        assert AWARD in caught.value.hint

    def test_a_matter_is_known_only_while_its_law_stands(self) -> None:
        law = catalogue(BAR, matters=[matter(until_on=date(2025, 12, 31))])
        with pytest.raises(UnknownMatterError):
            check(HeldView(law))

    @pytest.mark.parametrize("facts", [{"other": True}, {"statutory_tender": 1}, {"statutory_tender": "yes"}])
    def test_an_unknown_or_mistyped_fact_is_refused_with_the_facts_there_are(
        self, facts: dict[str, bool | int | str]
    ) -> None:
        view = HeldView(catalogue(BAR, matters=[matter(facts={"statutory_tender": True})]))
        with pytest.raises(InvalidRequestError) as caught:
            evaluate(COMPANY, AWARD, TODAY_ON, view, NOW, facts=facts)
        assert "statutory_tender (bool)" in caught.value.hint

    @pytest.mark.parametrize("on", [date(1989, 12, 31), date(2101, 1, 1), datetime(2026, 11, 23, tzinfo=UTC)])
    def test_a_day_out_of_reach_is_refused(self, on: date) -> None:
        with pytest.raises(InvalidRequestError):
            check(HeldView(catalogue(BAR)), on=on)

    def test_a_masked_number_is_refused(self) -> None:
        masked = Subject.parse("6301**********1234")
        with pytest.raises(InvalidRequestError, match="partly hidden"):
            check(HeldView(catalogue(BAR)), masked)
        with pytest.raises(InvalidRequestError):
            evaluate(COMPANY, AWARD, TODAY_ON, EmptyView(), NOW, principals=[Principal(masked, Role.CANDIDATE)])

    def test_a_principal_given_twice_is_refused(self) -> None:
        twice = [Principal(company(2), Role.CANDIDATE)] * 2
        with pytest.raises(InvalidRequestError, match="twice"):
            evaluate(COMPANY, AWARD, TODAY_ON, HeldView(catalogue(BAR)), NOW, principals=twice)

    @pytest.mark.parametrize("role", ["legal-representative", "", None, 1])
    def test_a_role_no_law_knows_is_refused_and_not_passed_over(self, role: object) -> None:
        beside = Principal(company(7), role)  # type: ignore[arg-type]
        with pytest.raises(InvalidRequestError, match="must be a Role"):
            evaluate(COMPANY, AWARD, TODAY_ON, EmptyView(), NOW, principals=[beside])

    @pytest.mark.parametrize("case", [b"17", 17, ["17"]])
    def test_a_case_that_is_no_text_is_refused(self, case: object) -> None:
        with pytest.raises(InvalidRequestError, match="must be text"):
            evaluate(COMPANY, AWARD, TODAY_ON, EmptyView(), NOW, case=case)  # type: ignore[arg-type]

    def test_a_naive_instant_is_refused(self) -> None:
        with pytest.raises(InvalidRequestError, match="aware"):
            evaluate(COMPANY, AWARD, TODAY_ON, HeldView(catalogue(BAR)), NOW.replace(tzinfo=None))

    def test_a_case_number_is_a_number_and_no_story(self) -> None:
        with pytest.raises(InvalidRequestError, match="201"):
            evaluate(COMPANY, AWARD, TODAY_ON, HeldView(catalogue(BAR)), NOW, case="x" * 201)
