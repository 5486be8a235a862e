"""Notices: the entries each check found, decisions without an outcome, acknowledgements. Older checks are filled in."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from itertools import islice

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_CHINA = timezone(timedelta(hours=8))
_ROWS_AT_A_TIME = 5_000
_CHECKS = sa.table(
    "checks",
    *[
        sa.column(name)
        for name in (
            "client",
            "outbox",
            "seq",
            "decision_id",
            "matter",
            "case_ref",
            "subject_key",
            "decided_at",
            "entries",
        )
    ],
)


def upgrade() -> None:
    op.create_table(
        "awaited_outcomes",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("case_ref", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["client"], ["clients.name"], name=op.f("fk_awaited_outcomes_client")),
        sa.PrimaryKeyConstraint("client", "decision_id", name=op.f("pk_awaited_outcomes")),
    )
    op.create_index(
        "ix_awaited_outcomes_client", "awaited_outcomes", ["client", "decided_on", "decision_id"], unique=False
    )
    op.create_table(
        "check_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("outbox", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client", "outbox", "seq"],
            ["checks.client", "checks.outbox", "checks.seq"],
            name=op.f("fk_check_entries_client_outbox_seq"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_entries")),
        sa.UniqueConstraint(
            "client",
            "outbox",
            "seq",
            "decision_id",
            "entry",
            name=op.f("uq_check_entries_client_outbox_seq_decision_id_entry"),
        ),
    )
    op.create_index("ix_check_entries_decision", "check_entries", ["client", "decision_id"], unique=False)
    op.create_index("ix_check_entries_entry", "check_entries", ["entry", "client"], unique=False)
    op.create_table(
        "acknowledgements",
        sa.Column("notice", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice"], ["check_entries.id"], name=op.f("fk_acknowledgements_notice")),
        sa.PrimaryKeyConstraint("notice", name=op.f("pk_acknowledgements")),
    )
    op.create_index(
        "ix_entries_confirmed",
        "entries",
        ["confirmed_at", "list", "determined_on", "is_person"],
        unique=False,
        sqlite_where=sa.text("confirmed_at IS NOT NULL"),
        postgresql_where=sa.text("confirmed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_entries_drafted",
        "entries",
        ["list", "determined_on", "is_person"],
        unique=False,
        sqlite_where=sa.text("state = 'drafted'"),
        postgresql_where=sa.text("state = 'drafted'"),
    )
    op.create_index(
        "ix_entries_recalled",
        "entries",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('revoked', 'corrected')"),
        postgresql_where=sa.text("state IN ('revoked', 'corrected')"),
    )
    op.create_index(
        "ix_entries_replaces",
        "entries",
        ["replaces"],
        unique=False,
        sqlite_where=sa.text("replaces IS NOT NULL"),
        postgresql_where=sa.text("replaces IS NOT NULL"),
    )
    op.create_index(
        "ix_outcomes_lifted",
        "outcomes",
        ["decision_id", "entry", "measure", "client"],
        unique=False,
        sqlite_where=sa.text("state = 'lifted'"),
        postgresql_where=sa.text("state = 'lifted'"),
    )
    op.create_index(op.f("ix_publications_published_at"), "publications", ["published_at"], unique=False)
    _fill()


def _fill() -> None:
    """Give checks that are there what later ones get at intake."""
    connection = op.get_bind()
    found = _CHECKS.select().where(_CHECKS.c.entries != "[]")
    key = (_CHECKS.c.client, _CHECKS.c.outbox, _CHECKS.c.seq)
    last: tuple[str, str, int] | None = None
    while True:
        page = found if last is None else found.where(sa.tuple_(*key) > sa.tuple_(*last))
        rows = connection.execute(page.order_by(*key).limit(_ROWS_AT_A_TIME)).all()
        if not rows:
            break
        last = (rows[-1].client, rows[-1].outbox, rows[-1].seq)
        for portion in _portions(
            {
                "client": row.client,
                "outbox": row.outbox,
                "seq": row.seq,
                "decision_id": row.decision_id,
                "subject_key": row.subject_key,
                "entry": entry,
            }
            for row in rows
            for entry in dict.fromkeys(json.loads(row.entries))
        ):
            connection.execute(_INSERT_ENTRY, portion)
        for portion in _portions(
            {
                "client": row.client,
                "decision_id": row.decision_id,
                "matter": row.matter,
                "case_ref": row.case_ref,
                "subject_key": row.subject_key,
                "entry": min(json.loads(row.entries)),
                "decided_on": _day(row.decided_at).isoformat(),
            }
            for row in rows
        ):
            connection.execute(_INSERT_AWAITED, portion)
    connection.execute(
        sa.text(
            "DELETE FROM awaited_outcomes WHERE EXISTS (SELECT 1 FROM outcomes WHERE"
            " outcomes.decision_id = awaited_outcomes.decision_id AND outcomes.client = awaited_outcomes.client)"
        )
    )


def _day(instant: str) -> date:
    return datetime.fromisoformat(instant).astimezone(_CHINA).date()


def _portions(rows: Iterable[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    left = iter(rows)
    while portion := list(islice(left, _ROWS_AT_A_TIME)):
        yield portion


_INSERT_ENTRY = sa.text(
    "INSERT INTO check_entries (client, outbox, seq, decision_id, subject_key, entry)"
    " VALUES (:client, :outbox, :seq, :decision_id, :subject_key, :entry)"
)
_INSERT_AWAITED = sa.text(
    "INSERT INTO awaited_outcomes (client, decision_id, matter, case_ref, subject_key, entry, decided_on)"
    " VALUES (:client, :decision_id, :matter, :case_ref, :subject_key, :entry, :decided_on)"
    " ON CONFLICT (client, decision_id) DO NOTHING"
)
