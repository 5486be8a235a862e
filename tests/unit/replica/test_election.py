"""One process keeps a replica current; the kernel knows which, and when it is gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from credit_sdk.errors import CreditError
from credit_sdk.replica.election import SyncElection, holder
from tests.replica_host import beside
from tests.unit.replica.forking import in_child


def test_one_process_syncs_and_another_takes_over(tmp_path: Path) -> None:
    election = SyncElection(tmp_path)
    assert election.stand()
    assert election.stand()

    def loses() -> bool:
        return not election.is_elected and not election.stand()

    def wins() -> bool:
        return SyncElection(tmp_path).stand()

    assert in_child(loses)
    assert election.is_elected
    assert in_child(loses)  # that the first child went did not let go of anything
    election.withdraw()
    assert not election.is_elected
    assert in_child(wins)
    assert election.stand()  # the child ended without a word
    election.withdraw()


_HOLDS = """
import sys
from credit_sdk.replica.election import SyncElection
election = SyncElection(sys.argv[1])
print(election.stand(), flush=True)
sys.stdin.read()
"""


def test_the_kernel_knows_who_syncs(tmp_path: Path) -> None:
    """A file with a process number would outlive its process, and the number would be given to another one."""
    assert holder(tmp_path) is None
    command = [sys.executable, "-c", _HOLDS, str(tmp_path)]
    with subprocess.Popen(command, env=beside(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "True\n"
        assert holder(tmp_path) == process.pid
        process.kill()
        process.wait()
    assert holder(tmp_path) is None


def test_asking_who_syncs_lets_go_of_nothing(tmp_path: Path) -> None:
    election = SyncElection(tmp_path)
    assert election.stand()
    assert holder(tmp_path) == os.getpid()
    asked = "import sys; from credit_sdk.replica.election import holder; print(holder(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", asked, str(tmp_path)], env=beside(), capture_output=True, check=True)
    assert int(done.stdout) == os.getpid()
    assert in_child(lambda: holder(tmp_path) == os.getppid())
    election.withdraw()
    assert holder(tmp_path) is None


def test_a_directory_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(CreditError, match="cannot be written"):
        SyncElection(tmp_path / "gone").stand()
