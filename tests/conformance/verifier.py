"""An independent verifier of receipts, from `docs/reference/receipts.md` alone: `python verifier.py RECEIPT ROOT_JSON`.

It follows the signatures to lists and law, and the proofs to the root of the map. It knows no law and decides nothing.
"""

import hashlib
import json
import lzma
import re
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Json = dict[str, Any]


class Refused(Exception):  # noqa: N818 - it says what happened
    """The receipt must not be believed."""


def require(holds: object, complaint: str) -> None:
    if not holds:
        raise Refused(complaint)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: object) -> bytes:
    """Canonical JSON: what is hashed. Metadata holds no control characters, so its own canonical form is the same."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def signers(root: Json, metadata: Json, name: str) -> set[str]:
    """Whose signatures hold; fewer than the threshold of the role are refused."""
    payload, role, good = canonical(metadata["signed"]), root["roles"][name], set()
    for each in metadata["signatures"]:
        if each["keyid"] in role["keyids"] and root["keys"][each["keyid"]]["scheme"] == "ed25519":
            public = bytes.fromhex(root["keys"][each["keyid"]]["keyval"]["public"])
            with suppress(InvalidSignature):
                Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(each["sig"]), payload)
                good.add(each["keyid"])
    require(len(good) >= role["threshold"] > 0, "fewer signatures than the threshold")
    return good


def require_one_spelling(metadata: Json, kind: str, good: set[str]) -> None:
    """What is named by no hash holds good signatures alone, each in one form."""
    require(metadata.keys() == {"signatures", "signed"} and metadata["signed"]["_type"] == kind, f"no {kind}")
    held = metadata["signatures"]
    spelled = [each["keyid"] for each in held if len(each) == 2 and re.fullmatch("[0-9a-f]{128}", each["sig"])]
    require(spelled == sorted(good) and len(spelled) == len(held), "a surplus signature, or one in another spelling")


def root_in_force(root: Json, carried: list[Json]) -> Json:
    versions = [each["signed"]["version"] for each in carried]
    require(versions == sorted(set(versions)), "roots out of order")
    for following in carried:
        new = following["signed"]
        require(new["version"] != root["version"] or new == root, "another trust root")
        if new["version"] > root["version"]:
            require_one_spelling(following, "root", signers(root, following, "root") | signers(new, following, "root"))
            root = new
    return root


def named(text: str, meta: Json, kind: str) -> Json:
    """A file that is named by hash and version above it."""
    metadata: Json = json.loads(text)
    require(digest(text.encode()) == meta["hashes"]["sha256"], f"{kind} is not the file that is named")
    require((metadata["signed"]["_type"], metadata["signed"]["version"]) == (kind, meta["version"]), f"another {kind}")
    return metadata


def people(root: Json, targets: Json) -> Json:
    """Who signs the law, as a root says it: keys the root pins, and nobody else."""
    pinned, keys, role = root["x-credit-catalogue"], targets["delegations"]["keys"], targets["delegations"]["roles"][0]
    require("catalogue.json" not in targets["targets"], "the server signs the law")
    delegated = (len(targets["delegations"]["roles"]), role["name"], role["terminating"], role["paths"])
    require(delegated == (1, "catalogue", True, ["catalogue.json"]), "another delegation")
    require(set(role["keyids"]) <= set(pinned["keyids"]), "a key that the root does not pin")
    require(role["threshold"] >= pinned["threshold"] > 0, "fewer people than the root asks for")
    require(all(keys[each] == root["keys"][each] for each in role["keyids"]), "another key under a pinned identifier")
    return {"keys": keys, "roles": {"catalogue": role}}


def require_target(metadata: Json, name: str, data: bytes) -> None:
    stated = metadata["signed"]["targets"][name]
    require((stated["length"], stated["hashes"]["sha256"]) == (len(data), digest(data)), f"{name} was not signed")


def proved_root(proof: Json) -> str:
    """The root of the map a proof leads to; a right half is joined on the right."""
    steps, record, other, at = proof["siblings"], proof["record"], proof["neighbour"], bytes(32)
    hashes = [proof["key"], *steps, *((other or {}).values())]
    require(all(re.fullmatch("[0-9a-f]{64}", each) for each in hashes), "not the form of a proof")
    bits = f"{int(proof['key'], 16):0256b}"
    require(len(steps) <= 256 and steps[-1:] != ["00" * 32] and None in (record, other), "not a proof")
    if record is not None:
        at = hashlib.sha256(b"\0" + bytes.fromhex(proof["key"] + digest(bytes.fromhex(record)))).digest()
    elif other is not None:
        there = f"{int(other['key'], 16):0256b}"
        require(there != bits and there[: len(steps)] == bits[: len(steps)], "a neighbour of another place")
        at = hashlib.sha256(b"\0" + bytes.fromhex(other["key"] + other["value_digest"])).digest()
    for bit, sibling in reversed(list(zip(bits[: len(steps)], map(bytes.fromhex, steps), strict=True))):
        at = hashlib.sha256(b"\1" + (sibling + at if bit == "1" else at + sibling)).digest()
    return at.hex()


def verify(data: bytes, root_json: bytes) -> Json:
    """What a receipt proves: the decision, and whether each key is present."""
    require(data[:4] == b"CR1\n" and hashlib.sha256(data[36:]).digest() == data[4:36], "changed or cut")
    law, evidence = lzma.decompress(data[36:], lzma.FORMAT_XZ).split(b"\n")
    found: Json = json.loads(evidence)
    require(canonical(found) == evidence and found["format"] == "credit-receipt/1", "not canonical")
    timestamp, publication, decision = found["timestamp"], found["publication"], found["decision"]
    root = root_in_force(json.loads(root_json)["signed"], found["roots"])
    require_one_spelling(timestamp, "timestamp", signers(root, timestamp, "timestamp"))
    snapshot = named(found["files"]["snapshot"], timestamp["signed"]["meta"]["snapshot.json"], "snapshot")
    targets = named(found["files"]["targets"], snapshot["signed"]["meta"]["targets.json"], "targets")
    catalogue = named(found["files"]["catalogue"], snapshot["signed"]["meta"]["catalogue.json"], "targets")
    signers(root, snapshot, "snapshot")
    signers(root, targets, "targets")
    signers(people(root, targets["signed"]), catalogue, "catalogue")
    signed_at = datetime.fromisoformat(timestamp["signed"]["x-credit-signed-at"])
    for held in (root, *(each["signed"] for each in (timestamp, snapshot, targets, catalogue))):
        require(datetime.fromisoformat(held["expires"]) > signed_at, "expired when it was signed")
    require_target(targets, "publication.json", canonical(publication))
    require_target(catalogue, "catalogue.json", law)
    require(publication["catalogue"] == {"digest": digest(law), "length": len(law)}, "another law")
    require(all(proved_root(each) == publication["map_root"] for each in found["proofs"]), "a proof leads elsewhere")
    present = {each["key"]: each["record"] is not None for each in found["proofs"]}
    require([each["key"] for each in found["proofs"]] == sorted(present), "proofs out of order")
    stated, subject = decision["evidence"], decision["subject"]
    signed = {name: publication[name] for name in ("origin", "serial", "map_root")} | {"catalogue_digest": digest(law)}
    require(all(stated[name] == signed[name] for name in signed), "the decision states another publication or law")
    require(datetime.fromisoformat(stated["contact_at"]) == signed_at, "the decision states another contact")
    code = subject["code"][:-1] + "1" if "check-y-for-1" in subject["warnings"] else subject["code"]
    require(digest(f"subject\0{subject['scheme']}\0{code}".encode()) in present, "nothing is proved about the subject")
    return {"decision": decision, "present": present, "digest": digest(canonical(decision)), "root": root["version"]}


if __name__ == "__main__":
    print(json.dumps(verify(*(Path(name).read_bytes() for name in sys.argv[1:3])), ensure_ascii=False, indent=1))
