"""What several attacks are played on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.person_story import Story
from tests.real_gateway import RealGateway


@pytest.fixture(params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Story]:
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    made = RealGateway.make(tmp_path, database=url)
    made.declare()
    yield Story(made, capsys)
    made.close()
