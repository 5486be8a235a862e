"""The processes of an office: the gateway being served, commands being typed, a second system asking all the time."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent

Answer = dict[str, object]


def gateway(*arguments: str) -> Answer:
    """Run ``credit-gateway … --json`` and read its answer."""
    return _command("credit-gateway", *arguments)


def library(*arguments: str) -> Answer:
    """Run ``credit … --json`` and read its answer."""
    return _command("credit", *arguments)


def run(module: str, *arguments: str) -> None:
    """Run a program in its own process; what it prints is shown."""
    sys.stdout.flush()
    subprocess.run([sys.executable, "-m", module, *arguments], cwd=REPOSITORY, check=True)


@contextmanager
def serving(home: Path, port: int) -> Iterator[str]:
    """A gateway being served in its own process; yields its address once it is ready."""
    address, log_file = f"http://127.0.0.1:{port}", home / "serve.log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [str(SCRIPTS / "credit-gateway"), "serve", str(home), "--port", str(port)],
            cwd=REPOSITORY,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _await_ready(process, address, log_file)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


class Watching:
    """A second process that asks one question all the time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def reached_at(self) -> float:
        """Seconds since the epoch at which the awaited verdict was first answered."""
        line = self._line()
        if not line.startswith("reached "):
            raise SystemExit("the second process ended before it saw the change")
        return float(line.split()[1])

    def _line(self) -> str:
        return self._process.stdout.readline() if self._process.stdout else ""


@contextmanager
def awaiting(replica: Path, code: str, matter: str, verdict: str) -> Iterator[Watching]:
    """Start a process that asks about ``code`` until the verdict is reached."""
    with subprocess.Popen(
        [sys.executable, "-m", "examples.desks", "await", str(replica), code, matter, verdict],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        watching = Watching(process)
        try:
            watching._line()
            yield watching
        finally:
            process.terminate()


def _await_ready(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{address}/readyz", timeout=1).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"the gateway was not ready within 30 s:\n{log.read_text(errors='replace')[-2000:]}")


def _command(name: str, *arguments: str) -> Answer:
    command = [str(SCRIPTS / name), *arguments, "--json"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} {' '.join(arguments[:2])}: {done.stderr.strip()}")
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer
