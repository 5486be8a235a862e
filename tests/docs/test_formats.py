"""`docs/reference/formats.md` names every key of what is published and answered, in the words of the code."""

import json
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from credit_sdk.outbox import carried
from credit_sdk.publication.objects import MAX_OBJECT_BYTES, MAX_VALUE_BYTES
from credit_sdk.publication.statement import MAX_CATALOGUE_BYTES, MAX_STATEMENT_BYTES, Publication
from credit_sdk.testing import FakeGateway
from credit_sdk.transport import bundle
from credit_sdk.transport.postbox import MAX_POSTBOX_BYTES, Answers, Postbox
from gateway.publishing import roles
from gateway.publishing.keyring import Keyring
from gateway.publishing.view import Views
from gateway.registry.credit_report import SectionState
from gateway.registry.persons import RegistryKeys
from gateway.reporting.issue import ReportDesk
from tests.docs import markdown
from tests.real_gateway import NOW, RealGateway, company

PAGE = markdown.REFERENCE / "formats.md"
SECTIONS = markdown.sections(PAGE)
LISTED = "916301007105500078"


def first_cells(text: str) -> set[str]:
    return {name for row in markdown.rows(text) for name in markdown.code(row[0])}


def part(name: str) -> set[str]:
    """The keys the second table of the decision gives for one part."""
    (cell,) = [row[1] for row in markdown.rows(SECTIONS["Decision"]) if row[0] == f"`{name}`" and len(row) == 2]
    outside_brackets = "".join(each.partition(")")[2] or each for each in cell.split("("))
    return set(markdown.code(outside_brackets))


@pytest.fixture(scope="module")
def decision(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    with FakeGateway() as gateway:
        gateway.list(LISTED, "judgment-defaulter")
        gateway.waive(LISTED, "procurement.award", "a1-06", until=date(2099, 1, 1))
        gateway.publish()
        folder: Path = tmp_path_factory.mktemp("formats") / "replica"
        found: dict[str, object] = json.loads(gateway.open_client(folder).check(LISTED, "procurement.award").to_json())
    return found


def test_every_key_of_the_statement_is_named() -> None:
    assert first_cells(SECTIONS["Publication statement"]) == Publication.model_fields.keys()


def test_every_key_of_a_decision_is_named(decision: dict[str, object]) -> None:
    whole = {name for row in markdown.rows(SECTIONS["Decision"]) if len(row) == 3 for name in markdown.code(row[0])}
    assert whole == decision.keys()


def test_every_key_of_a_finding_is_named(decision: dict[str, object]) -> None:
    finding = decision["findings"][0]  # type: ignore[index]  # JSON as it was read
    (sentence,) = [text for text in SECTIONS["Decision"].split("\n\n") if text.startswith("A finding:")]
    assert {name.removesuffix("[]") for name in markdown.code(sentence)} == finding.keys()
    assert part("basis[]") == finding["basis"][0].keys()
    assert part("entry") == finding["entry"].keys()
    assert part("waiver") == finding["waiver"].keys()
    assert part("softenings[]") == finding["softenings"][0].keys()


def test_every_key_of_the_evidence_is_named(decision: dict[str, object]) -> None:
    evidence = decision["evidence"]
    assert isinstance(evidence, dict)
    (cell,) = [row[2] for row in markdown.rows(SECTIONS["Decision"]) if row[0] == "`evidence`"]
    assert {name.removesuffix("[]") for name in markdown.code(cell)} == evidence.keys()
    assert part("coverage[]") == evidence["coverage"][0].keys()


def test_every_key_of_a_report_is_named(tmp_path: Path) -> None:
    real = RealGateway.make(tmp_path)
    real.list_companies([1])
    real.publish()
    keys, views = Keyring(real.home.keys), Views(real.engine, real.folder, RegistryKeys.load(real.home))
    made = ReportDesk(real.engine, views, real.folder, keys, "虚构").issue(company(1), by="x", now=NOW)
    real.close()
    tables = SECTIONS["Credit report"].partition("| `state` |")
    rows = {markdown.first_code(row[0]): row[1] for row in markdown.rows(tables[0])}
    assert rows.keys() == made.report.keys()
    report = json.loads(json.dumps(made.report))
    for name in ("data", "subject"):
        assert set(markdown.code(rows[name])) == report[name].keys()
    for name in ("summary", "sections"):
        assert set(markdown.code(rows[name])) == report[name][0].keys()
    assert {markdown.first_code(row[0]) for row in markdown.rows("| `state` |" + tables[2])} == set(SectionState)
    for key in json.loads(made.to_bytes()).keys() | made.seal.written().keys() | made.seal.statement.keys():
        assert key in SECTIONS["Credit report"]


def test_the_bounds_are_those_of_the_code() -> None:
    assert MAX_OBJECT_BYTES == 8 * 1024**2
    assert "8 MiB uncompressed" in SECTIONS["Objects"]
    assert MAX_VALUE_BYTES == 64 * 1024
    assert "At most 64 KiB" in SECTIONS["Record"]
    assert MAX_STATEMENT_BYTES == 256 * 1024
    assert "at most 256 KiB" in SECTIONS["Publication statement"]
    assert MAX_CATALOGUE_BYTES == 16 * 1024**2
    assert "at most 16 MiB" in SECTIONS["Publication statement"]


@pytest.mark.parametrize(
    ("role", "lasts"),
    [
        ("root", roles.ROOT_LASTS),
        ("timestamp", roles.TIMESTAMP_LASTS),
        ("snapshot", roles.SNAPSHOT_LASTS),
        ("targets", roles.TARGETS_LASTS),
        ("catalogue", roles.CATALOGUE_LASTS),
    ],
)
def test_roles_last_as_long_as_stated(role: str, lasts: timedelta) -> None:
    (stated,) = [row[2] for row in markdown.rows(SECTIONS["Signed roles"]) if row[0] == f"`{role}`"]
    assert stated.split()[0] == str(lasts.days)


def test_the_bounds_of_what_is_carried_are_those_of_the_code() -> None:
    assert bundle.MAX_MEMBERS == 300_000
    assert bundle.MAX_DIRECTORY_BYTES == 64 * 1024**2
    assert "At most 300,000 members, and 64 MiB" in SECTIONS["Bundle"]
    assert MAX_POSTBOX_BYTES == 128 * 1024**2
    assert "for one outbox, at most 128 MiB" in SECTIONS["Bundle"]
    assert (carried.MAX_ROWS, carried.MAX_LINE_BYTES, carried.MAX_FILE_BYTES) == (200_000, 512 * 1024, 512 * 1024**2)
    assert "At most 200,000 rows of each kind, 512 KiB a line, 512 MiB a file" in SECTIONS["Outbox file"]


def test_every_key_of_what_is_carried_is_named() -> None:
    manifest = next(row[1] for row in markdown.rows(SECTIONS["Bundle"]) if row[0] == "`bundle.json`")
    named = set(markdown.code(manifest)) - {bundle.BUNDLE_FORMAT}
    assert named == {each.name for each in msgspec.structs.fields(bundle.Manifest)}
    for name in (each.name for kind in (Postbox, Answers) for each in msgspec.structs.fields(kind)):
        assert f'"{name}":' in SECTIONS["Bundle"]
