"""Serving (运行): granian in front of the app, one worker process with blocking threads, the publisher beside them.

The worker holds both: its threads answer, one more publishes and wakes those that wait for the next publication.
Should the worker die, granian starts another, which finishes what was interrupted. Several gateways on one PostgreSQL
each have a publisher; a lock lets one work at a time.
"""

import logging
import os
import select
import signal
import socket
import sys
import threading
from functools import partial
from pathlib import Path

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from credit_sdk.errors import SettingsError
from gateway import create_app
from gateway.api.context import EXTENSION, Gateway
from gateway.publishing.clockwork import Clockwork
from gateway.publishing.release import Publisher
from gateway.registry.lapses import Calendar
from gateway.settings import GatewayHome

BLOCKING_THREADS = 64
"""Half of them may wait for the next publication; the other half is always free for checks."""
BACKLOG = 1024
STOP_WITHIN_S = 15
_LOOK_FOR_PARENT_S = 2.0


def serve(home: GatewayHome | Path, port: int | None = None, host: str | None = None) -> None:
    """Serve until the process is told to stop (SIGTERM, SIGINT).

    Raises:
        SettingsError: The port is in use or may not be used; or the home cannot be served.
    """
    home = home if isinstance(home, GatewayHome) else GatewayHome.open(home)
    address = host or home.settings.host
    number = home.settings.port if port is None else port
    require_free(address, number)
    # Once here, so that a home that cannot be served is said in one line and not by a worker that keeps dying.
    create_app(home).extensions[EXTENSION].engine.dispose()
    server = Server(
        "gateway.wsgi:app",
        address=address,
        port=number,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=BLOCKING_THREADS,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN_S,
        websockets=False,
        log_level=LogLevels.error,
    )
    server.serve(target_loader=partial(_loaded, str(home.path)), wrap_loader=False)


def _loaded(path: str) -> Flask:
    """In the worker: the app, with its publisher running."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    home = GatewayHome.open(Path(path))
    app = create_app(home, max_waiting_pulses=BLOCKING_THREADS // 2)
    here: Gateway = app.extensions[EXTENSION]
    clockwork = Clockwork(
        Publisher(home, here.engine),
        here.folder,
        heartbeat_s=home.settings.heartbeat_s,
        now=here.now,
        published=here.pulse.published,
        calendar=Calendar(here.engine).turn,
    )
    clockwork.start()
    _stop_with_the_worker(clockwork, here)
    return app


def _stop_with_the_worker(clockwork: Clockwork, here: Gateway) -> None:
    """Let the waiting go and end the publisher as soon as the worker is told to stop, or its parent is gone.

    The server sets its own signal handlers after this; a wake-up descriptor hears of signals whoever handles them.
    """
    hears, is_told = os.pipe()
    for end in (hears, is_told):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(is_told, warn_on_full_buffer=False)
    parent = os.getppid()

    def watch() -> None:
        while True:
            select.select([hears], [], [], _LOOK_FOR_PARENT_S)
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGTERM)
            elif not _stop_signals(hears):
                continue
            here.pulse.close()
            clockwork.stop(STOP_WITHIN_S)
            return

    threading.Thread(target=watch, name="stopper", daemon=True).start()


def _stop_signals(hears: int) -> bool:
    try:
        return bool({signal.SIGTERM, signal.SIGINT} & set(os.read(hears, 64)))
    except BlockingIOError:
        return False


def require_free(address: str, port: int) -> None:
    """Refuse a port that cannot be listened on, before anything is started.

    Raises:
        SettingsError: It is in use, or may not be used.
    """
    try:
        family, kind, proto, _, place = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SettingsError(
            f"网关无法在{address}:{port}监听 / The gateway cannot listen on {address}:{port} ({reason}).",
            hint="换一个端口：--port / Choose another port, or stop what uses this one.",
        ) from None
