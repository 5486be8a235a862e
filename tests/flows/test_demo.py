"""The demonstration is the first thing anybody runs, so it must not break unnoticed."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

from examples import office
from tests.flows.test_http import free_port

LONGEST_S = 1200
"""A dozen times what it takes where nothing else runs."""


def test_the_demo_tells_the_whole_story() -> None:
    command = [sys.executable, "-m", "examples.demo", "--port", str(free_port())]
    with subprocess.Popen(
        command,
        cwd=office.REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as demo:
        try:
            told, complained = demo.communicate(timeout=LONGEST_S)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(demo.pid, signal.SIGKILL)  # the gateway it serves from too
    assert demo.returncode == 0, complained
    for said in (
        "接受 1 行，退回 3 行",
        "结论：依法不得办理（DENY）",
        "财库〔2016〕125号",
        '"answered": 5',
        "再次核查为 CLEAR",
        "台账已核验",
    ):
        assert said in told, told
