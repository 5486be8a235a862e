"""A gateway's home: its settings are read in one place, and a mistake in them is said by name."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.errors import SettingsError
from credit_sdk.model.subject import Subject
from gateway.settings import GatewayHome, GatewaySettings, write_private


def test_what_was_written_is_read(tmp_path: Path) -> None:
    settings = GatewaySettings(origin='青海"虚构"\\', port=0, database="postgresql://u:p%40@h/x")
    GatewayHome.create(tmp_path / "home", settings)
    home = GatewayHome.open(tmp_path / "home")
    assert home.settings == settings
    assert home.database_url == "postgresql://u:p%40@h/x"


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=120))
def test_any_origin_can_be_written(origin: str) -> None:
    import tomllib

    settings = GatewaySettings(origin=origin)
    assert GatewaySettings.model_validate(tomllib.loads(settings.to_toml())) == settings


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("prot = 1", "prot"),
        ("port = 99999", "port"),
        ("port = 'x'", "port"),
        ("origin = ''", "origin"),
        ("= 1", "gateway.toml"),
    ],
)
def test_a_mistake_is_said_by_name(tmp_path: Path, line: str, named: str) -> None:
    GatewayHome.create(tmp_path / "home", GatewaySettings())
    (tmp_path / "home" / "gateway.toml").write_text(line, encoding="utf-8")
    with pytest.raises(SettingsError, match=named):
        GatewayHome.open(tmp_path / "home")


def test_refuses_a_folder_that_is_no_home_or_not_empty(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no gateway"):
        GatewayHome.open(tmp_path)
    (tmp_path / "x").touch()
    with pytest.raises(SettingsError, match="not empty"):
        GatewayHome.create(tmp_path, GatewaySettings())


def test_private_files_are_private_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    write_private(path, b"one")
    write_private(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_the_canary_is_a_valid_code() -> None:
    canary = Subject.parse(GatewaySettings().canary)
    assert canary.uscc
    assert canary.warnings == ()
