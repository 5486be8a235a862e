"""A receipt under roots or a law that were not signed by those who may is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root

from credit_sdk import IntegrityError, TrustError
from credit_sdk.client.clock import now_utc
from credit_sdk.model import canonical
from credit_sdk.publication.receipt import Receipt
from credit_sdk.replica import proving
from credit_sdk.replica.store import Replica
from credit_sdk.testing import FakeGateway
from credit_sdk.testing.publisher import Publisher
from credit_sdk.trust.verification import examine
from tests.attacks.issued import AWARD, LISTED, Issued, with_
from tests.attacks.stolen_keys import StolenServerKeys, signer
from tests.receipt_documents import Document, changed, document, part


def test_refuses_a_root_left_out(issued: Issued) -> None:
    issued.refused(with_(issued.listed, roots=[]), "cannot be believed|not good or counts")


def test_refuses_a_law_that_was_not_signed(issued: Issued) -> None:
    issued.refused(with_(issued.listed, "law", edition="mine"), "not the one that was signed", IntegrityError)


def test_refuses_a_law_signed_by_whoever_stole_the_keys_of_the_server(issued: Issued) -> None:
    """The server's keys delegate the law to themselves; the root pins the people."""
    publisher = Publisher(issued.gateway.publisher.catalogue)
    publisher.publish(now_utc())
    law = document(issued.listed)["law"]
    assert isinstance(law, dict)
    lax = canonical.dumps({**law, "measures": []})
    thief = StolenServerKeys(publisher, lax)
    thief.publish([signer()], 1)
    whole = Receipt.from_bytes(issued.absent)

    def stolen(found: Document) -> None:
        files = publisher.files
        found["roots"] = []
        found["timestamp"] = json.loads(files["metadata/timestamp.json"])
        found["files"] = {
            "snapshot": files["metadata/1000.snapshot.json"].decode(),
            "targets": files["metadata/1000.targets.json"].decode(),
            "catalogue": files["metadata/1000.catalogue.json"].decode(),
        }
        found["law"] = json.loads(lax)

    assert whole.decision
    with pytest.raises(TrustError, match="the trust root does not name"):
        examine(changed(issued.absent, stolen), publisher.trust_root)


def test_refuses_a_root_signed_by_fewer_than_its_threshold(tmp_path: Path) -> None:
    """Three new keys of which two must sign; two of the old ones, and only as many as it takes are in the receipt."""
    with FakeGateway() as gateway:
        publisher = gateway.publisher
        publisher.root_threshold = 2
        publisher.signers["root"] = [CryptoSigner.generate_ed25519() for _ in range(3)]
        gateway.publish()
        old = {each.public_key.keyid for each in publisher.signers["root"]}
        publisher.rotate_root(now_utc(), roles=("root",))
        gateway.publish()
        client = gateway.open_client(tmp_path / "home")
        with Replica.open(tmp_path / "home") as replica:
            data = proving.receipt(replica, client.check(LISTED, AWARD))
        signatures = part(document(data), "roots", 0)["signatures"]
        assert isinstance(signatures, list)
        assert [each["keyid"] in old for each in signatures].count(True) == 2
        assert len(signatures) == 4
        examine(data, publisher.trust_root)

        def without(number: int) -> Callable[[Document], object]:
            return lambda found: part(found, "roots", 0).update(
                signatures=signatures[:number] + signatures[number + 1 :]
            )

        for number, each in enumerate(signatures):
            whose = "by the keys of trust root 1" if each["keyid"] in old else "by its own keys"
            with pytest.raises(TrustError, match=f"not signed {whose}"):
                examine(changed(data, without(number)), publisher.trust_root)


def test_whoever_holds_root_keys_that_were_replaced_leads_nobody_past_the_replacement(tmp_path: Path) -> None:
    """Roots between are left out of a receipt; the one that gave the root new keys cannot be."""
    with FakeGateway() as gateway:
        publisher = gateway.publisher
        gateway.publish()
        client = gateway.open_client(tmp_path / "home")
        for roles in (("root",), ("timestamp",)):
            publisher.rotate_root(now_utc(), roles=roles)
        gateway.publish()
        client.sync()
        with Replica.open(tmp_path / "home") as replica:
            data = proving.receipt(replica, client.check(LISTED, AWARD))
        roots = document(data)["roots"]
        assert isinstance(roots, list)
        assert [each["signed"]["version"] for each in roots] == [2, 3]
        with pytest.raises(TrustError, match=r"Trust root 3 .* was not signed by the keys of trust root 1"):
            examine(changed(data, lambda found: found.update(roots=roots[1:])), publisher.trust_root)
        # From the root after the replacement on, it is not needed.
        second = publisher.files["metadata/2.root.json"]
        examine(changed(data, lambda found: found.update(roots=roots[1:])), second)


def test_a_root_that_names_nobody_for_the_law_proves_no_law(issued: Issued) -> None:
    pinned = Metadata[Root].from_bytes(issued.root)
    assert "x-credit-catalogue" in pinned.signed.unrecognized_fields

    def unnamed(found: Document) -> None:
        root = Metadata[Root].from_dict(part(found, "roots", 0))
        del root.signed.unrecognized_fields["x-credit-catalogue"]
        root.signatures.clear()
        for each in issued.gateway.publisher.signers["root"]:
            root.sign(each, append=True)
        written = json.loads(root.to_bytes())
        written["signatures"].sort(key=lambda each: each["keyid"])
        found["roots"] = [written]

    issued.refused(changed(issued.listed, unnamed), "does not name who may sign the law")
