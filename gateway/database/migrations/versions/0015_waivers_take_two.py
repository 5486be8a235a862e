"""Waivers that a second person confirms. One that an older registry kept rested on one key: it waits to be confirmed."""

import unicodedata
from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

_KEPT = ("id", "client", "subject_key", "matter", "measure", "by", "reason", "document_no", "until_on")
_SAID = ("client", "subject_key", "matter", "measure", "by", "reason", "document_no", "until_on")
_REPORTED = ("outbox", "seq", "received_at", "list", "entry", "decision_id", "case_ref")
_EMPTY = (
    "decision_reason",
    "approval_no",
    "limit_period",
    "limit_basis",
    "withdrawal_reason",
    "withdrawal_document_no",
)


def upgrade() -> None:
    connection = op.get_bind()
    waivers = sa.table("waivers", *map(sa.column, _KEPT))
    kept = [dict(row._mapping) for row in connection.execute(sa.select(waivers).order_by(waivers.c.id))]
    asked = _asked(connection, kept)
    op.drop_table("waivers")
    _create()
    if not asked:
        return
    table = sa.table("waivers", *(sa.column(name) for name in asked[0]))
    connection.execute(sa.insert(table), asked)
    if connection.dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('waivers', 'id'), (SELECT MAX(id) FROM waivers))")
    # What is published carries them still: the next publication does not.
    op.execute(
        "INSERT INTO pending (subject_key, since)"
        " SELECT key, COALESCE((SELECT MAX(published_at) FROM publications), (SELECT MIN(created_at) FROM clients))"
        " FROM published_records"
        " WHERE key IN (SELECT subject_key FROM waivers) AND key NOT IN (SELECT subject_key FROM pending)"
    )


def _asked(connection: sa.Connection, kept: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The waivers as they would have come in today, each with the outcome that asked for it, as far as it is known."""
    outcomes = sa.table("outcomes", *map(sa.column, (*_SAID, *_REPORTED)))
    waived = sa.select(outcomes).where(sa.column("state") == "waived")
    reported = defaultdict(list)
    for row in connection.execute(waived.order_by(*map(sa.column, ("received_at", "client", "outbox", "seq")))):
        outcome = dict(row._mapping)
        reported[tuple(outcome[name] for name in _SAID)].append(outcome)
    known = connection.execute(sa.select(sa.table("clients", sa.column("name"), sa.column("created_at"))))
    since = {row.name: row.created_at for row in known}
    asked = []
    for waiver in kept:
        fitting = reported[tuple(waiver[name] for name in _SAID)]
        unknown = dict.fromkeys(("list", "entry", "decision_id", "case_ref"), "")
        unknown |= {"outbox": None, "seq": None, "received_at": since[waiver["client"]]}
        by_plain = {"by_plain": _plain(waiver["by"])}
        found = fitting.pop(0) if fitting else unknown
        asked.append({**found, **waiver, **by_plain, "state": "pending", **dict.fromkeys(_EMPTY, "")})
    return asked


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(each for each in folded if each.isalnum())


def _create() -> None:
    op.create_table(
        "waivers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("outbox", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("case_ref", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False, quote=True),
        sa.Column("by_plain", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("until_on", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_by_plain", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("approval_no", sa.Text(), nullable=False),
        sa.Column("effective_until_on", sa.Text(), nullable=True),
        sa.Column("limit_period", sa.Text(), nullable=False),
        sa.Column("limit_basis", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawal_confirmed_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.Text(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.Column("withdrawal_document_no", sa.Text(), nullable=False),
        sa.Column("expired_at", sa.Text(), nullable=True),
        sa.CheckConstraint("(outbox IS NULL) = (seq IS NULL)", name=op.f("ck_waivers_outcome")),
        sa.CheckConstraint(
            "state IN ('pending', 'effective', 'refused', 'withdrawn', 'expired')", name=op.f("ck_waivers_state")
        ),
        sa.CheckConstraint(
            'decided_by IS NULL OR (decided_by <> "by" AND decided_by_plain IS NOT NULL'
            " AND decided_by_plain <> by_plain)",
            name=op.f("ck_waivers_four_eyes"),
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)"
            " AND (decided_by IS NULL OR (decision_reason <> '' AND approval_no <> ''))"
            " AND (state <> 'pending' OR decided_by IS NULL)"
            " AND (state NOT IN ('effective', 'refused', 'withdrawn') OR decided_by IS NOT NULL)",
            name=op.f("ck_waivers_decided"),
        ),
        sa.CheckConstraint(
            "(effective_until_on IS NULL OR (effective_until_on <= until_on AND decided_by IS NOT NULL))"
            " AND (state NOT IN ('effective', 'withdrawn') OR effective_until_on IS NOT NULL)"
            " AND (state <> 'refused' OR effective_until_on IS NULL)"
            " AND (state <> 'expired' OR (effective_until_on IS NULL) = (decided_by IS NULL))",
            name=op.f("ck_waivers_term"),
        ),
        sa.CheckConstraint(
            "(withdrawn_by IS NOT NULL) = (state = 'withdrawn')"
            " AND (withdrawn_by IS NULL) = (withdrawal_confirmed_by IS NULL)"
            " AND (withdrawn_by IS NULL) = (withdrawn_at IS NULL)"
            " AND (withdrawn_by IS NULL OR (withdrawal_confirmed_by <> withdrawn_by"
            " AND withdrawal_reason <> '' AND withdrawal_document_no <> ''))",
            name=op.f("ck_waivers_withdrawn"),
        ),
        sa.CheckConstraint("(expired_at IS NOT NULL) = (state = 'expired')", name=op.f("ck_waivers_expired")),
        sa.ForeignKeyConstraint(["client"], ["clients.name"], name=op.f("fk_waivers_client")),
        sa.ForeignKeyConstraint(
            ["client", "outbox", "seq"],
            ["outcomes.client", "outcomes.outbox", "outcomes.seq"],
            name=op.f("fk_waivers_client_outbox_seq"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["operators.name"], name=op.f("fk_waivers_decided_by")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["operators.name"], name=op.f("fk_waivers_withdrawn_by")),
        sa.ForeignKeyConstraint(
            ["withdrawal_confirmed_by"], ["operators.name"], name=op.f("fk_waivers_withdrawal_confirmed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waivers")),
        sa.UniqueConstraint("client", "outbox", "seq", name=op.f("uq_waivers_client_outbox_seq")),
    )
    op.create_index(op.f("ix_waivers_subject_key"), "waivers", ["subject_key"], unique=False)
    op.create_index("ix_waivers_client", "waivers", ["client", "id"], unique=False)
    op.create_index("ix_waivers_state", "waivers", ["state", "received_at"], unique=False)
