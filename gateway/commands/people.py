"""``clients …`` and ``operators …``: whose systems may ask, and who may act (账户)."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Connection

from credit_sdk.model.term import civil_day
from gateway import accounts
from gateway.accounts import DRAFTING, EVERY_MATTER, OperatorRole
from gateway.commands.terminal import AS_JSON, HOME, answer, desk, table
from gateway.commands.trust_wording import require_absent
from gateway.database.columns import Json, instant_text
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import InvalidActError
from gateway.publishing.ceremony import ceremony
from gateway.publishing.files import write_whole
from gateway.publishing.planning import Wanted
from gateway.registry.editions import law_in_effect

_ACTOR = "administrator"
"""Who can run commands in the gateway's home is its administrator."""


@click.group()
def clients() -> None:
    """客户端密钥：签发、列出、吊销。

    Keys of host systems: issue, list, revoke.
    """


@clients.command()
@HOME
@click.argument("name")
@click.option("--matters", required=True, metavar="a,b", help='授权事项，逗号分隔；"*" 为全部 / matters, "*" for all')
@click.option("--drafts", is_flag=True, help="并可登记认定（待复核） / may also hand determinations in as drafts")
@AS_JSON
def add(home: Path, *, name: str, matters: str, drafts: bool, as_json: bool) -> None:
    """签发密钥，仅显示这一次 / Issue a key; it is shown this once."""
    wanted = [each.strip() for each in matters.split(",") if each.strip()]
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        _require_known(work.connection, wanted)
        if drafts:
            wanted.append(DRAFTING)
        api_key = accounts.add_client(work, name, wanted, actor=_ACTOR)
    answer(
        {"client": name, "api_key": api_key, "matters": sorted(wanted)},
        [f"{name} 的密钥（仅显示一次） / the key of {name}, shown once:", api_key],
        as_json=as_json,
    )


@clients.command("list")
@HOME
@AS_JSON
def list_clients(home: Path, *, as_json: bool) -> None:
    """列出客户端 / List host systems."""
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = accounts.all_clients(connection)
    content: list[Json] = [
        {
            "client": each.name,
            "matters": sorted(each.matters),
            "created_at": instant_text(each.created_at),
            "revoked_at": instant_text(each.revoked_at) if each.revoked_at else None,
        }
        for each in found
    ]
    rows = [
        (each.name, ",".join(sorted(each.matters)), "已吊销 revoked" if each.revoked_at else "有效 valid")
        for each in found
    ]
    answer({"clients": content}, table(("客户端 client", "事项 matters", "状态 state"), rows), as_json=as_json)


@clients.command()
@HOME
@click.argument("name")
@AS_JSON
def revoke(home: Path, *, name: str, as_json: bool) -> None:
    """吊销密钥，立即生效 / Revoke a key at once."""
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        accounts.revoke_client(work, name, actor=_ACTOR)
    answer({"client": name, "revoked": True}, [f"{name} 的密钥已吊销 / revoked"], as_json=as_json)


@click.group()
def operators() -> None:
    """操作员 / People who act in the registry."""


@operators.command("add")
@HOME
@click.argument("name")
@click.option("--display-name", default="", metavar="NAME", help="显示姓名 / as shown to others")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice([str(each) for each in OperatorRole]),
    help="角色，可重复 / role, may be repeated",
)
@click.option(
    "--key",
    "root_keys",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="KEY",
    help="根密钥文件，可重复；缺省取 HOME/keys/root / root key file, may be repeated",
)
@click.option(
    "--request",
    "request_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="根密钥不在此处：写出签名请求 / root keys are elsewhere: write what they are to sign",
)
@AS_JSON
def add_operator(
    home: Path,
    *,
    name: str,
    display_name: str,
    roles: tuple[str, ...],
    root_keys: tuple[Path, ...],
    request_file: Path | None,
    as_json: bool,
) -> None:
    """增加操作员及其签名密钥。

    Add an operator and their signing key.
    """
    now, wanted = datetime.now(UTC), [OperatorRole(each) for each in roles]
    if request_file is not None:
        require_absent(request_file)
    with desk(home) as open_desk, ceremony(open_desk.home, open_desk.engine, now) as held:
        signers = held.planning.root_signers(root_keys) if request_file is None else []
        with unit_of_work(open_desk.engine) as work:
            accounts.add_operator(work, name, display_name=display_name, roles=wanted, actor=_ACTOR)
            request = held.planning.request(Wanted(grant=[name]), now)
            request = request.signed_with([each for each in signers if each.public_key.keyid in request.counting])
        # The account stands; if this breaks off, the key alone is made anew: keys change --grant.
        if request_file is None:
            held.accept(request, now)
        else:
            write_whole(request_file, request.to_bytes())
    said = [f"操作员 {name} 已增加 / added: {', '.join(sorted(set(wanted)))}"]
    if request_file is not None:
        said.append(f"其签名待信任根生效 / the key counts once this is signed and accepted: {request_file}")
    answer(
        {"operator": name, "roles": sorted(set(wanted)), "request": str(request_file) if request_file else None},
        said,
        as_json=as_json,
    )


@operators.command("list")
@HOME
@AS_JSON
def list_operators(home: Path, *, as_json: bool) -> None:
    """列出操作员 / List operators."""
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = accounts.all_operators(connection)
    content: list[Json] = [
        {
            "operator": each.name,
            "display_name": each.display_name,
            "roles": sorted(each.roles),
            "disabled_at": instant_text(each.disabled_at) if each.disabled_at else None,
        }
        for each in found
    ]
    rows = [
        (each.name, each.display_name, ",".join(sorted(each.roles)), "已停用 disabled" if each.disabled_at else "")
        for each in found
    ]
    titles = ("操作员 operator", "姓名 name", "角色 roles", "状态 state")
    answer({"operators": content}, table(titles, rows), as_json=as_json)


@operators.command("disable")
@HOME
@click.argument("name")
@AS_JSON
def disable_operator(home: Path, *, name: str, as_json: bool) -> None:
    """停用离岗的操作员，立即生效；签名密钥另行撤销。

    End what somebody may do, at once. Their signing key is revoked with `keys change --revoke`.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        accounts.disable_operator(work, name, actor=_ACTOR)
    answer(
        {"operator": name, "disabled": True},
        [f"操作员 {name} 已停用；签名密钥另行撤销：credit-gateway keys change --revoke {name} / disabled"],
        as_json=as_json,
    )


def _require_known(connection: Connection, matters: list[str]) -> None:
    """Refuse a slip of the pen, which would make a key that opens nothing."""
    law = law_in_effect(connection, civil_day(datetime.now(UTC)))
    known = {matter.id for matter in law.matters} if law else set()
    unknown = sorted(set(matters) - known - {EVERY_MATTER})
    if unknown:
        raise InvalidActError(
            f"现行法律目录中没有事项{'、'.join(unknown)} / The law in force knows no matter {', '.join(unknown)}.",
            hint=f"已知事项 / Known: {', '.join(sorted(known))}.",
        )
