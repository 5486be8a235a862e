"""Issuing credit reports and saying whether one is genuine (出具与查验).

A report is made from one published state. Its contents are not kept, only what is needed to recognise it: what is
repaired later must not live on here. On one day the same state gives the same report again, number and code included,
so that asking twice leaves no second trace.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import final

from sqlalchemy import Engine, insert, select

from credit_sdk.model import canonical
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from gateway.database.columns import instant_text
from gateway.database.tables import reports
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import ConflictError, NotFoundError
from gateway.publishing.canary import CANARY_LIST
from gateway.publishing.files import Folder
from gateway.publishing.keyring import Keyring
from gateway.publishing.view import Views
from gateway.registry.credit_report import REPORT_FORMAT, CreditReport, PublicRecord, compose
from gateway.registry.same_subject import known_today
from gateway.registry.subject_file import subject_file
from gateway.reporting.report_file import SignedReport, signed_report
from gateway.reporting.seal import code_digest


@dataclass(frozen=True, slots=True)
class Genuine:
    """What the gateway says of a report of its own (查验结果).

    Attributes:
        is_superseded: Whether a report issued now would say something else of the subject.
        counts: Items of each section; none once it is superseded, so that nothing repaired is told again.
    """

    number: str
    digest: str
    subject: str
    name: str
    issued_at: datetime
    serial: int
    is_superseded: bool
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Composed:
    report: CreditReport
    serial: int
    data: Mapping[str, object]


@final
class ReportDesk:
    """Issues reports in the name of one gateway.

    Args:
        engine: The registry.
        views: The state as published.
        folder: The distribution, whose newest root names the key.
        keyring: The keys of this gateway.
        issuer: Its name, as in everything it publishes.
    """

    def __init__(self, engine: Engine, views: Views, folder: Folder, keyring: Keyring, issuer: str) -> None:
        self._engine = engine
        self._views = views
        self._folder = folder
        self._keyring = keyring
        self._issuer = issuer

    def issue(self, subject: Subject, *, by: str, now: datetime) -> SignedReport:
        """The report of an organisation, numbered and signed.

        Args:
            subject: Whose; by a former number it is the report of its code.
            by: The system or person who asked, for the ledger.
            now: The instant.

        Raises:
            InvalidActError: Of a natural person, or by a number that is not whole.
            ConflictError: Nothing has been published yet.
            SettingsError: The key that the trust root names is not here.
        """
        now = now.astimezone(UTC).replace(microsecond=0)
        with reading(self._engine) as connection:
            subject = known_today(connection, subject)
        composed = self._composed(subject, now)
        again = self._issued_today(subject, composed, now)
        if again is not None:
            return again
        number = f"{civil_day(now):%Y%m%d}{secrets.randbelow(10**12):012d}"
        made = signed_report(self._folder, self._keyring, self._written(composed, number, now), now)
        with unit_of_work(self._engine, at=now) as work:
            work.connection.execute(
                insert(reports).values(
                    number=number,
                    subject_key=subject.key,
                    subject=subject.code,
                    name=composed.report.name,
                    issued_at=now,
                    serial=composed.serial,
                    digest=made.digest,
                    content_digest=composed.report.content_digest(),
                    code_sha256=code_digest(made.code),
                    issued_by=by,
                )
            )
            work.ledger.append(
                "report:number:issue", by, {"report": number, "serial": composed.serial, "digest": made.digest}
            )
        return made

    def check(self, number: str, code: str, *, now: datetime) -> Genuine:
        """Whether a report is genuine, by its number and verification code together.

        Raises:
            NotFoundError: No report has this number and this code; which of the two is wrong is not said.
        """
        with reading(self._engine) as connection:
            row = connection.execute(select(reports).where(reports.c.number == number)).first()
        # Compared also where there is none, so that the time taken tells nothing.
        if not hmac.compare_digest(row.code_sha256 if row else "0" * 64, code_digest(code)) or row is None:
            raise NotFoundError(
                "没有编号与验证码相符的报告：非本单位出具，或者输入有误 / "
                "There is no report with this number and this code; not issued here, or mistyped.",
                hint="请核对报告编号和验证码 / Compare both with the report.",
            )
        current = self._composed(Subject.parse(row.subject), now).report
        is_superseded = current.content_digest() != row.content_digest
        return Genuine(
            number=row.number,
            digest=row.digest,
            subject=row.subject,
            name=row.name,
            issued_at=row.issued_at,
            serial=row.serial,
            is_superseded=is_superseded,
            counts={} if is_superseded else {each.title: len(each.items) for each in current.sections},
        )

    def _composed(self, subject: Subject, now: datetime) -> _Composed:
        today = civil_day(now)
        with self._views.open() as view, reading(self._engine) as connection:
            held = subject_file(connection, subject, today)
            state = view.state
            if state.catalogue is None or state.published_at is None:
                raise ConflictError(
                    "尚未发布，报告没有依据 / "
                    "Nothing has been published yet, so there is nothing a report could rest on.",
                    hint="先发布：credit-gateway publish HOME / Publish first.",
                )
            record = view.record(subject)
            covered = {name: each.complete_as_of for name, each in state.coverage.items() if each.complete_as_of}
            report = compose(
                PublicRecord(
                    subject=subject,
                    file=held,
                    law=state.catalogue.on(today),
                    entries=[each for each in (record.entries if record else ()) if each.list != CANARY_LIST],
                    covered=covered,
                    on=today,
                )
            )
            data: dict[str, object] = {
                "serial": state.serial,
                "map_root": state.map_root,
                "published_at": instant_text(state.published_at),
                "law": state.catalogue.digest,
            }
        return _Composed(report, state.serial, data)

    def _issued_today(self, subject: Subject, composed: _Composed, now: datetime) -> SignedReport | None:
        with reading(self._engine) as connection:
            row = connection.execute(
                select(reports)
                .where(
                    reports.c.subject_key == subject.key,
                    reports.c.serial == composed.serial,
                    reports.c.content_digest == composed.report.content_digest(),
                )
                .order_by(reports.c.issued_at.desc())
                .limit(1)
            ).first()
        if row is None or civil_day(row.issued_at) != civil_day(now):
            return None
        report = self._written(composed, row.number, row.issued_at)
        # Made anew from the state of now: only the same bytes under the same key are the same report.
        if sha256(canonical.dumps(report)).hexdigest() != row.digest:
            return None
        made = signed_report(self._folder, self._keyring, report, now)
        return made if code_digest(made.code) == row.code_sha256 else None

    def _written(self, composed: _Composed, number: str, issued_at: datetime) -> dict[str, object]:
        return {
            "format": REPORT_FORMAT,
            "number": number,
            "issued_at": instant_text(issued_at),
            "issuer": self._issuer,
            "data": dict(composed.data),
            **composed.report.content(),
        }
