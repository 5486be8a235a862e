"""Waivers from before there was a second person wait for theirs, and are not published any more."""

from sqlalchemy import Engine, insert, select, text

from gateway.database.engine import open_engine
from gateway.database.schema import migrate
from gateway.database.tables import pending, waivers

BEFORE = "0013"
AT, LATER = "2026-03-02T17:00:00.000000Z", "2026-03-03T09:00:00.000000Z"
CLIENT = (
    "INSERT INTO clients (name, key_id, key_hash, matters, created_at) VALUES ('系统', 'k', :key, '[]', :at)",
    {"key": b"k", "at": AT},
)
WAIVER = """
    INSERT INTO waivers (subject_key, matter, measure, until_on, "by", reason, document_no, client)
    VALUES (:key, 'procurement.award', 'a1-05', '2099-12-31', :by, '抢险救灾', '', '系统')
"""
OUTCOME = """
    INSERT INTO outcomes (client, outbox, seq, decision_id, entry, measure, list, state, matter, subject_key, case_ref,
                          document_no, reason, "by", until_on, reported_at, received_at, receipt)
    VALUES ('系统', 'o', :seq, :decision, 'e1', 'a1-05', 'l', 'waived', 'procurement.award', :key, '案1', '',
            '抢险救灾', :by, '2099-12-31', :at, :at, 'r')
"""


def fill(engine: Engine) -> None:
    migrate(engine, BEFORE)
    with engine.begin() as connection:
        connection.execute(text(CLIENT[0]), CLIENT[1])
        for key, by in ((b"a", "张 处长"), (b"a", "张 处长"), (b"b", "赵科长")):
            connection.execute(text(WAIVER), {"key": key, "by": by})
        for seq in (1, 2):
            row = {"seq": seq, "decision": f"d{seq}", "key": b"a", "by": "张 处长", "at": LATER}
            connection.execute(text(OUTCOME), row)
        for key in (b"a", b"c"):
            connection.execute(text("INSERT INTO published_records VALUES (:key, :key)"), {"key": key})
        publication = "INSERT INTO publications VALUES (1, '', '{}', '', :at, :none)"
        connection.execute(text(publication), {"at": AT, "none": b""})


def test_a_waiver_of_one_key_waits_to_be_confirmed_and_leaves_the_publication(database_url: str) -> None:
    engine = open_engine(database_url or "sqlite://")
    try:
        fill(engine)
        migrate(engine)
        with engine.begin() as connection:
            held = connection.execute(select(waivers).order_by(waivers.c.id)).all()
            marked = connection.scalars(select(pending.c.subject_key)).all()
            values = {name: value for name, value in held[2]._mapping.items() if name != "id"}
            added = connection.execute(insert(waivers).values(**values)).inserted_primary_key
    finally:
        engine.dispose()
    assert {(row.state, row.decided_by, row.effective_until_on) for row in held} == {("pending", None, None)}
    assert [(row.id, row.by_plain, row.decision_id, row.seq, row.case_ref) for row in held] == [
        (1, "张处长", "d1", 1, "案1"),
        (2, "张处长", "d2", 2, "案1"),
        (3, "赵科长", "", None, ""),
    ]
    assert [row.received_at.isoformat()[:10] for row in held] == ["2026-03-03", "2026-03-03", "2026-03-02"]
    assert marked == [b"a"]
    assert tuple(added or ()) == (4,)
