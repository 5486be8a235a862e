"""What the outbox keeps of a check (核查记录) and of an outcome (反馈记录), and how the gateway reads it."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Self

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from credit_sdk.model.decision import Decision
from credit_sdk.model.evidence import plain_utc
from credit_sdk.model.finding import Finding
from credit_sdk.model.outcome import Outcome, OutcomeState
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.sheet import Sheet, place_of
from credit_sdk.model.verdict import Verdict

_encode = msgspec.json.Encoder().encode
_PERSON = SubjectKind.NATURAL_PERSON


_QUIETLY_HASHED = 2047
"""Of longer data hashlib lets go of the interpreter, and whoever checks would take turns with the writer for every
record instead of once for a slice of them."""


def _digest(data: bytes) -> str:
    """SHA-256 in hex."""
    found = sha256()
    for start in range(0, len(data), _QUIETLY_HASHED):
        found.update(data[start : start + _QUIETLY_HASHED])
    return found.hexdigest()


def instant(at: datetime) -> str:
    """An aware instant as RFC 3339 UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _CheckWire(Struct, frozen=True):
    """The row of ``POST /v1/checks``; ``seq`` is put before it when it is sent."""

    id: str
    subject: str
    matter: str
    on: date
    case: str | None
    serial: int
    map_root: str
    verdict: Verdict
    digest: str
    entries: tuple[str, ...]
    decided_at: datetime


class _SheetWire(Struct, frozen=True):
    """The row for a sheet of a screening: one answer, the first decision's digest, and everybody it is about."""

    id: str
    subjects: list[str]
    matter: str
    on: date
    case: str | None
    serial: int
    map_root: str
    verdict: Verdict
    digest: str
    entries: tuple[tuple[str, ...], ...]
    decided_at: datetime


def _answered(decision: Decision) -> tuple[str, date, str | None, int, str, Verdict, str]:
    """What both rows say of an answer, from the matter to the digest; in the order in which it travels."""
    evidence = decision.evidence
    return (
        decision.matter,
        decision.on,
        decision.case,
        evidence.serial,
        evidence.map_root,
        decision.verdict,
        _digest(decision.to_json()),
    )


class CheckRecord(Struct, frozen=True):
    """One check, or one sheet of a screening, as it is kept and sent: who was asked about, for what, with what answer.

    Attributes:
        id: Id of the decision.
        wire: The JSON object for the gateway, without its ``seq``; personal numbers are masked in it.
        reportable: What a report on it needs, where something in it can be reported; else None. The whole answer is
            not kept: its digest is, and whoever has the publication can work it out again.
    """

    id: str
    wire: str
    reportable: bytes | None

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """The record of ``decision``."""
        found = decision.findings + decision.incentives
        wire = _CheckWire(
            decision.id,
            decision.subject.masked,
            *_answered(decision),
            tuple(sorted({finding.entry.id for finding in found})) if found else (),
            plain_utc(decision.decided_at),
        )
        return cls(decision.id, _encode(wire).decode(), ReportableDecision.of(decision).to_json() if found else None)

    @classmethod
    def of_sheet(cls, sheet: Sheet) -> Self:
        """The record of all decisions on a sheet."""
        first = sheet.first
        # Not by `masked` for each: a screening may bring half a million a second.
        subjects = [subject.masked if subject.kind is _PERSON else subject.code for subject in sheet.subjects]
        wire = _SheetWire(first.id, subjects, *_answered(first), sheet.entries, plain_utc(first.decided_at))
        reportable = None
        if sheet.entries:
            reportable = ReportableSheet(ReportableDecision.of(first), tuple(subjects), sheet.entries).to_json()
        return cls(first.id, _encode(wire).decode(), reportable)


class ReportableFinding(Struct, frozen=True):
    """A finding or incentive, as far as an outcome needs it.

    Attributes:
        holder: Who stands on the list: the subject, or the principal through whom it bites; masked as there.
    """

    entry: str
    measure: str
    list: str
    holder: str


class ReportableDecision(Struct, frozen=True, tag="decision"):
    """A decision as far as an outcome needs it: fresh from a check, or read back from the outbox.

    Attributes:
        subject: Masked where it is a natural person.
    """

    id: str
    subject: str
    matter: str
    case: str | None
    findings: tuple[ReportableFinding, ...]
    incentives: tuple[ReportableFinding, ...]

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """What an outcome needs of ``decision``."""

        def reportable(finding: Finding) -> ReportableFinding:
            holder = finding.through.subject if finding.through else decision.subject
            return ReportableFinding(finding.entry.id, finding.measure.id, finding.list.id, holder.masked)

        return cls(
            decision.id,
            decision.subject.masked,
            decision.matter,
            decision.case,
            tuple(map(reportable, decision.findings)),
            tuple(map(reportable, decision.incentives)),
        )

    def to_json(self) -> bytes:
        """As it is kept in the outbox."""
        return _encode(self)

    def with_measure(self, measure: str) -> tuple[ReportableFinding, ...]:
        """Every finding and incentive of one measure: one for each entry."""
        return tuple(found for found in self.findings + self.incentives if found.measure == measure)

    def finding_of(self, outcome: Outcome) -> ReportableFinding | None:
        """What ``outcome`` speaks of; None where that was not found here, or the outcome cannot be said of it."""
        incentive = outcome.state is OutcomeState.GRANTED
        either = outcome.state in {OutcomeState.LIFTED, OutcomeState.NOT_APPLIED}
        candidates = self.findings + self.incentives if either else self.incentives if incentive else self.findings
        named = (outcome.entry, outcome.measure, outcome.list)
        return next((found for found in candidates if (found.entry, found.measure, found.list) == named), None)


class ReportableSheet(Struct, frozen=True, tag="sheet"):
    """All decisions on a sheet, as far as an outcome needs them: the first, and in what the others differ.

    Attributes:
        subjects: By their place on the sheet.
        entries: Ids of the entries found, by subject; the same place is the same finding.
    """

    first: ReportableDecision
    subjects: tuple[str, ...]
    entries: tuple[tuple[str, ...], ...]

    def to_json(self) -> bytes:
        """As it is kept in the outbox."""
        return _encode(self)

    def decision(self, decision_id: str) -> ReportableDecision | None:
        """The decision of that id; None where it is not on this sheet."""
        first = self.first
        place = place_of(decision_id, first.id)
        if place is None or place >= len(self.subjects):
            return None
        holder, own = self.subjects[place], dict(zip(self.entries[0], self.entries[place], strict=True))

        def of_this(found: ReportableFinding) -> ReportableFinding:
            return replace(found, entry=own[found.entry], holder=holder)

        return replace(
            first,
            id=decision_id,
            subject=holder,
            findings=tuple(map(of_this, first.findings)),
            incentives=tuple(map(of_this, first.incentives)),
        )


reportable_from = msgspec.json.Decoder(ReportableDecision | ReportableSheet).decode
"""What a record keeps for reports, read back."""


@dataclass(frozen=True, slots=True)
class OutcomeRecord:
    """One outcome as it is kept and sent.

    Attributes:
        subject: Masked where it is a natural person.
        reported_at: RFC 3339 UTC.
        holder: Who stands on the list, masked likewise; kept here and not sent.
    """

    decision_id: str
    subject: str
    matter: str
    case: str | None
    entry: str
    measure: str
    list: str
    state: str
    document: str
    reason: str
    by: str
    until_on: str | None
    reported_at: str
    holder: str

    @classmethod
    def of(
        cls, decision: ReportableDecision, found: ReportableFinding, outcome: Outcome, *, reported_at: datetime
    ) -> Self:
        """The record of ``outcome``, said of what ``decision`` found."""
        return cls(
            decision_id=decision.id,
            subject=decision.subject,
            matter=decision.matter,
            case=decision.case,
            entry=outcome.entry,
            measure=outcome.measure,
            list=outcome.list,
            state=outcome.state.value,
            document=outcome.document,
            reason=outcome.reason,
            by=outcome.by,
            until_on=_text(outcome.until_on),
            reported_at=instant(reported_at),
            holder=found.holder,
        )

    @classmethod
    def from_wire(cls, wire: str, holder: str) -> Self:
        """Read back what :attr:`wire` wrote."""
        return cls(**json.loads(wire), holder=holder)

    @property
    def key(self) -> str:
        """What makes two reports the same one: decision, entry, measure and state, as SHA-256 hex."""
        named = json.dumps([self.decision_id, self.entry, self.measure, self.state])
        return sha256(named.encode()).hexdigest()

    @property
    def wire(self) -> str:
        """The JSON object for the gateway, without its ``seq``."""
        sent = {name: value for name, value in asdict(self).items() if name != "holder"}
        return json.dumps(sent, ensure_ascii=False)


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
