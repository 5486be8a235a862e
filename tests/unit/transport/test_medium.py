"""A file for a medium is there whole or not at all, and never in place of another."""

import resource
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from credit_sdk.errors import InvalidRequestError, SettingsError
from credit_sdk.transport.medium import written_whole


@contextmanager
def room_for(size_bytes: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as a full medium would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with written_whole(path) as file:
        file.write(b"data")
        assert not path.exists()
    assert path.read_bytes() == b"data"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_medium_leaves_nothing_and_says_what_to_do(tmp_path: Path) -> None:
    with room_for(10_000), pytest.raises(SettingsError, match="nothing was left of it") as refused:  # noqa: SIM117 - too long in one
        with written_whole(tmp_path / "file") as file:
            file.write(bytes(50_000))
    assert "Make room on the medium" in refused.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_failure_while_it_is_written_leaves_nothing(tmp_path: Path) -> None:
    def stopped() -> None:
        with written_whole(tmp_path / "file") as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert list(tmp_path.iterdir()) == []


def test_does_not_write_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"the only copy")
    with pytest.raises(InvalidRequestError, match="is there already"), written_whole(path):
        pass
    assert path.read_bytes() == b"the only copy"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"), written_whole(tmp_path / "usb" / "file"):
        pass
