"""Maps that a publisher of ours would never make: signed, and laid out by hand."""

from hashlib import sha256

import msgspec

from credit_sdk.errors import IntegrityError
from credit_sdk.publication import objects, records, tree
from credit_sdk.publication.merkle import Record
from credit_sdk.testing.builders import subject
from tests.attacks.attack import Attack
from tests.attacks.stage import Stage, barred
from tests.replica_host import now


def _publish_a_map(stage: Stage, found: list[Record]) -> None:
    """A signed map whose one object is laid out by hand."""
    data = objects.LEAF_MAGIC + msgspec.msgpack.encode(found)
    name = sha256(data).hexdigest()
    stage.publisher.files[objects.path_of(name)] = objects.compress(data)
    stage.publish()
    assert stage.publisher.publication is not None
    forged = stage.publisher.publication.model_copy(update={"map_root": name, "pack": None, "shape": ()})
    stage.publisher.sign(forged.to_bytes(), now())


def _publish_records_that_are_none(stage: Stage) -> None:
    """A map whose records cannot be read would answer nothing."""
    stage.publish()
    assert stage.publisher.publication is not None
    built = tree.build([(key, b"no record") for key in _KEYS], ())
    stage.publisher.files.update(
        (objects.path_of(name), objects.compress(data)) for name, data in built.objects.items()
    )
    forged = stage.publisher.publication.model_copy(update={"map_root": built.root.name, "pack": None, "shape": ()})
    stage.publisher.sign(forged.to_bytes(), now())


_VALUE = records.encode(barred())
_KEYS = sorted([subject(1).key, subject(2).key])
_IN_ORDER = [(key, _VALUE) for key in _KEYS]

ATTACKS = (
    Attack("a map of records that are none", _publish_records_that_are_none, IntegrityError, "A record cannot be read"),
    Attack(
        "a map with a key twice",
        lambda stage: _publish_a_map(stage, [_IN_ORDER[0], *_IN_ORDER]),
        IntegrityError,
        "not sorted by key, each once",
    ),
    Attack(
        "a map with keys out of order",
        lambda stage: _publish_a_map(stage, _IN_ORDER[::-1]),
        IntegrityError,
        "not sorted by key, each once",
    ),
    Attack(
        "a map with a key that is none",
        lambda stage: _publish_a_map(stage, [(b"short", _VALUE)]),
        IntegrityError,
        "a key that is none",
    ),
)
