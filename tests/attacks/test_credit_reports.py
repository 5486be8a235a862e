"""Whoever changes a credit report, or makes one up, is found out by the trust root alone."""

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest

from credit_sdk.errors import TrustError
from credit_sdk.model import canonical
from gateway.publishing.ceremony import change_trust
from gateway.publishing.planning import Wanted
from gateway.reporting.pdf import pdf
from gateway.reporting.report_file import SignedReport, sealed_pages, verify_file
from tests.real_gateway import NOW
from tests.unit.gateway.reporting.conftest import Reporting, set_up


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reporting]:
    made = set_up(tmp_path_factory.mktemp("issuer"))
    yield made
    made.real.close()


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reporting]:
    made = set_up(tmp_path_factory.mktemp("stranger"))
    yield made
    made.real.close()


@pytest.fixture(scope="module")
def report(issuer: Reporting) -> SignedReport:
    return issuer.issue()


@pytest.fixture(scope="module")
def document(issuer: Reporting, report: SignedReport) -> bytes:
    return sealed_pages(issuer.real.folder, issuer.keyring, report, pdf(report), NOW)


def changed(made: SignedReport, parts: Mapping[str, object]) -> bytes:
    return canonical.dumps({**json.loads(made.to_bytes()), **parts})


def test_both_kinds_of_file_hold_for_the_root_that_was_handed_out(
    issuer: Reporting, report: SignedReport, document: bytes
) -> None:
    for data, kind in ((report.to_bytes(), "json"), (document, "pdf")):
        found = verify_file(data, issuer.root)
        assert (found.kind, found.number, found.code, found.digest) == (
            kind,
            report.number,
            report.code,
            report.digest,
        )


def test_every_changed_byte_of_the_data_file_is_refused(issuer: Reporting, report: SignedReport) -> None:
    data = report.to_bytes()
    for place in range(0, len(data), 7):
        with pytest.raises(TrustError):
            verify_file(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], issuer.root)


def test_a_changed_byte_anywhere_in_the_pages_is_refused(issuer: Reporting, document: bytes) -> None:
    places = Random(20260302).sample(range(len(document)), 150)
    for place in [*places, len(document) - 1, document.index(b"/Title")]:
        with pytest.raises(TrustError):
            verify_file(document[:place] + bytes([document[place] ^ 1]) + document[place + 1 :], issuer.root)


def test_what_is_added_to_the_pages_is_refused(issuer: Reporting, document: bytes) -> None:
    for data in (document + b"\n% more", document + document, document[: document.rindex(b"startxref")]):
        with pytest.raises(TrustError):
            verify_file(data, issuer.root)


def test_another_gateway_cannot_issue_in_the_name_of_this_one(
    issuer: Reporting, stranger: Reporting, document: bytes
) -> None:
    for data in (stranger.issue().to_bytes(), document):
        root = issuer.root if data != document else stranger.root
        with pytest.raises(TrustError, match="not signed by the gateway"):
            verify_file(data, root)


def test_the_seal_of_one_report_does_not_fit_another(issuer: Reporting, report: SignedReport, document: bytes) -> None:
    other = issuer.issue(2)
    with pytest.raises(TrustError):
        verify_file(changed(report, {"report": dict(other.report)}), issuer.root)
    with pytest.raises(TrustError):
        verify_file(changed(report, {"code": other.code}), issuer.root)
    with pytest.raises(TrustError):
        verify_file(changed(report, {"seal": other.seal.written()}), issuer.root)
    foreign = sealed_pages(issuer.real.folder, issuer.keyring, other, pdf(other), NOW)
    line = next(each for each in foreign.split(b"\n") if each.startswith(b"%credit-report-seal"))
    mine = next(each for each in document.split(b"\n") if each.startswith(b"%credit-report-seal"))
    with pytest.raises(TrustError, match="pages"):
        verify_file(document.replace(mine, line), issuer.root)


def test_the_signature_under_pages_is_none_under_a_report(
    issuer: Reporting, report: SignedReport, document: bytes
) -> None:
    line = next(each for each in document.split(b"\n") if each.startswith(b"%credit-report-seal"))
    sealed: dict[str, Any] = json.loads(base64.b64decode(line.partition(b" ")[2]))
    with pytest.raises(TrustError, match="something else"):
        verify_file(changed(report, {"seal": sealed["pages"]}), issuer.root)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"%PDF-1.4", b"[1]", b"%PDF-1.4\n%credit-report-seal !!\nstartxref\n0\n%%EOF", b"\xff" * 99]
)
def test_what_is_no_report_is_refused_in_one_sentence(issuer: Reporting, data: bytes) -> None:
    with pytest.raises(TrustError, match="not genuine"):
        verify_file(data, issuer.root)


@pytest.mark.parametrize("root", [b"", b"{}", b'{"signed":{"_type":"root"},"signatures":[]}'])
def test_without_a_trust_root_nothing_holds(report: SignedReport, root: bytes) -> None:
    with pytest.raises(TrustError, match="trust root"):
        verify_file(report.to_bytes(), root)


@pytest.mark.parametrize(
    "parts",
    [
        {"roots": [1]},
        {"roots": [{}]},
        {"roots": [{}] * 65},
        {"roots": {}},
        {"seal": []},
        {"seal": {"statement": {}, "keyid": "a", "signature": "zz"}},
        {"seal": {"statement": [], "keyid": "a", "signature": "aa"}},
        {"report": []},
        {"format": "credit-report-file/9"},
        {"more": 1},
    ],
)
def test_a_file_in_another_form_is_refused(issuer: Reporting, report: SignedReport, parts: dict[str, object]) -> None:
    with pytest.raises(TrustError):
        verify_file(changed(report, parts), issuer.root)


def test_a_file_larger_than_any_report_is_not_read(issuer: Reporting) -> None:
    with pytest.raises(TrustError, match="larger"):
        verify_file(b" " * (16 * 1024 * 1024 + 1), issuer.root)


def test_after_the_keys_were_replaced_old_and_new_reports_hold_for_the_root_of_the_beginning(tmp_path: Path) -> None:
    gateway = set_up(tmp_path)
    first_root, before = gateway.root, gateway.issue(2)
    change_trust(gateway.real.home, gateway.real.engine, Wanted(rotate=True), NOW)
    after = gateway.issue(3)
    assert gateway.root != first_root
    assert (verify_file(before.to_bytes(), first_root).root_version, len(after.roots)) == (1, 1)
    assert verify_file(after.to_bytes(), first_root).root_version == 2
    assert verify_file(after.to_bytes(), gateway.root).root_version == 2
    with pytest.raises(TrustError, match="not signed by the gateway"):
        verify_file(before.to_bytes(), gateway.root)
    without = canonical.dumps({**json.loads(after.to_bytes()), "roots": []})
    with pytest.raises(TrustError):
        verify_file(without, first_root)
    gateway.real.close()


def test_a_root_that_the_old_keys_did_not_sign_bears_nothing_out(issuer: Reporting, tmp_path: Path) -> None:
    thief = set_up(tmp_path)
    change_trust(thief.real.home, thief.real.engine, Wanted(rotate=True), NOW)
    made = thief.issue()
    thief.real.close()
    assert [root["signed"]["version"] for root in json.loads(made.to_bytes())["roots"]] == [2]
    with pytest.raises(TrustError, match="trust roots cannot be believed"):
        verify_file(made.to_bytes(), issuer.root)
