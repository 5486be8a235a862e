"""The test vectors in `docs/reference/formats.md` are what the code computes, so that others may build on them."""

import json
from datetime import date
from hashlib import sha256

from credit_sdk.model import canonical
from credit_sdk.model.listing import Entry, Severity, SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import Term
from credit_sdk.publication import merkle, objects, records, tree
from tests.docs import markdown

PAGE = markdown.REFERENCE / "formats.md"
CODES = ("916301007105500078", "91630000MA7EXAMP4Y")
ENTRY = Entry(
    id="e-1",
    list="judgment-defaulter",
    severity=Severity.SERIOUS,
    authority="虚构市中级人民法院",
    authority_code="",
    document_no="（2026）虚0101执1号",
    determined_on=date(2026, 1, 5),
    term=Term(date(2026, 1, 5)),
    fact="有履行能力而拒不履行",
    fact_digest=sha256("有履行能力而拒不履行".encode()).digest(),
    fields={"fine_yuan": 2_000_000, "kinds": ("罚款", "警告")},
)


def computed() -> dict[str, object]:
    keys = {code: Subject.parse(code).key for code in CODES}
    record = records.encode(SubjectRecord((ENTRY,)))
    nothing = records.encode(SubjectRecord())
    held = sorted([(keys[CODES[0]], record), (keys[CODES[1]], nothing)])
    value = {"名单": [], "a": "é\n", "A": None, "b": [2**53 - 1, True]}
    leaf_object = objects.encode_leaf(held)
    inner = tree.build(held, (1,))
    return {
        "canonical_json": canonical.dumps(value).decode(),
        "subject_keys": {code: key.hex() for code, key in keys.items()},
        "record": record.hex(),
        "record_without_entries": nothing.hex(),
        "leaf_hashes": {key.hex(): merkle.leaf_hash(key, stored).hex() for key, stored in held},
        "map_root": merkle.subtree(held, 0).name,
        "leaf_object": leaf_object.hex(),
        "inner_object_of_one_bit": inner.objects[inner.root.name].hex(),
    }


def test_the_page_states_what_the_code_computes() -> None:
    (block,) = markdown.blocks([PAGE], "json")
    assert json.loads(block.text) == computed()


def test_the_vectors_agree_with_the_rules_on_the_page() -> None:
    """Once more, from the words on the page alone."""

    def digest(data: bytes) -> bytes:
        return sha256(data).digest()

    (block,) = markdown.blocks([PAGE], "json")
    vectors = json.loads(block.text)
    for code, key in vectors["subject_keys"].items():
        assert digest(b"subject\0uscc\0" + code.encode()).hex() == key
    keys = [bytes.fromhex(vectors["subject_keys"][code]) for code in CODES]
    values = [bytes.fromhex(vectors[name]) for name in ("record", "record_without_entries")]
    leaves = {key: digest(b"\0" + key + digest(value)) for key, value in zip(keys, values, strict=True)}
    assert {key.hex(): leaf.hex() for key, leaf in leaves.items()} == vectors["leaf_hashes"]

    def root(held: list[bytes], depth: int) -> bytes:
        if len(held) < 2:
            return leaves[held[0]] if held else bytes(32)
        halves = [[key for key in held if int.from_bytes(key) >> (255 - depth) & 1 == bit] for bit in (0, 1)]
        return digest(b"\1" + root(halves[0], depth + 1) + root(halves[1], depth + 1))

    assert root(keys, 0).hex() == vectors["map_root"]
