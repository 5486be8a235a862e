"""The gateway (网关): holds the shared lists and the law, publishes them, answers and closes the loop."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask_openapi3 import OpenAPI

    from gateway.settings import GatewayHome

MAX_WAITING_PULSES = 32


def create_app(
    home: "GatewayHome | Path | str",
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    max_waiting_pulses: int = MAX_WAITING_PULSES,
) -> "OpenAPI":
    """The WSGI application of one gateway: wiring, nothing else.

    Args:
        home: The gateway's folder.
        now: The clock; read once for each request.
        max_waiting_pulses: How many requests may wait for the next publication at once.

    Raises:
        SettingsError: There is no gateway in the folder.
        DatabaseError: Its registry is of another version.
    """
    # Flask comes in only here: the rooms below do without, and so do the commands that need no web framework.
    from gateway.api import app as api
    from gateway.settings import GatewayHome

    opened = home if isinstance(home, GatewayHome) else GatewayHome.open(home)
    return api.assembled(opened, now, max_waiting_pulses)
