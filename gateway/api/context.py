"""What the routes work with: one object per app, made by ``create_app``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import Engine

from gateway.api.metrics import Metrics
from gateway.api.pulse import Pulse
from gateway.feedback.intake import Intake
from gateway.publishing.files import Folder
from gateway.publishing.view import Views
from gateway.registry.persons import RegistryKeys
from gateway.settings import GatewayHome

EXTENSION = "credit-gateway"


@dataclass(frozen=True)
class Gateway:
    """One gateway, as its routes see it.

    Attributes:
        now: The clock; it is read once for each request.
    """

    home: GatewayHome
    engine: Engine
    folder: Folder
    keys: RegistryKeys
    views: Views
    intake: Intake
    pulse: Pulse
    metrics: Metrics
    now: Callable[[], datetime]


def gateway() -> Gateway:
    """The gateway of the app that serves this request."""
    found: Gateway = current_app.extensions[EXTENSION]
    return found
