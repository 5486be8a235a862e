"""Test vectors for other languages: `python -m tests.conformance.vectors` writes `tests/vectors/*.json` anew.

Everything is computed from fixed inputs, so that running it again changes nothing unless a format changed. Each file
says what stands in it. `docs/reference/receipts.md`, `formats.md` and `decisions.md` beside it say
what is to come out.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from credit_sdk.model import canonical
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.publication import merkle, objects, records, tree
from credit_sdk.publication.merkle import Record
from credit_sdk.publication.proof import Proof, from_objects, prove
from credit_sdk.publication.receipt import written
from tests.conformance.deciding import decisions
from tests.conformance.inputs import BEFORE_1970, ENTRY, LISTED, WAIVER
from tests.conformance.issued import receipts_and_roots
from tests.conformance.lies import lies, refused
from tests.receipt_documents import Document, document, part, plain

FOLDER = Path(__file__).parents[1] / "vectors"

Json = Mapping[str, object]

RECORDS = {
    "no entries": SubjectRecord(),
    "one entry": SubjectRecord((ENTRY,)),
    "entries and a waiver, sorted": SubjectRecord((ENTRY, BEFORE_1970), (WAIVER,)),
}
VALUES: Mapping[str, object] = {
    "empty object": {},
    "keys by code point": {"b": 1, "a": 2, "名单": 3, "A": 4, "é": 5, "\U00020000": 6, "\uff00": 7},
    "escapes": ['"', "\\", "\b\f\n\r\t", "\u0000\u001f", "/", "\u007f", "\u2028", "é", "名单", "\U0001f600"],
    "numbers": [0, -1, 2**53 - 1, -(2**53 - 1)],
    "nesting": {"a": [[], {}, [None, True, False]]},
}
NOT_CANONICAL = ['{"a": 1}', '{"b":1,"a":2}', '{"a":1,"a":1}', '"\\u0041"', '"\\/"', "1.0", "1e1", "-0", "[1]\n", "NaN"]


def canonical_json() -> Json:
    """Values and their canonical bytes, and bytes that are refused."""
    return {
        "values": [
            {"name": name, "value": value, "text": canonical.dumps(value).decode(), "sha256": _digest(value)}
            for name, value in VALUES.items()
        ],
        "refused": NOT_CANONICAL,
    }


def subject_keys() -> Json:
    """Keys in the map."""
    codes = ("916301007105500078", "91630000MA7EXAMP4Y", LISTED.code, "71055000-7")
    parsed = [Subject.parse(code) for code in codes]
    return {"keys": [{"scheme": each.scheme, "code": each.code, "key": each.key.hex()} for each in parsed]}


def record_bytes() -> Json:
    """Records: the arrays they are (byte strings in hex), their MessagePack bytes, and their leaf hashes at one key."""
    found = []
    for name, record in RECORDS.items():
        data = records.encode(record)
        arrays = _in_hex(msgspec.msgpack.decode(data))
        leaf = merkle.leaf_hash(LISTED.key, data).hex()
        found.append({"name": name, "arrays": arrays, "bytes": data.hex(), "leaf_hash": leaf})
    return {"records": found, "key_of_the_leaf_hashes": LISTED.key.hex()}


def maps() -> Json:
    """Maps, their roots, their objects, what they hold at some keys, and what looks like a proof of it and is none."""
    value, other = records.encode(SubjectRecord()), records.encode(SubjectRecord((ENTRY,)))
    low, near, high = _key(0b0000), _key(0b0001), _key(0b1000)
    beside = low[:-1] + b"\x01"
    hashed = sorted((sha256(b"%d" % number).digest(), value) for number in range(20))
    return {
        "maps": [
            _map("empty", [], {"absent, nothing there": low}),
            _map("one record", [(low, value)], {"present": low, "absent, another there": high}),
            _map("two halves", [(low, value), (high, other)], {"present": high, "absent, another there": near}),
            _map(
                "two neighbours below an empty half",
                [(low, value), (near, other)],
                {"present": low, "absent, nothing there": high, "absent, another there": beside},
            ),
            _map(
                "two keys that differ in the last bit alone",
                [(low, value), (beside, other)],
                {"present": beside},
            ),
            _map(
                "twenty records",
                hashed,
                {
                    "present": hashed[7][0],
                    "absent": sha256(b"not there").digest(),
                    "absent beside a record": hashed[3][0][:-1] + bytes([hashed[3][0][-1] ^ 1]),
                },
            ),
        ]
    }


def receipt() -> Json:
    """Receipts, the roots they are verified with, and changes of what is in them, sealed anew, that are refused.

    ``root`` is the first one; all binary is hex. A change sets what stands at ``path`` in the evidence of the receipt.
    """
    receipts, roots = receipts_and_roots()
    found = []
    for name, data in receipts.items():
        law, evidence = plain(data).split(b"\n")
        held = document(data)
        present = {str(proof["key"]): proof["record"] is not None for proof in _proofs(held)}
        found.append(
            {
                "name": name,
                "receipt": data.hex(),
                "law_sha256": sha256(law).hexdigest(),
                "evidence_sha256": sha256(evidence).hexdigest(),
                "decision_sha256": _digest(held["decision"]),
                "verdict": part(held, "decision")["verdict"],
                "present": present,
            }
        )
    spoiled = [{"name": name, "of": of, "path": path, "value": value} for name, of, path, value in refused(receipts)]
    return {
        "root": roots[0].hex(),
        "later_roots": [each.hex() for each in roots[1:]],
        "receipts": found,
        "refused": spoiled,
    }


FILES = {
    "canonical-json": canonical_json,
    "subject-keys": subject_keys,
    "records": record_bytes,
    "maps": maps,
    "decisions": decisions,
    "receipt": receipt,
}


def rendered(name: str) -> str:
    """A file of vectors as it should stand in the folder."""
    make = FILES[name]
    about = " ".join((make.__doc__ or "").split())
    return json.dumps({"about": about, **make()}, ensure_ascii=False, indent=1) + "\n"


class _Objects:
    def __init__(self, held: Mapping[str, bytes]) -> None:
        self._held = held

    def read(self, name: str) -> bytes:
        return self._held[name]


def _map(name: str, held: list[Record], asked: Mapping[str, bytes]) -> Json:
    built = tree.build(held, (1, 2))
    proofs = {what: prove(key, built.root, from_objects(_Objects(built.objects))) for what, key in asked.items()}
    return {
        "name": name,
        "records": [{"key": key.hex(), "value": value.hex()} for key, value in held],
        "root": built.root.name,
        "shape": [1, 2],
        "objects": {each: built.objects[each].hex() for each in sorted(built.objects)},
        "leaf_object": objects.encode_leaf(held).hex(),
        "proofs": [{"name": what, **written(_sound(proof, built.root.name))} for what, proof in proofs.items()],
        "refused": [lie for proof in proofs.values() for lie in lies(written(proof))],
    }


def _sound(proof: Proof, root: str) -> Proof:
    proof.require(root)
    return proof


def _key(first_bits: int) -> bytes:
    return bytes([first_bits << 4]) + bytes(31)


def _in_hex(value: object) -> object:
    if isinstance(value, list):
        return [_in_hex(each) for each in value]
    return value.hex() if isinstance(value, bytes) else value


def _proofs(found: Document) -> list[Document]:
    proofs = found["proofs"]
    assert isinstance(proofs, list)
    return proofs


def _digest(value: object) -> str:
    return sha256(canonical.dumps(value)).hexdigest()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in FILES:
        (FOLDER / f"{each}.json").write_text(rendered(each), encoding="utf-8")
