"""The gateway's own view says what replicas are told."""

from datetime import timedelta
from pathlib import Path

from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.model.subject import Subject
from credit_sdk.model.verdict import Verdict
from gateway.publishing.view import GatewayView, Views
from gateway.registry.persons import RegistryKeys
from tests.real_gateway import LISTED, NOW, TODAY, RealGateway, company
from tests.waiver_case import PLATFORM, asked, confirm

PERSON = "11010519491231002X"


def views(real: RealGateway) -> Views:
    return Views(real.engine, real.folder, RegistryKeys.load(real.home))


def verdict(of: Views, subject: Subject, matter: str = "procurement.award") -> Verdict:
    with of.open() as view:
        return evaluate(subject, matter, TODAY, view, NOW).verdict


def test_before_the_first_publication_nothing_is_known(real: RealGateway) -> None:
    assert verdict(views(real), company(1)) is Verdict.UNDETERMINED


def test_what_is_not_published_yet_is_not_answered(real: RealGateway) -> None:
    real.declare()
    real.publish()
    of = views(real)
    real.list_companies([1])
    assert verdict(of, company(1)) is Verdict.CLEAR
    real.publish(1)
    assert verdict(of, company(1)) is Verdict.DENY
    assert verdict(of, company(2)) is Verdict.CLEAR


def test_a_list_that_nobody_declared_is_not_covered(real: RealGateway) -> None:
    real.list_companies([1])
    real.publish()
    assert verdict(views(real), company(2)) is Verdict.UNDETERMINED


def test_a_view_stays_what_it_was_while_the_next_is_published(real: RealGateway) -> None:
    real.list_companies(range(3))
    real.declare()
    real.publish()
    of = views(real)
    with of.open() as view:
        assert view.state.serial == 1
        real.list_companies([50])
        real.publish(1)
        assert view.state.serial == 1
        assert view.record(company(50)) is None
    with of.open() as view:
        assert view.state.serial == 2
        assert view.record(company(50)) is not None


def test_natural_persons_are_looked_up_under_the_registrys_key(real: RealGateway) -> None:
    real.list_person(PERSON)
    real.declare()
    real.publish()
    assert verdict(views(real), Subject.parse(PERSON), "company.officer") is Verdict.REVIEW
    assert verdict(views(real), Subject.parse("110105194912310038"), "company.officer") is Verdict.CLEAR


def test_a_waiver_of_a_person_counts_when_it_is_confirmed(real: RealGateway) -> None:
    real.list_person(PERSON)
    real.client(PLATFORM)
    real.declare()
    real.publish()

    def softenings() -> list[str]:
        with views(real).open() as view:
            (finding,) = evaluate(Subject.parse(PERSON), "company.officer", TODAY, view, NOW).findings
        return [step.reason.value for step in finding.softenings]

    waiver = asked(real, subject=PERSON, matter="company.officer")
    assert softenings() == ["natural-person"]
    confirm(real, waiver)
    assert softenings() == ["natural-person", "waiver"]


def test_many_are_fetched_at_once(real: RealGateway) -> None:
    real.list_companies(range(0, 600, 2))
    real.publish()
    with views(real).open() as view:
        assert isinstance(view, GatewayView)
        view.fetch([company(number) for number in range(600)])
        found = [number for number in range(600) if view.record(company(number))]
    assert found == list(range(0, 600, 2))


def test_its_age_is_that_of_the_heartbeat(real: RealGateway) -> None:
    real.publish()
    real.publisher.heartbeat(NOW + timedelta(seconds=90))
    with views(real).open() as view:
        assert view.state.contact_at == NOW + timedelta(seconds=90)
        assert view.state.expires_at == NOW + timedelta(days=1, seconds=90)
        assert view.state.published_at == NOW


def test_it_says_what_the_statement_says_of_lists(real: RealGateway, tmp_path: Path) -> None:
    real.list_companies(range(4))
    real.publish()
    with views(real).open() as view:
        assert view.state.coverage[LISTED].entries == 4
        assert view.state.coverage[LISTED].complete_as_of is None
        assert view.state.origin == "青海虚构"
        assert view.state.map_root == real.served().map_root
