"""The settings (设置) of one library installation: one frozen object, and the only place that reads the environment.

A directory made by ``credit init`` holds ``settings.json``, the trust root and, apart from both and readable by its
owner alone, the API key. The environment may name the directory and override three of the values; nothing else is
read from it:

=====================  ==========================================================
``CREDIT_HOME``        the directory
``CREDIT_GATEWAY_URL`` the gateway, or a folder with its distribution files
``CREDIT_API_KEY``     the API key
``CREDIT_TRUST``       the trust root file
=====================  ==========================================================
"""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from credit_sdk.errors import ReplicaMissingError, SettingsError
from credit_sdk.settings.names import ENVIRONMENT

__all__ = ["ENVIRONMENT", "KEY_FILE", "NO_GATEWAY", "SETTINGS_FILE", "TRUST_FILE", "Settings"]

SETTINGS_FILE = "settings.json"
KEY_FILE = "api.key"
TRUST_FILE = "root.json"
NO_GATEWAY = "none"
"""As the gateway's address: there is no line to it, bundles are carried."""
_WEB = ("http://", "https://")
_NOT_IN_FILE = ("home", "api_key")


class Settings(BaseModel):
    """Everything one installation of the library may be told.

    Attributes:
        home: Directory of the replica and the outbox.
        gateway_url: Address of the gateway; the path of a folder with its distribution files; or ``none`` where files
            are carried in and out (air gap).
        api_key: Bearer key; None where nothing is asked online.
        trust: Trust root file, as handed over by the operator of the gateway.
        request_timeout_s: Longest wait for one answer of the gateway.
        confirmation_timeout_s: Longest that a check waits for a live confirmation, whatever holds it up.
        record_lag_ms: Check records reach the disk at most this much after the answer.
        record_queue_max: Check records that may wait in memory; beyond it a check says ``recorded=False``.
        delivery_batch_max: Records in one request to the gateway.
        delivered_keep_days: Days that a record the gateway has acknowledged is kept here as well.
        backoff_first_s / backoff_max_s: First and longest pause after a failure; in between it doubles.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path
    gateway_url: str = Field(min_length=1)
    api_key: SecretStr | None = None
    trust: Path
    request_timeout_s: float = Field(default=10.0, gt=0, le=300)
    confirmation_timeout_s: float = Field(default=2.0, gt=0, le=30)
    record_lag_ms: int = Field(default=200, ge=1, le=200)
    record_queue_max: int = Field(default=100_000, ge=1)
    delivery_batch_max: int = Field(default=1000, ge=1, le=1000)
    delivered_keep_days: int = Field(default=30, ge=0)
    backoff_first_s: float = Field(default=1.0, gt=0)
    backoff_max_s: float = Field(default=300.0, gt=0)

    @field_validator("gateway_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if "://" in value and not value.startswith(_WEB):
            raise ValueError("must begin with http:// or https://, or be the path of a folder")
        if value.startswith(_WEB) and "@" in value.split("/")[2]:
            raise ValueError("must not carry a name or password; the API key has its own file")
        return value.rstrip("/")

    @field_validator("api_key")
    @classmethod
    def _key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not (value.get_secret_value().isascii() and value.get_secret_value().isprintable()):
            raise ValueError("must be plain letters, digits and signs on one line")
        return value

    @property
    def is_online(self) -> bool:
        """Whether the gateway is reached over the network (联网), not through a folder."""
        return self.gateway_url.startswith(_WEB)

    @property
    def is_isolated(self) -> bool:
        """Whether nothing is asked of anybody (离线): bundles are imported, outbox files exported."""
        return self.gateway_url == NO_GATEWAY

    @property
    def is_set_up(self) -> bool:
        """Whether there is an installation in :attr:`home`."""
        return (self.home / SETTINGS_FILE).exists()

    @classmethod
    def of(cls, *, home: Path, gateway_url: str, api_key: SecretStr | None, trust: Path) -> Self:
        """Settings of a new installation, everything else as it is by default.

        Raises:
            SettingsError: A value cannot be used.
        """
        values = {"home": home, "gateway_url": gateway_url, "api_key": api_key, "trust": trust}
        return cls._checked(values, where=str(home))

    @classmethod
    def from_directory(cls, directory: Path | str) -> Self:
        """Read a directory made by ``credit init``.

        Raises:
            ReplicaMissingError: Nothing was set up there.
            SettingsError: A file in it cannot be used.
        """
        home = Path(directory)
        return cls._checked({**_file_values(home), "home": home}, where=str(home / SETTINGS_FILE))

    @classmethod
    def from_env(cls) -> Self:
        """Read ``CREDIT_HOME`` and what the other variables override.

        Where the directory was not set up by ``credit init``, the gateway and the trust root must be given too.

        Raises:
            SettingsError: A name is unknown or missing, or a value cannot be used.
        """
        from credit_sdk.settings import environment  # 8 MB that only this needs

        given = environment.given()
        if "home" not in given:
            raise SettingsError(
                "CREDIT_HOME is not set, so it is not known where the replica lies.",
                hint="Set it to the directory made by `credit init`.",
            )
        home = Path(str(given["home"]))
        values: dict[str, object] = dict(_file_values(home)) if (home / SETTINGS_FILE).exists() else {}
        values.update(given)
        missing = [name for name, field in ENVIRONMENT.items() if field in {"gateway_url", "trust"} - values.keys()]
        if missing:
            raise SettingsError(
                f"{' and '.join(missing)} must be set, because {home} was not set up by `credit init`.",
                hint="Set them, or run `credit init` for this directory first.",
            )
        return cls._checked(values, where="the environment")

    def save(self) -> None:
        """Write ``settings.json`` and, readable by its owner alone, the API key into :attr:`home`."""
        file = {name: value for name, value in self.model_dump(mode="json").items() if name not in _NOT_IN_FILE}
        if self.trust.parent == self.home:
            file["trust"] = self.trust.name
        text = json.dumps(file, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        (self.home / SETTINGS_FILE).write_text(text, encoding="utf-8")
        if self.api_key is not None:
            _write_key(self.home / KEY_FILE, self.api_key.get_secret_value())

    @classmethod
    def _checked(cls, values: Mapping[str, object], *, where: str) -> Self:
        try:
            return cls.model_validate(values)
        except ValidationError as found:
            first = found.errors(include_url=False, include_input=False)[0]
            name = ".".join(str(part) for part in first["loc"]) or "settings"
            near = get_close_matches(name, cls.model_fields, n=1) if first["type"] == "extra_forbidden" else []
            raise SettingsError(
                f"{where}: {name}: {first['msg']}, so nothing can be opened.",
                hint=f"Did you mean {near[0]}?" if near else "Correct the value.",
            ) from found


def _file_values(home: Path) -> dict[str, object]:
    path = home / SETTINGS_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as found:
        raise ReplicaMissingError(
            f"there is no replica in {home}, so nothing can be answered from it.",
            hint="Set one up with `credit init`, or name the right directory.",
        ) from found
    except (OSError, ValueError) as found:
        raise SettingsError(
            f"{path} cannot be read: {found}.", hint="Restore the file, or run `credit init` into a new directory."
        ) from found
    if not isinstance(values, dict) or values.keys() & set(_NOT_IN_FILE):
        raise SettingsError(
            f"{path} is not an object of settings without {' and '.join(_NOT_IN_FILE)}.",
            hint=f"The API key belongs into {home / KEY_FILE} alone.",
        )
    if isinstance(values.get("trust"), str):
        values["trust"] = home / values["trust"]
    key = _read_key(home / KEY_FILE)
    return values if key is None else {**values, "api_key": key}


def _read_key(path: Path) -> str | None:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as found:
        raise SettingsError(
            f"the API key in {path} cannot be read, so the gateway would refuse every request.",
            hint="Let the account that runs this read the file.",
        ) from found
    return text or None


def _write_key(path: Path, key: str) -> None:
    path.touch(0o600)
    path.chmod(0o600)
    path.write_text(key + "\n", encoding="utf-8")
