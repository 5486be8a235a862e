"""The server a client lives in (运行环境): what it must grant its workers, and how it ends them.

gunicorn, Celery and `multiprocessing` fork through Python, and nothing is to be set. uWSGI forks behind its back unless
told not to. What was opened before would then be used by several processes at once, as no memory-mapped file, database
or lock allows: its workers answer for a while and fail later. So that is refused at the start.

Celery ends a worker past everything Python runs at an end, but says so first. It listens to who asks to be told.
"""

import sys
from collections.abc import Callable
from typing import Protocol, cast

from credit_sdk.errors import SettingsError

UWSGI = "uwsgi"
_CELERY = "celery.signals"
_TELLS_PYTHON = "py-call-uwsgi-fork-hooks"


class Uwsgi(Protocol):
    """The module of uWSGI, which is there in its processes alone."""

    opt: dict[str, object]
    numproc: int
    has_threads: int

    def worker_id(self) -> int:
        """Number of this worker; 0 before the workers are forked."""
        ...

    def masterpid(self) -> int:
        """The process that forks; 0 where there is none."""
        ...


def require_fit(server: object | None) -> None:
    """Refuse a server in which a client would fail later.

    Args:
        server: The module of uWSGI, None under any other server.

    Raises:
        SettingsError: It must be set up otherwise; says how.
    """
    if server is None:
        return
    uwsgi = cast("Uwsgi", server)
    if not uwsgi.has_threads:
        raise SettingsError(
            "uWSGI runs without threads, so no publication would be followed and no record written.",
            hint="Add `enable-threads = true` to its configuration.",
        )
    forks_later = uwsgi.worker_id() == 0 and (uwsgi.masterpid() != 0 or uwsgi.numproc > 1)
    if forks_later and not uwsgi.opt.get(_TELLS_PYTHON):
        raise SettingsError(
            "uWSGI forks its workers without telling Python, so they would share what only one process may use.",
            hint=f"Add `{_TELLS_PYTHON} = true` or `lazy-apps = true` to its configuration.",
        )


class _Signal(Protocol):
    def connect(self, receiver: Callable[..., None], *, weak: bool) -> object: ...


class _CelerySignals(Protocol):
    worker_process_shutdown: _Signal


def before_worker_ends(write: Callable[..., None]) -> None:
    """Have Celery, where it is the host, call back before it ends this process or a child of it.

    Args:
        write: A method of something that lives as long as it is needed; takes whatever it is told. Told twice, it is
            called once.
    """
    if (signals := sys.modules.get(_CELERY)) is not None:
        cast("_CelerySignals", signals).worker_process_shutdown.connect(write, weak=True)
