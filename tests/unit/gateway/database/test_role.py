"""The role the gateway runs under needs no right to change the ledger, and has none as the guide grants it."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from gateway.database.engine import open_engine
from gateway.database.unit_of_work import snapshot
from gateway.ledger.verify import verify
from gateway.publishing.release import Publisher
from tests.docs import markdown
from tests.real_gateway import NOW, RealGateway

GRANTS = re.search(r"```sql\n(.*?)```", (markdown.DOCS / "how-to" / "run-a-gateway.md").read_text("utf-8"), re.DOTALL)


def test_the_role_acts_and_publishes_and_cannot_change_the_ledger(tmp_path: Path, postgresql_url: str) -> None:
    owned = RealGateway.make(tmp_path, database=postgresql_url)
    assert GRANTS
    with owned.engine.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS credit"))
        connection.execute(text("CREATE ROLE credit LOGIN"))
        for statement in filter(str.strip, GRANTS[1].split(";")):
            connection.execute(text(statement))
    engine = open_engine(postgresql_url.replace("postgres@", "credit@"))
    limited = RealGateway(owned.home, engine)
    try:
        limited.list_companies([1])
        limited.repair(1)
        assert Publisher(limited.home, engine).publish(NOW).serial == 1
        limited.publisher.checkpoints.make(NOW)
        for statement in (
            "UPDATE ledger SET actor = 'x'",
            "DELETE FROM ledger",
            "ALTER TABLE ledger DISABLE TRIGGER ALL",
        ):
            with pytest.raises(ProgrammingError), engine.begin() as connection:
                connection.execute(text(statement))
        with snapshot(engine) as connection:
            assert verify(connection).rows > 3
    finally:
        limited.close()
        with owned.engine.begin() as connection:
            connection.execute(text("DROP OWNED BY credit"))
            connection.execute(text("DROP ROLE credit"))
        owned.close()
