"""Somebody with every right in the database, who changes the ledger past its triggers."""

from sqlalchemy import Connection, text

from gateway.database.chain import FIRST_PREVIOUS, LedgerRow
from tests.real_gateway import RealGateway


def tamper(registry: RealGateway, *statements: str) -> None:
    """Change the ledger as the superuser of the database can."""
    with registry.engine.begin() as connection:
        _disarm(connection)
        for statement in statements:
            connection.execute(text(statement))


def rewrite(registry: RealGateway, seq: int, payload: str) -> None:
    """Change one row, and every later one and the head so that the chain holds again."""
    with registry.engine.begin() as connection:
        _disarm(connection)
        found = connection.execute(text("SELECT seq, at, actor, act, payload FROM ledger ORDER BY seq")).all()
        previous = FIRST_PREVIOUS
        for row in found:
            content = payload if row.seq == seq else row.payload
            digest = LedgerRow(row.at, row.actor, row.act, content).digest(row.seq, previous)
            connection.execute(
                text("UPDATE ledger SET payload = :payload, previous = :previous, digest = :digest WHERE seq = :seq"),
                {"payload": content, "previous": previous, "digest": digest, "seq": row.seq},
            )
            previous = digest
        connection.execute(text("UPDATE ledger_head SET digest = :digest"), {"digest": previous})
        connection.execute(text("DELETE FROM checkpoints"))


def _disarm(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE ledger DISABLE TRIGGER USER"))
    else:
        for act in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS ledger_refuses_{act}"))
