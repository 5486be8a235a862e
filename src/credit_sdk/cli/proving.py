"""``credit verify`` and ``credit replay``: what a receipt proves, offline, with nothing but the trust root."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

import click
from pydantic import BaseModel

from credit_sdk.cli.checking import EXIT_CODES
from credit_sdk.cli.terminal import as_json, print_object, print_table
from credit_sdk.publication import receipt_envelope
from credit_sdk.publication.digests import DigestKind, digest_of
from credit_sdk.publication.receipt import Receipt
from credit_sdk.trust import roots, verification

F = TypeVar("F", bound=Callable[..., object])


class Verification(BaseModel):
    """What ``credit verify --json`` prints (回执验证结果).

    Attributes:
        receipt_bytes / law_bytes: Size of the receipt, and what its law text takes of that when compressed alone.
    """

    verdict: str
    decision: str
    digest: str
    subject: str
    matter: str
    on: str
    decided_at: datetime
    origin: str
    serial: int
    map_root: str
    signed_at: datetime
    published_at: datetime
    root_version: int
    law_edition: str
    law_digest: str
    present: dict[str, bool]
    receipt_bytes: int
    law_bytes: int
    sm3: str | None


def _receipt(function: F) -> F:
    trusted = click.option(
        "--trust",
        required=True,
        type=click.Path(path_type=Path, dir_okay=False),
        help="信任根文件 root.json。The trust root.",
    )
    return click.argument("receipt", metavar="RECEIPT", type=click.Path(path_type=Path, dir_okay=False))(
        trusted(function)
    )


@click.command()
@_receipt
@click.option("--sm3", "with_sm3", is_flag=True, help="另给出回执文件的SM3摘要。Also the SM3 digest of the file.")
@as_json
def verify(receipt: Path, *, trust: Path, with_sm3: bool, as_json: bool) -> None:
    """验证回执：签名、名单证明、法律与结论是否一致，无须联网。Verify a receipt offline.

    退出码 Exit code: 0 可信 it holds, 1 不可信 it does not.
    """
    found = verification.read_file(receipt)
    read = Receipt.from_bytes(found)
    held = verification.examined(read, roots.load(trust))
    decision, publication = held.decision, held.publication
    report = Verification(
        verdict=decision.verdict,
        decision=decision.id,
        digest=held.digest,
        subject=decision.subject.masked,
        matter=decision.matter,
        on=decision.on.isoformat(),
        decided_at=decision.decided_at,
        origin=publication.origin,
        serial=publication.serial,
        map_root=publication.map_root,
        signed_at=held.chain.signed_at,
        published_at=publication.published_at,
        root_version=held.chain.root_version,
        law_edition=held.edition,
        law_digest=publication.catalogue.digest,
        present=dict(held.present),
        receipt_bytes=len(found),
        law_bytes=len(receipt_envelope.packed(read.law)),
        sm3=digest_of(found, DigestKind.SM3) if with_sm3 else None,
    )
    if as_json:
        print_object(report)
        return
    said = "有名单记录 listed" if any(held.present.values()) else "无名单记录 not listed"
    print_table(
        "回执可信 The receipt holds",
        [
            ("结论 Verdict", decision.verdict),
            ("核查编号 Decision", decision.id),
            ("主体 Subject", f"{decision.subject.masked}（{said}）"),
            ("事项 Matter", f"{decision.matter_title} {decision.matter}"),
            ("所问日期 Day", decision.on),
            ("核查时刻（主机自述） Decided at (stated by the host)", decision.decided_at),
            ("发布方 Origin", publication.origin),
            ("序号 Serial", publication.serial),
            ("签署时刻 Signed at", held.chain.signed_at),
            ("信任根版本 Root", held.chain.root_version),
            ("法律版本 Law", f"{held.edition} {publication.catalogue.digest[:16]}…"),
            ("结论摘要 Digest", held.digest),
            ("大小 Size", f"{report.receipt_bytes:,} 字节 bytes，其中法律文本 law text {report.law_bytes:,}"),
            *([("回执SM3摘要 SM3 of the receipt", report.sm3)] if report.sm3 else []),
        ],
    )


@click.command()
@_receipt
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="说明的语言。Language of the sentences.")
@as_json
def replay(receipt: Path, *, trust: Path, lang: Literal["zh", "en"], as_json: bool) -> int:
    """由回执中的名单与法律重新得出结论，逐字节相同。Decide anew from a receipt.

    退出码 Exit code: 0 CLEAR, 10 REVIEW, 20 DENY, 3 UNDETERMINED；1 回执不可信 the receipt does not hold.
    """
    decision = verification.examine(verification.read_file(receipt), roots.load(trust)).decision
    if as_json:
        click.echo(decision.to_json() + b"\n", nl=False)
    else:
        click.echo(decision.explain(lang))
        click.echo(f"核查编号：{decision.id}" if lang == "zh" else f"Decision: {decision.id}")
    return EXIT_CODES[decision.verdict]
