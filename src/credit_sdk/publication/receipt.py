"""Receipt (回执): one answer with all that is needed to check it years later, in one file.

The file has two parts (:mod:`credit_sdk.publication.receipt_envelope`): the whole law catalogue, and the evidence,
canonical JSON of the format ``credit-receipt/1``:

* ``decision``: the answer; its inputs are what is replayed;
* ``proofs``: what the map holds at every key that the answer looked at, sorted by key;
* ``publication``: the statement that was signed; it names the law;
* ``timestamp`` and ``roots``: signed metadata that nothing else vouches for, in one spelling;
* ``files``: the text of the signed files that are named by hash, as published.

The law is carried whole: its signature is over the document, so single rows of it could not be verified.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from credit_sdk.errors import IntegrityError
from credit_sdk.model import canonical
from credit_sdk.publication import receipt_envelope
from credit_sdk.publication.proof import Neighbour, Proof
from credit_sdk.publication.statement import Digest

RECEIPT_FORMAT = "credit-receipt/1"
MAX_ROOTS = 64
MAX_PROOFS = 65
"""One of the subject, and of as many principals as a check takes."""

_HINT = "Take it again from the case file, byte for byte; if it was kept so, it is not what was issued."

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SignedFiles:
    """The signed metadata a publication was believed by (签名文件).

    Attributes:
        roots: The trust roots by which the root's own keys were replaced, by version, and the one in force; none
            while the first one is.
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
        law: The law catalogue, the signed file itself.
        files: The signatures.
    """

    decision: bytes
    proofs: tuple[Proof, ...]
    publication: bytes
    law: bytes
    files: SignedFiles

    def to_bytes(self) -> bytes:
        """The receipt as it is handed over.

        Raises:
            SettingsError: This Python cannot compress so.
        """
        evidence = {
            "format": RECEIPT_FORMAT,
            "decision": canonical.loads(self.decision),
            "proofs": [written(proof) for proof in sorted(self.proofs, key=lambda proof: proof.key)],
            "publication": canonical.loads(self.publication),
            "timestamp": dict(self.files.timestamp),
            "roots": [dict(root) for root in self.files.roots],
            "files": {
                "snapshot": self.files.snapshot.decode(),
                "targets": self.files.targets.decode(),
                "catalogue": self.files.catalogue.decode(),
            },
        }
        return receipt_envelope.sealed(self.law, canonical.dumps(evidence))

    @classmethod
    def from_bytes(cls, data: bytes) -> "Receipt":
        """Read what was handed over.

        Raises:
            IntegrityError: It is no receipt, or was changed since it was issued.
            SettingsError: This Python cannot unpack it.
        """
        law, evidence = receipt_envelope.opened(data)
        try:
            found = _Evidence.model_validate(canonical.loads(evidence))
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
            law=law,
            files=SignedFiles(
                roots=tuple(found.roots),
                timestamp=found.timestamp,
                snapshot=found.files.snapshot.encode(),
                targets=found.files.targets.encode(),
                catalogue=found.files.catalogue.encode(),
            ),
        )


def written(proof: Proof) -> dict[str, object]:
    """A proof as a receipt states it."""
    neighbour = proof.neighbour
    return {
        "key": proof.key.hex(),
        "siblings": _hex(proof.siblings),
        "record": None if proof.value is None else proof.value.hex(),
        "neighbour": neighbour and {"key": neighbour.key.hex(), "value_digest": neighbour.value_digest.hex()},
    }


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


class _Evidence(_Part):
    format: Literal["credit-receipt/1"]
    decision: dict[str, object]
    proofs: Annotated[list[_Proof], Field(min_length=1, max_length=MAX_PROOFS)]
    publication: dict[str, object]
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
