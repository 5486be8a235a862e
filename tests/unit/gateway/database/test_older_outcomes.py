"""Measures that were reported before there was a table of them stand without a basis like later ones."""

from sqlalchemy import Connection, select, text

from gateway.database.engine import open_engine
from gateway.database.schema import migrate
from gateway.database.tables import applied_measures

AT = "2026-03-02T17:00:00.000000Z"
ENTRY = """
    INSERT INTO entries (id, subject_key, list, severity, authority, authority_code, document_no, basis, determined_on,
                         term_from, fact, fields, extra, content_sha256, state, drafted_by, drafted_at, confirmed_by,
                         confirmed_at, is_person)
    VALUES (:id, :key, 'l', 'serious', 'a', '', :id, '', '2026-01-05', '2026-01-06', '', '{}', '{}', '', 'published',
            'li', :at, 'wang', :at, false)
"""
OUTCOME = """
    INSERT INTO outcomes (client, outbox, seq, decision_id, entry, measure, list, state, matter, subject_key, case_ref,
                          document_no, reason, "by", reported_at, received_at, receipt)
    VALUES ('系统', 'o', :seq, :decision, :entry, 'm', 'l', :state, 'procurement.award', :key, '', '', '', '', :at, :at,
            'r')
"""


def fill(connection: Connection) -> None:
    common = {"key": b"k", "at": AT}
    connection.execute(
        text("INSERT INTO clients (name, key_id, key_hash, matters, created_at) VALUES ('系统', 'k', :key, '[]', :at)"),
        common,
    )
    for name in ("li", "wang"):
        operator = "INSERT INTO operators (name, display_name, roles, created_at) VALUES (:name, '', '[]', :at)"
        connection.execute(text(operator), {"name": name, "at": AT})
    subject = "INSERT INTO subjects VALUES (:key, 'uscc', 'c', 'c', '虚构', 'legal-person')"
    connection.execute(text(subject), {"key": b"k"})
    for id in ("e1", "e2"):
        connection.execute(text(ENTRY), {**common, "id": id})
    reported = [
        ("d1", "e1", "applied"),
        ("d2", "e1", "applied"),
        ("d3", "e2", "not-applied"),
        ("d4", "elsewhere", "applied"),
        ("d2", "e1", "lifted"),
    ]
    for seq, (decision, entry, state) in enumerate(reported, start=1):
        row = {"seq": seq, "decision": decision, "entry": entry, "state": state}
        connection.execute(text(OUTCOME), {**common, **row})


def test_a_migration_keeps_what_is_still_applied(database_url: str) -> None:
    engine = open_engine(database_url or "sqlite://")
    try:
        migrate(engine, "0010")
        with engine.begin() as connection:
            fill(connection)
        migrate(engine)
        with engine.begin() as connection:
            held = connection.execute(select(applied_measures)).all()
            connection.execute(text("UPDATE entries SET state = 'removed' WHERE id = 'e1'"))
            after = connection.execute(select(applied_measures.c.decision_id, applied_measures.c.state)).all()
    finally:
        engine.dispose()
    assert [(row.decision_id, row.entry, row.state, row.determined_on.day, row.term_from.day) for row in held] == [
        ("d1", "e1", "published", 5, 6)
    ]
    assert [tuple(row) for row in after] == [("d1", "removed")]
