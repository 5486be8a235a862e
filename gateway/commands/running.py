"""``serve`` and ``publish``: the gateway at work."""

from datetime import UTC, datetime
from pathlib import Path

import click

from credit_sdk.model.canonical import LARGEST_INTEGER
from gateway.commands.terminal import AS_JSON, HOME, answer, desk
from gateway.database.columns import Json
from gateway.publishing.release import publish as publish_changes


@click.command()
@HOME
@click.option("--host", default=None, help="监听地址 / address to listen on")
@click.option("--port", default=None, type=click.IntRange(0, 65535), help="监听端口 / port to listen on")
@AS_JSON
def serve(home: Path, *, host: str | None, port: int | None, as_json: bool) -> None:
    """运行网关：接口、控制台、随改随发。

    Run the gateway; whatever is confirmed is published within a second.
    """
    from gateway.wsgi import require_free
    from gateway.wsgi import serve as serve_home

    with desk(home) as open_desk:
        opened = open_desk.home
    address, number = host or opened.settings.host, opened.settings.port if port is None else port
    require_free(address, number)
    url = f"http://{address}:{number}"
    answer({"url": url}, [f"网关运行于 / The gateway serves at {url}"], as_json=as_json)
    serve_home(opened, number, address)


@click.command()
@HOME
@click.option("--allow-shrink", multiple=True, metavar="LIST", help="允许该名单大幅减少 / let this list lose much")
@click.option(
    "--serial-above",
    default=0,
    type=click.IntRange(0, LARGEST_INTEGER - 1),
    metavar="N",
    help="序号须大于N（密钥被盗用后） / serial above N, after keys were stolen",
)
@AS_JSON
def publish(home: Path, *, allow_shrink: tuple[str, ...], serial_above: int, as_json: bool) -> None:
    """发布自上次以来的变化。

    Publish what changed since the last publication.
    """
    with desk(home) as open_desk:
        done = publish_changes(
            open_desk.home,
            datetime.now(UTC),
            engine=open_desk.engine,
            allow_shrink=allow_shrink,
            serial_above=serial_above,
        )
    content: dict[str, Json] = {
        "serial": done.serial,
        "map_root": done.map_root,
        "published": done.is_new,
        "changed_subjects": done.changed_subjects,
        "allowed_losses": list(done.allowed_losses),
        "removed_files": done.removed.files,
        "removed_bytes": done.removed.size_bytes,
    }
    said = f"已发布第 {done.serial} 号，变更主体 {done.changed_subjects} 个" if done.is_new else "没有变化，未发布"
    answer(content, [f"{said} / serial {done.serial}, {done.changed_subjects} subjects changed"], as_json=as_json)
