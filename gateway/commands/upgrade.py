"""``credit-gateway upgrade``: bring the registry of an older version up to this one, all of it or nothing."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine, func, select

from gateway.commands.terminal import AS_JSON, HOME, answer
from gateway.database.columns import Json
from gateway.database.copying import copy_sqlite
from gateway.database.engine import open_engine
from gateway.database.schema import migrate, require_current, require_present, revision_of, revisions
from gateway.database.tables import waivers
from gateway.database.unit_of_work import snapshot
from gateway.ledger.verify import verify
from gateway.publishing.lock import only_publisher
from gateway.settings import GatewayHome

TWO_FOR_A_WAIVER = "0015"
"""The schema from which on a waiver takes a second person; older ones are put back to wait for theirs."""


@click.command()
@HOME
@AS_JSON
def upgrade(home: Path, *, as_json: bool) -> None:
    """升级数据库：先停止网关；SQLite 先留副本，全部完成或毫无改动。

    Bring the database of an older version up to this one. Stop the gateway first.
    """
    opened = GatewayHome.open(home)
    engine = open_engine(opened.database_url)
    try:
        require_present(engine)
        with only_publisher(opened.path, engine):
            content = _upgraded(opened, engine, datetime.now(UTC))
    finally:
        engine.dispose()
    if content["upgraded"]:
        said = [f"已由 {content['from']} 升级至 {content['to']} / upgraded"]
        said += [f"升级前副本 / copy from before: {content['copy']}"] if content["copy"] else []
        if content["waivers"]:
            said.append(
                f"此前的豁免 {content['waivers']} 项未经第二人复核，均已转为待复核，复核前不再生效"
                f"（credit-gateway waivers list {home} --state pending） / "
                "waivers from before rested on one key: they wait to be confirmed and lift nothing until then"
            )
        said.append(f"台账完好，共 {content['ledger_rows']} 行 / the ledger verifies")
    else:
        said = [f"已是最新版本 {content['to']}，无需升级 / is at this version already"]
    answer(content, said, as_json=as_json)


def _upgraded(home: GatewayHome, engine: Engine, now: datetime) -> dict[str, Json]:
    found, known = revision_of(engine), revisions()
    content: dict[str, Json] = {"from": found, "to": known[-1], "upgraded": False}
    content |= {"copy": None, "ledger_rows": None, "waivers": 0}
    if found not in known[:-1]:
        require_current(engine)
        return content
    if engine.dialect.name == "sqlite" and engine.url.database:
        source = Path(engine.url.database)
        copy = source.with_name(f"{source.name}.{found}-{now.strftime('%Y%m%dT%H%M%SZ')}")
        copy_sqlite(source, copy)
        content["copy"] = str(copy)
    migrate(engine)
    with snapshot(engine) as connection:
        content["ledger_rows"] = verify(connection).rows
        if known.index(found) < known.index(TWO_FOR_A_WAIVER):
            content["waivers"] = connection.scalar(select(func.count()).select_from(waivers))
    content["upgraded"] = True
    return content
