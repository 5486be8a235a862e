"""``ledger …``: proving that what was done was not edited afterwards (台账)."""

from pathlib import Path

import click

from gateway.commands.terminal import AS_JSON, HOME, answer, desk
from gateway.database.unit_of_work import reading
from gateway.ledger.verify import verify as verify_ledger


@click.group()
def ledger() -> None:
    """台账 / The ledger."""


@ledger.command()
@HOME
@AS_JSON
def verify(home: Path, *, as_json: bool) -> None:
    """核验台账：任何一行被改动或删除都会指出。

    Recompute the whole chain; names the first row that was edited or removed.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        standing = verify_ledger(connection)
    answer(
        {"verified": True, "rows": standing.rows, "digest": standing.digest},
        [f"台账完好，共 {standing.rows} 行 / verified", f"末行摘要 / digest of the last row: {standing.digest}"],
        as_json=as_json,
    )
