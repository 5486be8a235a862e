"""How long every signed role still holds (签名有效期), and what is said before one ends.

Three roles the gateway signs again by itself, long before their end; one of them near its end means that the publisher
does not work. Two only people can renew, with keys that may lie in three safes: that is said two months before.
A replica refuses everything as soon as a single role has ended.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tuf.api.metadata import Metadata, Targets

from credit_sdk.publication.statement import CATALOGUE_ROLE
from gateway.publishing import roles
from gateway.publishing.chain import served
from gateway.publishing.files import Folder

PEOPLE_SAY_BEFORE = timedelta(days=60)
"""How long before its end a role that people must renew is spoken of."""

ONLINE_SAY_AT = 0.25
"""Share of its life that is left when a role is spoken of that the gateway should have signed again at half."""

_ONLINE_LASTS = {
    "timestamp": roles.TIMESTAMP_LASTS,
    "snapshot": roles.SNAPSHOT_LASTS,
    "targets": roles.TARGETS_LASTS,
}
_WHAT = {
    "root": "信任根",
    CATALOGUE_ROLE: "法律目录的签名",
    "timestamp": "心跳的签名",
    "snapshot": "快照的签名",
    "targets": "发布内容的签名",
}
_REMEDIES = {
    "root": (
        "请召集根密钥保管人续签：credit-gateway keys renew",
        "bring the root keys together: credit-gateway keys renew",
    ),
    CATALOGUE_ROLE: (
        "请两名签署人重新采用现行法律目录：credit-gateway law adopt",
        "let two people adopt the law in force again: credit-gateway law adopt",
    ),
}
_PUBLISHER_STANDS_STILL = (
    "网关本应早已自行续签，请查看credit-gateway serve的日志和磁盘",
    "the gateway should have signed it again long ago; look at the log of credit-gateway serve and at the disk",
)


@dataclass(frozen=True, slots=True)
class Ending:
    """A role that nears its end or has ended (临近到期).

    Attributes:
        expires_at: From then on every replica refuses what is served.
        zh / en: What is the matter and what to do, for people.
    """

    role: str
    expires_at: datetime
    zh: str
    en: str

    @property
    def line(self) -> str:
        """As one line, Chinese first."""
        return f"{self.zh} / {self.en}"


def expiries(folder: Folder) -> Mapping[str, datetime]:
    """Until when each role holds that is served, by name; empty before the first publication.

    Raises:
        SettingsError: A file that the chain names is not there.
    """
    chain = served(folder)
    if chain is None:
        return {}
    version = chain.snapshot.meta[f"{CATALOGUE_ROLE}.json"].version
    law = folder.read_metadata(f"{version}.{CATALOGUE_ROLE}.json")
    found = {
        "root": roles.newest_root(folder).expires,
        "timestamp": chain.timestamp.expires,
        "snapshot": chain.snapshot.expires,
        "targets": chain.targets.expires,
    }
    # Without that file replicas cannot follow either; publishing says so.
    return found if law is None else {**found, CATALOGUE_ROLE: Metadata[Targets].from_bytes(law).signed.expires}


def endings(held: Mapping[str, datetime], now: datetime) -> tuple[Ending, ...]:
    """Every role that nears its end or has ended, the one that ends first before the others."""
    return tuple(sorted(_endings(held, now), key=lambda ending: (ending.expires_at, ending.role)))


def _endings(held: Mapping[str, datetime], now: datetime) -> Iterator[Ending]:
    for role, expires_at in held.items():
        lasts = _ONLINE_LASTS.get(role)
        left = expires_at - now
        if left > (PEOPLE_SAY_BEFORE if lasts is None else lasts * ONLINE_SAY_AT):
            continue
        remedy_zh, remedy_en = _REMEDIES.get(role, _PUBLISHER_STANDS_STILL)
        instant = f"{expires_at:%Y-%m-%dT%H:%M:%SZ}"
        if left < timedelta(0):
            zh, en = f"已于{instant}到期，所有副本均已失效", f"ended at {instant}, and every replica with it"
        else:
            zh = f"还有{_left(left, '天', '小时')}到期（{instant}），届时所有副本失效"
            en = f"ends in {_left(left, ' days', ' hours')} ({instant}), and every replica with it"
        yield Ending(role, expires_at, f"{_WHAT[role]}{zh}：{remedy_zh}", f"{role} {en}: {remedy_en}")


def _left(left: timedelta, days: str, hours: str) -> str:
    return f"{left.days}{days}" if left >= timedelta(days=2) else f"{left // timedelta(hours=1)}{hours}"
