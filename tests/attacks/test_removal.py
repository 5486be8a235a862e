"""Power cuts while superseded files are removed: what is served stays whole, and nothing is left behind for ever."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from credit_sdk.publication import tree
from gateway.database.tables import superseded_files
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.publishing import superseded
from gateway.publishing.builder import StoredObjects
from gateway.publishing.chain import served
from gateway.publishing.reach import may_go, reached
from tests.key_office import Office, now
from tests.killing import finished, killed
from tests.real_gateway import RealGateway

SEED = 20261126
STRIKES = 4
_USUAL_S = 0.5


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    database = "" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    made = Office.make(tmp_path, database=database, companies=range(600))
    yield made
    made.close()


def grown_old(gateway: RealGateway) -> None:
    """Let what is superseded be of a month ago."""
    with unit_of_work(gateway.engine) as work:
        work.connection.execute(update(superseded_files).values(superseded_at=now() - timedelta(days=30)))


def require_served(gateway: RealGateway) -> None:
    """Whatever the publication that is served reaches is there, every object as its name says."""
    chain = served(gateway.folder)
    assert chain
    assert len(list(tree.walk(gateway.served().root, StoredObjects(gateway.folder)))) > 4
    assert all((gateway.folder.path / path).exists() for path in reached(gateway.folder, chain))


def test_kill_9_while_publishing_and_removing_leaves_what_is_served_whole(office: Office) -> None:
    dice, gateway, host, number = random.Random(SEED), office.gateway, office.host("host"), 600
    for turn in range(STRIKES):
        for _ in range(2):
            gateway.list_companies(range(number, number + 40))
            number += 40
            gateway.publisher.publish(now())
        grown_old(gateway)
        gateway.list_companies([number])
        number += 1
        command = ("publish", office.home.path) if turn % 2 else ("publications", "prune", office.home.path)
        killed(command, dice.uniform(0, _USUAL_S))
        require_served(gateway)
        assert host.sync().serial == gateway.served().serial
    host.close()
    assert finished("publish", office.home.path) == 0
    assert finished("publications", "prune", office.home.path) == 0
    grown_old(gateway)
    assert finished("publications", "prune", office.home.path) == 0
    require_served(gateway)
    chain = served(gateway.folder)
    assert chain
    assert {path for path in gateway.folder.paths() if may_go(path)} == reached(gateway.folder, chain)
    with reading(gateway.engine) as connection:
        assert superseded.number(connection) == 0
    assert office.host("newcomer").sync().serial == gateway.served().serial
