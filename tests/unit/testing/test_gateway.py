"""The fake gateway of host tests signs for real and says what it was told."""

import hashlib
from pathlib import Path

import pytest

from credit_sdk import CreditClient, Verdict
from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.client.clock import now_utc
from credit_sdk.errors import GatewayRefusedError, TrustError
from credit_sdk.model.subject import Subject
from credit_sdk.testing import FakeGateway, entry, subject
from credit_sdk.testing.law import LISTS, fictional_law
from credit_sdk.testing.memory import Intake


def test_three_lines_are_enough_for_a_host(tmp_path: Path) -> None:
    with FakeGateway() as gateway:
        gateway.list("916301007105500078", "judgment-defaulter")
        credit = gateway.open_client(tmp_path)
        assert credit.check("916301007105500078", "procurement.award").verdict is Verdict.DENY


def test_a_client_opened_again_keeps_its_outbox(tmp_path: Path) -> None:
    with FakeGateway() as gateway:
        first = gateway.open_client(tmp_path / "a")
        first.check(subject(1), "procurement.award")
        first.close()
        assert gateway.open_client(tmp_path / "a").status().outbox.records == 1


def test_a_waiver_softens(tmp_path: Path) -> None:
    with FakeGateway() as gateway:
        gateway.list(subject(1), "judgment-defaulter")
        credit = gateway.open_client(tmp_path / "a")
        day = credit.check(subject(1), "procurement.award").on
        gateway.waive(subject(1), "procurement.award", "a1-06", until=day)
        gateway.publish()
        assert credit.check(subject(1), "procurement.award").verdict is Verdict.REVIEW


def test_the_signatures_are_real(tmp_path: Path) -> None:
    with FakeGateway() as gateway:
        gateway.open_client(tmp_path / "a").close()
        gateway.publisher.heartbeat(now_utc())
        name = "metadata/timestamp.json"
        spoiled = gateway.publisher.files[name].replace(b'"version":2,"x-', b'"version":3,"x-')
        assert spoiled != gateway.publisher.files[name]
        gateway.publisher.files[name] = spoiled
        client = CreditClient.open(tmp_path / "a", background=False, transport=gateway.transport)
        with client, pytest.raises(TrustError):
            client.sync()


def test_removing_what_is_not_there_is_said() -> None:
    with FakeGateway() as gateway, pytest.raises(LookupError, match="no entry"):
        gateway.remove(subject(1), "E-1")


def test_the_law_for_tests_is_marked_as_such() -> None:
    document = Catalogue.from_bytes(fictional_law()).document
    titles = [each.versions[-1].title for each in document.lists]
    titles += [each.versions[-1].title for each in document.matters]
    titles += [each.versions[-1].title for each in document.instruments]
    assert all("测试" in title for title in titles)
    assert tuple(each.id for each in document.lists) == LISTS


def test_made_up_subjects_are_valid_and_unremarkable() -> None:
    made = [subject(number) for number in (*range(0, 3000, 7), 999_999, 1_000_000, 4_999_999, 10_999_999)]
    assert len(set(made)) == len(made)
    assert all(Subject.parse(each.code).warnings == () for each in made)


def test_no_made_up_subject_can_be_a_real_company() -> None:
    assert {subject(number).code[8:10] for number in range(0, 11_000_000, 333_333)} == {"FX"}
    for number in (-1, 11_000_000):
        with pytest.raises(ValueError, match="made-up"):
            subject(number)


def test_an_entry_has_every_field_and_takes_others() -> None:
    made = entry("tax-a", id="X", fact="另一事实", until_on=None)
    assert (made.id, made.list, made.fact) == ("X", "tax-a", "另一事实")
    assert made.fact_digest == hashlib.sha256("另一事实".encode()).digest()


def test_intake_gives_the_same_receipt_again_and_names_what_is_missing() -> None:
    intake = Intake()
    first = intake.take("o", [{"seq": 1}, {"seq": 4}])
    assert (first["next_seq"], first["gaps"]) == (2, [(2, 3)])
    assert intake.take("o", [{"seq": 1}, {"seq": 4}]) == first
    with pytest.raises(GatewayRefusedError) as refused:
        intake.take("o", [{"seq": 1, "other": True}])
    assert refused.value.status == 409
