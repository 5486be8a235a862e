"""Examining an installation (检查): four probes, each answered by trying it, and what will run out.

1. *live*: settings, trust root, replica and outbox can be opened.
2. *ready*: a publication is held.
3. *fresh*: its last verified contact is recent.
4. *wired*: the gateway answered just now and took what waited, and the subject that is in every publication is found.

A probe that fails says what to do; so does what is about to run out, well before it has.
"""

import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from credit_sdk.cli.diagnosis import Diagnosis, TrustedRole, TrustedRoot
from credit_sdk.client import CreditClient, Status
from credit_sdk.client.clock import now_utc
from credit_sdk.errors import CreditError, PublicationRefusedError, TransportError
from credit_sdk.model.evidence import Freshness
from credit_sdk.replica.store import REPLICA_FOLDER
from credit_sdk.settings import NO_GATEWAY, Settings
from credit_sdk.trust import roots
from credit_sdk.trust.held import HeldTrust, held_trust

ROLES = {"root": "信任根", "catalogue": "法律", "targets": "名单", "snapshot": "快照", "timestamp": "时间戳"}
"""The signed roles, as people read them."""

_FRESH_ENOUGH = {Freshness.FRESH, Freshness.AGING}
_ALARM_DAYS = {"root": 90.0, "catalogue": 90.0, "targets": 30.0, "snapshot": 2.0, "timestamp": 0.25}
"""A gateway signs a role again at half of its life. Where only this is left of a year, a quarter, a week or a day,
nobody does."""

_BLOCK_BYTES = 512
"""In which `stat` counts what a file takes on the disk, on every system."""

_CLOCK_BEHIND_S = 5.0
_SPARE_BYTES = 64 * 1024 * 1024


@dataclass
class _Look:
    """One look at an installation; whatever fails, the rest is looked at too.

    Attributes:
        answered: Whether the gateway answered and took what waited.
        canary: Whether the subject that is in every publication was found.
    """

    home: Path
    trust: HeldTrust | None = None
    status: Status | None = None
    answered: bool = False
    canary: bool = False
    problems: list[str] = field(default_factory=list)

    def take(self) -> None:
        """Open, ask, and look at what there is then; behind an air gap nobody is expected to answer."""
        pinned: bytes | None = None
        try:
            pinned = roots.load(Settings.from_directory(self.home).trust)
            with CreditClient.open(self.home, background=False) as credit:
                if credit.status().gateway != NO_GATEWAY:
                    self._ask(credit)
                self.canary = credit.canary_found()
                self.status = credit.status()
        except CreditError as failure:
            self.problems.append(f"打不开（live），请按后文处理。It cannot be opened: {failure.line}")
            if pinned is None:
                return
        try:
            # After asking, for that may have brought another root.
            self.trust = held_trust(self.home, pinned)
        except CreditError as failure:
            self.problems.append(f"所凭信任无法读取，请按后文处理。It cannot be said what is trusted: {failure.line}")

    def _ask(self, credit: CreditClient) -> None:
        try:
            done = credit.sync()
        except TransportError as failure:
            self.problems.append(
                f"未连通（wired）：没有得到网关的答复，请检查网络、网关地址和密钥。No answer: {failure.line}"
            )
        except PublicationRefusedError as failure:
            self.problems.append(
                f"未连通（wired）：网关的内容不可采信，仍用原有名单，请与网关运营方核对。Refused: {failure.line}"
            )
        except CreditError as failure:
            self.problems.append(f"未连通（wired）：名单未能更新，请按后文处理。Not updated: {failure.line}")
        else:
            self.answered = done.delivery_error is None
            if done.delivery_error:
                self.problems.append(
                    f"未连通（wired）：记录或反馈未送达，仍留在本机，请按后文处理。Not delivered: {done.delivery_error}"
                )


def diagnosed(home: Path) -> Diagnosis:
    """Look at the installation in ``home``, and say what is wrong and what to do about it."""
    look = _Look(home)
    look.take()
    now, status, trust = now_utc(), look.status, look.trust
    problems, warnings = look.problems, list[str]()
    replica_bytes, free_bytes = _space(home)
    clock = (now - status.contact_at).total_seconds() if status and status.contact_at else None
    if status:
        problems += _judged(status, trust, now, canary=look.canary)
        warnings += _on_the_clock(status, clock, answered=look.answered)
    warnings += _running_out(trust, now, answered=look.answered)
    if replica_bytes is not None and free_bytes is not None and free_bytes < max(_SPARE_BYTES, replica_bytes):
        warnings.append(
            f"磁盘只剩 {size(free_bytes)}，可能放不下下一次更新和核查记录，请腾出空间。"
            f"Only {size(free_bytes)} are free, which may not hold the next update and the records; make room."
        )
    return Diagnosis(
        live=status is not None,
        ready=bool(status and status.serial),
        fresh=bool(status and status.freshness in _FRESH_ENOUGH),
        wired=look.answered and look.canary,
        problems=tuple(problems),
        warnings=tuple(warnings),
        root=TrustedRoot(
            version=trust.root.version,
            sha256=trust.sha256,
            pinned_version=trust.pinned_version,
            pinned_sha256=trust.pinned_sha256,
        )
        if trust
        else None,
        trust=_roles(trust, now) if trust else (),
        replica_bytes=replica_bytes,
        free_bytes=free_bytes,
        outbox_depth=status.outbox.records + status.outbox.outcomes if status else None,
        clock_difference_s=clock,
        syncer_pid=status.sync.leader_pid if status else None,
        status=status,
    )


def _judged(status: Status, trust: HeldTrust | None, now: datetime, *, canary: bool) -> list[str]:
    found = []
    update = "credit bundle import" if status.gateway == NO_GATEWAY else "credit sync"
    if not status.serial:
        found.append(
            f"没有数据（ready）：还没有取得任何发布，每次核查都是 UNDETERMINED；请运行 {update}。"
            f"No publication is held, so every answer is UNDETERMINED; run `{update}`."
        )
        return found
    if not canary:
        found.append(
            "未连通（wired）：找不到每次发布必有的校验主体，所存并非所发布的；请移开 replica 目录再运行 credit sync，"
            "仍然如此则联系网关运营方。The subject that is in every publication is not found: this is not what was "
            "published. Move the folder `replica` aside and run `credit sync`; if it stays, ask the gateway's operator."
        )
    if status.freshness not in _FRESH_ENOUGH:
        ended = [role for role, at in (trust.expires if trust else {}).items() if at <= now]
        which = f"（签名已到期 ended: {', '.join(ended)}）" if ended else ""
        found.append(
            f"不够新（fresh）：名单为 {status.freshness.value}{which}，核查会转为 UNDETERMINED 或 REVIEW；"
            "请恢复与网关的联系、核对本机时钟，仍然如此则请网关运营方检查其心跳。"
            "What is held is too old to rely on: restore the way to the gateway, check this machine's clock, else ask "
            "the gateway's operator whether its heartbeat runs."
        )
    if status.outbox.faults:
        found.append(
            f"网关拒收了 {status.outbox.faults} 条记录，请与网关核对。The gateway refused {status.outbox.faults} "
            "record(s); compare them with what it holds."
        )
    return found


def _running_out(trust: HeldTrust | None, now: datetime, *, answered: bool) -> list[str]:
    remedy = (
        ("请网关运营方尽快重新签署", "ask the gateway's operator to sign anew.")
        if answered
        else ("请先恢复与网关的联系", "restore the way to the gateway.")
    )
    found = []
    for role, at in (trust.expires if trust else {}).items():
        left = _days(at - now)
        if 0 < left < _ALARM_DAYS[role]:
            found.append(
                f"{ROLES[role]}的签名还有 {left} 天到期，{remedy[0]}。"
                f"The signatures of {role} end in {left} day(s) and are usually renewed by now: {remedy[1]}"
            )
    return found


def _on_the_clock(status: Status, clock: float | None, *, answered: bool) -> list[str]:
    if clock is None:
        return []
    found = []
    if clock < -_CLOCK_BEHIND_S:
        found.append(
            f"本机时钟比网关慢 {-clock:.0f} 秒，请校时。"
            f"This machine's clock is {-clock:.0f} s behind the gateway's; set it."
        )
    elif answered and status.freshness is not Freshness.FRESH:
        found.append(
            f"网关刚刚应答，其最近一次签署却在 {clock:.0f} 秒以前：本机时钟快了，或网关的心跳停了。"
            f"The gateway answered just now, but last signed {clock:.0f} s ago: this clock is ahead, or the gateway's "
            "heartbeat stands still."
        )
    return found


def _roles(trust: HeldTrust, now: datetime) -> tuple[TrustedRole, ...]:
    return tuple(
        TrustedRole(
            role=name,
            keys=role.keys,
            threshold=role.threshold,
            expires_at=trust.expires.get(name),
            days_left=_days(trust.expires[name] - now) if name in trust.expires else None,
        )
        for name, role in sorted(trust.root.roles.items())
    )


def _space(home: Path) -> tuple[int | None, int | None]:
    """What the replica takes on the disk, and what is free there; None where there is nothing to look at."""
    try:
        files = [path.stat() for path in (home / REPLICA_FOLDER).iterdir()]
        return sum(file.st_blocks * _BLOCK_BYTES for file in files), shutil.disk_usage(home).free
    except OSError:
        return None, None


def size(count: int) -> str:
    """A number of bytes, as people read it."""
    return f"{count / 1_000_000:,.1f} MB" if count >= 1_000_000 else f"{count / 1000:,.1f} kB"


def _days(span: timedelta) -> float:
    return round(span / timedelta(days=1), 1)
