"""The publications as the registry keeps them (发布记录): what was published last, and what the next one changes."""

from sqlalchemy import Connection, bindparam, delete, insert, select

from credit_sdk.publication.statement import Publication
from gateway.database.engine import insert_or_update
from gateway.database.tables import publications, published_records
from gateway.database.unit_of_work import UnitOfWork
from gateway.publishing import source
from gateway.publishing.builder import MapDraft
from gateway.publishing.chain import digest_of
from gateway.publishing.spool import Spool

ACTOR = "gateway"
"""Who stands in the ledger for what the gateway does by itself."""


def last_published(connection: Connection) -> Publication | None:
    """The publication committed last, None before the first."""
    data = connection.scalar(select(publications.c.statement).order_by(publications.c.serial.desc()).limit(1))
    return None if data is None else Publication.from_bytes(data)


def commit(work: UnitOfWork, statement: Publication, draft: MapDraft, marked: Spool[source.Mark]) -> None:
    """Enter a publication: its statement, its records, what is no longer pending, and a line in the ledger.

    Args:
        work: The unit of work it becomes true with.
        statement: What was signed.
        draft: The map it speaks of.
        marked: The marks that led to it.
    """
    data = statement.to_bytes()
    work.connection.execute(
        insert(publications).values(
            serial=statement.serial,
            map_root=statement.map_root,
            shape=list(statement.shape),
            catalogue_digest=statement.catalogue.digest,
            published_at=statement.published_at,
            statement=data,
        )
    )
    going = delete(published_records).where(published_records.c.key == bindparam("gone"))
    for portion in draft.changes.portions():
        kept = [{"key": key, "record": value} for key, value in portion if value is not None]
        insert_or_update(work.connection, published_records, kept, key=("key",))
        gone = [{"gone": key} for key, value in portion if value is None]
        if gone:
            work.connection.execute(going, gone)
    source.clear(work.connection, marked)
    work.ledger.append(
        "publication:serial:publish",
        ACTOR,
        {
            "serial": statement.serial,
            "map_root": statement.map_root,
            "catalogue_digest": statement.catalogue.digest,
            "subjects": statement.subjects,
            "entries": statement.entries,
            "changed_subjects": len(draft.changes),
            "allowed_losses": dict(statement.allowed_losses),
            "statement_sha256": digest_of(data),
        },
    )
