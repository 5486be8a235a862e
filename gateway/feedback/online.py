"""Checks answered at the gateway itself (在线核查): each leaves its record before the answer goes out (凡办必查)."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, insert, select

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.decision import Decision
from credit_sdk.publication import canonical
from gateway.database.tables import checks, clients
from gateway.database.unit_of_work import UnitOfWork
from gateway.feedback.leaning import note_checks
from gateway.registry.person_queries import Asking, Warrant, record_queries
from gateway.registry.persons import RegistryKeys

OUTBOX = "online"
"""Stands where a system's own outbox has its identity; no UUID, so the two never meet."""


@dataclass(frozen=True, slots=True)
class PersonQuery:
    """That a check is about natural persons as well: why it is lawful, and how long that it was made is kept."""

    warrant: Warrant
    keep_years: int


def record_check(
    work: UnitOfWork, client: str, decision: Decision, keys: RegistryKeys, *, about_persons: PersonQuery | None
) -> None:
    """Keep the record of a check made here; of each natural person in it also the query and why it was lawful.

    Raises:
        InvalidRequestError: It is about a natural person and nothing says why.
    """
    persons = [
        (subject, role)
        for subject, role in ((decision.subject, ""), *((one.subject, one.role.value) for one in decision.principals))
        if subject.is_natural_person
    ]
    if persons and about_persons is None:
        raise InvalidRequestError(
            "没有目的和法律依据，不得核查自然人 / "
            "A natural person may not be checked without a purpose and a legal basis."
        )
    # The lock numbers the checks of one client one after another, without holes.
    work.connection.execute(select(clients.c.name).where(clients.c.name == client).with_for_update())
    mine = select(func.max(checks.c.seq)).where(checks.c.client == client, checks.c.outbox == OUTBOX)
    seq = (work.connection.scalar(mine) or 0) + 1
    digest = sha256(decision.to_json()).hexdigest()
    key = keys.key_of(decision.subject)
    named = {"client": client, "seq": seq, "decision": decision.id, "digest": digest, "subject_key": key.hex()}
    row: dict[str, object] = {
        "client": client,
        "outbox": OUTBOX,
        "seq": seq,
        "decision_id": decision.id,
        "subject_key": key,
        "subjects": 1,
        "subject_keys": [],
        "matter": decision.matter,
        "case_ref": decision.case or "",
        "on_day": decision.on,
        "serial": decision.evidence.serial,
        "map_root": decision.evidence.map_root,
        "verdict": decision.verdict.value,
        "digest": digest,
        "entries": sorted({finding.entry.id for finding in (*decision.findings, *decision.incentives)}),
        "decided_at": decision.decided_at,
        "received_at": work.at,
        "receipt": sha256(canonical.dumps({"kind": "online", **named})).hexdigest(),
    }
    work.connection.execute(insert(checks).values(row))
    note_checks(work.connection, client, [row])
    if persons and about_persons is not None:
        asking = Asking(client, "check", decision.matter, decision.id, digest)
        record_queries(work, keys, persons, asking, about_persons.warrant, keep_years=about_persons.keep_years)
