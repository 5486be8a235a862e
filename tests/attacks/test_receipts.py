"""A receipt that was changed, forged or put together by somebody else is refused."""

import json
import lzma
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, Timestamp

from credit_sdk import CreditError, IntegrityError, Principal, Role, TrustError, Verdict
from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.client.clock import now_utc
from credit_sdk.model import canonical
from credit_sdk.model.decision import Decision
from credit_sdk.publication.receipt import Receipt
from credit_sdk.publication.receipt_envelope import HEAD_BYTES, MAGIC
from credit_sdk.replica import proving
from credit_sdk.replica.store import Replica
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.testing.publisher import Publisher
from credit_sdk.trust.verification import examine, examined
from tests.attacks.stolen_keys import StolenServerKeys, signer
from tests.receipt_documents import Document, changed, document, part, plain

LISTED, UNLISTED, LEADER = subject(1), subject(2), subject(3)
AWARD, OFFICER = "procurement.award", "company.officer"
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493


class Issued:
    """A gateway, a host that follows it, and the receipts of two checks."""

    def __init__(self, gateway: FakeGateway, folder: Path) -> None:
        self.gateway = gateway
        self.client = gateway.open_client(folder / "home")
        self.root = gateway.publisher.trust_root
        gateway.publisher.rotate_root(now_utc(), roles=("timestamp",))
        gateway.publish()
        with Replica.open(folder / "home") as replica:
            self.decision = self.client.check(LISTED, AWARD, case="青采2026-17")
            self.listed = proving.receipt(replica, self.decision)
            self.absent = proving.receipt(replica, self.client.check(UNLISTED, AWARD))
            through = [Principal(LISTED, Role.LEGAL_REPRESENTATIVE)]
            self.with_principal = proving.receipt(replica, self.client.check(LEADER, OFFICER, principals=through))

    def refused(self, data: bytes, complaint: str, kind: type[CreditError] = TrustError) -> None:
        with pytest.raises(kind, match=complaint):
            examine(data, self.root)


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    with FakeGateway() as gateway:
        gateway.list(LISTED, "judgment-defaulter", id="E-1")
        for number in range(10, 14):
            gateway.list(subject(number), "judgment-defaulter")
        gateway.publish()
        yield Issued(gateway, tmp_path_factory.mktemp("issued"))


def refuses(data: bytes, root: bytes) -> None:
    with pytest.raises(IntegrityError):
        examine(data, root)


def test_every_single_byte_changed_is_refused(issued: Issued) -> None:
    whole = issued.listed
    examine(whole, issued.root)
    for position in range(len(whole)):
        for change in (0x01, 0x20, 0x80, 0xFF):
            refuses(whole[:position] + bytes([whole[position] ^ change]) + whole[position + 1 :], issued.root)


def test_every_value_of_the_bytes_at_both_ends_is_refused(issued: Issued) -> None:
    whole = issued.listed
    for position in (*range(100), *range(len(whole) - 100, len(whole))):
        for value in set(range(256)) - {whole[position]}:
            refuses(whole[:position] + bytes([value]) + whole[position + 1 :], issued.root)


def test_every_byte_missing_or_doubled_is_refused(issued: Issued) -> None:
    whole = issued.listed
    for position in range(len(whole)):
        for spoiled in (whole[:position] + whole[position + 1 :], whole[: position + 1] + whole[position:]):
            # Leaving out one of two equal bytes, or doubling one, is the same wherever it is done.
            refuses(spoiled, issued.root)


def test_every_length_it_may_be_cut_to_is_refused(issued: Issued) -> None:
    for length in range(len(issued.listed)):
        refuses(issued.listed[:length], issued.root)


def test_everything_appended_or_put_in_front_is_refused(issued: Issued) -> None:
    whole, body = issued.listed, issued.listed[HEAD_BYTES:]
    for more in (*(bytes([value]) for value in range(256)), b"\r\n", bytes(4), whole, body, whole[:HEAD_BYTES]):
        refuses(whole + more, issued.root)
        refuses(more + whole, issued.root)
        refuses(whole[:HEAD_BYTES] + more + body, issued.root)


def test_the_parts_of_two_receipts_do_not_go_together(issued: Issued) -> None:
    """Head, body, halves and blocks exchanged, turned round or doubled."""
    one, other = issued.listed, issued.absent
    refuses(one[:HEAD_BYTES] + other[HEAD_BYTES:], issued.root)
    refuses(one[HEAD_BYTES:] + one[:HEAD_BYTES], issued.root)
    for size in (1, 4, 64, 1000, len(one) // 2):
        blocks = [one[start : start + size] for start in range(0, len(one), size)]
        refuses(b"".join(reversed(blocks)), issued.root)
        for number in range(0, len(blocks) - 1, 1 + len(blocks) // 50):
            swapped = [*blocks[:number], blocks[number + 1], blocks[number], *blocks[number + 2 :]]
            if b"".join(swapped) != one:
                refuses(b"".join(swapped), issued.root)
            refuses(b"".join([*blocks[: number + 1], *blocks[number:]]), issued.root)


def resealed(text: bytes) -> bytes:
    """Any two lines as the body of a receipt, under a seal that is good; compressed in little time."""
    body = lzma.compress(text, preset=0)
    return MAGIC + sha256(body).digest() + body


def test_parts_turned_round_or_doubled_are_refused_though_sealed_anew(issued: Issued) -> None:
    law, evidence = plain(issued.listed).split(b"\n")
    examine(resealed(law + b"\n" + evidence), issued.root)
    found = document(issued.listed)
    del found["law"]
    backwards = json.dumps(dict(sorted(found.items(), reverse=True)), ensure_ascii=False, separators=(",", ":"))
    for lines in (
        evidence + b"\n" + law,
        law + b"\n" + law,
        evidence + b"\n" + evidence,
        law + b"\n" + evidence + b"\n" + evidence,
        law + law + b"\n" + evidence,
        law + b"\n" + evidence + evidence,
        law + b"\n" + backwards.encode(),
        *(law + b"\n" + b'{"%s":%s,' % (name.encode(), canonical.dumps(found[name])) + evidence[1:] for name in found),
    ):
        refuses(resealed(lines), issued.root)

    def doubled(name: str) -> Callable[[Document], object]:
        return lambda found: found.update({name: [*found[name], *found[name]]})  # type: ignore[misc]  # JSON

    refuses(changed(issued.listed, doubled("proofs")), issued.root)
    issued.refused(changed(issued.listed, doubled("roots")), "not sorted by version")


STATED_BY_THE_HOST = {"id", "case", "decided_at"}
"""What nobody signs; `library_version` besides."""


@pytest.mark.parametrize("step", [17, pytest.param(1, marks=pytest.mark.soak)])
def test_whoever_seals_a_changed_receipt_anew_changes_only_what_the_host_itself_stated(
    issued: Issued, step: int
) -> None:
    """The seal is no signature, so here it is made anew after every change of a byte of what is in it."""
    text = plain(issued.listed)
    law_ends = text.index(b"\n")
    accepted: list[Decision] = []
    compiled = Catalogue.from_bytes(text[:law_ends])
    # The law is one hash, so a sample of it will do.
    for position in (*range(0, law_ends, 101), *range(law_ends, len(text), step)):
        for change in (0x01, 0x20):
            spoiled = text[:position] + bytes([text[position] ^ change]) + text[position + 1 :]
            try:
                receipt = Receipt.from_bytes(resealed(spoiled))
                accepted.append(examined(receipt, issued.root, compiled=compiled).decision)
            except CreditError:
                continue
    original = json.loads(issued.decision.to_json())
    assert accepted
    for decision in accepted:
        stated = json.loads(decision.to_json())
        evidence = stated.pop("evidence")
        evidence["library_version"] = original["evidence"]["library_version"]
        differing = {name for name in stated if stated[name] != original[name]}
        assert differing <= STATED_BY_THE_HOST
        assert evidence == original["evidence"]
        assert decision.verdict is Verdict.DENY


def with_(data: bytes, *path: str | int, **values: object) -> bytes:
    return changed(data, lambda found: part(found, *path).update(values))


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


def test_refuses_a_root_left_out(issued: Issued) -> None:
    issued.refused(with_(issued.listed, roots=[]), "cannot be believed|not good or counts")


@pytest.mark.parametrize("name", ["snapshot", "targets", "catalogue"])
def test_refuses_a_file_that_is_not_the_one_named(issued: Issued, name: str) -> None:
    text = str(part(document(issued.listed), "files")[name])
    issued.refused(with_(issued.listed, "files", **{name: text + "\n"}), "cannot be believed")
    issued.refused(with_(issued.listed, "files", **{name: "{}"}), "cannot be believed")


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


def test_the_digest_ties_a_receipt_to_the_record_of_the_check(issued: Issued) -> None:
    """What the host stated can be sealed anew, but then it is another decision than the one recorded."""
    other = with_(issued.listed, "decision", case="青采2026-18")
    recorded = sha256(issued.decision.to_json()).hexdigest()
    assert examine(issued.listed, issued.root).digest == recorded
    assert examine(other, issued.root).digest != recorded
