"""What a host says before a signed role ends (到期预警): days before every answer would lean on nothing.

The gateway signs three of the five again at half of their life, so one of them near its end here means that the gateway
or the way to it has stood still for long. The other two only people can renew.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from credit_sdk.publication.statement import CATALOGUE_ROLE

SAY_BEFORE = {
    "root": timedelta(days=60),
    CATALOGUE_ROLE: timedelta(days=60),
    "targets": timedelta(days=22),
    "snapshot": timedelta(hours=42),
    "timestamp": timedelta(hours=6),
}
"""How long before its end a role is spoken of."""

_BY_PEOPLE = {"root": "信任根", CATALOGUE_ROLE: "法律目录的签名"}


def warnings(expires: Mapping[str, datetime], now: datetime) -> tuple[str, ...]:
    """One line for each role that nears its end or has ended, Chinese first; the one that ends first before the others.

    Args:
        expires: When the signatures of each role end.
        now: The instant of asking.
    """
    return tuple(_lines(expires, now))


def _lines(expires: Mapping[str, datetime], now: datetime) -> Iterator[str]:
    for role, ends_at in sorted(expires.items(), key=lambda one: (one[1], one[0])):
        left = ends_at - now
        if left > SAY_BEFORE.get(role, SAY_BEFORE["root"]):
            continue
        instant = f"{ends_at:%Y-%m-%dT%H:%M:%SZ}"
        if left < timedelta(0):
            zh, en = f"已于{instant}到期，本机数据已过有效期", f"ended at {instant}, so the data here has expired"
        else:
            zh = f"还有{_left(left, '天', '小时')}到期（{instant}），届时本机数据失效"
            en = f"ends in {_left(left, ' days', ' hours')} ({instant}), and the data here with it"
        if role in _BY_PEOPLE:
            yield (
                f"{_BY_PEOPLE[role]}{zh}：请告知网关运行单位续签 / "
                f"{role} {en}: tell whoever runs the gateway to have it signed anew"
            )
        else:
            yield (
                f"签名{role}{zh}：请检查同步和网关 / {role} {en}: look at the sync and at the gateway, "
                "which signs it again by itself"
            )


def _left(left: timedelta, days: str, hours: str) -> str:
    return f"{left.days}{days}" if left >= timedelta(days=2) else f"{left // timedelta(hours=1)}{hours}"
