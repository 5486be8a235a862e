"""The decision as bytes (核查结论的规范字节): what the library, the command line and the REST API all answer with.

Keys are never renamed within ``credit-decision/1``; a reader may rely on every one being there. A natural person's
number is masked wherever it would stand. Whether the record of the check was kept is no part of the answer.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from credit_sdk.model import canonical
from credit_sdk.model.canonical import JsonValue
from credit_sdk.model.citation import Basis, Bilingual
from credit_sdk.model.evidence import Evidence, ListCoverage
from credit_sdk.model.finding import Finding, Principal, Softening
from credit_sdk.model.listing import Entry, Waiver
from credit_sdk.model.subject import Subject

if TYPE_CHECKING:
    from credit_sdk.model.decision import Decision, GroupDecision

DECISION_FORMAT = "credit-decision/1"
GROUP_FORMAT = "credit-group-decision/1"

_Object = dict[str, JsonValue]


def of_decision(decision: "Decision") -> bytes:
    """The canonical bytes of one decision."""
    return canonical.dumps(_decision(decision))


def of_group(group: "GroupDecision") -> bytes:
    """The canonical bytes of the answer for a consortium, every member's decision in it."""
    return canonical.dumps(
        {
            "format": GROUP_FORMAT,
            "id": group.id,
            "verdict": group.verdict.value,
            "matter": group.matter,
            "on": group.on.isoformat(),
            "case": group.case,
            "members": [_decision(member) for member in group.members],
            "findings": [_finding(finding) for finding in group.findings],
            "why": group.why.zh,
            "why_en": group.why.en,
            "evidence": _evidence(group.evidence),
            "decided_at": instant_text(group.decided_at),
        }
    )


def instant_text(instant: datetime) -> str:
    """An aware instant as RFC 3339 text in UTC, ending in ``Z``."""
    return instant.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def _decision(decision: "Decision") -> _Object:
    return {
        "format": DECISION_FORMAT,
        "id": decision.id,
        "verdict": decision.verdict.value,
        "subject": _subject(decision.subject),
        "matter": decision.matter,
        "matter_title": decision.matter_title,
        "on": decision.on.isoformat(),
        "case": decision.case,
        "facts": dict(decision.facts),
        "principals": [_principal(principal) for principal in decision.principals],
        "findings": [_finding(finding) for finding in decision.findings],
        "incentives": [_finding(finding) for finding in decision.incentives],
        "withheld": [_finding(finding) for finding in decision.withheld],
        "notices": [_bilingual(notice) for notice in decision.notices],
        "why": decision.why.zh,
        "why_en": decision.why.en,
        "evidence": _evidence(decision.evidence),
        "decided_at": instant_text(decision.decided_at),
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
        "measure_class": finding.measure.measure_class.value,
        "measure_content": _bilingual(finding.measure.content),
        "implementing_body": finding.measure.implementing_body,
        "strength": finding.strength.value,
        "statutory_strength": finding.statutory_strength.value,
        "basis": [_basis(basis) for basis in finding.basis],
        "entry": _entry(finding.entry),
        "softenings": [_softening(softening) for softening in finding.softenings],
        "waiver": None if finding.waiver is None else _waiver(finding.waiver),
        "way_out": _bilingual(finding.way_out),
        "objection_to": _bilingual(finding.objection_to),
        "remark": None if finding.remark is None else _bilingual(finding.remark),
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
        "determined_on": entry.determined_on.isoformat(),
        "term_from": entry.term.from_on.isoformat(),
        "term_until": None if entry.term.until_on is None else entry.term.until_on.isoformat(),
        "severity": entry.severity.value,
        "fact": entry.fact,
        "fact_digest": entry.fact_digest.hex(),
        "basis": entry.basis,
        "objection_on": None if entry.objection_on is None else entry.objection_on.isoformat(),
        "fields": _fields(entry.fields),
    }


def _fields(fields: Mapping[str, str | int | bool | tuple[str, ...]]) -> _Object:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}


def _basis(basis: Basis) -> _Object:
    return {
        "instrument": basis.instrument,
        "title": basis.title,
        "title_en": basis.title_en,
        "number": basis.number,
        "level": basis.level.value,
        "article": basis.article,
        "quote": basis.quote,
        "text": basis.text,
    }


def _softening(softening: Softening) -> _Object:
    return {
        "reason": softening.reason.value,
        "from": softening.from_strength.value,
        "to": softening.to_strength.value,
        "detail": _bilingual(softening.detail),
    }


def _waiver(waiver: Waiver) -> _Object:
    return {
        "matter": waiver.matter,
        "measure": waiver.measure,
        "until_on": waiver.until_on.isoformat(),
        "by": waiver.by,
        "reason": waiver.reason,
        "document_no": waiver.document_no,
    }


def _principal(principal: Principal) -> _Object:
    return {"role": principal.role.value, "subject": _subject(principal.subject)}


def _subject(subject: Subject) -> _Object:
    return {
        "scheme": subject.scheme.value,
        "code": subject.masked,
        "kind": subject.kind.value,
        "warnings": _values(warning.value for warning in subject.warnings),
    }


def _evidence(evidence: Evidence) -> _Object:
    return {
        "origin": evidence.origin,
        "serial": evidence.serial,
        "map_root": evidence.map_root,
        "catalogue_digest": evidence.catalogue_digest,
        "published_at": None if evidence.published_at is None else instant_text(evidence.published_at),
        "contact_at": None if evidence.contact_at is None else instant_text(evidence.contact_at),
        "age_s": evidence.age_s,
        "freshness": evidence.freshness.value,
        "coverage": [_coverage(covered) for covered in evidence.coverage],
        "library_version": evidence.library_version,
    }


def _coverage(covered: ListCoverage) -> _Object:
    return {
        "list": covered.list,
        "title": covered.title,
        "state": covered.state.value,
        "complete_as_of": None if covered.complete_as_of is None else covered.complete_as_of.isoformat(),
        "entries": covered.entries,
        "required": covered.required,
    }


def _bilingual(text: Bilingual) -> _Object:
    return {"zh": text.zh, "en": text.en}


def _values(values: Iterable[str]) -> list[JsonValue]:
    return list(values)
