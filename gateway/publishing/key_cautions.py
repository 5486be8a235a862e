"""What is to be put right about a gateway's keys (密钥隐患): the rules, without files; Chinese first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from credit_sdk.publication.statement import CATALOGUE_ROLE
from gateway.publishing.inventory import Inventory
from gateway.publishing.keyring import ONLINE_ROLES

SAY_BEFORE = timedelta(days=60)
"""How long before a role that people must renew ends it is spoken of."""


@dataclass(frozen=True, slots=True)
class Caution:
    """Something to be put right: ``code`` for programs, and a sentence in either language."""

    code: str
    zh: str
    en: str


def cautions(found: Inventory, now: datetime) -> tuple[Caution, ...]:
    """What is wrong with what was found, the worst first."""
    return (*_missing(found), *_exposed(found), *_ending(found, now), *_scarce(found), *_unfinished(found))


def _missing(found: Inventory) -> Iterator[Caution]:
    for role in ONLINE_ROLES:
        if not any(key.is_here for key in found.role(role).keys):
            yield Caution(
                "online-key-missing",
                f"信任根所列的在线密钥 {role} 不在网关上，无法签名：请从备份恢复，或执行 keys rotate。",
                f"The online key for {role} that the trust root names is not here: restore it, or run keys rotate.",
            )
    for name in (key.holder for key in found.role(CATALOGUE_ROLE).keys if key.holder and not key.is_here):
        yield Caution(
            "person-key-missing",
            f"{name} 的私钥不在网关上，其本人无法签署法律目录。",
            f"The private key of {name} is not on the gateway, so that person cannot sign the law here.",
        )


def _exposed(found: Inventory) -> Iterator[Caution]:
    if found.root_keys_here:
        yield Caution(
            "root-keys-online",
            f"根密钥仍在网关上（{'、'.join(found.root_keys_here)}）：请移到离线介质，由不同的人分别保管。",
            "Root keys still lie on the gateway: move them to offline media, each with another person.",
        )
    for path in found.readable_by_others:
        yield Caution(
            "key-readable",
            f"私钥文件 {path} 可被他人读取：请执行 chmod 600，并视为可能已泄露。",
            f"Others can read the private key {path}: chmod 600, and think of it as leaked.",
        )


def _ending(found: Inventory, now: datetime) -> Iterator[Caution]:
    for role, what, remedy in (("root", "信任根", "keys renew"), (CATALOGUE_ROLE, "法律目录签名", "law sign")):
        ends = found.role(role).expires_at
        if ends is not None and ends - now <= SAY_BEFORE:
            days = max(0, (ends - now).days)
            yield Caution(
                f"{role}-ends",
                f"{what}还剩 {days} 天到期，到期后所有副本失效：请执行 credit-gateway {remedy}。",
                f"{role} ends in {days} days, and every replica with it: run credit-gateway {remedy}.",
            )


def _scarce(found: Inventory) -> Iterator[Caution]:
    people = found.role(CATALOGUE_ROLE)
    if len(people.keys) <= people.threshold:
        yield Caution(
            "no-spare-person",
            f"法律签署人只有 {len(people.keys)} 名，须 {people.threshold} 名签名：少一人即无法采用法律，请增加一名。",
            "Nobody who signs the law can be spared: add another person.",
        )


def _unfinished(found: Inventory) -> Iterator[Caution]:
    if found.is_request_open:
        yield Caution(
            "request-open",
            "已生成新的在线密钥，等待信任根签名（keys accept）；不再需要时可忽略。",
            "New online keys wait for a trust root that names them (keys accept).",
        )
    if not found.is_handed_out:
        yield Caution(
            "root-file-outdated",
            "trust/root.json 不是现行信任根：上次变更未完成，再执行一次任一 keys 变更命令即可。",
            "trust/root.json is not the root in force: a ceremony broke off, and the next one mends it.",
        )
