"""Licences (行政许可) of a subject, for its file; a licence is no sanction and stands on no list."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, select

from gateway.database.columns import Json
from gateway.database.tables import licences

MAX_LICENCES = 1_000


def licences_of(
    connection: Connection, subject_keys: Collection[bytes], *, limit: int = MAX_LICENCES
) -> list[dict[str, Json]]:
    """The current records of a subject, the last decision first."""
    statement = (
        select(licences)
        .where(licences.c.subject_key.in_(subject_keys), licences.c.replaced_at.is_(None))
        .order_by(licences.c.decided_on.desc(), licences.c.id)
        .limit(min(limit, MAX_LICENCES))
    )
    return [_licence(row) for row in connection.execute(statement)]


def _licence(row: Row[Any]) -> dict[str, Json]:
    return {
        "id": row.id,
        "document_no": row.document_no,
        "title": row.title,
        "kind": row.kind,
        "certificate": row.certificate,
        "certificate_no": row.certificate_no,
        "content": row.content,
        "authority": row.authority,
        "authority_code": row.authority_code,
        "decided_on": row.decided_on.isoformat(),
        "valid_from": row.valid_from.isoformat(),
        "valid_until": row.valid_until.isoformat() if row.valid_until else "",
        "status": row.status,
        "batch": row.batch,
    }
