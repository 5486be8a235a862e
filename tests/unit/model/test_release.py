"""The library names one release, the same everywhere."""

import tomllib
from pathlib import Path

from credit_sdk.model.release import LIBRARY_VERSION

ROOT = Path(__file__).parents[3]


def test_decisions_name_the_release_that_is_packed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == LIBRARY_VERSION
