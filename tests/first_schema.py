"""A registry as the first version of the program left it: a row in every table, a ledger that holds together."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Engine, LargeBinary, MetaData, Table, Text, insert
from sqlalchemy.sql.schema import Column

from gateway.accounts import OperatorRole
from gateway.database.chain import FIRST_PREVIOUS, LedgerRow
from gateway.database.columns import canonical_json, instant_text
from gateway.database.schema import migrate
from tests.real_gateway import LI, LISTED, NOW, WANG, company

FIRST = "0001"
KEY = company(1).key
CLIENT = "电子招投标平台"
ROLES = canonical_json([OperatorRole.OPERATOR, OperatorRole.REVIEWER])
_JSON = {"shape": "[]", "matters": '["*"]', "subject_keys": "[]", "entries": "[]", "reasons": "[]", "raw": "[]"}
_JSON |= dict.fromkeys(("report", "fields", "extra", "receipt"), "{}")
_BATCH: dict[str, object] = {
    "id": "b1",
    "list": LISTED,
    "imported_by": LI,
    "confirmed_by": WANG,
    "accepted": 3,
    "rejected": 1,
}
_ENTRY: dict[str, object] = {"subject_key": KEY, "list": LISTED, "severity": "serious", "batch": "b1", "drafted_by": LI}

ROWS: Mapping[str, list[dict[str, object]]] = {
    "operators": [{"name": LI, "roles": ROLES}, {"name": WANG, "roles": ROLES}],
    "clients": [{"name": CLIENT}],
    "batches": [_BATCH, _BATCH | {"id": "b2", "confirmed_by": None, "accepted": 1}],
    "rejected_rows": [{"batch": "b1", "row_no": 7}],
    "subjects": [{"key": KEY, "scheme": "uscc", "code": company(1).code, "kind": "legal-person"}],
    "entries": [
        _ENTRY | {"id": "e1", "document_no": "虚1号", "state": "published", "confirmed_by": WANG},
        _ENTRY | {"id": "e2", "document_no": "虚2号", "state": "removed", "confirmed_by": WANG},
        _ENTRY | {"id": "e3", "document_no": "虚3号", "state": "published", "confirmed_by": WANG},
        _ENTRY | {"id": "e4", "document_no": "虚1号", "state": "drafted", "batch": "b2", "replaces": "e1"},
    ],
    "acts": [{"entry": "e2", "act": "remove", "by": LI, "confirmed_by": WANG}],
    "coverage": [{"list": LISTED, "declared_by": LI, "confirmed_by": WANG}],
    "catalogues": [{"digest": "0" * 64, "adopted_by": LI, "confirmed_by": WANG}],
    "pending": [{"subject_key": KEY}],
    "ledger": [],
    "ledger_head": [],
}
"""What matters of each row; tables that are not named get one row, and the rest of each is filled in."""

ACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("entry:batch:import", LI, {"batch": "b1", "drafted": 3, "corrections": 0}),
    ("entry:batch:confirm", WANG, {"batch": "b1", "published": 3, "corrected": 0, "discarded": 0}),
    (f"entry:{LISTED}:remove", LI, {"entry": "e2", "from": "published", "to": "removed"}),
    ("entry:batch:import", LI, {"batch": "b2", "drafted": 0, "corrections": 1}),
]


def first_registry(engine: Engine) -> dict[str, int]:
    """Make the first schema and fill it; how many rows each table got."""
    migrate(engine, FIRST)
    held = MetaData()
    held.reflect(engine)
    counts = {}
    with engine.begin() as connection:
        for table in held.sorted_tables:
            if table.name != "alembic_version":
                rows = [_filled(table, row) for row in ROWS.get(table.name, [{}])]
                for row in rows:
                    connection.execute(insert(table).values(row))
                counts[table.name] = len(rows)
        previous = FIRST_PREVIOUS
        for seq, (act, actor, payload) in enumerate(ACTS, start=1):
            line = LedgerRow(instant_text(NOW), actor, act, canonical_json(payload))
            content = {"seq": seq, "at": line.at, "actor": actor, "act": act, "payload": line.payload}
            digest = line.digest(seq, previous)
            connection.execute(insert(held.tables["ledger"]).values(**content, previous=previous, digest=digest))
            previous = digest
        connection.execute(insert(held.tables["ledger_head"]).values(id=1, seq=len(ACTS), digest=previous))
    return counts | {"ledger": len(ACTS), "ledger_head": 1}


def _filled(table: Table, given: Mapping[str, object]) -> dict[str, object]:
    """A row with a value in every column that must have one."""
    wanted = [column for column in table.columns if not column.nullable and column.name not in given]
    return {**{column.name: _value(column) for column in wanted if not _numbers_itself(column)}, **given}


def _numbers_itself(column: "Column[Any]") -> bool:
    return column.primary_key and column.name == "id" and not isinstance(column.type, Text)


def _value(column: "Column[Any]") -> object:
    name = column.name
    if isinstance(column.type, LargeBinary):
        return KEY
    if isinstance(column.type, Boolean):
        return False
    if not isinstance(column.type, Text):
        return 1
    if name == "at" or name.endswith("_at") or name == "since":
        return instant_text(NOW)
    if name.endswith("_on") or name in {"on_day", "term_from", "complete_as_of"}:
        return "2026-01-05"
    return CLIENT if name == "client" else _JSON.get(name, "x")
