"""A server that would let a client fail later is refused when the client is opened; others are asked for nothing."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from credit_sdk.client.hosting import UWSGI, require_fit
from credit_sdk.errors import SettingsError
from credit_sdk.testing import FakeGateway


@dataclass
class Server:
    """What uWSGI 2.0 says of itself in a process where an application is being loaded."""

    opt: dict[str, object] = field(default_factory=dict)
    numproc: int = 4
    has_threads: int = 1
    worker: int = 0
    master: int = 100

    def worker_id(self) -> int:
        return self.worker

    def masterpid(self) -> int:
        return self.master


def test_another_server_is_asked_for_nothing() -> None:
    require_fit(None)


@pytest.mark.parametrize(
    "server",
    [
        Server(opt={"py-call-uwsgi-fork-hooks": True}),
        Server(opt={"lazy-apps": True}, worker=2),
        Server(numproc=1, master=0),
    ],
    ids=["Python is told of forks", "opened after the fork", "nothing is forked"],
)
def test_uwsgi_set_up_for_it_is_taken(server: Server) -> None:
    require_fit(server)


@pytest.mark.parametrize("server", [Server(), Server(master=0)], ids=["with a master", "without"])
def test_uwsgi_that_forks_behind_pythons_back_is_refused(server: Server) -> None:
    with pytest.raises(SettingsError, match="without telling Python") as refused:
        require_fit(server)
    assert "py-call-uwsgi-fork-hooks = true" in refused.value.hint
    assert "lazy-apps = true" in refused.value.hint


def test_uwsgi_without_threads_is_refused() -> None:
    with pytest.raises(SettingsError, match="without threads") as refused:
        require_fit(Server(has_threads=0, worker=1))
    assert "enable-threads = true" in refused.value.hint


def test_a_refused_server_is_refused_when_the_client_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, UWSGI, Server())  # as uWSGI itself puts it there
    with FakeGateway() as gateway, pytest.raises(SettingsError, match="uWSGI"):
        gateway.open_client(tmp_path / "credit")
