"""Settings come from a directory or from four variables, and a typing mistake is never silent."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from credit_sdk.errors import ReplicaMissingError, SettingsError
from credit_sdk.settings import ENVIRONMENT, Settings
from credit_sdk.settings.environment import Environment

KEY = "k-secret-0123456789"


def made(home: Path) -> Settings:
    home.mkdir(exist_ok=True)
    settings = Settings(
        home=home, gateway_url="https://credit.example/", api_key=SecretStr(KEY), trust=home / "root.json"
    )
    settings.save()
    return settings


def test_what_was_saved_is_read_back(tmp_path: Path) -> None:
    settings = made(tmp_path)
    assert Settings.from_directory(tmp_path) == settings
    assert settings.gateway_url == "https://credit.example"
    assert settings.is_online


def test_the_directory_may_be_moved(tmp_path: Path) -> None:
    made(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    assert Settings.from_directory(tmp_path / "new").trust == tmp_path / "new" / "root.json"


def test_the_key_stands_in_a_file_of_its_own_that_only_the_owner_reads(tmp_path: Path) -> None:
    (tmp_path / "api.key").touch(0o644)
    made(tmp_path)
    assert KEY not in (tmp_path / "settings.json").read_text(encoding="utf-8")
    assert (tmp_path / "api.key").stat().st_mode & 0o777 == 0o600


def test_the_key_is_never_printed(tmp_path: Path) -> None:
    settings = made(tmp_path)
    assert KEY not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"
    (tmp_path / "api.key").write_text(KEY + "\nmore", encoding="utf-8")
    with pytest.raises(SettingsError) as found:
        Settings.from_directory(tmp_path)
    assert KEY not in found.value.line


def test_nothing_changes_once_made(tmp_path: Path) -> None:
    settings = made(tmp_path)
    for name in Settings.model_fields:
        with pytest.raises(ValidationError):
            setattr(settings, name, getattr(settings, name))


def test_a_directory_nobody_set_up_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReplicaMissingError, match="there is no replica") as found:
        Settings.from_directory(tmp_path / "nowhere")
    assert "credit init" in found.value.hint


@pytest.mark.parametrize("text", ["{", "[]", '{"api_key": "x"}', '{"gateway_url": "ftp://x", "trust": "root.json"}'])
def test_refuses_a_settings_file_it_cannot_use(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.json").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError):
        Settings.from_directory(tmp_path)


def test_names_the_closest_setting_for_one_it_does_not_know(tmp_path: Path) -> None:
    made(tmp_path)
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "record_lag": 5}), encoding="utf-8")
    with pytest.raises(SettingsError) as found:
        Settings.from_directory(tmp_path)
    assert "record_lag_ms" in found.value.hint


def test_refuses_a_password_in_the_address(tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as found:
        Settings(home=tmp_path, gateway_url="https://me:hunter2@credit.example", trust=tmp_path / "root.json")
    assert "hunter2" not in str(found.value)


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, str]], None]:
    def given(variables: Mapping[str, str]) -> None:
        for name in [name for name in os.environ if name.upper().startswith("CREDIT_")]:
            monkeypatch.delenv(name)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return given


Environ = Callable[[Mapping[str, str]], None]


def test_the_environment_overrides_the_directory(environ: Environ, tmp_path: Path) -> None:
    made(tmp_path)
    environ({"CREDIT_HOME": str(tmp_path), "CREDIT_GATEWAY_URL": "http://other.example"})
    settings = Settings.from_env()
    assert settings.gateway_url == "http://other.example"
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == KEY


def test_the_environment_alone_is_enough(environ: Environ, tmp_path: Path) -> None:
    environ(
        {
            "CREDIT_HOME": str(tmp_path / "new"),
            "CREDIT_GATEWAY_URL": "http://other.example",
            "CREDIT_API_KEY": KEY,
            "CREDIT_TRUST": str(tmp_path / "root.json"),
        }
    )
    settings = Settings.from_env()
    assert settings.trust == tmp_path / "root.json"
    assert settings.api_key == SecretStr(KEY)


def test_every_variable_is_a_setting() -> None:
    assert set(ENVIRONMENT.values()) == set(Environment.model_fields) <= set(Settings.model_fields)


def test_whoever_names_a_directory_does_not_load_what_reads_the_environment() -> None:
    program = "import sys, credit_sdk; sys.exit('pydantic_settings' in sys.modules)"
    path = os.pathsep.join(sys.path)
    assert subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": path}, check=False).returncode == 0


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({}, "CREDIT_HOME is not set"),
        ({"CREDIT_HOME": "nowhere"}, "CREDIT_GATEWAY_URL and CREDIT_TRUST must be set"),
    ],
)
def test_says_which_variable_is_missing(environ: Environ, variables: dict[str, str], says: str) -> None:
    environ(variables)
    with pytest.raises(SettingsError, match=says):
        Settings.from_env()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("CREDIT_GATEWAY", "CREDIT_GATEWAY_URL"), ("CREDIT_APIKEY", "CREDIT_API_KEY"), ("credit_trust", "CREDIT_TRUST")],
)
def test_an_unknown_name_is_an_error_with_the_closest_known_one(
    environ: Environ, tmp_path: Path, typed: str, meant: str
) -> None:
    environ({"CREDIT_HOME": str(tmp_path), typed: "value-" + KEY})
    with pytest.raises(SettingsError) as found:
        Settings.from_env()
    assert f"Did you mean {meant}?" in found.value.hint
    assert KEY not in found.value.line
