"""What a replica hands on is the map it was given, object by object."""

from pathlib import Path

import pytest

from credit_sdk.errors import IntegrityError
from credit_sdk.publication import objects, tree
from credit_sdk.publication.merkle import Node
from credit_sdk.replica.offering import StoredObjects
from credit_sdk.testing.builders import subject
from credit_sdk.testing.publisher import Publisher
from tests.replica_host import LAW, Host, ago, listed, many


class Served:
    """The objects as they were published."""

    def __init__(self, host: Host) -> None:
        self._files = host.publisher.files

    def read(self, name: str) -> bytes:
        return objects.decompress(self._files[objects.path_of(name)])


def offered(host: Host) -> list[tuple[str, bytes]]:
    publication = host.replica.publication
    assert publication
    with host.replica.view() as view:
        return list(StoredObjects(view).walk(publication.root))


@pytest.mark.parametrize("count", [0, 1, 700])
def test_hands_on_the_objects_that_were_published(tmp_path: Path, count: int) -> None:
    host = Host.at(tmp_path, Publisher(LAW, many(count)))
    host.publisher.publish(ago(minutes=10))
    host.serve()
    host.sync()
    publication = host.replica.publication
    assert publication
    assert offered(host) == list(tree.walk(publication.root, Served(host)))
    host.publisher.records[subject(17)] = listed(17, entries=2)
    host.publisher.publish(ago(minutes=5))
    host.serve()
    host.sync()
    publication = host.replica.publication
    assert publication
    assert offered(host) == list(tree.walk(publication.root, Served(host)))
    host.replica.close()


def test_hands_on_nothing_that_is_not_what_was_signed(tmp_path: Path) -> None:
    host = Host.at(tmp_path, Publisher(LAW, many(30)))
    host.publisher.publish(ago(minutes=10))
    host.serve()
    host.sync()
    publication = host.replica.publication
    assert publication
    other = Node(publication.root.extent, bytes(32))
    with host.replica.view() as view, pytest.raises(IntegrityError, match="does not match the hash"):
        list(StoredObjects(view).walk(other))
    host.replica.close()
