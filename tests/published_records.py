"""What a publication of the real gateway holds, read as a stranger would."""

from credit_sdk.publication import tree
from credit_sdk.publication.objects import Leaf, decode
from credit_sdk.publication.statement import Publication
from gateway.publishing.builder import StoredObjects
from tests.real_gateway import RealGateway


def published(real: RealGateway, statement: Publication) -> dict[bytes, bytes]:
    """Every record of a publication, read and verified from its objects."""
    found: dict[bytes, bytes] = {}
    for _, data in tree.walk(statement.root, StoredObjects(real.folder)):
        held = decode(data)
        if isinstance(held, Leaf):
            found.update(held.records)
    return found
