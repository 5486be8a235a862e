"""A gateway whose reports have something to say, made once: nothing here changes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from gateway.database.unit_of_work import unit_of_work
from gateway.publishing.keyring import Keyring
from gateway.publishing.view import Views
from gateway.registry.commitments import register
from gateway.registry.persons import RegistryKeys
from gateway.registry.self_declarations import DeclaredCategory, declare_item
from gateway.reporting.issue import ReportDesk
from gateway.reporting.report_file import SignedReport
from tests.commitment_case import commitment, with_commitments
from tests.real_gateway import HONOUR, LI, NOW, RealGateway, company

LISTED_ONE, CLEAN_ONE, HONOURED_ONE = (company(number) for number in (1, 2, 3))
SMUGGLED = "</dd><script>alert(1)</script>&<b>粗</b>"


@dataclass
class Reporting:
    """A gateway and its desk for reports."""

    real: RealGateway

    @property
    def desk(self) -> ReportDesk:
        """A desk of its own, as another process would have."""
        real = self.real
        views = Views(real.engine, real.folder, RegistryKeys.load(real.home))
        return ReportDesk(real.engine, views, real.folder, self.keyring, "青海虚构信用中心")

    @property
    def keyring(self) -> Keyring:
        """The keys of the gateway."""
        return Keyring(self.real.home.keys)

    @property
    def root(self) -> bytes:
        """The trust root as it is handed out."""
        return self.real.home.trust_root.read_bytes()

    def issue(self, number: int = 1) -> SignedReport:
        """The report of a company."""
        return self.desk.issue(company(number), by="测试", now=NOW)


def set_up(folder: Path) -> Reporting:
    """A listed company with a commitment and something it says of itself, and one that is honoured."""
    real = with_commitments(RealGateway.make(folder))
    real.list_companies([1])
    real.list_companies([1, 3], HONOUR)
    real.declare()
    with unit_of_work(real.engine, at=NOW) as work:
        code = register(work, RegistryKeys.load(real.home), commitment(1), by=LI).code
        declare_item(
            work,
            LISTED_ONE,
            DeclaredCategory.CHARITY,
            title="捐赠图书",
            content=SMUGGLED,
            declared_on=date(2026, 2, 4),
            commitment=code,
            by=LI,
        )
    real.publish(2)
    return Reporting(real)


@pytest.fixture(scope="package")
def reporting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reporting]:
    """Shared: reports are issued from it, nothing else happens to it."""
    made = set_up(tmp_path_factory.mktemp("reporting"))
    yield made
    made.real.close()


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[Reporting]:
    """One of its own, for what changes it."""
    made = set_up(tmp_path)
    yield made
    made.real.close()
