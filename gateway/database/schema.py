"""Bringing a database to the schema of this version, and knowing whether it is there (Alembic)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from gateway.database.engine import WRITING
from gateway.problems import DatabaseError

HEAD = "head"
_MIGRATIONS = Path(__file__).with_name("migrations")


def migrate(engine: Engine, revision: str = HEAD) -> None:
    """Create the tables, or bring older ones up to this version, in one transaction.

    Args:
        engine: The database.
        revision: How far to go; to this version, unless given.

    Raises:
        DatabaseError: A row would refer to one that is not there any more; nothing was changed.
    """
    with rebuilding(engine) as connection:
        migrate_within(connection, revision)


def migrate_within(connection: Connection, revision: str = HEAD) -> None:
    """The same in a transaction that :func:`rebuilding` began."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revision_of(engine: Engine) -> str | None:
    """The schema a database is at, None where it has none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def revisions() -> tuple[str, ...]:
    """Every schema this program knows, the first one first."""
    return tuple(script.revision for script in reversed(list(ScriptDirectory.from_config(_config()).walk_revisions())))


def require_present(engine: Engine) -> None:
    """Refuse a SQLite file that is not there: opening it would make an empty one in its place.

    Raises:
        DatabaseError: It is missing.
    """
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and not Path(file).exists():
        raise DatabaseError(
            f"数据库{file}不存在，不能以空库代替 / "
            f"The database {file} is missing, and an empty one must not take its place.",
            hint="请从备份恢复：credit-gateway restore FILE HOME / Restore it from the backup.",
        )


def require_current(engine: Engine) -> None:
    """Refuse a database of another version before anything is read from it or written to it.

    Raises:
        DatabaseError: It is missing, has no tables, or those of another version.
    """
    require_present(engine)
    found, known = revision_of(engine), revisions()
    if found == known[-1]:
        return
    if found in known:
        hint = "请先停止网关并升级：credit-gateway upgrade HOME / Stop the gateway and upgrade it with that command."
    else:
        hint = "请使用与数据库相同版本的程序 / Use the program version that made this database."
    raise DatabaseError(
        f"数据库结构为{found or '无'}，本程序需要{known[-1]} / "
        f"The database is at schema {found or 'none'} and this program needs {known[-1]}.",
        hint=hint,
    )


@contextmanager
def rebuilding(engine: Engine) -> Iterator[Connection]:
    """A transaction in which tables may be rebuilt; every row still refers to one that is there when it commits."""
    with engine.execution_options(**WRITING).connect() as connection:
        if connection.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        # SQLite changes a table by making another and dropping the old one, which rows of others refer to; and it
        # takes this setting outside transactions only.
        driver = connection.connection.cursor()
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if dangling is not None:
                    raise DatabaseError(
                        f"{dangling[0]}的一行所指的{dangling[2]}记录不存在，未作任何更改 / "
                        f"A row of {dangling[0]} refers to one of {dangling[2]} that is not there, so nothing was "
                        "changed.",
                        hint="请保全数据库并从备份恢复 / Keep the database as it is and restore it from the backup.",
                    )
        finally:
            driver.execute("PRAGMA foreign_keys = ON")
            driver.close()


def _config() -> Config:
    config = Config()
    # Alembic reads settings through configparser, where a percent sign must be doubled.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
