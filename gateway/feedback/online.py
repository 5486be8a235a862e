"""Checks answered at the gateway itself (在线核查): each leaves its record before the answer goes out (凡办必查)."""

from hashlib import sha256

from sqlalchemy import func, insert, select

from credit_sdk.model.decision import Decision
from credit_sdk.publication import canonical
from gateway.database.tables import checks, clients
from gateway.database.unit_of_work import UnitOfWork
from gateway.feedback.intake import KeyOf

OUTBOX = "online"
"""Stands where a system's own outbox has its identity; no UUID, so the two never meet."""


def record_check(
    work: UnitOfWork, client: str, decision: Decision, key_of: KeyOf, *, purpose: str = "", legal_basis: str = ""
) -> None:
    """Keep the record of a check made here; for a natural person also why it was lawful, in the ledger."""
    # The lock numbers the checks of one client one after another, without holes.
    work.connection.execute(select(clients.c.name).where(clients.c.name == client).with_for_update())
    mine = select(func.max(checks.c.seq)).where(checks.c.client == client, checks.c.outbox == OUTBOX)
    seq = (work.connection.scalar(mine) or 0) + 1
    digest = sha256(decision.to_json()).hexdigest()
    key = key_of(decision.subject)
    named = {"client": client, "seq": seq, "decision": decision.id, "digest": digest, "subject_key": key.hex()}
    work.connection.execute(
        insert(checks).values(
            client=client,
            outbox=OUTBOX,
            seq=seq,
            decision_id=decision.id,
            subject_key=key,
            subjects=1,
            subject_keys=[],
            matter=decision.matter,
            case_ref=decision.case or "",
            on_day=decision.on,
            serial=decision.evidence.serial,
            map_root=decision.evidence.map_root,
            verdict=decision.verdict.value,
            digest=digest,
            entries=sorted({finding.entry.id for finding in (*decision.findings, *decision.incentives)}),
            decided_at=decision.decided_at,
            received_at=work.at,
            receipt=sha256(canonical.dumps({"kind": "online", **named})).hexdigest(),
        )
    )
    if decision.subject.is_natural_person or any(one.subject.is_natural_person for one in decision.principals):
        work.ledger.append(
            "person:matter:check",
            client,
            {
                "decision": decision.id,
                "matter": decision.matter,
                "subject": decision.subject.masked,
                "purpose": purpose,
                "legal_basis": legal_basis,
                "digest": digest,
            },
        )
