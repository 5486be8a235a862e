"""Checks that were recorded before there were notices are recalled and awaited like later ones."""

import json
from datetime import date
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, select, text

from gateway.database import schema
from gateway.database.engine import WRITING, open_engine
from gateway.database.schema import migrate
from gateway.database.tables import awaited_outcomes, check_entries

CHECK = """
    INSERT INTO checks (client, outbox, seq, decision_id, subject_key, subjects, subject_keys, matter, case_ref, on_day,
                        serial, map_root, verdict, digest, entries, decided_at, received_at, receipt)
    VALUES ('系统', 'o', :seq, :decision, :key, 1, '[]', 'procurement.award', '案1', '2026-03-02',
            1, '', 'DENY', 'd', :entries, :at, :at, 'r')
"""
OUTCOME = """
    INSERT INTO outcomes (client, outbox, seq, decision_id, entry, measure, list, state, matter, subject_key, case_ref,
                          document_no, reason, "by", reported_at, received_at, receipt)
    VALUES ('系统', 'o', 1, 'answered', 'e1', 'm', 'l', 'applied', 'procurement.award',
            :key, '', '', '', '', :at, :at, 'r')
"""
AT = "2026-03-02T17:00:00.000000Z"
CLIENT = """
    INSERT INTO clients (name, key_id, key_hash, matters, created_at) VALUES ('系统', 'k', :key, '[]', :at)
"""


def migrate_to(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    with engine.execution_options(**WRITING).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_a_migration_fills_what_intake_writes_now(database_url: str) -> None:
    engine = open_engine(database_url or "sqlite://")
    found = {"answered": ["e1"], "open": ["e2", "e1", "e2"], "nothing": [], "other": ["e3"]}
    try:
        migrate_to(engine, "0002")
        with engine.begin() as connection:
            connection.execute(text(CLIENT), {"key": b"k", "at": AT})
            for seq, (decision, entries) in enumerate([*found.items(), ("open", ["e2"])], start=1):
                values = {"seq": seq, "decision": decision, "key": b"s", "entries": json.dumps(entries), "at": AT}
                connection.execute(text(CHECK), values)
            connection.execute(text(OUTCOME), {"key": b"s", "at": AT})
        migrate(engine)
        with engine.connect() as connection:
            leaned = connection.execute(select(check_entries).order_by(check_entries.c.seq, check_entries.c.id)).all()
            waiting = connection.execute(select(awaited_outcomes).order_by(awaited_outcomes.c.decision_id)).all()
    finally:
        engine.dispose()
    assert [(row.seq, row.entry) for row in leaned] == [(1, "e1"), (2, "e2"), (2, "e1"), (4, "e3"), (5, "e2")]
    # 17:00 UTC is the next day in China.
    assert [(row.decision_id, row.decided_on) for row in waiting] == [
        ("open", date(2026, 3, 3)),
        ("other", date(2026, 3, 3)),
    ]
