"""What tests of removal look at: the files there, those that are served, and the register of the superseded."""

from datetime import timedelta

from credit_sdk.publication import tree
from credit_sdk.publication.statement import Publication
from gateway.database.unit_of_work import reading
from gateway.publishing import superseded
from gateway.publishing.builder import StoredObjects
from gateway.publishing.chain import served
from gateway.publishing.reach import may_go, reached
from gateway.publishing.removal import Outlook, prune
from tests.real_gateway import NOW, RealGateway


class Stopped(BaseException):
    """What a power cut is to the process."""


def files(real: RealGateway) -> set[str]:
    """Every file of the kinds that go."""
    return {path for path in real.folder.paths() if may_go(path)}


def living(real: RealGateway) -> set[str]:
    """What the publication that is served reaches, found by reading every object of its map."""
    chain = served(real.folder)
    assert chain
    statement = Publication.from_bytes(chain.statement)
    found = {f"objects/{name[:2]}/{name}" for name, _ in tree.walk(statement.root, StoredObjects(real.folder))}
    return found | {path for path in reached(real.folder, chain) if not path.startswith("objects/") or "packs" in path}


def register(real: RealGateway) -> set[str]:
    """What is known to be superseded."""
    with reading(real.engine) as connection:
        return superseded.paths(connection)


def pruned(real: RealGateway, after: timedelta, *, is_trial: bool = False) -> Outlook:
    """What an operator's look at it comes to, so long after the beginning."""
    return prune(real.home, real.engine, NOW + after, is_trial=is_trial)


def changed(real: RealGateway, numbers: range, after_s: float) -> set[str]:
    """Publish a change; what it superseded."""
    before = files(real)
    real.list_companies(numbers)
    real.publish(after_s)
    return before - living(real)
