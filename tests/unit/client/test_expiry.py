"""A host warns days before a signed role ends, of each role in time for whoever must renew it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from credit_sdk.client.clock import now_utc
from credit_sdk.client.expiry import warnings
from credit_sdk.testing import FakeGateway

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("role", "before"),
    [
        ("root", 60 * DAY),
        ("catalogue", 60 * DAY),
        ("targets", 22 * DAY),
        ("snapshot", 42 * HOUR),
        ("timestamp", 6 * HOUR),
        ("a role of tomorrow", 60 * DAY),
    ],
)
def test_each_role_is_spoken_of_in_time(role: str, before: timedelta) -> None:
    assert warnings({role: NOW + before + timedelta(seconds=1)}, NOW) == ()
    (line,) = warnings({role: NOW + before}, NOW)
    assert role in line
    assert "2026-" in line


def test_says_how_long_is_left_and_what_to_do_the_nearest_first() -> None:
    lines = warnings({"root": NOW + 59 * DAY, "timestamp": NOW + 5 * HOUR, "catalogue": NOW - HOUR}, NOW)
    assert [line.partition("：")[0] for line in lines] == [
        "法律目录的签名已于2026-03-02T07:00:00Z到期，本机数据已过有效期",
        "签名timestamp还有5小时到期（2026-03-02T13:00:00Z），届时本机数据失效",
        "信任根还有59天到期（2026-04-30T08:00:00Z），届时本机数据失效",
    ]
    assert "tell whoever runs the gateway" in lines[2]
    assert "look at the sync" in lines[1]


def test_the_status_names_every_role_and_warns_of_those_that_end(tmp_path: Path) -> None:
    ahead = timedelta()
    with FakeGateway(clock=lambda: now_utc() + ahead) as gateway:
        credit = gateway.open_client(tmp_path / "credit")
        status = credit.status()
        assert status.expires.keys() == {"root", "catalogue", "targets", "snapshot", "timestamp"}
        assert min(status.expires.values()) == status.expires_at
        assert status.warnings == ()
        ahead = 19 * HOUR
        assert [line.split("还有")[0] for line in credit.status().warnings] == ["签名timestamp"]
        ahead = 310 * DAY
        assert len(credit.status().warnings) == 5
