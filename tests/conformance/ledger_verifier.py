"""An independent verifier of the ledger, from `docs/reference/ledger.md` alone: `PROOF ROOT_JSON [CHECKPOINT]`."""

import base64
import json
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def require(holds: object, complaint: str) -> None:
    if not holds:
        raise ValueError(complaint)


def is_signed(public: str, signature: bytes, data: bytes) -> bool:
    with suppress(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, data)
        return True
    return False


def require_root(judge: dict[str, Any], root: dict[str, Any]) -> None:
    data = json.dumps(root["signed"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    role, keys = judge["signed"]["roles"]["root"], judge["signed"]["keys"]
    given = {each["keyid"]: bytes.fromhex(each["sig"]) for each in root["signatures"]}
    good = [k for k in set(role["keyids"]) & given.keys() if is_signed(keys[k]["keyval"]["public"], given[k], data)]
    require(len(good) >= role["threshold"] > 0, "a trust root lacks signatures")


def followed(trust: dict[str, Any], later: list[str]) -> list[dict[str, Any]]:
    chain = [trust]
    for root in [trust, *map(json.loads, later)]:
        if root is trust or root["signed"]["version"] == chain[-1]["signed"]["version"] + 1:
            require_root(chain[-1], root)
            require_root(root, root)
            chain.append(root)
    return chain


def opened(note: str, roots: list[dict[str, Any]]) -> tuple[str, int, bytes]:
    text, _, signatures = note.partition("\n\n")
    origin, size, root = text.split("\n")
    for trusted in (each["signed"] for each in roots):
        for key in (trusted["keys"][each]["keyval"]["public"] for each in trusted["roles"]["targets"]["keyids"]):
            short = sha256(origin.encode() + b"\n\x01" + bytes.fromhex(key)).digest()[:4]
            for _, name, value in (line.split(" ") for line in signatures.splitlines()):
                given = base64.b64decode(value)
                if (name, given[:4]) == (origin, short) and is_signed(key, given[4:], f"{text}\n".encode()):
                    return origin, int(size), base64.b64decode(root)
    raise ValueError("the checkpoint is not signed")


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def roots_of(start: int, size: int, path: list[bytes], given: bytes, *, whole: bool) -> tuple[bytes, bytes]:
    """The roots over the first `start` leaves and over `size`; the last hash of the path is the nearest to the root."""
    if start == size:
        require(len(path) == (0 if whole else 1), "the path has another length")
        return (given, given) if whole else (path[0], path[0])
    split = 1 << (size - 1).bit_length() - 1
    if start <= split:
        early, late = roots_of(start, split, path[:-1], given, whole=whole)
        return early, node(late, path[-1])
    early, late = roots_of(start - split, size - split, path[:-1], given, whole=False)
    return node(path[-1], early), node(path[-1], late)


def root_over(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    if not path and size == 1:
        return leaf
    split = 1 << (size - 1).bit_length() - 1
    if index < split:
        return node(root_over(leaf, index, split, path[:-1]), path[-1])
    return node(path[-1], root_over(leaf, index - split, size - split, path[:-1]))


def verify(proof: dict[str, Any], trust: dict[str, Any], held: str = "") -> str:
    chain, path = followed(trust, proof["roots"]), [bytes.fromhex(each) for each in proof["path"]]
    origin, size, root = opened(proof["checkpoint"], chain[-1:])
    if proof["kind"] == "inclusion":
        seq, leaf = proof["seq"], sha256(b"\x00" + proof["line"].encode()).digest()
        require(root_over(leaf, seq - 1, size, path) == root, "the path leads elsewhere")
        require(json.loads(proof["line"])[0] == seq, "the line is another")
        return f"{origin}: row {seq} of {size}"
    before, old = proof["from_size"], bytes.fromhex(proof["from_root"])
    require(0 < before <= size and roots_of(before, size, path, old, whole=True) == (old, root), "it did not grow so")
    require(not held or opened(held, chain) == (origin, before, old), "the checkpoint held is another")
    return f"{origin}: grew from {before} to {size}"


if __name__ == "__main__":
    files = [Path(each).read_text("utf-8") for each in sys.argv[1:]]
    print(verify(json.loads(files[0]), json.loads(files[1]), *files[2:]))
