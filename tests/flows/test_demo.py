"""The demonstration is the first thing anybody runs, so it must not break unnoticed."""

import subprocess
import sys

from examples import office
from tests.flows.test_http import free_port

LONGEST_S = 1200
"""A dozen times what it takes where nothing else runs."""


def test_the_demo_tells_the_whole_story() -> None:
    command = [sys.executable, "-m", "examples.demo", "--port", str(free_port())]
    done = subprocess.run(
        command, cwd=office.REPOSITORY, capture_output=True, text=True, check=False, timeout=LONGEST_S
    )
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
