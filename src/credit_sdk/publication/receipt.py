r"""Receipt (回执): one answer with all that is needed to check it years later, in one file.

``CR1\n`` ‖ zlib(canonical JSON) ‖ SHA-256 of everything before. The canonical JSON has the format ``credit-receipt/1``:

* ``decision``: the answer; its inputs are what is replayed;
* ``proofs``: what the map holds at every key that the answer looked at, sorted by key;
* ``publication`` and ``law``: the statement that was signed, and the whole law catalogue it names;
* ``timestamp`` and ``roots``: signed metadata that nothing else vouches for, in one spelling;
* ``files``: the text of the signed files that are named by hash, as published.

The law is carried whole: its signature is over the document, so single rows of it could not be verified. The seal at
the end is no signature: it makes every changed byte show. What a receipt says is vouched for by the signatures in it.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from credit_sdk.errors import IntegrityError
from credit_sdk.model import canonical
from credit_sdk.publication.proof import Neighbour, Proof
from credit_sdk.publication.statement import MAX_CATALOGUE_BYTES, Digest

RECEIPT_FORMAT = "credit-receipt/1"
MAGIC = b"CR1\n"
MAX_PLAIN_BYTES = MAX_CATALOGUE_BYTES + 4 * 1024 * 1024
"""Of the canonical JSON; everything but the law has a few thousand bytes."""
MAX_RECEIPT_BYTES = MAX_PLAIN_BYTES
MAX_ROOTS = 64
MAX_PROOFS = 65
"""One of the subject, and of as many principals as a check takes."""

_SEAL_BYTES = 32
_COMPRESSION_LEVEL = 9
_HINT = "Take it again from the case file, byte for byte; if it was kept so, it is not what was issued."

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SignedFiles:
    """The signed metadata a publication was believed by (签名文件).

    Attributes:
        roots: Trust roots after the first one that the issuer was given, by version, up to the one in force.
        timestamp: The role that states the instant of contact.
        snapshot / targets / catalogue: The files themselves, named by hash from the timestamp downwards.
    """

    roots: tuple[Json, ...]
    timestamp: Json
    snapshot: bytes
    targets: bytes
    catalogue: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt, read but not yet believed (回执).

    Attributes:
        decision: Canonical bytes of the decision.
        proofs: By key.
        publication: Canonical bytes of the statement.
        law: Canonical bytes of the law catalogue.
        files: The signatures.
    """

    decision: bytes
    proofs: tuple[Proof, ...]
    publication: bytes
    law: bytes
    files: SignedFiles

    def to_bytes(self) -> bytes:
        """The receipt as it is handed over."""
        return sealed(
            {
                "format": RECEIPT_FORMAT,
                "decision": canonical.loads(self.decision),
                "proofs": [written(proof) for proof in sorted(self.proofs, key=lambda proof: proof.key)],
                "publication": canonical.loads(self.publication),
                "law": canonical.loads(self.law),
                "timestamp": dict(self.files.timestamp),
                "roots": [dict(root) for root in self.files.roots],
                "files": {
                    "snapshot": self.files.snapshot.decode(),
                    "targets": self.files.targets.decode(),
                    "catalogue": self.files.catalogue.decode(),
                },
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "Receipt":
        """Read what was handed over.

        Raises:
            IntegrityError: It is no receipt, or was changed since it was issued.
        """
        try:
            found = _Document.model_validate(canonical.loads(_opened(data)))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "receipt"
            raise IntegrityError(f"The receipt cannot be used: {where}: {first['msg']}.", hint=_HINT) from error
        proofs = tuple(_read(proof) for proof in found.proofs)
        if any(one.key >= other.key for one, other in pairwise(proofs)):
            raise IntegrityError("The proofs of the receipt are not sorted by key, each once.", hint=_HINT)
        return cls(
            decision=canonical.dumps(found.decision),
            proofs=proofs,
            publication=canonical.dumps(found.publication),
            law=canonical.dumps(found.law),
            files=SignedFiles(
                roots=tuple(found.roots),
                timestamp=found.timestamp,
                snapshot=found.files.snapshot.encode(),
                targets=found.files.targets.encode(),
                catalogue=found.files.catalogue.encode(),
            ),
        )


def sealed(document: Mapping[str, object]) -> bytes:
    """A document of a receipt, compressed and sealed."""
    body = MAGIC + zlib.compress(canonical.dumps(dict(document)), _COMPRESSION_LEVEL)
    return body + sha256(body).digest()


def written(proof: Proof) -> dict[str, object]:
    """A proof as a receipt states it."""
    neighbour = proof.neighbour
    return {
        "key": proof.key.hex(),
        "siblings": _hex(proof.siblings),
        "record": None if proof.value is None else proof.value.hex(),
        "neighbour": neighbour and {"key": neighbour.key.hex(), "value_digest": neighbour.value_digest.hex()},
    }


def _opened(data: bytes) -> bytes:
    if len(data) > MAX_RECEIPT_BYTES:
        raise IntegrityError(f"The receipt has {len(data)} bytes; {MAX_RECEIPT_BYTES} is the most.", hint=_HINT)
    if not data.startswith(MAGIC):
        raise IntegrityError(
            "The file is no receipt of a check.", hint="Name the receipt itself, not the decision or the report."
        )
    body, seal = data[:-_SEAL_BYTES], data[-_SEAL_BYTES:]
    if sha256(body).digest() != seal:
        raise IntegrityError("The receipt was changed or cut since it was issued, so it proves nothing.", hint=_HINT)
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(body[len(MAGIC) :], MAX_PLAIN_BYTES + 1)
    except zlib.error as error:
        raise IntegrityError(f"The receipt cannot be unpacked ({error}).", hint=_HINT) from error
    if len(plain) > MAX_PLAIN_BYTES or not stream.eof or stream.unused_data:
        raise IntegrityError("The receipt unpacks to more, or to less, than a receipt holds.", hint=_HINT)
    return plain


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Neighbour(_Part):
    key: Digest
    value_digest: Digest


class _Proof(_Part):
    key: Digest
    siblings: Annotated[list[Digest], Field(max_length=256)]
    record: Annotated[str, Field(pattern=r"^([0-9a-f]{2})+$")] | None
    neighbour: _Neighbour | None


class _Files(_Part):
    snapshot: str
    targets: str
    catalogue: str


class _Document(_Part):
    format: Literal["credit-receipt/1"]
    decision: dict[str, object]
    proofs: Annotated[list[_Proof], Field(min_length=1, max_length=MAX_PROOFS)]
    publication: dict[str, object]
    law: dict[str, object]
    timestamp: dict[str, object]
    roots: Annotated[list[dict[str, object]], Field(max_length=MAX_ROOTS)]
    files: _Files


def _hex(hashes: Sequence[bytes]) -> list[str]:
    return [each.hex() for each in hashes]


def _read(proof: _Proof) -> Proof:
    neighbour = proof.neighbour
    return Proof(
        key=bytes.fromhex(proof.key),
        siblings=tuple(bytes.fromhex(each) for each in proof.siblings),
        value=None if proof.record is None else bytes.fromhex(proof.record),
        neighbour=None
        if neighbour is None
        else Neighbour(bytes.fromhex(neighbour.key), bytes.fromhex(neighbour.value_digest)),
    )
