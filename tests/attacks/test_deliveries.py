"""What answers a delivery in the gateway's place gets no receipt believed, and loses no record."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks import line
from tests.attacks.line import Trick
from tests.attacks.stage import Stage

TRICKS: dict[str, Trick] = {
    "a page": line.page,
    "a page that says it is none": line.instead(lambda _: line.PAGE),
    "a nest of brackets": line.nested,
    "a nest behind a receipt": line.instead(lambda data: data[:-1] + b',"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}"),
    "half a receipt": line.instead(lambda data: data[: len(data) // 2]),
    "an answer without end": line.endless,
    "a head without end": line.endless_head,
    "an answer that is cut": line.cut,
    "a packed bomb": line.packed_bomb,
    "404": line.status(404),
    "500": line.status(500),
}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.close()


def delivered_nothing(stage: Stage) -> str:
    stage.answers()
    report = stage.client.sync()
    assert report.delivered_records == 0
    assert report.delivery_error
    assert "\n" not in report.delivery_error
    assert stage.client.status().outbox.records == 3
    return report.delivery_error


def delivers_everything(stage: Stage) -> None:
    stage.line.tricks.clear()
    stage.timeout_s = 10.0
    stage.restart()
    assert stage.client.sync().delivered_records == 3
    assert stage.client.status().outbox.records == 0
    assert len(stage.line.intake.intake["records"].rows) == 3


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS.keys())
def test_an_answer_that_is_none_is_no_receipt(stage: Stage, trick: Trick) -> None:
    stage.line.tricks.append(("/v1/checks", trick))
    delivered_nothing(stage)
    delivers_everything(stage)


def test_an_answer_that_drips_holds_nobody(stage: Stage) -> None:
    stage.timeout_s = 0.3
    stage.restart()
    stage.line.tricks.append(("/v1/checks", line.dripping))
    assert re.search("too slowly|did not answer", delivered_nothing(stage))
    delivers_everything(stage)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_records_and_key_go_nowhere_else(stage: Stage, code: int) -> None:
    stage.line.tricks.append(("/v1/*", line.status(code, Location=f"{stage.elsewhere.url}/v1/checks")))
    assert "sends elsewhere" in delivered_nothing(stage)
    assert stage.elsewhere.asked == []
    delivers_everything(stage)
