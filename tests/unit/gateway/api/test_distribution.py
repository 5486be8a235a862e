"""The publication over HTTP: whole, cacheable for ever where it never changes, and a pulse."""

import threading
import time
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from gateway.api import pulse as pulse_module
from gateway.api.context import EXTENSION
from gateway.api.pulse import Pulse
from tests.real_gateway import NOW, RealGateway

LONGEST_S = 60.0
FOR_EVER_S = 10 * LONGEST_S


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway that lets whoever asks wait for ever: who is not woken is not back in time by chance."""
    monkeypatch.setattr(pulse_module, "MAX_WAIT_S", FOR_EVER_S)


def started(*threads: threading.Thread) -> list[threading.Thread]:
    for thread in threads:
        thread.daemon = True
        thread.start()
    return list(threads)


def test_every_published_file_is_served_byte_for_byte(real: RealGateway, asked: FlaskClient) -> None:
    files = [path for path in real.home.distribution.rglob("*") if path.is_file()]
    assert len(files) >= 9
    for path in files:
        name = path.relative_to(real.home.distribution).as_posix()
        with asked.get(f"/distribution/{name}") as response:
            assert response.status_code == 200, name
            assert response.data == path.read_bytes()
            keep = "no-cache" if name.endswith("timestamp.json") else "public, max-age=31536000, immutable"
            assert response.headers["Cache-Control"] == keep


def test_a_timestamp_that_is_held_already_is_not_sent_again(asked: FlaskClient) -> None:
    first = asked.get("/distribution/metadata/timestamp.json")
    again = asked.get("/distribution/metadata/timestamp.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_pulse_answers_at_once_when_there_is_something_newer(asked: FlaskClient) -> None:
    assert asked.get("/distribution/pulse?after=0&wait_s=25").get_json() == {"serial": 1}
    assert asked.get("/distribution/pulse").get_json() == {"serial": 1}
    assert asked.get("/distribution/pulse?after=1&wait_s=0").get_json() == {"serial": 1}
    assert asked.get("/distribution/pulse?after=1&wait_s=26").status_code == 400


@pytest.mark.usefixtures("patient")
def test_who_waits_is_woken_by_the_next_publication_also_of_another_process(real: RealGateway) -> None:
    real.publish()
    pulse = Pulse(lambda: real.served().serial, max_waiting=4)
    answers: list[tuple[int, bool]] = []
    waiting = started(*(threading.Thread(target=lambda: answers.append(pulse.wait(1, FOR_EVER_S))) for _ in range(3)))
    real.list_companies([1])
    real.publish(1)
    for thread in waiting:
        thread.join(LONGEST_S)
    assert answers == [(2, True)] * 3


@pytest.mark.usefixtures("patient")
def test_the_publisher_beside_it_wakes_at_once() -> None:
    pulse = Pulse(lambda: 1, max_waiting=1)
    answers: list[tuple[int, bool]] = []
    (thread,) = started(threading.Thread(target=lambda: answers.append(pulse.wait(1, FOR_EVER_S))))
    pulse.published(7)
    thread.join(LONGEST_S)
    assert answers == [(7, True)]


@pytest.mark.usefixtures("patient")
def test_who_comes_too_late_is_sent_away_instead_of_taking_a_thread(real: RealGateway, asked: FlaskClient) -> None:
    pulse = asked.application.extensions[EXTENSION].pulse
    threads = started(*(threading.Thread(target=pulse.wait, args=(1, FOR_EVER_S)) for _ in range(40)))
    ends = time.monotonic() + LONGEST_S
    while pulse._waiting < pulse._max_waiting:
        assert time.monotonic() < ends
        time.sleep(0.01)
    response = asked.get("/distribution/pulse?after=1&wait_s=20")
    assert response.get_json() == {"serial": 1}
    assert response.headers["Retry-After"] == "1"
    pulse.close()
    for thread in threads:
        thread.join(LONGEST_S)
        assert not thread.is_alive()


def test_ready_means_fresh(real: RealGateway, asked: FlaskClient) -> None:
    ready = asked.get("/readyz").get_json()
    assert (ready["status"], ready["serial"], ready["heartbeat_age_s"]) == ("ready", 1, 5)
    late_s = real.home.settings.fresh_s + 1
    with real.asked(late_s, key="none") as later:
        refused = later.get("/readyz")
        assert (refused.status_code, refused.get_json()["code"]) == (503, "not-ready")
        assert later.get("/healthz").status_code == 200
        real.publisher.heartbeat(NOW + timedelta(seconds=late_s))
        assert later.get("/readyz").status_code == 200


def test_not_ready_before_the_first_publication(real: RealGateway) -> None:
    with real.asked() as client:
        assert client.get("/readyz").status_code == 503
        assert client.get("/metrics").status_code == 200


def test_metrics_say_what_was_asked_and_how_old_the_state_is(real: RealGateway, asked: FlaskClient) -> None:
    asked.get("/v1/entries")
    figures = {family.name: family for family in text_string_to_metric_families(asked.get("/metrics").text)}
    assert figures["credit_gateway_serial"].samples[0].value == 1
    assert figures["credit_gateway_heartbeat_age_seconds"].samples[0].value == 5
    routes = {sample.labels["route"] for sample in figures["credit_gateway_requests"].samples}
    assert "/v1/entries" in routes


def test_the_interface_is_described_from_the_models(asked: FlaskClient) -> None:
    described = asked.get("/openapi.json").get_json()
    assert {"/v1/check", "/v1/screen", "/v1/checks", "/v1/outcomes", "/v1/subjects/{uscc}", "/v1/entries"} <= set(
        described["paths"]
    )
    assert described["components"]["schemas"]["CheckBody"]["additionalProperties"] is False
    answers = described["paths"]["/v1/check"]["post"]["responses"]
    assert "application/problem+json" in answers["400"]["content"]
