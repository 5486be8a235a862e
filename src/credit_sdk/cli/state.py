"""``credit sync``, ``credit status`` and ``credit doctor``: how an installation stands, and whether it works at all."""

from dataclasses import dataclass
from pathlib import Path

import click
from pydantic import BaseModel, ConfigDict

from credit_sdk.cli.terminal import as_json, directory, print_object, print_table
from credit_sdk.client import CreditClient, Status
from credit_sdk.errors import CreditError
from credit_sdk.model.evidence import Freshness
from credit_sdk.settings import NO_GATEWAY, Settings
from credit_sdk.trust import roots

_FAILED = 1
_FRESH_ENOUGH = {Freshness.FRESH, Freshness.AGING}


class TrustedKeys(BaseModel):
    """Who may sign in one role (签名密钥)."""

    model_config = ConfigDict(frozen=True)

    role: str
    keys: tuple[str, ...]
    threshold: int


class Diagnosis(BaseModel):
    """What ``credit doctor`` found (诊断).

    Attributes:
        live: The files of the installation can be opened.
        ready: A publication is held.
        fresh: Its last verified contact is recent.
        wired: The gateway answered just now, and the subject that is in every publication is found. Never behind an
            air gap, where that is no problem.
        problems: One sentence for each thing that is wrong.
        trust: The root this installation was set up with.
    """

    model_config = ConfigDict(frozen=True)

    live: bool
    ready: bool
    fresh: bool
    wired: bool
    problems: tuple[str, ...]
    trust: tuple[TrustedKeys, ...]
    status: Status | None


@click.command()
@directory
@as_json
def sync(directory: Path, *, as_json: bool) -> int:
    """同步名单并送达反馈。Take over what is published now and deliver what waits."""
    with CreditClient.open(directory, background=False) as credit:
        done = credit.sync()
    if as_json:
        print_object(done)
    else:
        print_table(
            "已同步 Synced" if done.delivery_error is None else "已同步，反馈未送达 Synced, not delivered",
            [
                ("序号 serial", done.serial),
                ("有更新 changed", "是 yes" if done.changed else "否 no"),
                ("数据截至 as of", done.contact_at),
                ("已送达核查记录 records delivered", done.delivered_records),
                ("已送达反馈 outcomes delivered", done.delivered_outcomes),
            ],
        )
    if done.delivery_error is not None:
        click.echo(f"错误 Error: {done.delivery_error}", err=True)
    return 0 if done.delivery_error is None and not done.faults else _FAILED


@click.command()
@directory
@as_json
def status(directory: Path, *, as_json: bool) -> None:
    """显示运行状态。Show how the installation stands; asks nobody."""
    with CreditClient.open(directory, background=False) as credit:
        found = credit.status()
    if as_json:
        print_object(found)
    else:
        print_table("状态 Status", _rows(found))


@click.command()
@directory
@as_json
def doctor(directory: Path, *, as_json: bool) -> int:
    """诊断：能否打开、有无数据、是否新鲜、是否真正连通。Find out whether everything works; exit 1 if not."""
    found = _examined(directory)
    if as_json:
        print_object(found)
    else:
        print_table("诊断 Doctor", [*_answers(found), *(_rows(found.status) if found.status else [])])
        for trusted in found.trust:
            click.echo(f"{trusted.role}: {trusted.threshold}/{len(trusted.keys)}  {' '.join(trusted.keys)}")
    for problem in found.problems:
        click.echo(f"问题 Problem: {problem}", err=True)
    return _FAILED if found.problems else 0


@dataclass(frozen=True)
class _Examination:
    ready: bool = False
    fresh: bool = False
    wired: bool = False
    status: Status | None = None


def _examined(directory: Path) -> Diagnosis:
    problems: list[str] = []
    trust: tuple[TrustedKeys, ...] = ()
    seen: _Examination | None = None
    try:
        trust = _trusted(directory)
        with CreditClient.open(directory, background=False) as credit:
            seen = _seen(credit, problems)
    except CreditError as failure:
        problems.append(failure.line)
    examined = seen or _Examination()
    return Diagnosis(
        live=seen is not None,
        ready=examined.ready,
        fresh=examined.fresh,
        wired=examined.wired,
        problems=tuple(problems),
        trust=trust,
        status=examined.status,
    )


def _trusted(directory: Path) -> tuple[TrustedKeys, ...]:
    root = roots.describe(roots.load(Settings.from_directory(directory).trust))
    return tuple(
        TrustedKeys(role=name, keys=role.keys, threshold=role.threshold) for name, role in sorted(root.roles.items())
    )


def _seen(credit: CreditClient, problems: list[str]) -> _Examination:
    status = credit.status()
    answered = False
    if status.gateway != NO_GATEWAY:  # behind an air gap nobody is expected to answer
        try:
            done = credit.sync()
        except CreditError as failure:
            problems.append(failure.line)
        else:
            answered = done.delivery_error is None
            problems += [done.delivery_error] if done.delivery_error else []
        status = credit.status()
    canary = credit.canary_found()
    fresh = status.freshness in _FRESH_ENOUGH
    if not status.serial:
        remedy = "credit bundle import" if status.gateway == NO_GATEWAY else "credit sync"
        problems.append(f"no publication is held, so every answer is UNDETERMINED; run `{remedy}`.")
    elif not canary:
        problems.append("the subject that is in every publication is not found: this is not what was published.")
    if status.serial and not fresh:
        problems.append(f"what is held is {status.freshness.value}, so answers turn UNDETERMINED or to review.")
    if status.outbox.faults:
        problems.append(f"the gateway refused {status.outbox.faults} record(s); compare them with what it holds.")
    return _Examination(status.serial > 0, fresh, answered and canary, status)


def _answers(found: Diagnosis) -> list[tuple[str, object]]:
    questions = (
        ("可打开 live", found.live),
        ("有数据 ready", found.ready),
        ("够新 fresh", found.fresh),
        ("已连通 wired", found.wired),
    )
    return [(name, "是 yes" if holds else "否 NO") for name, holds in questions]


def _rows(found: Status) -> list[tuple[str, object]]:
    covered = [each.list for each in found.lists if each.complete_as_of]
    return [
        ("目录 directory", found.home),
        ("网关 gateway", found.gateway),
        ("发布方 origin", found.origin or None),
        ("序号 serial", found.serial or None),
        ("新鲜度 freshness", f"{found.freshness.value}（{found.age_s} s）"),
        ("数据截至 as of", found.contact_at),
        ("签名有效至 signed until", found.expires_at),
        ("覆盖名单 lists covered", f"{len(covered)}: {' '.join(covered)}"),
        ("待送达 to deliver", f"{found.outbox.records} + {found.outbox.outcomes}"),
        ("被拒收 refused", found.outbox.faults),
        ("同步进程 syncer", found.sync.leader_pid),
        ("故障 error", found.sync.error or found.outbox.error),
    ]
