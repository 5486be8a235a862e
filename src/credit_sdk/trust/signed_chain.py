"""The signatures of a receipt (签名链): from a pinned root to publication and law, offline, at the signed instant.

In the order of the TUF client workflow, without fetching and with the clock of the signer:

1. Roots follow each other without a gap from the pinned one on, each signed by the one before and by itself.
2. The timestamp is signed by the root in force and states the instant of contact. Every role must hold *at that
   instant*; what expired or was replaced later changes nothing.
3. Snapshot, targets and catalogue are the files that are named above them by version and hash, signed by their roles.
4. The law is delegated to the people the root pins, and to nobody else.

Roots and timestamp are named by no hash, so they are taken in one spelling only, and every signature on them must be
good: otherwise bytes could be changed that nobody looks at.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from securesystemslib.signer import Signature
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization import SerializationError

from credit_sdk.errors import IntegrityError, TrustError
from credit_sdk.model import canonical
from credit_sdk.publication.receipt import Json, SignedFiles
from credit_sdk.publication.statement import (
    CATALOGUE_ROLE,
    CATALOGUE_TARGET,
    PUBLICATION_TARGET,
    SIGNED_AT_FIELD,
    read_instant,
)
from credit_sdk.trust.delegation import require_law_of_people

S = TypeVar("S", Root, Timestamp, Snapshot, Targets)

_SIGNATURE = re.compile(r"[0-9a-f]{2,2048}")
_HINT = "Compare the trust root with the one the operator of the gateway states, and the receipt with the case file."


@dataclass(frozen=True, slots=True)
class SignedChain:
    """What the signatures establish.

    Attributes:
        root_version: Version of the root in force.
        signed_at: Signed instant of contact.
        expires_at: From when on none of it held any more: the earliest end of its signatures.
    """

    root_version: int
    signed_at: datetime
    expires_at: datetime
    _statement: TargetFile
    _law: TargetFile

    def require(self, statement: bytes, law: bytes) -> None:
        """Refuse a statement or a law that was not signed.

        Raises:
            IntegrityError: One of them is not the file that is named.
        """
        try:
            self._statement.verify_length_and_hashes(statement)
            self._law.verify_length_and_hashes(law)
        except RepositoryError as error:
            raise IntegrityError(
                "The publication or the law in the receipt is not the one that was signed.", hint=_HINT
            ) from error


def verified(pinned: bytes, files: SignedFiles) -> SignedChain:
    """Follow the signatures.

    Args:
        pinned: The trust root, as given by hand; checked before.
        files: The signatures.

    Raises:
        TrustError: Something is not signed as it must be, or had expired when it was signed.
    """
    try:
        root = _root_in_force(Metadata[Root].from_bytes(pinned), files.roots)
        timestamp = _own(files.timestamp, Timestamp)
        root.verify_delegate(Timestamp.type, *_signed(timestamp))
        _require_all_good(timestamp, root.get_verification_result(Timestamp.type, *_signed(timestamp)).signed)
        meta = timestamp.signed.snapshot_meta
        snapshot = _named(files.snapshot, Snapshot, meta)
        root.verify_delegate(Snapshot.type, *_signed(snapshot))
        targets = _named(files.targets, Targets, snapshot.signed.meta[f"{Targets.type}.json"])
        root.verify_delegate(Targets.type, *_signed(targets))
        require_law_of_people(root, targets.signed)
        catalogue = _named(files.catalogue, Targets, snapshot.signed.meta[f"{CATALOGUE_ROLE}.json"])
        targets.signed.verify_delegate(CATALOGUE_ROLE, *_signed(catalogue))
        signed_at = read_instant(timestamp.signed.unrecognized_fields.get(SIGNED_AT_FIELD))
        ends = [each.expires for each in (root, timestamp.signed, snapshot.signed, targets.signed, catalogue.signed)]
        if min(ends) <= signed_at:
            raise TrustError("The signatures had ended at the instant they state, so they prove nothing.", hint=_HINT)
        return SignedChain(
            root_version=root.version,
            signed_at=signed_at,
            expires_at=min(ends),
            _statement=targets.signed.targets[PUBLICATION_TARGET],
            _law=catalogue.signed.targets[CATALOGUE_TARGET],
        )
    except (RepositoryError, SerializationError, ValueError, KeyError, TypeError) as error:
        detail = str(error).rstrip(".").splitlines()[0][:160] if str(error) else type(error).__name__
        raise TrustError(f"The signatures of the receipt cannot be believed ({detail}).", hint=_HINT) from error


def one_spelling(data: bytes, root: Root, before: Root | None = None) -> Json:
    """A root or timestamp as a receipt carries it: canonical, with the good signatures alone, by identifier.

    Args:
        data: The file as published and verified before.
        root: Whose keys count.
        before: For a root: the one before it, whose keys count too.
    """
    metadata: Metadata[Root] | Metadata[Timestamp]
    if before:
        metadata = Metadata[Root].from_bytes(data)
        good = root.get_root_verification_result(before, metadata.signed_bytes, metadata.signatures).signed
    else:
        metadata = Metadata[Timestamp].from_bytes(data)
        good = root.get_verification_result(Timestamp.type, metadata.signed_bytes, metadata.signatures).signed
    signatures = [{"keyid": keyid, "sig": metadata.signatures[keyid].signature} for keyid in sorted(good)]
    found = canonical.loads(canonical.dumps({"signatures": signatures, "signed": metadata.signed.to_dict()}))
    if not isinstance(found, dict):
        raise TypeError("metadata is an object")
    return found


def _root_in_force(pinned: Metadata[Root], carried: Sequence[Json]) -> Root:
    root = pinned.signed
    for each in carried:
        following = _own(each, Root)
        if following.signed.version < root.version:
            continue
        if following.signed.version == root.version:
            if canonical.dumps(following.signed.to_dict()) != canonical.dumps(root.to_dict()):
                raise TrustError("The receipt was signed under another trust root than the one given.", hint=_HINT)
            continue
        if following.signed.version != root.version + 1:
            raise TrustError(
                f"Between trust root {root.version} and {following.signed.version} of the receipt one is missing.",
                hint="Verify with the trust root that the issuer of the receipt was given, or a later one of its time.",
            )
        result = following.signed.get_root_verification_result(root, *_signed(following))
        if not result:
            raise TrustError(f"Trust root {following.signed.version} was not signed by the one before.", hint=_HINT)
        _require_all_good(following, result.signed)
        root = following.signed
    _require_reached(root, carried)
    return root


def _require_reached(root: Root, carried: Sequence[Json]) -> None:
    last = _own(carried[-1], Root).signed.version if carried else root.version
    if last < root.version:
        raise TrustError(
            f"The receipt was signed under trust root {last}; the one given is {root.version}, which came later.",
            hint="Verify with a trust root of the time of the receipt or before; roots are followed forwards only.",
        )


def _own(json: Json, kind: type[S]) -> Metadata[S]:
    """Metadata that is named by no hash: taken in the one spelling, with nothing beside it."""
    signatures = json.get("signatures")
    if json.keys() != {"signatures", "signed"} or not isinstance(signatures, list) or not signatures:
        raise TrustError("Signed metadata of the receipt has another form than is signed.", hint=_HINT)
    before = ""
    for each in signatures:
        if not isinstance(each, dict) or each.keys() != {"keyid", "sig"}:
            raise TrustError("A signature of the receipt has another form than signatures have.", hint=_HINT)
        keyid, sig = each["keyid"], each["sig"]
        if not (isinstance(keyid, str) and isinstance(sig, str) and before < keyid and _SIGNATURE.fullmatch(sig)):
            raise TrustError("The signatures of the receipt are not in their one spelling and order.", hint=_HINT)
        before = keyid
    metadata = _read(canonical.dumps(dict(json)), kind)
    if canonical.dumps(metadata.signed.to_dict()) != canonical.dumps(json["signed"]):
        raise TrustError("Signed metadata of the receipt is spelled in an unusual way.", hint=_HINT)
    return metadata


def _named(data: bytes, kind: type[S], meta: MetaFile) -> Metadata[S]:
    """A file that is named by version and hash above it."""
    if not (meta.hashes or {}).get("sha256"):
        raise TrustError("A signed file of the receipt is named without its hash, so it could be another.", hint=_HINT)
    meta.verify_length_and_hashes(data)
    metadata = _read(data, kind)
    if metadata.signed.version != meta.version:
        raise TrustError("A signed file of the receipt has another version than the one named.", hint=_HINT)
    return metadata


def _read(data: bytes, kind: type[S]) -> Metadata[S]:
    metadata = Metadata[S].from_bytes(data)
    if not isinstance(metadata.signed, kind):
        raise TrustError(f"Where {kind.type} should be, the receipt has {metadata.signed.type}.", hint=_HINT)
    return metadata


def _signed(metadata: Metadata[S]) -> tuple[bytes, dict[str, Signature]]:
    return metadata.signed_bytes, metadata.signatures


def _require_all_good(metadata: Metadata[S], good: Collection[str]) -> None:
    if set(metadata.signatures) != set(good):
        raise TrustError("The receipt carries a signature that is not good or counts for nothing.", hint=_HINT)
