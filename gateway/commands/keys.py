"""``keys …``: who is trusted, and how that changes (密钥): at the gateway, or with root keys that never come to it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine

from gateway import accounts
from gateway.commands.terminal import AS_JSON, HOME, Desk, answer, desk
from gateway.commands.trust_wording import agree, change_lines, inventory_lines, tell_accepted
from gateway.database.columns import Json, instant_text
from gateway.database.unit_of_work import reading
from gateway.problems import NotFoundError
from gateway.publishing import public_keys
from gateway.publishing.ceremony import change_trust
from gateway.publishing.inventory import inventory
from gateway.publishing.key_cautions import cautions
from gateway.publishing.keyring import ONLINE_ROLES
from gateway.publishing.planning import Planning, Wanted

FILE = click.Path(path_type=Path, dir_okay=False)
ROOT_KEYS = click.option(
    "--key",
    "root_keys",
    multiple=True,
    type=FILE,
    metavar="KEY",
    help="根密钥文件，可重复；缺省取 HOME/keys/root / root key file, may be repeated",
)
YES = click.option("--yes", is_flag=True, help="不再询问 / do not ask")

_NEW_ONLINE = "网关新造一把 / a new key, made on the gateway"
_NEW_PERSON = "为 {} 新造一把 / a new key for {}"


def changing(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say what is to be changed beside the online keys."""
    options = (
        click.option("--grant", multiple=True, metavar="NAME", help="为操作员新发签名密钥 / give an operator a key"),
        click.option("--revoke", multiple=True, metavar="NAME", help="吊销操作员签名密钥 / take an operator's key out"),
        click.option("--add", multiple=True, type=FILE, metavar="PUBLIC", help="增加根密钥 / add a root key"),
        click.option("--drop", multiple=True, metavar="KEYID", help="移除根密钥 / drop a root key"),
        click.option("--threshold", type=click.IntRange(1, 20), help="须几把根密钥签名 / root keys that must sign"),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def keys() -> None:
    """密钥：查看、更换、吊销；根密钥可始终离线。

    Keys: show, replace, revoke; root keys may stay offline.
    """


@keys.command()
@HOME
@AS_JSON
def show(home: Path, *, as_json: bool) -> None:
    """列出全部密钥、门限、到期日和须处理的问题。

    Every key, threshold and expiry, and what is to be put right.
    """
    now = datetime.now(UTC)
    with desk(home) as open_desk:
        found = inventory(open_desk.home)
    wrong = cautions(found, now)
    states: list[Json] = [
        {
            "role": each.role,
            "threshold": each.threshold,
            "version": each.version,
            "expires_at": instant_text(each.expires_at) if each.expires_at else None,
            "days": (each.expires_at - now).days if each.expires_at else None,
            "keys": [{"keyid": key.keyid, "holder": key.holder, "here": key.is_here} for key in each.keys],
        }
        for each in found.roles
    ]
    content: dict[str, Json] = {
        "root_version": found.root_version,
        "roles": states,
        "root_keys_offline": not found.root_keys_here,
        "digests": dict(found.digests),
        "warnings": [{"code": each.code, "zh": each.zh, "en": each.en} for each in wrong],
    }
    answer(content, inventory_lines(found, wrong, now), as_json=as_json)


@keys.command()
@HOME
@ROOT_KEYS
@YES
@AS_JSON
def rotate(home: Path, *, root_keys: tuple[Path, ...], yes: bool, as_json: bool) -> None:
    """更换全部在线密钥，由根密钥签名；各业务系统自动跟随。

    Replace every online key, signed by root keys; hosts follow by themselves.
    """
    _change(home, Wanted(rotate=True), root_keys, yes=yes, as_json=as_json)


@keys.command()
@HOME
@ROOT_KEYS
@YES
@AS_JSON
def renew(home: Path, *, root_keys: tuple[Path, ...], yes: bool, as_json: bool) -> None:
    """只延长信任根有效期 / Only give the trust root another year."""
    _change(home, Wanted(), root_keys, yes=yes, as_json=as_json)


@keys.command()
@HOME
@changing
@ROOT_KEYS
@YES
@AS_JSON
def change(
    home: Path,
    *,
    grant: tuple[str, ...],
    revoke: tuple[str, ...],
    add: tuple[Path, ...],
    drop: tuple[str, ...],
    threshold: int | None,
    root_keys: tuple[Path, ...],
    yes: bool,
    as_json: bool,
) -> None:
    """变更签署人或根密钥。

    Change who signs the law, or the root keys themselves.
    """
    wanted = wanted_of(grant, revoke, add, drop, threshold)
    if wanted == Wanted():
        raise click.UsageError("未指明任何变更 / nothing to change was named; to renew only: keys renew")
    _change(home, wanted, root_keys, yes=yes, as_json=as_json)


def wanted_of(
    grant: Sequence[str],
    revoke: Sequence[str],
    add: Sequence[Path],
    drop: Sequence[str],
    threshold: int | None,
    *,
    rotate: bool = False,
) -> Wanted:
    """What the options of :func:`changing` say."""
    found = [public_keys.read(path) for path in add]
    return Wanted(rotate=rotate, grant=grant, revoke=revoke, add_root=tuple(found), drop_root=drop, threshold=threshold)


def _change(home: Path, wanted: Wanted, root_keys: Sequence[Path], *, yes: bool, as_json: bool) -> None:
    now = datetime.now(UTC)
    with desk(home) as open_desk:
        require_operators(open_desk.engine, wanted.grant)
        agree(_preview(open_desk, wanted, root_keys, now), "执行 / Go on?", yes=yes)
        done = change_trust(open_desk.home, open_desk.engine, wanted, now, keys=root_keys)
        tell_accepted(open_desk, done, as_json=as_json)


def _preview(open_desk: Desk, wanted: Wanted, root_keys: Sequence[Path], now: datetime) -> list[str]:
    """What would change; whatever would be refused is refused here already."""
    planning = Planning(open_desk.home)
    planning.root_signers(root_keys)
    before, after = planning.preview(wanted, now)
    coming = dict.fromkeys(ONLINE_ROLES, _NEW_ONLINE) if wanted.rotate else {}
    if wanted.grant:
        coming["catalogue"] = "；".join(_NEW_PERSON.format(name, name) for name in wanted.grant)
    return change_lines(before, after, planning.names(), now, coming=coming)


def require_operators(engine: Engine, names: Sequence[str]) -> None:
    """Refuse to make a key for somebody who is no operator.

    Raises:
        NotFoundError: There is no such operator.
    """
    with reading(engine) as connection:
        known = {each.name for each in accounts.all_operators(connection)} if names else set()
    for name in names:
        if name not in known:
            raise NotFoundError(
                f"没有操作员{name}，不能为其制作密钥 / "
                f"There is no operator {name}, so no key can be made for that name.",
                hint="先增加操作员：credit-gateway operators add HOME NAME --role reviewer / Add the operator first.",
            )
