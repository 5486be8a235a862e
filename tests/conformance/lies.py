"""What looks like a proof or a receipt and is none: vectors of what a verifier must refuse."""

import copy
from collections.abc import Iterator, Mapping, Sequence

from credit_sdk.publication.merkle import KEY_BITS
from tests.receipt_documents import Document, document, part

Path = Sequence[str | int]
Change = tuple[str, str, Path, object]
ZEROS = "00" * 32
DECIDED_ANEW = "another verdict, refused by deciding anew"
"""The one change that a verifier without law does not notice."""


def lies(proof: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Changes of a proof that leave it no proof for its map, each with its name."""
    key, steps, record = str(proof["key"]), list(_texts(proof["siblings"])), proof["record"]
    other = proof["neighbour"]

    def lie(name: str, **changed: object) -> Mapping[str, object]:
        return {**copy.deepcopy(dict(proof)), **changed, "name": name}

    if len(steps) == KEY_BITS:
        yield lie("more steps than bits", siblings=[*steps, "11" * 32])
        return
    yield lie("a half more, and empty", siblings=[*steps, ZEROS])
    yield lie("a key of another length", key=key[:-2])
    yield lie("in capitals", key=key[:-2] + "AB")
    if steps:
        yield lie("a step left out", siblings=steps[:-1])
    if len(set(steps)) > 1:
        yield lie("steps from the leaf upwards", siblings=steps[::-1])
    if record is not None:
        yield lie("a record left out", record=None)
        yield lie("another record", record="929091")
        yield lie("a record and a neighbour", neighbour={"key": ZEROS, "value_digest": ZEROS})
    else:
        yield lie("a record made up", record="929090", neighbour=None)
    if isinstance(other, dict):
        whole = str(other["key"]) + str(other["value_digest"])
        yield lie("a neighbour left out", neighbour=None)
        for cut in (62, 66):
            # The same bytes are hashed: without a look at the lengths, what is there would be proved absent.
            yield lie(f"a neighbour cut after {cut // 2} bytes", neighbour=_cut(whole, cut))
            yield lie(f"the neighbour's own key, cut after {cut // 2}", key=other["key"], neighbour=_cut(whole, cut))
        yield lie("the neighbour is the key itself", key=other["key"])


def refused(receipts: Mapping[str, bytes]) -> Iterator[Change]:
    """Changes of what is in a receipt: name, of which receipt, where in its evidence, and what is put there."""
    listed, absent = document(receipts["listed"]), document(receipts["not listed"])
    roots, proofs, signatures = (
        _list(listed["roots"]),
        _list(listed["proofs"]),
        _list(part(listed, "timestamp")["signatures"]),
    )
    signature = str(signatures[0]["sig"])
    changes: Sequence[tuple[str, Path, object]] = (
        ("another format", ["format"], "credit-receipt/2"),
        ("no roots", ["roots"], []),
        ("the root that replaced the root's keys left out", ["roots"], roots[1:]),
        ("roots turned round", ["roots"], roots[::-1]),
        ("a root twice", ["roots"], [roots[0], *roots]),
        ("a root that ends later", ["roots", 0, "signed", "expires"], "2050-01-01T00:00:00Z"),
        ("a signature of a root left out", ["roots", 0, "signatures"], _list(roots[0]["signatures"])[1:]),
        ("a timestamp without a signature", ["timestamp", "signatures"], []),
        ("the signature twice", ["timestamp", "signatures"], [*signatures, *signatures]),
        ("the signature in capitals", ["timestamp", "signatures", 0, "sig"], signature.upper()),
        ("another instant", ["timestamp", "signed", "x-credit-signed-at"], "2020-01-01T00:00:00Z"),
        ("something beside what is signed", ["timestamp", "beside"], 1),
        ("another snapshot", ["files", "snapshot"], "{}"),
        ("another spelling of the targets", ["files", "targets"], str(part(listed, "files")["targets"]) + "\n"),
        ("another delegation", ["files", "catalogue"], "{}"),
        ("another root of the map", ["publication", "map_root"], ZEROS),
        ("another serial", ["publication", "serial"], 9),
        ("the record left out", ["proofs", 0, "record"], None),
        ("another record", ["proofs", 0, "record"], "929090"),
        ("no steps", ["proofs", 0, "siblings"], []),
        ("the absence of another company", ["proofs"], _list(absent["proofs"])),
        ("a proof twice", ["proofs"], [*proofs, *proofs]),
        ("a decision on another serial", ["decision", "evidence", "serial"], 9),
        ("a decision on another law", ["decision", "evidence", "catalogue_digest"], ZEROS),
        ("a decision at another contact", ["decision", "evidence", "contact_at"], "2020-01-01T00:00:00Z"),
        ("about another company", ["decision", "subject"], part(absent, "decision")["subject"]),
        (DECIDED_ANEW, ["decision", "verdict"], "CLEAR"),
    )
    for name, path, value in changes:
        yield name, "listed", path, value


def _cut(whole: str, at: int) -> Mapping[str, str]:
    return {"key": whole[:at], "value_digest": whole[at:]}


def _texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return value


def _list(value: object) -> list[Document]:
    assert isinstance(value, list)
    return value
