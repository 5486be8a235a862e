"""An independent verifier of receipts, from `docs/reference/receipts.md` alone; it imports nothing of the product.

It follows the signatures from the trust root to the lists and the law, and the proofs to the root of the map. It does
not know the law, so it does not decide anew. `python verifier.py RECEIPT ROOT_JSON` prints what was proved.
"""

import hashlib
import json
import re
import sys
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Json = dict[str, Any]
LAW = "catalogue"


class Refused(Exception):  # noqa: N818 - it says what happened
    """The receipt must not be believed."""


def require(holds: object, complaint: str) -> None:
    if not holds:
        raise Refused(complaint)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: object) -> bytes:
    """Canonical JSON of the product: what is hashed."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def tuf_canonical(value: object) -> str:
    """Canonical JSON of The Update Framework: what is signed. Only the quote and the backslash are escaped."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{tuf_canonical(key)}:{tuf_canonical(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(tuf_canonical(each) for each in value) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return json.dumps(value)


def good_signatures(metadata: Json, keys: Json, role: Json) -> set[str]:
    """Whose signatures hold; fewer than the threshold are refused."""
    payload, good = tuf_canonical(metadata["signed"]).encode(), set()
    for each in metadata["signatures"]:
        key = keys.get(each["keyid"])
        if each["keyid"] in role["keyids"] and key and key["scheme"] == "ed25519":
            try:
                public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["keyval"]["public"]))
                public.verify(bytes.fromhex(each["sig"]), payload)
                good.add(each["keyid"])
            except InvalidSignature:
                pass
    require(len(good) >= role["threshold"] > 0, "fewer signatures than the threshold")
    return good


def signed_by(metadata: Json, parent: Json, name: str) -> set[str]:
    return good_signatures(metadata, parent["keys"], parent["roles"][name])


def require_all_good(metadata: Json, good: set[str]) -> None:
    names = [each["keyid"] for each in metadata["signatures"]]
    require(metadata.keys() == {"signatures", "signed"} and names == sorted(good), "a signature counts for nothing")
    spelled = all(
        each.keys() == {"keyid", "sig"} and re.fullmatch("[0-9a-f]{128}", each["sig"])
        for each in metadata["signatures"]
    )
    require(spelled, "a signature has another spelling")


def root_in_force(pinned: Json, carried: list[Json]) -> Json:
    root: Json = pinned["signed"]
    require(not carried or carried[-1]["signed"]["version"] >= root["version"], "the trust root given came later")
    for following in carried:
        new = following["signed"]
        if new["version"] < root["version"]:
            continue
        if new["version"] == root["version"]:
            require(new == root, "another trust root")
            continue
        require(new["_type"] == "root" and new["version"] == root["version"] + 1, "a trust root is missing")
        require_all_good(following, signed_by(following, root, "root") | signed_by(following, new, "root"))
        root = new
    return root


def named(text: str, meta: Json, kind: str) -> Json:
    """A file that is named by hash and version above it."""
    require(digest(text.encode()) == meta["hashes"]["sha256"], f"{kind} is not the file that is named")
    metadata: Json = json.loads(text)
    require(metadata["signed"]["_type"] == kind, f"no {kind}")
    require(metadata["signed"]["version"] == meta["version"], f"another version of {kind}")
    return metadata


def require_people(root: Json, targets: Json) -> Json:
    """The law is delegated to keys the root pins, and to nothing else."""
    pinned, delegations = root["x-credit-catalogue"], targets["delegations"]
    require(LAW + ".json" not in targets["targets"] and len(delegations["roles"]) == 1, "the server signs the law")
    role: Json = delegations["roles"][0]
    require((role["name"], role["terminating"], role["paths"]) == (LAW, True, [LAW + ".json"]), "another delegation")
    require(set(role["keyids"]) <= set(pinned["keyids"]), "a key that the root does not pin")
    require(role["threshold"] >= pinned["threshold"] > 0, "fewer people than the root asks for")
    require(all(delegations["keys"][each] == root["keys"][each] for each in role["keyids"]), "another key")
    return role


def require_target(metadata: Json, name: str, data: bytes) -> None:
    stated = metadata["targets"][name]
    require((stated["length"], stated["hashes"]["sha256"]) == (len(data), digest(data)), f"{name} was not signed")


def proved_root(proof: Json) -> str:
    """The root of the map a proof leads to; a right half is joined on the right."""
    key, steps, other = bytes.fromhex(proof["key"]), proof["siblings"], proof["neighbour"]
    bits = f"{int.from_bytes(key, 'big'):0256b}"
    require(len(key) == 32 and (not steps or steps[-1] != "00" * 32), "not a proof")
    at = bytes(32)
    if proof["record"] is not None:
        require(other is None, "not a proof")
        at = hashlib.sha256(b"\0" + key + hashlib.sha256(bytes.fromhex(proof["record"])).digest()).digest()
    elif other is not None:
        there = f"{int.from_bytes(bytes.fromhex(other['key']), 'big'):0256b}"
        require(there != bits and there[: len(steps)] == bits[: len(steps)], "a neighbour of another place")
        at = hashlib.sha256(b"\0" + bytes.fromhex(other["key"]) + bytes.fromhex(other["value_digest"])).digest()
    for depth in reversed(range(len(steps))):
        sibling = bytes.fromhex(steps[depth])
        at = hashlib.sha256(b"\1" + (sibling + at if bits[depth] == "1" else at + sibling)).digest()
    return at.hex()


def verify(data: bytes, root_json: bytes) -> Json:
    """What a receipt proves: the decision, and whether each key is present."""
    require(data[:4] == b"CR1\n" and hashlib.sha256(data[:-32]).digest() == data[-32:], "changed or cut")
    plain = zlib.decompress(data[4:-32])
    found: Json = json.loads(plain)
    require(canonical(found) == plain and found["format"] == "credit-receipt/1", "not canonical")
    root, timestamp, files = root_in_force(json.loads(root_json), found["roots"]), found["timestamp"], found["files"]
    require(timestamp["signed"]["_type"] == "timestamp", "no timestamp")
    require_all_good(timestamp, signed_by(timestamp, root, "timestamp"))
    snapshot = named(files["snapshot"], timestamp["signed"]["meta"]["snapshot.json"], "snapshot")
    targets = named(files["targets"], snapshot["signed"]["meta"]["targets.json"], "targets")
    catalogue = named(files["catalogue"], snapshot["signed"]["meta"]["catalogue.json"], "targets")
    signed_by(snapshot, root, "snapshot")
    signed_by(targets, root, "targets")
    role = require_people(root, targets["signed"])
    good_signatures(catalogue, targets["signed"]["delegations"]["keys"], role)
    signed_at = datetime.fromisoformat(timestamp["signed"]["x-credit-signed-at"])
    for role_in_force in (root, *(each["signed"] for each in (timestamp, snapshot, targets, catalogue))):
        require(datetime.fromisoformat(role_in_force["expires"]) > signed_at, "expired when it was signed")
    publication, law, decision = found["publication"], canonical(found["law"]), found["decision"]
    require_target(targets["signed"], "publication.json", canonical(publication))
    require_target(catalogue["signed"], "catalogue.json", law)
    require(publication["catalogue"] == {"digest": digest(law), "length": len(law)}, "another law")
    require(all(proved_root(each) == publication["map_root"] for each in found["proofs"]), "a proof leads elsewhere")
    present = {each["key"]: each["record"] is not None for each in found["proofs"]}
    evidence, subject = decision["evidence"], decision["subject"]
    for name in ("origin", "serial", "map_root"):
        require(evidence[name] == publication[name], f"the decision states another {name}")
    require(evidence["catalogue_digest"] == digest(law), "the decision states another law")
    require(datetime.fromisoformat(evidence["contact_at"]) == signed_at, "the decision states another contact")
    code = subject["code"][:-1] + "1" if "check-y-for-1" in subject["warnings"] else subject["code"]
    require(digest(f"subject\0{subject['scheme']}\0{code}".encode()) in present, "nothing is proved about the subject")
    return {"decision": decision, "present": present, "digest": digest(canonical(decision)), "root": root["version"]}


if __name__ == "__main__":
    print(json.dumps(verify(*(Path(name).read_bytes() for name in sys.argv[1:3])), ensure_ascii=False, indent=1))
