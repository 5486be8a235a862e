"""The decision as bytes (核查结论的规范字节): what the library, the command line and the REST API all answer with.

Keys are never renamed within ``credit-decision/1``; a reader may rely on every one being there. A natural person's
number is masked wherever it would stand. Whether the record of the check was kept is no part of the answer.

Every check is written, for its digest is recorded. So the parts are handed to the encoder as they are (it writes closed
words, days and instants itself), only what others made is looked into, and the evidence is written once a second.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from credit_sdk.model import canonical
from credit_sdk.model.evidence import in_utc
from credit_sdk.model.finding import Finding, Principal, Softening
from credit_sdk.model.listing import Entry, FieldValue, Waiver
from credit_sdk.model.subject import Subject

if TYPE_CHECKING:
    from credit_sdk.model.decision import Decision, GroupDecision

DECISION_FORMAT = "credit-decision/1"
GROUP_FORMAT = "credit-group-decision/1"

_Object = dict[str, object]


def of_decision(decision: "Decision") -> bytes:
    """The canonical bytes of one decision."""
    return canonical.dumps_own(_decision(decision))


def of_group(group: "GroupDecision") -> bytes:
    """The canonical bytes of the answer for a consortium, every member's decision in it."""
    return canonical.dumps_own(
        {
            "format": GROUP_FORMAT,
            "id": group.id,
            "verdict": group.verdict,
            "matter": group.matter,
            "on": group.on,
            "case": group.case,
            "members": [_decision(member) for member in group.members],
            "findings": [_finding(finding) for finding in group.findings],
            "why": group.why.zh,
            "why_en": group.why.en,
            "evidence": group.evidence.json,
            "decided_at": in_utc(group.decided_at),
        }
    )


def _decision(decision: "Decision") -> _Object:
    return {
        "format": DECISION_FORMAT,
        "id": decision.id,
        "verdict": decision.verdict,
        "subject": _subject(decision.subject),
        "matter": decision.matter,
        "matter_title": decision.matter_title,
        "on": decision.on,
        "case": decision.case,
        "facts": dict(decision.facts),
        "principals": [_principal(principal) for principal in decision.principals],
        "findings": [_finding(finding) for finding in decision.findings],
        "incentives": [_finding(finding) for finding in decision.incentives],
        "withheld": [_finding(finding) for finding in decision.withheld],
        "notices": decision.notices,
        "why": decision.why.zh,
        "why_en": decision.why.en,
        "evidence": decision.evidence.json,
        "decided_at": in_utc(decision.decided_at),
    }


def _finding(finding: Finding) -> _Object:
    return {
        "list": finding.list.id,
        "list_title": finding.list.title,
        "list_title_en": finding.list.title_en,
        "measure": finding.measure.id,
        "measure_title": finding.measure.title,
        "measure_title_en": finding.measure.title_en,
        "measure_heading": finding.measure.heading,
        "measure_class": finding.measure.measure_class,
        "measure_content": finding.measure.content,
        "implementing_body": finding.measure.implementing_body,
        "strength": finding.strength,
        "statutory_strength": finding.statutory_strength,
        "basis": [basis.json for basis in finding.basis],
        "entry": _entry(finding.entry),
        "softenings": [_softening(softening) for softening in finding.softenings],
        "waiver": None if finding.waiver is None else _waiver(finding.waiver),
        "way_out": finding.way_out,
        "objection_to": finding.objection_to,
        "remark": finding.remark,
        "through": None if finding.through is None else _principal(finding.through),
        "member": finding.member,
        "confirmation_by_person": finding.confirmation_by_person,
    }


def _entry(entry: Entry) -> _Object:
    return {
        "id": entry.id,
        "authority": entry.authority,
        "authority_code": entry.authority_code,
        "document_no": entry.document_no,
        "determined_on": entry.determined_on,
        "term_from": entry.term.from_on,
        "term_until": entry.term.until_on,
        "severity": entry.severity,
        "fact": entry.fact,
        "fact_digest": entry.fact_digest.hex(),
        "basis": entry.basis,
        "objection_on": entry.objection_on,
        "fields": _fields(entry.fields),
    }


def _fields(fields: Mapping[str, FieldValue]) -> _Object:
    written: _Object = dict(fields)
    if written:
        canonical.check(written)
    return written


def _softening(softening: Softening) -> _Object:
    return {
        "reason": softening.reason,
        "from": softening.from_strength,
        "to": softening.to_strength,
        "detail": softening.detail,
    }


def _waiver(waiver: Waiver) -> _Object:
    return {
        "matter": waiver.matter,
        "measure": waiver.measure,
        "until_on": waiver.until_on,
        "by": waiver.by,
        "reason": waiver.reason,
        "document_no": waiver.document_no,
    }


def _principal(principal: Principal) -> _Object:
    return {"role": principal.role, "subject": _subject(principal.subject)}


def _subject(subject: Subject) -> _Object:
    return {
        "scheme": subject.scheme,
        "code": subject.masked,
        "kind": subject.kind,
        "warnings": subject.warnings,
    }
