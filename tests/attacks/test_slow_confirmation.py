"""A gateway, or whoever sits in its place, answers a live confirmation never, or one byte after the other."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from credit_sdk import CreditClient, Verdict
from credit_sdk.client.clock import now_utc
from credit_sdk.testing import FakeGateway, subject
from tests.flows.test_confirmation import AWARD, OLDER, Clock, law

LISTED = subject(1)
BOUND_S, FAR_LESS_THAN_THE_ATTACK_S = 0.3, 20.0
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"


def silent(line: socket.socket, is_over: threading.Event) -> None:
    """Takes the question and says nothing."""
    del line
    is_over.wait()


def trickling(line: socket.socket, is_over: threading.Event) -> None:
    """Sends a byte often enough that no read ever runs out of patience."""
    line.sendall(HEAD)
    while not is_over.wait(0.05):
        line.sendall(b" ")


def trickling_head(line: socket.socket, is_over: threading.Event) -> None:
    """The same before the answer even begins."""
    line.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not is_over.wait(0.05):
        line.sendall(b"x")


@contextmanager
def slow_gateway(behave: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """The address of a gateway that behaves like that until the block ends."""
    is_over = threading.Event()
    taken: list[threading.Thread] = []

    def serve() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except TimeoutError:
                if is_over.is_set():
                    return
                continue
            taken.append(threading.Thread(target=answer, args=(line,)))
            taken[-1].start()

    def answer(line: socket.socket) -> None:
        with line:
            try:
                line.recv(65536)
                behave(line, is_over)
            except OSError:
                return  # the client hung up

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        serving = threading.Thread(target=serve)
        serving.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            is_over.set()
            for each in [serving, *taken]:
                each.join()


@pytest.mark.parametrize("behave", [silent, trickling, trickling_head])
def test_a_gateway_that_never_finishes_holds_one_check_for_the_bound_and_no_second(
    behave: Callable[[socket.socket, threading.Event], None], tmp_path: Path
) -> None:
    home = tmp_path / "credit"
    with FakeGateway(catalogue=law(AWARD)) as gateway:
        gateway.list(LISTED, "judgment-defaulter")
        gateway.open_client(home).close()
    with slow_gateway(behave) as address:
        file = home / "settings.json"
        changed = {"gateway_url": address, "confirmation_timeout_s": BOUND_S, "request_timeout_s": 1.0}
        file.write_text(json.dumps({**json.loads(file.read_text()), **changed}))
        with CreditClient.open(home, background=False, clock=lambda: now_utc() + OLDER) as credit:
            began = time.monotonic()
            decision = credit.check(LISTED, AWARD)
            assert time.monotonic() - began < FAR_LESS_THAN_THE_ATTACK_S
            assert decision.verdict is Verdict.REVIEW
            assert "网关没有应答" in decision.notices[0].zh
            again = [credit.check(LISTED, AWARD) for _ in range(20)]
            assert all("方才没有应答" in each.notices[0].zh for each in again)
            assert time.monotonic() - began < FAR_LESS_THAN_THE_ATTACK_S
            assert "did not confirm within 0.3 s" in (credit.status().sync.error or "")


def test_what_was_confirmed_before_an_expiry_is_not_evidence_after_it(tmp_path: Path) -> None:
    """Replayed by something on the way: the contact the answer states is older than what is held here."""
    clock = Clock()
    with FakeGateway(catalogue=law(AWARD), clock=clock) as gateway:
        gateway.list(LISTED, "judgment-defaulter")
        credit = gateway.open_client(tmp_path / "credit")
        clock.ahead = OLDER
        recorded: list[bytes] = []
        answers = gateway.transport.post

        def recording(path: str, body: bytes) -> bytes:
            recorded.append(answers(path, body))
            return recorded[0]

        gateway.transport.post = recording  # type: ignore[method-assign]  # somebody on the line
        assert credit.check(LISTED, AWARD).verdict is Verdict.DENY
        clock.ahead = 2 * OLDER
        gateway.publisher.heartbeat(clock())
        gateway.transport.post = answers  # type: ignore[method-assign]  # nobody on the line
        credit.sync()
        clock.ahead = 3 * OLDER
        gateway.transport.post = recording  # type: ignore[method-assign]  # somebody on the line
        credit.close()
        later = gateway.open_client(tmp_path / "credit")
        decision = later.check(LISTED, AWARD)
        assert decision.verdict is Verdict.REVIEW
        assert "早于本机" in decision.notices[0].zh
