"""What several attacks are played on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from credit_sdk.client.clock import now_utc
from credit_sdk.client.setup import set_up
from credit_sdk.settings import NO_GATEWAY, Settings
from credit_sdk.testing import FakeGateway, subject
from tests.attacks.exchange import LISTED, Exchange
from tests.attacks.issued import Issued
from tests.attacks.person_story import Story
from tests.real_gateway import RealGateway


@pytest.fixture(params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Story]:
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    made = RealGateway.make(tmp_path, database=url)
    made.declare()
    yield Story(made, capsys)
    made.close()


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    with FakeGateway() as gateway:
        gateway.list(LISTED, "judgment-defaulter", id="E-1")
        for number in range(2, 40):
            gateway.list(subject(number), "wage-arrears")
        gateway.publish()
        trust = tmp_path / "root.json"
        trust.write_bytes(gateway.publisher.trust_root)
        made = Exchange(gateway, tmp_path)
        made.set_up_connected()
        settings = Settings.of(home=made.isolated, gateway_url=NO_GATEWAY, api_key=None, trust=trust)
        set_up(settings, clock=now_utc)
        made.imported(made.fetched())
        gateway.publisher.records.pop(subject(39))
        gateway.list(subject(50), "judgment-defaulter")
        gateway.publish()
        yield made


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    with FakeGateway() as gateway:
        gateway.list(LISTED, "judgment-defaulter", id="E-1")
        for number in range(10, 14):
            gateway.list(subject(number), "judgment-defaulter")
        gateway.publish()
        yield Issued(gateway, tmp_path_factory.mktemp("issued"))
