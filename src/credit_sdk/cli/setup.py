"""``credit init``: a directory that works, or none."""

from pathlib import Path

import click
from pydantic import SecretStr

from credit_sdk.cli.terminal import as_json, directory, print_object, print_table
from credit_sdk.client.clock import now_utc
from credit_sdk.client.setup import set_up
from credit_sdk.settings import Settings


@click.command()
@directory
@click.option(
    "--gateway",
    required=True,
    envvar="CREDIT_GATEWAY_URL",
    metavar="URL",
    help="网关地址，或存有发布文件的文件夹；离线安装写 none。"
    "The gateway, or a folder with its distribution files; none behind an air gap.",
)
@click.option(
    "--key",
    envvar="CREDIT_API_KEY",
    help="API 密钥；也可放入环境变量 CREDIT_API_KEY。The API key; the variable keeps it out of process lists.",
)
@click.option(
    "--trust",
    required=True,
    envvar="CREDIT_TRUST",
    type=click.Path(path_type=Path),
    help="信任根 root.json，由网关管理员另行交付。The trust root, handed over by the gateway's operator.",
)
@as_json
def init(directory: Path, *, gateway: str, key: str | None, trust: Path, as_json: bool) -> None:
    """初始化：核对信任根和密钥，完成首次同步。Set up DIR: check trust root and key, and sync for the first time."""
    settings = Settings.of(home=directory, gateway_url=gateway, api_key=SecretStr(key) if key else None, trust=trust)
    if settings.is_online and not key:
        raise click.UsageError("网关需要密钥 the gateway needs --key (or CREDIT_API_KEY)")
    done = set_up(settings, clock=now_utc)
    if as_json:
        print_object(done)
    else:
        rows = [("目录 directory", directory), ("序号 serial", done.serial), ("数据截至 as of", done.contact_at)]
        print_table("已初始化 Ready", rows)
    if settings.is_isolated and not as_json:
        click.echo("尚无数据，请导入数据包：credit bundle import。It holds nothing yet: import a bundle.")
