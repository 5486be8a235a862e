"""Bringing a database to the schema of this version, and knowing whether it is there (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from gateway.database.engine import WRITING
from gateway.problems import DatabaseError

_MIGRATIONS = Path(__file__).with_name("migrations")


def migrate(engine: Engine) -> None:
    """Create the tables, or bring older ones up to this version, in one transaction."""
    config = _config()
    with engine.execution_options(**WRITING).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require_current(engine: Engine) -> None:
    """Refuse a database of another version before anything is read from it or written to it.

    Raises:
        DatabaseError: It is missing, has no tables, or those of another version.
    """
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and not Path(file).exists():
        # Opening it would make an empty one in its place.
        raise DatabaseError(
            f"The database {file} is missing, and an empty one must not take its place.",
            hint="请从备份恢复该文件 / Restore that file from the backup.",
        )
    expected = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != expected:
        raise DatabaseError(
            f"The database is at schema {found or 'none'} and this program needs {expected}.",
            hint="请使用与数据库相同版本的程序 / Use the program version that made this database.",
        )


def _config() -> Config:
    config = Config()
    # Alembic reads settings through configparser, where a percent sign must be doubled.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
