"""Measures that systems still apply, and what the figures of the loop count. Older outcomes are filled in."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "applied_measures",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("outbox", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("determined_on", sa.Text(), nullable=False),
        sa.Column("term_from", sa.Text(), nullable=False),
        sa.Column("term_until", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client", "outbox", "seq"],
            ["outcomes.client", "outcomes.outbox", "outcomes.seq"],
            name=op.f("fk_applied_measures_client_outbox_seq"),
        ),
        sa.ForeignKeyConstraint(["entry"], ["entries.id"], name=op.f("fk_applied_measures_entry")),
        sa.PrimaryKeyConstraint("client", "outbox", "seq", name=op.f("pk_applied_measures")),
    )
    op.create_index("ix_applied_measures_decision", "applied_measures", ["client", "decision_id"], unique=False)
    op.create_index(
        "ix_applied_measures_ended",
        "applied_measures",
        ["client", "received_at", "state", "entry"],
        unique=False,
        sqlite_where=sa.text("state <> 'published'"),
        postgresql_where=sa.text("state <> 'published'"),
    )
    op.create_index("ix_applied_measures_entry", "applied_measures", ["entry", "client"], unique=False)
    op.create_index(
        "ix_applied_measures_pair",
        "applied_measures",
        ["list", "measure", "determined_on", "term_from", "client"],
        unique=False,
    )
    op.create_index("ix_applied_measures_term", "applied_measures", ["term_until", "client"], unique=False)
    op.create_index("ix_checks_verdict", "checks", ["client", "verdict", "subjects"], unique=False)
    op.create_index(
        "ix_outcomes_reason",
        "outcomes",
        ["reason", "client"],
        unique=False,
        sqlite_where=sa.text("state = 'not-applied'"),
        postgresql_where=sa.text("state = 'not-applied'"),
    )
    op.create_index("ix_outcomes_state", "outcomes", ["client", "state", "decision_id"], unique=False)
    op.create_index("ix_acts_act", "acts", ["act", "at"], unique=False)
    _fill()
    _follow()


def _fill() -> None:
    """Give outcomes that are there what later ones get at intake."""
    op.execute(
        "INSERT INTO applied_measures (client, outbox, seq, decision_id, entry, measure, list, received_at, state,"
        " determined_on, term_from, term_until)"
        " SELECT o.client, o.outbox, o.seq, o.decision_id, o.entry, o.measure, o.list, o.received_at, e.state,"
        " e.determined_on, e.term_from, e.term_until FROM outcomes o JOIN entries e ON e.id = o.entry"
        " WHERE o.state = 'applied' AND NOT EXISTS (SELECT 1 FROM outcomes l WHERE l.state = 'lifted'"
        " AND l.client = o.client AND l.decision_id = o.decision_id AND l.entry = o.entry AND l.measure = o.measure)"
    )


def _follow() -> None:
    """The state of an entry is carried over by the database, whatever moved it."""
    carried = "UPDATE applied_measures SET state = NEW.state WHERE entry = NEW.id"
    moved = "OLD.state <> NEW.state AND OLD.state <> 'drafted'"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION applied_measures_follow() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN {carried}; RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER applied_measures_follow AFTER UPDATE OF state ON entries "
            f"FOR EACH ROW WHEN ({moved}) EXECUTE FUNCTION applied_measures_follow()"
        )
    else:
        op.execute(
            "CREATE TRIGGER applied_measures_follow AFTER UPDATE OF state ON entries "
            f"FOR EACH ROW WHEN {moved} BEGIN {carried}; END"
        )
