"""A receipt that was changed, forged or put together by somebody else is refused."""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Timestamp

from credit_sdk import IntegrityError, TrustError
from credit_sdk.client.clock import now_utc
from credit_sdk.model import canonical
from credit_sdk.replica import proving
from credit_sdk.replica.store import Replica
from credit_sdk.testing import FakeGateway
from credit_sdk.trust.verification import examine
from tests.attacks.issued import AWARD, LISTED, Issued, with_
from tests.attacks.stolen_keys import signer
from tests.receipt_documents import Document, changed, document, part

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493


def test_refuses_a_verdict_that_does_not_follow(issued: Issued) -> None:
    issued.refused(with_(issued.listed, "decision", verdict="CLEAR"), "another answer follows", IntegrityError)


def test_refuses_another_facts_of_the_publication(issued: Issued) -> None:
    for values in ({"serial": 99}, {"origin": "elsewhere"}, {"map_root": "00" * 32}):
        issued.refused(with_(issued.listed, "decision", "evidence", **values), "another answer", IntegrityError)
        issued.refused(with_(issued.listed, "publication", **values), "not the one that was signed", IntegrityError)


def test_refuses_the_absence_of_another_company(issued: Issued) -> None:
    """The receipt of a company that is not listed, with the proof put in the place of one that is."""

    def swapped(found: Document) -> None:
        found["proofs"] = document(issued.absent)["proofs"]

    issued.refused(changed(issued.listed, swapped), "proves nothing about", IntegrityError)

    def renamed(found: Document) -> None:
        swapped(found)
        proofs = found["proofs"]
        assert isinstance(proofs, list)
        proofs[0]["key"] = LISTED.key.hex()

    issued.refused(changed(issued.listed, renamed), "does not lead to the root|not of the form", IntegrityError)


def test_refuses_a_record_left_out_or_changed(issued: Issued) -> None:
    issued.refused(with_(issued.listed, "proofs", 0, record=None), "not lead to the root", IntegrityError)
    issued.refused(with_(issued.listed, "proofs", 0, record="929090"), "not lead to the root", IntegrityError)


def test_refuses_a_proof_left_out_and_a_proof_too_many(issued: Issued) -> None:
    def without(found: Document) -> None:
        proofs = found["proofs"]
        assert isinstance(proofs, list)
        found["proofs"] = [proof for proof in proofs if proof["key"] != LISTED.key.hex()]

    issued.refused(changed(issued.with_principal, without), "proves nothing about", IntegrityError)

    def surplus(found: Document) -> None:
        both = [document(data)["proofs"] for data in (issued.listed, issued.absent)]
        found["proofs"] = sorted((proof for each in both for proof in each), key=lambda proof: proof["key"])  # type: ignore[attr-defined]  # JSON as it was read

    issued.refused(changed(issued.listed, surplus), "does not rest on", IntegrityError)


def test_refuses_a_receipt_of_another_gateway(issued: Issued, tmp_path: Path) -> None:
    with FakeGateway() as stranger:
        stranger.publish()
        client = stranger.open_client(tmp_path / "other")
        with Replica.open(tmp_path / "other") as replica:
            data = proving.receipt(replica, client.check(LISTED, AWARD))
            examine(data, stranger.publisher.trust_root)
            issued.refused(data, "cannot be believed")
            stranger.publisher.rotate_root(now_utc())
            stranger.publish()
            issued.refused(
                proving.receipt(replica, client.check(LISTED, AWARD)), "was not signed by the keys of trust root 1"
            )
            # A stranger whose second root is given where ours is known.
            second = issued.gateway.publisher.files["metadata/2.root.json"]
            with pytest.raises(TrustError, match="under another trust root"):
                examine(proving.receipt(replica, client.check(LISTED, AWARD)), second)


def test_refuses_signatures_that_had_ended_when_they_were_made(issued: Issued) -> None:
    """Whoever kept an old timestamp key cannot state an instant after the end of the roles below."""
    publisher = issued.gateway.publisher
    made = Metadata[Timestamp].from_dict(part(document(issued.listed), "timestamp"))
    late = now_utc() + timedelta(days=8)
    made.signed.unrecognized_fields["x-credit-signed-at"] = late.isoformat().replace("+00:00", "Z")
    made.signed.expires = late.replace(microsecond=0) + timedelta(days=1)
    made.sign(publisher.signers["timestamp"][0])
    issued.refused(with_(issued.listed, timestamp=json.loads(made.to_bytes())), "had ended at the instant")


def test_refuses_an_instant_that_was_not_signed(issued: Issued) -> None:
    later = "2039-01-01T00:00:00.000000Z"
    data = with_(issued.listed, "timestamp", "signed", **{"x-credit-signed-at": later})
    issued.refused(data, "not good or counts for nothing|cannot be believed")


def signature(data: bytes, change: Callable[[str], str]) -> bytes:
    def altered(found: Document) -> None:
        signatures = part(found, "timestamp")["signatures"]
        assert isinstance(signatures, list)
        signatures[0]["sig"] = change(signatures[0]["sig"])

    return changed(data, altered)


def test_a_signature_has_one_spelling(issued: Issued) -> None:
    def shifted(sig: str) -> str:
        """The same signature for a verifier that does not reduce the scalar: S + L."""
        raw = bytes.fromhex(sig)
        scalar = int.from_bytes(raw[32:], "little") + ED25519_ORDER
        return (raw[:32] + scalar.to_bytes(32, "little")).hex()

    issued.refused(signature(issued.listed, str.upper), "one spelling")
    issued.refused(signature(issued.listed, lambda sig: f" {sig}"), "one spelling")
    issued.refused(signature(issued.listed, shifted), "cannot be believed")


@pytest.mark.parametrize("place", ["timestamp", "root"])
def test_refuses_surplus_signatures_and_fields_beside_what_is_signed(issued: Issued, place: str) -> None:
    path: tuple[str | int, ...] = ("timestamp",) if place == "timestamp" else ("roots", 0)

    def one_more(found: Document) -> None:
        metadata = part(found, *path)
        stranger = signer()
        made = stranger.sign(canonical.dumps(metadata["signed"]))
        signatures = metadata["signatures"]
        assert isinstance(signatures, list)
        signatures.append({"keyid": made.keyid, "sig": made.signature})
        signatures.sort(key=lambda each: each["keyid"])

    def turned(found: Document) -> None:
        signatures = part(found, *path)["signatures"]
        assert isinstance(signatures, list)
        signatures.append(signatures[0])

    issued.refused(changed(issued.listed, one_more), "not good or counts for nothing")
    issued.refused(changed(issued.listed, turned), "one spelling and order")
    issued.refused(with_(issued.listed, *path, beside=1), "another form than is signed")
    issued.refused(with_(issued.listed, *path, signatures=[]), "another form than is signed")


def test_refuses_what_is_spelled_otherwise_and_means_the_same(issued: Issued) -> None:
    """A length of null is no length: the signature still holds, and the bytes are others."""
    made = Metadata[Timestamp].from_dict(part(document(issued.listed), "timestamp"))
    made.signed.snapshot_meta.length = None
    made.sign(issued.gateway.publisher.signers["timestamp"][0])
    data = with_(issued.listed, timestamp=json.loads(made.to_bytes()))
    examine(data, issued.root)
    spelled = with_(data, "timestamp", "signed", "meta", "snapshot.json", length=None)
    issued.refused(spelled, "spelled in an unusual way")


def test_refuses_a_file_of_another_version_than_is_named(issued: Issued) -> None:
    made = Metadata[Timestamp].from_dict(part(document(issued.listed), "timestamp"))
    made.signed.snapshot_meta.version += 1
    made.sign(issued.gateway.publisher.signers["timestamp"][0])
    issued.refused(with_(issued.listed, timestamp=json.loads(made.to_bytes())), "another version than the one named")


@pytest.mark.parametrize("name", ["snapshot", "targets", "catalogue"])
def test_refuses_a_file_that_is_not_the_one_named(issued: Issued, name: str) -> None:
    text = str(part(document(issued.listed), "files")[name])
    issued.refused(with_(issued.listed, "files", **{name: text + "\n"}), "cannot be believed")
    issued.refused(with_(issued.listed, "files", **{name: "{}"}), "cannot be believed")


def test_the_digest_ties_a_receipt_to_the_record_of_the_check(issued: Issued) -> None:
    """What the host stated can be sealed anew, but then it is another decision than the one recorded."""
    other = with_(issued.listed, "decision", case="青采2026-18")
    recorded = sha256(issued.decision.to_json()).hexdigest()
    assert examine(issued.listed, issued.root).digest == recorded
    assert examine(other, issued.root).digest != recorded
