"""One gateway's folder and its settings: read in one place, frozen, units in the names.

::

    HOME/
      gateway.toml       settings, below
      registry.sqlite    the registry, unless `database` names another
      trust/root.json    what clients need to trust this gateway (信任根)
      keys/              private keys; never leave this folder
      distribution/      what is published; may be served by any web server
      spool/             reports of imports
"""

import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from credit_sdk.errors import SettingsError

FOLDER_MODE = 0o700
FILE_MODE = 0o600
DEFAULT_ORIGIN = "credit-gateway"
MAX_REMINDER_DAYS = 400
"""Working days; no period of the law counts more."""


class GatewaySettings(BaseModel):
    """The settings in ``gateway.toml``.

    Attributes:
        origin: Name of this gateway in everything it publishes.
        database: SQLAlchemy URL; empty for ``registry.sqlite`` in the home.
        host / port: Where ``serve`` listens.
        canary: Code of the fictional subject in every publication; a replica that does not find it holds no data.
        poll_s / heartbeat_s: How often replicas ask, and how often "nothing changed" is signed anew.
        fresh_s / aging_s: Age up to which a replica is fresh, then aging; older is stale.
        max_loss_percent: Share of a list that one publication may lose without an override.
        superseded_kept_days: How long files that no publication needs any more are kept for whoever still syncs or
            copies them; at least two, because a timestamp is believed for one.
        person_query_years: How long a record of a query about a natural person is kept.
        objection_reminder_working_days / verified_objection_reminder_working_days / feedback_reminder_working_days:
            When to remind where the law in force states no limit; internal, never statutory. 0: not at all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: str = Field(default=DEFAULT_ORIGIN, min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+$")
    database: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8600, ge=0, le=65535)
    canary: str = "91630000MACANARY0Y"
    poll_s: int = Field(default=5, gt=0)
    heartbeat_s: int = Field(default=60, gt=0)
    fresh_s: int = Field(default=300, gt=0)
    aging_s: int = Field(default=3600, gt=0)
    max_loss_percent: int = Field(default=20, ge=0, le=100)
    superseded_kept_days: int = Field(default=7, ge=2, le=3650)
    person_query_years: int = Field(default=10, ge=1, le=100)
    objection_reminder_working_days: int = Field(default=5, ge=0, le=MAX_REMINDER_DAYS)
    verified_objection_reminder_working_days: int = Field(default=20, ge=0, le=MAX_REMINDER_DAYS)
    feedback_reminder_working_days: int = Field(default=5, ge=0, le=MAX_REMINDER_DAYS)

    def to_toml(self) -> str:
        """The settings as ``gateway.toml`` holds them."""
        # JSON strings and integers are TOML strings and integers.
        lines = (f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in self.model_dump().items())
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class GatewayHome:
    """The folder one gateway lives in; nothing outside it is written.

    Attributes:
        path: The folder.
        settings: What its ``gateway.toml`` says.
    """

    path: Path
    settings: GatewaySettings

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open the home of a gateway.

        Raises:
            SettingsError: There is none, or its settings cannot be used.
        """
        folder = Path(path)
        file = folder / "gateway.toml"
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise SettingsError(
                f"{folder}不是网关目录：没有gateway.toml / "
                f"{folder} is not the home of a gateway: it has no gateway.toml.",
                hint="请先运行 credit-gateway init / Run `credit-gateway init` first.",
            ) from None
        try:
            settings = GatewaySettings.model_validate(tomllib.loads(text))
        except (tomllib.TOMLDecodeError, ValidationError) as error:
            raise SettingsError(
                f"{file}无法使用 / {file} cannot be used: {_complaint(error)}.",
                hint="请更正该设置 / Correct that setting.",
            ) from None
        return cls(folder, settings)

    @classmethod
    def create(cls, path: Path | str, settings: GatewaySettings) -> Self:
        """Make the folders and write the settings.

        Raises:
            SettingsError: The folder is there and not empty.
        """
        folder = Path(path)
        require_unused(folder)
        home = cls(folder, settings)
        for each in (folder, home.keys, home.distribution, home.spool):
            each.mkdir(mode=FOLDER_MODE, parents=each is folder, exist_ok=True)
            each.chmod(FOLDER_MODE)
        if not settings.database:
            # SQLite would make the file readable for everybody; what it adds beside it takes the file's mode.
            home.database_file.touch(mode=FILE_MODE)
        write_private(folder / "gateway.toml", settings.to_toml().encode())
        return home

    @property
    def keys(self) -> Path:
        """Private keys."""
        return self.path / "keys"

    @property
    def persons_key(self) -> Path:
        """The secret under which numbers of natural persons are keyed in the registry."""
        return self.keys / "persons.key"

    @property
    def distribution(self) -> Path:
        """What is published."""
        return self.path / "distribution"

    @property
    def spool(self) -> Path:
        """Reports of imports."""
        return self.path / "spool"

    @property
    def trust_root(self) -> Path:
        """The signed root that clients are given by hand (信任根)."""
        return self.path / "trust" / "root.json"

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL of the registry."""
        return self.settings.database or f"sqlite:///{self.database_file.absolute()}"

    @property
    def database_file(self) -> Path:
        """Where the registry lies unless the settings name another database."""
        return self.path / "registry.sqlite"


def require_unused(path: Path) -> None:
    """Refuse a folder for a new gateway that is there and not empty.

    Raises:
        SettingsError: It holds something.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise SettingsError(
            f"{path}不是空目录，网关不能与其他文件混放 / "
            f"{path} is not empty, and a gateway must not be mixed with other files.",
            hint="请换一个空目录 / Name a folder that does not exist yet or is empty.",
        )


def write_private(path: Path, content: bytes) -> None:
    """Write a file only its owner may read, whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _complaint(error: tomllib.TOMLDecodeError | ValidationError) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False))
    return str(error)
