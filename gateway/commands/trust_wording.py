"""How a change of trust is told to the people who sign it (信任变更说明): Chinese first, every identifier in full."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click
from tuf.api.metadata import Root

from credit_sdk.publication.statement import CATALOGUE_ROLE
from gateway.commands.terminal import Desk, answer
from gateway.database.columns import Json, instant_text
from gateway.problems import ConflictError
from gateway.publishing.ceremony import Accepted
from gateway.publishing.chain import digest_of
from gateway.publishing.inventory import Inventory
from gateway.publishing.key_cautions import Caution
from gateway.publishing.root_change import RoleChange, changes

ROLE_NAMES = {
    "root": "根密钥 root",
    "timestamp": "在线密钥·时间戳 timestamp",
    "snapshot": "在线密钥·快照 snapshot",
    "targets": "在线密钥·发布 targets",
    "catalogue": "法律签署人 catalogue",
}


def change_lines(
    before: Root, after: Root, names: Mapping[str, str], now: datetime, *, coming: Mapping[str, str] | None = None
) -> list[str]:
    """What a root changes, one line a fact: who gains trust, who loses it, and until when.

    Args:
        before: The root in force.
        after: The one that is to follow.
        names: Whose a key is, by identifier.
        now: For the number of days.
        coming: Keys that are still to be made, as sentences by role.
    """
    lines = [
        f"信任根 第{before.version}版 → 第{after.version}版 / trust root version {before.version} → {after.version}",
        f"有效期至 until: {_day(before.expires)} → {_day(after.expires)}（{_days(after.expires, now)} 天 days）",
    ]
    for each in changes(before, after):
        said = list(_role_lines(each, names))
        if coming and each.role in coming:
            said.append(f"  + {coming[each.role]}")
        mark = "" if said else "不变 / unchanged"
        lines.append(f"{_must_sign(each.role, each.keys, each.threshold)} {mark}".rstrip())
        lines += said
    return lines


def _role_lines(each: RoleChange, names: Mapping[str, str]) -> Iterator[str]:
    for keyid in each.lost:
        yield f"  − 失去信任 loses trust:  {keyid}{_holder(keyid, names)}"
    for keyid in each.gained:
        yield f"  + 获得信任 gains trust: {keyid}{_holder(keyid, names)}"
    if each.threshold != each.threshold_before:
        yield f"  ! 门限变更 threshold: {each.threshold_before} → {each.threshold}"


def _holder(keyid: str, names: Mapping[str, str]) -> str:
    # The name is what the gateway states; the signature covers the identifier alone.
    return f"（{names[keyid]}）" if keyid in names else ""


def _must_sign(role: str, keys: int, threshold: int) -> str:
    unit = "名" if role == CATALOGUE_ROLE else "把"
    return f"{ROLE_NAMES[role]}：{keys} {unit}中须 {threshold} {unit}签名"


def _days(until: datetime, now: datetime) -> int:
    return max(0, round((until - now) / timedelta(days=1)))


def _day(at: datetime) -> str:
    return at.date().isoformat()


def changes_json(before: Root, after: Root) -> list[Json]:
    """What a root changes, for programs; roles that stay as they are do not stand in it."""
    return [each.to_json() for each in changes(before, after) if each.is_any]


def inventory_lines(found: Inventory, wrong: Sequence[Caution], now: datetime) -> list[str]:
    """The keys of a gateway, role by role, and then what is to be put right."""
    lines = [f"信任根第 {found.root_version} 版 / trust root version {found.root_version}"]
    lines += [f"  {kind.upper()}  {digest}" for kind, digest in found.digests.items()]
    for state in found.roles:
        ends = "尚未签发 not signed yet"
        if state.expires_at is not None:
            ends = f"至 {_day(state.expires_at)}（{_days(state.expires_at, now)} 天 days）"
        lines.append(f"{_must_sign(state.role, len(state.keys), state.threshold)}，{ends}")
        for key in state.keys:
            where = "私钥在网关 on the gateway" if key.is_here else "私钥不在此处 elsewhere"
            lines.append(f"  {key.keyid}  {key.holder or '—'}  {where}")
    lines += [f"注意 {each.zh} / {each.en}" for each in wrong]
    return lines


def require_absent(file: Path) -> None:
    """Refuse to write a request over a file.

    Raises:
        ConflictError: It is there already.
    """
    if file.exists():
        raise ConflictError(
            f"{file}已存在，待签名的请求不覆盖已有文件 / "
            f"{file} is there already, and a request that may be signed is not written over.",
            hint="请换一个文件名 / Choose another name.",
        )


def agree(lines: Sequence[str], question: str, *, yes: bool) -> None:
    """Show what is about to happen and go on only if somebody says so.

    Raises:
        ClickException: Nobody could be asked.
        Abort: Somebody said no.
    """
    for line in lines:
        click.echo(line, err=True)
    if yes:
        return
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort:
        raise click.ClickException("未确认，未作更改；脚本中请加 --yes / Not confirmed; scripts add --yes.") from None
    if not agreed:
        raise click.Abort


def tell_accepted(open_desk: Desk, done: Accepted, *, as_json: bool) -> None:
    """Print the root that is in force now, and what is to be done next."""
    path = open_desk.home.trust_root
    root = done.root
    content: dict[str, Json] = {
        "root_version": root.version,
        "expires_at": instant_text(root.expires),
        "changed": done.is_new,
        "changes": [each.to_json() for each in done.changes if each.is_any],
        "trust_root": str(path),
        "sha256": digest_of(path.read_bytes()),
    }
    said = [
        f"信任根第 {root.version} 版已生效，至 {root.expires.date().isoformat()} / trust root {root.version} in force",
        f"新接入的系统用新的 {path}，已接入的自动跟随 / New hosts take the new file, the others follow.",
    ]
    left = sorted(each.name for each in (open_desk.home.keys / "root").glob("*.pem"))
    if left:
        said.append(f"请立即取走根密钥 / Take the root keys away now: {open_desk.home.keys / 'root'}")
    answer(content, said if done.is_new else ["该信任根已经生效 / in force already", *said[1:]], as_json=as_json)
