"""A desk that confirms bars at a gateway, which answers when and what it is told."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from credit_sdk.catalogue.confirmation import awaiting
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.client.follower import Failures
from credit_sdk.client.line import Line
from credit_sdk.client.live import LiveDesk
from credit_sdk.errors import GatewayUnreachableError
from credit_sdk.model.decision import Decision
from credit_sdk.model.finding import Principal
from credit_sdk.model.matter import MatterVersion
from credit_sdk.model.measure import Role, Strength
from credit_sdk.model.subject import Subject
from credit_sdk.settings import Settings
from credit_sdk.testing.memory import MemoryTransport
from tests.unit.catalogue.builders import (
    AWARD,
    COMPANY,
    NOW,
    TODAY_ON,
    HeldView,
    application,
    catalogue,
    company,
    entry,
    holding,
    matter,
    measure,
    record,
)

BOUND_S, ADVERSE_S = 60.0, 600
"""So long that a test that reaches it has failed."""

LAW = catalogue(
    measure("a1", application(Strength.BAR, matters=[AWARD, "funds.grant"])),
    matters=[
        matter(adverse_max_age_s=ADVERSE_S, live_confirmation=True),
        matter("funds.grant", adverse_max_age_s=ADVERSE_S, live_confirmation=True),
    ],
)
HELD = HeldView(
    LAW,
    holding(*((each, record(entry(id=f"E-{each.code[-4:]}"))) for each in (COMPANY, *map(company, range(2, 14))))),
    contact_at=NOW - timedelta(hours=2),
)
GATEWAY = replace(HELD, contact_at=NOW)


class Gateway(MemoryTransport):
    """Answers ``POST /v1/check``, or does what it is told to do instead."""

    def __init__(self) -> None:
        super().__init__({}, lambda question: b"")
        self.asked: list[dict[str, object]] = []
        self.view = GATEWAY
        self.meanwhile: Callable[[], None] = lambda: None

    def post(self, path: str, body: bytes) -> bytes:
        assert path == "/v1/check"
        question = json.loads(body)
        self.asked.append(question)
        self.meanwhile()
        decision = evaluate(
            Subject.parse(question["subject"]),
            question["matter"],
            datetime.fromisoformat(question["on"]).date(),
            self.view,
            NOW,
            principals=[
                Principal(Subject.parse(each["subject"]), Role(each["role"])) for each in question["principals"]
            ],
            facts=question["facts"],
            case=question["case"],
            decision_id="the-gateway-s-own",
        )
        return decision.to_json()


class Timer:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s


def settings(home: Path, **changed: object) -> Settings:
    values = {"home": home, "gateway_url": "http://gateway.example", "trust": home, "api_key": SecretStr("k")}
    return Settings.model_validate({**values, **changed})


def desk_of(
    told: Settings, gateway: Gateway | None, timer: Timer, failures: Failures, *, timeout_s: float = BOUND_S
) -> LiveDesk:
    return LiveDesk(Line(told, gateway), failures, timeout_s=timeout_s, timer=timer)


def local(
    subject: Subject = COMPANY, matter_id: str = AWARD, *, case: str | None = None, id: str = "made-here"
) -> Decision:
    return evaluate(subject, matter_id, TODAY_ON, HELD, NOW, case=case, decision_id=id)


def law(decision: Decision) -> MatterVersion:
    found = awaiting(decision, HELD.state)
    assert found
    return found


def settled(desk: LiveDesk, decision: Decision) -> Decision:
    return desk.settled(decision, law(decision))


def refuse(error: Exception) -> Callable[[], None]:
    def raise_it() -> None:
        raise error

    return raise_it


AWAY = GatewayUnreachableError("The gateway cannot be reached.")
