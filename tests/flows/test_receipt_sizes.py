"""A receipt of one subject among a million has at most 8 kB besides the law text, also after keys were replaced."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from credit_sdk.client.clock import now_utc
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.publication import records, tree
from credit_sdk.publication.proof import Proof, from_objects, prove
from credit_sdk.publication.receipt import Receipt
from credit_sdk.publication.shape import choose_shape
from credit_sdk.replica.store import Replica
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.testing.publisher import Publisher
from gateway.drafting.adoption import compile_law
from tests.receipt_case import Case
from tests.receipt_documents import besides_law

LISTED, UNLISTED = subject(1), subject(2)
AWARD = "procurement.award"
LIMIT_BYTES = 8192


@cache
def shipped_law() -> bytes:
    return compile_law(Path(__file__).parents[2] / "gateway" / "law").to_bytes()


@contextmanager
def shipped_case(folder: Path) -> Iterator[Case]:
    """The shipped law, two of three root keys, and two people for the law."""
    folder.mkdir(exist_ok=True)
    with FakeGateway(catalogue=shipped_law()) as gateway:
        publisher = gateway.publisher
        publisher.root_threshold = publisher.catalogue_threshold = 2
        for role, count in (("root", 3), ("catalogue", 2)):
            publisher.signers[role] = [CryptoSigner.generate_ed25519() for _ in range(count)]
        gateway.list(LISTED, "judgment-defaulter", fact="有履行能力而拒不履行生效法律文书确定的义务" * 4)
        gateway.publish()
        client = gateway.open_client(folder / "home")
        root = folder / "root.json"
        root.write_bytes(publisher.trust_root)
        with Replica.open(folder / "home") as replica:
            yield Case(gateway, folder / "home", client, replica, root)


@pytest.fixture
def shipped(tmp_path: Path) -> Iterator[Case]:
    with shipped_case(tmp_path / "shipped") as case:
        yield case


def replace_one_root_key(publisher: Publisher) -> None:
    before, signers = list(publisher.signers["root"]), publisher.signers["root"]
    signers[publisher.versions["root"] % len(signers)] = CryptoSigner.generate_ed25519()
    publisher._sign_root(now_utc(), before)


def replace_keys(*roles: str) -> Callable[[Publisher], None]:
    return lambda publisher: publisher.rotate_root(now_utc(), roles=roles)


ONLINE = ("timestamp", "snapshot", "targets")
MOST = {"online keys": 10, "one of three root keys": 10, "all three root keys": 5, "every key there is": 4}
"""How often keys can have been replaced, at least, before a receipt grows over its limit."""

ROTATIONS = {
    "online keys": replace_keys(*ONLINE),
    "one of three root keys": replace_one_root_key,
    "all three root keys": replace_keys("root"),
    "every key there is": replace_keys("root", "catalogue", *ONLINE),
}


def sizes(
    case: Case, proofs: Mapping[bytes, Proof], rotation: str, counts: Iterable[int]
) -> Iterator[tuple[int, int, int]]:
    """Rotations so far, and the bytes besides the law of the larger of two receipts with proofs from another map."""
    publisher, done = case.gateway.publisher, 0
    for count in counts:
        while done < count:
            ROTATIONS[rotation](publisher)
            done += 1
        case.gateway.publish()
        made = []
        for who in (LISTED, UNLISTED):
            whole = Receipt.from_bytes(case.receipt(case.client.check(who, AWARD, case="青采2026-17")))
            made.append(replace(whole, proofs=(proofs[who.key],)).to_bytes())
        yield count, max(besides_law(data) for data in made), max(len(data) for data in made)


def proofs_among(count: int, value: bytes) -> Mapping[bytes, Proof]:
    """That one is listed and the other is not, in a map of so many records that was built."""
    filler = records.encode(SubjectRecord())
    held = {sha256(b"%d" % number).digest(): filler for number in range(count - 1)}
    held[LISTED.key] = value
    built = tree.build(sorted(held.items()), choose_shape(count))

    class Store:
        def read(self, name: str) -> bytes:
            return built.objects[name]

    found = {key: prove(key, built.root, from_objects(Store())) for key in (LISTED.key, UNLISTED.key)}
    for proof in found.values():
        proof.require(built.root.name)
    return found


def listed_value(case: Case) -> bytes:
    value = Receipt.from_bytes(case.receipt(case.client.check(LISTED, AWARD))).proofs[0].value
    assert value is not None
    return value


@pytest.mark.parametrize(("rotation", "count"), MOST.items())
def test_what_counts_besides_the_law_stays_small_however_often_keys_are_replaced(
    shipped: Case, rotation: str, count: int
) -> None:
    proofs = proofs_among(4096, listed_value(shipped))
    # Twice as many records are one step more: 12 among four thousand, 20 among a million; eight more for a key that has
    # a close neighbour there.
    longer = tuple(sha256(bytes([number])).digest() for number in range(8 + 8))
    among_a_million = {key: replace(each, siblings=each.siblings + longer) for key, each in proofs.items()}
    [(_, besides, whole)] = sizes(shipped, among_a_million, rotation, [count])
    assert besides <= LIMIT_BYTES
    # The law text comes on top: the shipped law of 180 kB in less than a sixth of that.
    assert whole - besides <= 180_000 / 6


def test_only_the_first_rotation_of_online_keys_adds_to_a_receipt(shipped: Case) -> None:
    proofs = proofs_among(64, listed_value(shipped))
    never, once, *later = (besides for _, besides, _ in sizes(shipped, proofs, "online keys", (0, 1, 3, 6)))
    # Keys and signatures are drawn anew each time, and pack to a few bytes more or less.
    assert max(once, *later) - min(once, *later) < (once - never) / 10


@pytest.mark.soak
def test_a_receipt_among_a_million_is_small(shipped: Case, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    proofs = proofs_among(1_000_000, listed_value(shipped))
    assert max(len(proof.siblings) for proof in proofs.values()) <= 40
    with capsys.disabled():
        print(f"\nreceipts among 1,000,000 records, {[len(each.siblings) for each in proofs.values()]} steps")
        for number, rotation in enumerate(ROTATIONS):
            with shipped_case(tmp_path / str(number)) as case:
                for count, besides, whole in sizes(case, proofs, rotation, (0, 1, 3, 5, 10)):
                    print(f"{rotation}, {count} times: {besides:,} bytes besides the law, {whole:,} in all")
                    assert besides <= LIMIT_BYTES or count > MOST[rotation]
