"""Moving the fictional province into a new gateway the way an office would: import, confirm, declare."""

import tempfile
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from credit_sdk.model.term import civil_day
from gateway.database.unit_of_work import unit_of_work
from gateway.demo.province import as_csv, rows
from gateway.intake.imports import import_file
from gateway.registry import coverage, determinations
from gateway.settings import GatewayHome


def populate(
    home: GatewayHome, engine: Engine, at: datetime, *, operator: str = "jingban", reviewer: str = "fuhe"
) -> int:
    """Put the fictional entries into force and declare every list of the law complete.

    Args:
        home: A gateway that has adopted the shipped law.
        engine: Its database.
        at: The instant of all of it.
        operator: Imports and declares (经办).
        reviewer: Confirms (复核).

    Returns:
        How many entries are in force.
    """
    on = civil_day(at)
    by_list: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows(on):
        by_list[row["list"]].append(row)
    published = 0
    with tempfile.TemporaryDirectory() as scratch:
        for list_id, lines in by_list.items():
            file = Path(scratch) / f"{list_id}.csv"
            file.write_bytes(as_csv(lines))
            batch = import_file(home, engine, file, list_id, by=operator, at=at).batch
            with unit_of_work(engine, at=at) as work:
                published += determinations.confirm(work, batch, by=reviewer).published
    with unit_of_work(engine, at=at) as work:
        for held in coverage.by_list(work.connection, on):
            coverage.declare(work, held.list, on, by=operator, confirmed_by=reviewer)
    return published
