"""A gateway that has no room left is not crowded further by those who follow it."""

import time
from pathlib import Path
from threading import Event

import httpx

from credit_sdk import CreditClient
from credit_sdk.testing import FakeGateway
from credit_sdk.transport.http import HttpTransport

LOOKED_AT_S = 1.0


def test_a_host_that_finds_no_room_to_wait_looks_again_at_the_pace_of_the_publication(tmp_path: Path) -> None:
    asked: list[str] = []
    refused = Event()

    with FakeGateway() as gateway:
        gateway.open_client(tmp_path / "host").close()
        files = gateway.publisher.files

        def answer(request: httpx.Request) -> httpx.Response:
            path = request.url.path.removeprefix("/distribution/")
            asked.append(path)
            if path == "pulse":
                refused.set()
                return httpx.Response(200, json={"serial": 1}, headers={"Retry-After": "1"})
            data = files.get(path)
            return httpx.Response(404) if data is None else httpx.Response(200, content=data)

        line = HttpTransport("http://gateway.example", transport=httpx.MockTransport(answer))
        with line, CreditClient.open(tmp_path / "host", transport=line):
            assert refused.wait(60)
            time.sleep(LOOKED_AT_S)
    assert asked.count("pulse") == 1
    assert asked.count("metadata/timestamp.json") == 1
