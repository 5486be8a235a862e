"""``credit-gateway init``: a new gateway, whole or not at all."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine, inspect, text

from gateway.accounts import OperatorRole, add_operator
from gateway.commands.terminal import AS_JSON, HOME, answer
from gateway.database.engine import open_engine
from gateway.database.schema import migrate
from gateway.database.tables import metadata
from gateway.database.unit_of_work import unit_of_work
from gateway.drafting.adoption import compile_law, compiled, shipped_law_directory
from gateway.problems import ConflictError
from gateway.publishing.founding import create_keys
from gateway.publishing.release import Publisher
from gateway.registry.persons import RegistryKeys
from gateway.settings import DEFAULT_ORIGIN, GatewayHome, GatewaySettings, require_unused

OPERATORS = {"jingban": "经办", "fuhe": "复核"}
"""The first two people. Either may draft what the other confirms: a small office has no third."""
_ROLES = (OperatorRole.OPERATOR, OperatorRole.REVIEWER)
_ACTOR = "init"


@click.command()
@HOME
@click.option(
    "--database", default="", metavar="URL", help="PostgreSQL URL；缺省为 HOME 内的 SQLite / instead of SQLite"
)
@click.option("--origin", default=DEFAULT_ORIGIN, metavar="NAME", help="本网关名称 / name of this gateway")
@click.option("--demo", is_flag=True, help="加入虚构省份 / add a fictional province")
@AS_JSON
def init(home: Path, *, database: str, origin: str, demo: bool, as_json: bool) -> None:
    """新建网关：密钥、数据库、随附法律目录、两名操作员。

    Make a new gateway in HOME: keys, schema, the shipped law adopted, two operators.
    """
    settings = GatewaySettings(database=database, origin=origin)
    create_home(home, settings, demo=demo)
    made = GatewayHome.open(home)
    answer(
        {"home": str(home), "trust_root": str(made.trust_root), "operators": list(OPERATORS), "demo": demo},
        [
            f"网关已建立 / Gateway made: {home}",
            f"信任根（交给各业务系统） / Trust root, to be given to host systems: {made.trust_root}",
            f"操作员 / Operators: {', '.join(f'{name}（{title}）' for name, title in OPERATORS.items())}",
            f"下一步 / Next: credit-gateway serve {home}",
        ],
        as_json=as_json,
    )


def create_home(path: Path, settings: GatewaySettings, *, demo: bool = False, now: datetime | None = None) -> None:
    """Make a gateway's home; if anything fails, nothing of it stays.

    Raises:
        SettingsError: The folder is there and not empty.
        ConflictError: The database holds tables already.
        LawError: The shipped law cannot be adopted.
    """
    at = now or datetime.now(UTC)
    with made_beside(path) as unfinished:
        home = GatewayHome.create(unfinished, settings)
        engine = open_engine(home.database_url)
        try:
            with _new_tables(engine):
                _fill(home, engine, at)
                if demo:
                    from gateway.demo.populate import populate

                    populate(home, engine, at)
        finally:
            engine.dispose()


def _fill(home: GatewayHome, engine: Engine, at: datetime) -> None:
    create_keys(home, list(OPERATORS), at)
    RegistryKeys.create(home)
    with unit_of_work(engine, at=at) as work:
        for name, title in OPERATORS.items():
            add_operator(work, name, display_name=title, roles=_ROLES, actor=_ACTOR)
    law = compiled(compile_law(shipped_law_directory()))
    first, second = OPERATORS
    Publisher(home, engine).adopt_catalogue(law.data, first, second, at)


@contextmanager
def made_beside(path: Path) -> Iterator[Path]:
    """A folder that takes the place of ``path`` when the block ends well, and disappears when it does not."""
    require_unused(path)
    absent = [each for each in (path.absolute().parent, *path.absolute().parent.parents) if not each.exists()]
    for each in reversed(absent):
        each.mkdir()
    unfinished = path.absolute().with_name(f".{path.absolute().name}.{secrets.token_hex(4)}.unfinished")
    try:
        yield unfinished
        if path.exists():
            path.rmdir()
        unfinished.rename(path)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        for each in absent:
            each.rmdir()
        raise


@contextmanager
def _new_tables(engine: Engine) -> Iterator[None]:
    """The tables of a new registry, dropped again when the block fails."""
    if inspect(engine).get_table_names():
        raise ConflictError(
            "数据库中已有数据表，不能与新网关混用 / "
            "The database holds tables already, and a new gateway must not be mixed with them.",
            hint="请使用空数据库 / Use an empty database.",
        )
    try:
        migrate(engine)
        yield
    except BaseException:
        drop_tables(engine)
        raise


def drop_tables(engine: Engine) -> None:
    """Leave nothing of a registry that could not be finished."""
    metadata.drop_all(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
