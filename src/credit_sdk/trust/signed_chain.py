"""The signatures of a receipt (签名链): from a pinned root to publication and law, offline, at the signed instant.

In the order of the TUF client workflow, without fetching and with the clock of the signer:

1. Roots follow the pinned one, each signed by the keys of the last one reached and by its own. Those between whose root
   keys stayed the same are left out: whoever can sign the later one with these keys could have signed them too, so
   they would add nothing. A pinned root later than all of them stands alone: it must name the keys that signed.
2. The timestamp is signed by the root in force and states the instant of contact. Every role must hold *at that
   instant*; what expired or was replaced later changes nothing.
3. Snapshot, targets and catalogue are the files that are named above them by version and hash, signed by their roles.
4. The law is delegated to the people the root pins, and to nobody else.

Roots and timestamp are named by no hash, so they are taken in one spelling only, and every signature on them must be
good: otherwise bytes could be changed that nobody looks at.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TypeVar

from securesystemslib.signer import Signature
from tuf.api.exceptions import RepositoryError, UnsignedMetadataError
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization import SerializationError

from credit_sdk.errors import IntegrityError, TrustError
from credit_sdk.model import canonical
from credit_sdk.publication.receipt import Json, SignedFiles
from credit_sdk.publication.schemes import require_accepted
from credit_sdk.publication.statement import (
    CATALOGUE_ROLE,
    CATALOGUE_TARGET,
    PUBLICATION_TARGET,
    SIGNED_AT_FIELD,
    read_instant,
)
from credit_sdk.trust.delegation import require_law_of_people

S = TypeVar("S", Root, Timestamp, Snapshot, Targets)

_FIRST = 1
"""Version of the first trust root of a gateway."""

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
        given = Metadata[Root].from_bytes(pinned).signed
        carried = [_own(each, Root) for each in files.roots]
        signed_under = carried[-1].signed.version if carried else _FIRST
        root = _root_in_force(given, carried)
        try:
            return _followed(root, files)
        except (TrustError, UnsignedMetadataError) as error:
            if given.version <= signed_under:
                raise
            raise TrustError(
                f"The receipt was signed under trust root {signed_under}; the one given is {given.version}, which came "
                "later and does not bear it out.",
                hint="Verify with a trust root of the time of the receipt or before: keys may have been replaced.",
            ) from error
    except (RepositoryError, SerializationError, ValueError, KeyError, TypeError) as error:
        detail = str(error).rstrip(".").splitlines()[0][:160] if str(error) else type(error).__name__
        raise TrustError(f"The signatures of the receipt cannot be believed ({detail}).", hint=_HINT) from error


def handed_over(roots: Sequence[bytes]) -> tuple[Json, ...]:
    """Of a chain of roots, those that a receipt carries: where the root's own keys changed, and the one in force.

    Args:
        roots: The files as published and verified before, by version, the first one an issuer was given to the one in
            force.
    """
    parsed = [Metadata[Root].from_bytes(data).signed for data in roots]
    befores = [parsed[0], *parsed]
    changes = [_root_role(root) != _root_role(before) for root, before in zip(parsed, befores, strict=False)]
    carried = [
        one_spelling(data, root, before)
        for data, root, before, changed in zip(roots, parsed, befores, changes, strict=False)
        if changed or (root is parsed[-1] and root.version > _FIRST)
    ]
    return tuple(carried)


def one_spelling(data: bytes, root: Root, before: Root | None = None) -> Json:
    """A root or timestamp as a receipt carries it: canonical, with as many good signatures as it takes, by identifier.

    Args:
        data: The file as published and verified before.
        root: Whose keys count.
        before: For a root: the one before it, whose keys count too.
    """
    if before:
        return _spelled(Metadata[Root].from_bytes(data), [root, before])
    return _spelled(Metadata[Timestamp].from_bytes(data), [root])


def _followed(root: Root, files: SignedFiles) -> SignedChain:
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


def _root_in_force(given: Root, carried: Sequence[Metadata[Root]]) -> Root:
    root = given
    if any(one.signed.version >= other.signed.version for one, other in pairwise(carried)):
        raise TrustError("The trust roots of the receipt are not sorted by version, each once.", hint=_HINT)
    for following in carried:
        version = following.signed.version
        if version < root.version:
            continue
        if version == root.version:
            if canonical.dumps(following.signed.to_dict()) != canonical.dumps(root.to_dict()):
                raise TrustError("The receipt was signed under another trust root than the one given.", hint=_HINT)
            continue
        by_last, by_own = (
            each.get_verification_result(Root.type, *_signed(following)) for each in (root, following.signed)
        )
        if not by_last.verified:
            raise TrustError(
                f"Trust root {version} of the receipt was not signed by the keys of trust root {root.version}, the "
                "last one reached.",
                hint="Verify with the trust root that the issuer of the receipt was given: one between may be missing.",
            )
        if not by_own.verified:
            raise TrustError(f"Trust root {version} of the receipt was not signed by its own keys.", hint=_HINT)
        _require_all_good(following, by_last.signed.keys() | by_own.signed.keys())
        require_accepted(following.signed.keys.values())
        root = following.signed
    return root


def _spelled(metadata: Metadata[S], roots: Sequence[Root]) -> Json:
    roles = [root.get_verification_result(metadata.signed.type, *_signed(metadata)) for root in roots]
    # First the signatures that count for both.
    ranked = sorted(metadata.signatures, key=lambda keyid: (-sum(keyid in role.signed for role in roles), keyid))
    needed: set[str] = set()
    for role in roles:
        needed.update([keyid for keyid in ranked if keyid in role.signed][: role.threshold])
    signatures = [{"keyid": keyid, "sig": metadata.signatures[keyid].signature} for keyid in sorted(needed)]
    found = canonical.loads(canonical.dumps({"signatures": signatures, "signed": metadata.signed.to_dict()}))
    if not isinstance(found, dict):
        raise TypeError("metadata is an object")
    return found


def _root_role(root: Root) -> tuple[int, list[Mapping[str, object]]]:
    """Who may sign the next root."""
    role = root.roles[Root.type]
    return role.threshold, [{**root.keys[keyid].to_dict(), "keyid": keyid} for keyid in sorted(role.keyids)]


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
