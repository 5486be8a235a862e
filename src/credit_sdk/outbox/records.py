"""What the outbox keeps of a check (核查记录) and of an outcome (反馈记录), and how the gateway reads it."""

import json
import zlib
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Self

from credit_sdk.model.decision import Decision
from credit_sdk.model.finding import Finding
from credit_sdk.model.outcome import Outcome, OutcomeState


def instant(at: datetime) -> str:
    """An aware instant as RFC 3339 UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """One check as it is kept and sent: who was asked about, for what, on which state, with which answer.

    Attributes:
        id: Id of the decision.
        wire: The JSON object for the gateway, without its ``seq``; personal numbers are masked in it.
        decision: The decision's own JSON, compressed, where something in it can be reported; else None.
    """

    id: str
    wire: str
    decision: bytes | None

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """The record of ``decision``."""
        document = decision.to_json()
        found = decision.findings + decision.incentives
        wire = {
            "id": decision.id,
            "subject": decision.subject.masked,
            "matter": decision.matter,
            "on": decision.on.isoformat(),
            "case": decision.case,
            "serial": decision.evidence.serial,
            "map_root": decision.evidence.map_root,
            "verdict": decision.verdict.value,
            "digest": sha256(document).hexdigest(),
            "entries": sorted({finding.entry.id for finding in found}),
            "decided_at": instant(decision.decided_at),
        }
        return cls(decision.id, json.dumps(wire, ensure_ascii=False), zlib.compress(document, 1) if found else None)


@dataclass(frozen=True, slots=True)
class ReportableFinding:
    """A finding or incentive, as far as an outcome needs it.

    Attributes:
        holder: Who stands on the list: the subject, or the principal through whom it bites; masked as there.
    """

    entry: str
    measure: str
    list: str
    holder: str


@dataclass(frozen=True, slots=True)
class ReportableDecision:
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

    @classmethod
    def from_json(cls, document: bytes) -> Self:
        """The same from a decision's own JSON."""
        read = json.loads(document)
        findings, incentives = (
            tuple(
                ReportableFinding(
                    each["entry"]["id"],
                    each["measure"],
                    each["list"],
                    (each["through"] or read)["subject"]["code"],
                )
                for each in read[name]
            )
            for name in ("findings", "incentives")
        )
        return cls(read["id"], read["subject"]["code"], read["matter"], read["case"], findings, incentives)

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
