"""The test vectors are what the code computes today, and what the rules in the documents give without it."""

import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

import msgspec
import pytest
import time_machine
from pydantic import ValidationError

from credit_sdk import CreditError, Verdict
from credit_sdk.errors import IntegrityError
from credit_sdk.model import canonical
from credit_sdk.publication import receipt
from credit_sdk.trust.verification import examine
from tests.conformance import deciding, vectors, verifier
from tests.conformance.lies import DECIDED_ANEW
from tests.receipt_documents import Document, changed, part, plain


@pytest.mark.parametrize("name", vectors.FILES)
def test_the_vectors_are_current(name: str) -> None:
    held, computed = stated(name), json.loads(vectors.rendered(name))
    # Another liblzma may compress otherwise; what is in it is the same, and stands beside it by its hash.
    for each in [*held.get("receipts", ()), *computed.get("receipts", ())]:
        each.pop("receipt")
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


def test_records_are_their_arrays() -> None:
    def packed(value: object) -> object:
        """Fact digests are the only byte strings."""
        if isinstance(value, list):
            return [packed(each) for each in value]
        return bytes.fromhex(value) if isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) else value

    for each in stated("records")["records"]:
        assert msgspec.msgpack.encode(packed(each["arrays"])).hex() == each["bytes"]


def test_the_receipts_verify_for_both_whatever_the_year() -> None:
    found = stated("receipt")
    root, later = bytes.fromhex(found["root"]), [bytes.fromhex(each) for each in found["later_roots"]]
    for each in found["receipts"]:
        data = bytes.fromhex(each["receipt"])
        law, evidence = plain(data).split(b"\n")
        assert (verifier.digest(law), verifier.digest(evidence)) == (each["law_sha256"], each["evidence_sha256"])
        for year in (2026, 2060):
            with time_machine.travel(datetime(year, 7, 1, tzinfo=UTC), tick=False):
                for pinned in (root, *later):
                    believed, held = verifier.verify(data, pinned), examine(data, pinned)
                    assert verifier.canonical(believed["decision"]) == held.decision.to_json()
                    assert believed["present"] == held.present == each["present"]
                    assert held.digest == each["decision_sha256"]
                    assert held.decision.verdict == each["verdict"]
    assert {each["verdict"] for each in found["receipts"]} == {"DENY", "CLEAR"}
    assert {shape for each in found["receipts"] for shape in each["present"].values()} == {True, False}


@pytest.mark.parametrize("number", range(len(json.loads(vectors.rendered("receipt"))["refused"])))
def test_what_must_be_refused_is_refused_by_both(number: int) -> None:
    found = stated("receipt")
    spoiled = found["refused"][number]
    [of] = [each for each in found["receipts"] if each["name"] == spoiled["of"]]

    def change(document: Document) -> None:
        *way, last = spoiled["path"]
        part(document, *way)[last] = spoiled["value"]

    data, root = changed(bytes.fromhex(of["receipt"]), change), bytes.fromhex(found["root"])
    with pytest.raises(CreditError):
        examine(data, root)
    if spoiled["name"] == DECIDED_ANEW:
        verifier.verify(data, root)
    else:
        with pytest.raises((verifier.Refused, KeyError)):
            verifier.verify(data, root)


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


def test_what_is_no_proof_is_refused_by_both() -> None:
    names = set()
    for each in stated("maps")["maps"]:
        for lie in each["refused"]:
            name = lie.pop("name")
            names.add(name)
            with suppress(verifier.Refused):
                assert verifier.proved_root(lie) != each["root"], name
            with pytest.raises((IntegrityError, ValidationError)):
                receipt._read(receipt._Proof.model_validate(lie)).require(each["root"])
    assert {"more steps than bits", "the neighbour's own key, cut after 33", "the neighbour is the key itself"} <= names


def test_decisions_follow_from_what_stands_in_the_file() -> None:
    found = stated("decisions")
    assert {name: verifier.digest(verifier.canonical(law)) for name, law in found["laws"].items()} == found[
        "law_sha256"
    ]
    for answer, questions in ((deciding.answer, "decisions"), (deciding.answer_for_group, "groups")):
        for each in found[questions]:
            assert answer(found, each["asked"]).decode() == each["text"]
            assert json.loads(each["text"])["verdict"] == each["verdict"]
            assert verifier.canonical(json.loads(each["text"])).decode() == each["text"]
            assert verifier.digest(each["text"].encode()) == each["sha256"]
        assert {each["verdict"] for each in found[questions]} == set(Verdict)
