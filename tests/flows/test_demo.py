"""The demonstration is the first thing anybody runs, so it must not break unnoticed."""

import socket
import subprocess
import sys

from examples import office


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_the_demo_tells_the_whole_story() -> None:
    command = [sys.executable, "-m", "examples.demo", "--port", str(free_port())]
    done = subprocess.run(command, cwd=office.REPOSITORY, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    told = done.stdout
    for said in (
        "接受 1 行，退回 3 行",
        "结论：依法不得办理（DENY）",
        "财库〔2016〕125号",
        '"answered": 5',
        "再次核查为 CLEAR",
        "台账已核验",
    ):
        assert said in told, told
