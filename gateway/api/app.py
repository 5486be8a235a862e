"""The routes of the API, put together on one Flask app."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask_openapi3 import Info, OpenAPI

from credit_sdk.model.release import LIBRARY_VERSION
from gateway.api import (
    batches,
    checks,
    commitments,
    determinations,
    distribution,
    door,
    feedback,
    health,
    loop,
    notices,
    problem,
    registry,
    reports,
    requests,
    waivers,
)
from gateway.api.context import EXTENSION, Gateway
from gateway.api.metrics import Metrics
from gateway.api.pulse import Pulse
from gateway.database.engine import open_engine
from gateway.database.schema import require_current
from gateway.feedback.intake import Intake
from gateway.publishing.chain import served_serial
from gateway.publishing.files import Folder
from gateway.publishing.view import Views
from gateway.registry.persons import RegistryKeys
from gateway.registry.time_limits import reminders_of
from gateway.settings import GatewayHome


def assembled(home: GatewayHome, now: Callable[[], datetime], max_waiting_pulses: int) -> OpenAPI:
    """The app with every route of the API."""
    app = OpenAPI(
        "gateway",
        info=Info(title="credit-gateway", version=LIBRARY_VERSION),
        security_schemes={"api_key": {"type": "http", "scheme": "bearer"}},
        doc_ui=False,
        validation_error_status=400,
        validation_error_model=problem.Problem,
        validation_error_callback=problem.of_validation,
        static_folder=None,
    )
    engine = open_engine(home.database_url)
    require_current(engine)
    folder, keys = Folder(home.distribution), RegistryKeys.load(home)
    views = Views(engine, folder, keys)
    app.extensions[EXTENSION] = Gateway(
        home=home,
        engine=engine,
        folder=folder,
        keys=keys,
        views=views,
        intake=Intake(engine, keys.key_of),
        pulse=Pulse(partial(served_serial, folder), max_waiting=max_waiting_pulses),
        metrics=Metrics(views, folder, now, engine, reminders_of(home.settings)),
        now=now,
    )
    app.extensions["openapi"] = app
    problem.install(app)
    door.install(app)
    for room in (
        *(checks, feedback, loop, notices, waivers),
        *(registry, determinations, batches, requests, commitments, reports),
        *(distribution, health),
    ):
        app.register_api(room.routes)
    return app
