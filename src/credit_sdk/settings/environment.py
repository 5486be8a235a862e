"""What the environment says about an installation; loaded only where it is asked for.

A process that opens a directory by its name reads no variables, and need not carry what reads them (8 MB).
"""

import os

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from credit_sdk.settings.names import PREFIX, require_known


class Environment(BaseSettings):
    """The variables (环境变量); made without arguments, it reads those of the process."""

    model_config = SettingsConfigDict(frozen=True, env_prefix=PREFIX, hide_input_in_errors=True)

    home: str | None = None
    gateway_url: str | None = None
    api_key: SecretStr | None = None
    trust: str | None = None


def given() -> dict[str, object]:
    """The settings the environment gives.

    Raises:
        SettingsError: A name is unknown.
    """
    require_known(os.environ)
    return Environment().model_dump(exclude_unset=True)
