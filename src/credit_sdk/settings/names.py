"""The variables of the environment that are settings (环境变量名)."""

from collections.abc import Iterable
from difflib import get_close_matches

from credit_sdk.errors import SettingsError

PREFIX = "CREDIT_"
ENVIRONMENT = {
    "CREDIT_HOME": "home",
    "CREDIT_GATEWAY_URL": "gateway_url",
    "CREDIT_API_KEY": "api_key",
    "CREDIT_TRUST": "trust",
}
"""Every variable there is, and the setting it gives."""


def require_known(names: Iterable[str]) -> None:
    """Refuse an unknown ``CREDIT_*`` name, else nobody would notice a slip.

    Raises:
        SettingsError: A name is unknown; with the closest known one.
    """
    for name in names:
        if name.upper().startswith(PREFIX) and name not in ENVIRONMENT:
            near = get_close_matches(name.upper(), ENVIRONMENT, n=1, cutoff=0)[0]
            raise SettingsError(
                f"{name} is not a setting of this library; it would be ignored without anybody noticing.",
                hint=f"Did you mean {near}? Known are {', '.join(ENVIRONMENT)}.",
            )
