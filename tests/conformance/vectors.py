"""Test vectors for other languages: `python -m tests.conformance.vectors` writes `tests/vectors/*.json` anew.

Everything is computed from fixed inputs, so that running it again changes nothing unless a format changed. Each file
says what stands in it. `docs/reference/receipts.md` and `docs/reference/formats.md` say what is to come out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.view import Coverage, Pace, State
from credit_sdk.model import canonical
from credit_sdk.model.finding import Principal
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.measure import Role
from credit_sdk.model.release import LIBRARY_VERSION
from credit_sdk.model.subject import Subject
from credit_sdk.publication import merkle, objects, records, tree
from credit_sdk.publication.merkle import Record
from credit_sdk.publication.proof import Proof, from_objects, prove
from credit_sdk.publication.receipt import written
from credit_sdk.testing.law import fictional_law
from tests.conformance.inputs import BEFORE_1970, CONTACT, DAY, ENTRY, LISTED, NOW, UNLISTED, WAIVER
from tests.conformance.issued import receipt_and_root
from tests.receipt_documents import plain

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


_PACE = Pace(fresh_s=300, aging_s=3600)


@dataclass(frozen=True)
class FixedView:
    """The lists of the decisions below."""

    catalogue: Catalogue | None
    origin: str = "credit.example/vectors"
    serial: int = 7
    map_root: str = "ab" * 32
    published_at: datetime | None = CONTACT
    contact_at: datetime | None = CONTACT
    expires_at: datetime | None = CONTACT + timedelta(days=1)
    pace: Pace = _PACE
    holds_persons: bool = False

    @property
    def coverage(self) -> Mapping[str, Coverage]:
        """Every list of the law, complete as of that day."""
        assert self.catalogue
        return {each.id: Coverage(DAY, 1) for each in self.catalogue.document.lists}

    @cached_property
    def state(self) -> State:
        """The same as checks look at it."""
        return State(
            origin=self.origin,
            serial=self.serial,
            map_root=self.map_root,
            published_at=self.published_at,
            contact_at=self.contact_at,
            expires_at=self.expires_at,
            pace=self.pace,
            catalogue=self.catalogue,
            coverage=self.coverage,
            holds_persons=self.holds_persons,
        )

    def record(self, subject: Subject) -> SubjectRecord | None:
        """One company is listed."""
        return SubjectRecord((ENTRY,)) if subject == LISTED else None


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
    """Records and their bytes; what is in them stands in `tests/conformance/inputs.py`."""
    return {
        "records": [
            {"name": name, "bytes": records.encode(record).hex(), "leaf_hash": _leaf(LISTED.key, record)}
            for name, record in RECORDS.items()
        ],
        "key_of_the_leaf_hashes": LISTED.key.hex(),
    }


def maps() -> Json:
    """Maps, their roots, their objects, and what they hold at some keys."""
    value, other = records.encode(SubjectRecord()), records.encode(SubjectRecord((ENTRY,)))
    low, near, high = _key(0b0000), _key(0b0001), _key(0b1000)
    hashed = sorted((sha256(b"%d" % number).digest(), value) for number in range(20))
    return {
        "maps": [
            _map("empty", [], {"absent, nothing there": low}),
            _map("one record", [(low, value)], {"present": low, "absent, another there": high}),
            _map("two halves", [(low, value), (high, other)], {"present": high, "absent, another there": near}),
            _map(
                "two neighbours below an empty half",
                [(low, value), (near, other)],
                {"present": low, "absent, nothing there": high, "absent, another there": low[:-1] + b"\x01"},
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


def decisions() -> Json:
    """Checks and the canonical JSON that answers them, on one law; `map_root` is made up."""
    law = fictional_law()
    view = FixedView(Catalogue.from_bytes(law))
    asked = [
        ("listed", LISTED, "procurement.award", (), None),
        ("not listed", UNLISTED, "procurement.award", (), "青采2026-17"),
        ("through a principal", UNLISTED, "company.officer", (Principal(LISTED, Role.LEGAL_REPRESENTATIVE),), None),
    ]
    found = []
    for number, (name, who, matter, beside, case) in enumerate(asked):
        id = f"019503d8-0000-7000-8000-{number:012d}"
        decision = evaluate(who, matter, DAY, view, NOW, principals=beside, case=case, decision_id=id)
        written_as = decision.to_json()
        found.append({"name": name, "text": written_as.decode(), "sha256": sha256(written_as).hexdigest()})
    return {"law_sha256": sha256(law).hexdigest(), "library_version": LIBRARY_VERSION, "decisions": found}


def receipt() -> Json:
    """A receipt, the trust root it is verified with, and what is in it; all of it in hex."""
    data, root = receipt_and_root()
    document = plain(data)
    return {"receipt": data.hex(), "root": root.hex(), "document_sha256": sha256(document).hexdigest()}


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
    about = (make.__doc__ or "").strip()
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
    }


def _sound(proof: Proof, root: str) -> Proof:
    proof.require(root)
    return proof


def _key(first_bits: int) -> bytes:
    return bytes([first_bits << 4]) + bytes(31)


def _leaf(key: bytes, record: SubjectRecord) -> str:
    return merkle.leaf_hash(key, records.encode(record)).hex()


def _digest(value: object) -> str:
    return sha256(canonical.dumps(value)).hexdigest()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in FILES:
        (FOLDER / f"{each}.json").write_text(rendered(each), encoding="utf-8")
