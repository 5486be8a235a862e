"""The test vectors are what the code computes today, and what the rules in the documents give without it."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
import time_machine

from credit_sdk import Verdict
from credit_sdk.errors import IntegrityError
from credit_sdk.model import canonical
from credit_sdk.trust.verification import examine
from tests.conformance import vectors, verifier
from tests.receipt_documents import plain


@pytest.mark.parametrize("name", vectors.FILES)
def test_the_vectors_are_current(name: str) -> None:
    held, computed = stated(name), json.loads(vectors.rendered(name))
    # Another zlib may compress otherwise; what is in it is the same.
    for each in (held, computed):
        each.pop("receipt", None)
    assert held == computed, "renew them: python -m tests.conformance.vectors"


def test_there_is_no_other_file() -> None:
    assert {path.stem for path in vectors.FOLDER.iterdir()} == set(vectors.FILES)


def stated(name: str) -> verifier.Json:
    found: verifier.Json = json.loads((vectors.FOLDER / f"{name}.json").read_text("utf-8"))
    return found


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def test_canonical_bytes_are_those_of_an_independent_writer() -> None:
    for each in stated("canonical-json")["values"]:
        data = verifier.canonical(each["value"])
        assert data.decode() == each["text"]
        assert verifier.digest(data) == each["sha256"]
    for text in stated("canonical-json")["refused"]:
        with pytest.raises(IntegrityError):
            canonical.loads(text.encode())


def test_keys_follow_from_the_rule() -> None:
    for each in stated("subject-keys")["keys"]:
        assert verifier.digest(f"subject\0{each['scheme']}\0{each['code']}".encode()) == each["key"]


def test_leaf_hashes_follow_from_the_rule() -> None:
    found = stated("records")
    key = bytes.fromhex(found["key_of_the_leaf_hashes"])
    for each in found["records"]:
        assert sha256(b"\0" + key + sha256(bytes.fromhex(each["bytes"]))).hex() == each["leaf_hash"]


def test_the_receipt_verifies_for_both_whatever_the_year() -> None:
    found = stated("receipt")
    receipt, root = (bytes.fromhex(found[name]) for name in ("receipt", "root"))
    assert verifier.digest(plain(receipt)) == found["document_sha256"]
    for year in (2026, 2060):
        with time_machine.travel(datetime(year, 7, 1, tzinfo=UTC), tick=False):
            believed = verifier.verify(receipt, root)
            held = examine(receipt, root)
        assert verifier.canonical(believed["decision"]) == held.decision.to_json()
        assert held.decision.verdict is Verdict.DENY


def root(leaves: Sequence[tuple[str, bytes]], depth: int = 0) -> bytes:
    """The definition of the map's root, word for word; keys are texts of 256 bits."""
    if len(leaves) < 2:
        return leaves[0][1] if leaves else bytes(32)
    halves = [[each for each in leaves if each[0][depth] == bit] for bit in "01"]
    return sha256(b"\1" + root(halves[0], depth + 1) + root(halves[1], depth + 1))


def test_roots_and_proofs_follow_from_the_rule() -> None:
    ways = set()
    for each in stated("maps")["maps"]:
        held = {record["key"]: record["value"] for record in each["records"]}
        leaves = [
            (f"{int(key, 16):0256b}", sha256(b"\0" + bytes.fromhex(key) + sha256(bytes.fromhex(value))))
            for key, value in held.items()
        ]
        assert root(leaves).hex() == each["root"]
        for proof in each["proofs"]:
            assert verifier.proved_root(proof) == each["root"]
            assert proof["record"] == held.get(proof["key"])
            ways.add((proof["record"] is not None, proof["neighbour"] is not None))
    assert ways == {(True, False), (False, True), (False, False)}


def test_decisions_are_canonical() -> None:
    for each in stated("decisions")["decisions"]:
        assert verifier.canonical(json.loads(each["text"])).decode() == each["text"]
        assert verifier.digest(each["text"].encode()) == each["sha256"]
