"""The independent verifier believes what we issue, and refuses what we refuse."""

import ast
import io
import json
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Timestamp

from credit_sdk import CreditError, Principal, Role
from credit_sdk.client.clock import now_utc
from credit_sdk.replica import proving
from credit_sdk.replica.store import Replica
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.trust.verification import examine
from tests.conformance import verifier
from tests.conformance.verifier import Refused
from tests.receipt_documents import Document, changed, document, part

PROGRAM = Path(verifier.__file__)
LISTED, UNLISTED = subject(1), subject(2)


class Issued:
    """Receipts of three checks, and the trust root."""

    def __init__(self, gateway: FakeGateway, folder: Path) -> None:
        self.timestamp_key = gateway.publisher.signers["timestamp"][0]
        client = gateway.open_client(folder / "home")
        self.root = gateway.publisher.trust_root
        with Replica.open(folder / "home") as replica:
            through = [Principal(LISTED, Role.LEGAL_REPRESENTATIVE)]
            self.decisions = [
                client.check(LISTED, "procurement.award"),
                client.check(UNLISTED, "procurement.award"),
                client.check(UNLISTED, "company.officer", principals=through),
            ]
            self.receipts = [proving.receipt(replica, decision) for decision in self.decisions]
        for roles in ((), ("timestamp",)):
            gateway.publisher.rotate_root(now_utc(), roles=roles)
        self.roots = {each: gateway.publisher.files[f"metadata/{each}.root.json"] for each in (1, 2, 3, 4, 5)}


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issued]:
    with FakeGateway() as gateway:
        gateway.list(LISTED, "judgment-defaulter", fact="有履行能力而拒不履行“义务”\\")
        gateway.publish()
        for roles in (("root", "snapshot", "catalogue"), ("timestamp", "snapshot")):
            gateway.publisher.rotate_root(now_utc(), roles=roles)
        gateway.publish()
        yield Issued(gateway, tmp_path_factory.mktemp("issued"))


def test_imports_nothing_of_the_product_and_stays_short() -> None:
    source = PROGRAM.read_text(encoding="utf-8")
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - sys.stdlib_module_names == {"cryptography"}
    lines = source.splitlines()
    assert len(lines) <= 150
    assert max(map(len, lines)) <= 120
    assert not any(token.string == ";" for token in tokenize.generate_tokens(io.StringIO(source).readline))


def test_believes_what_was_issued(issued: Issued) -> None:
    for receipt, decision in zip(issued.receipts, issued.decisions, strict=True):
        found = verifier.verify(receipt, issued.root)
        held = examine(receipt, issued.root)
        assert verifier.canonical(found["decision"]) == decision.to_json()
        assert found["present"] == held.present
        assert found["digest"] == held.digest
        assert found["root"] == held.chain.root_version == 3


def test_runs_by_itself(issued: Issued, tmp_path: Path) -> None:
    (tmp_path / "receipt").write_bytes(issued.receipts[0])
    (tmp_path / "root.json").write_bytes(issued.root)
    # -I: neither the environment nor the folder of the script leads to the product.
    done = subprocess.run(
        [sys.executable, "-I", PROGRAM, tmp_path / "receipt", tmp_path / "root.json"],
        capture_output=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["decision"]["verdict"] == "DENY"


def test_refuses_every_changed_byte(issued: Issued) -> None:
    whole = issued.receipts[0]
    for position in range(0, len(whole), 3):
        with pytest.raises(Refused):
            verifier.verify(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :], issued.root)


def spoil(*path: str | int, **values: object) -> object:
    return pytest.param(path, values, id="-".join([*map(str, path), *values]))


@pytest.mark.parametrize(
    ("path", "values"),
    [
        spoil(roots=[]),
        spoil(format="credit-receipt/2"),
        spoil("roots", 0, "signed", version=3),
        spoil("roots", 1, "signed", expires="2050-01-01T00:00:00Z"),
        spoil("timestamp", "signed", **{"x-credit-signed-at": "2020-01-01T00:00:00Z"}),
        spoil("timestamp", signatures=[]),
        spoil("timestamp", beside=1),
        spoil("files", snapshot="{}"),
        spoil("files", targets="{}"),
        spoil("files", catalogue="{}"),
        spoil("publication", map_root="00" * 32),
        spoil("publication", serial=9),
        spoil("law", edition="mine"),
        spoil("proofs", 0, record=None),
        spoil("proofs", 0, record="929090"),
        spoil("proofs", 0, siblings=[]),
        spoil("proofs", 0, siblings=["00" * 32]),
        spoil("proofs", 0, siblings=["0" * 63]),
        spoil("proofs", 0, neighbour={"key": "00" * 32, "value_digest": "00" * 32}),
        spoil("decision", "evidence", serial=9),
        spoil("decision", "evidence", contact_at="2020-01-01T00:00:00Z"),
        spoil("decision", "evidence", catalogue_digest="00" * 32),
        spoil("decision", "subject", code=UNLISTED.code),
    ],
)
def test_both_refuse_the_same(issued: Issued, path: tuple[str | int, ...], values: Document) -> None:
    spoiled = changed(issued.receipts[0], lambda found: part(found, *path).update(values))
    with pytest.raises(Refused):
        verifier.verify(spoiled, issued.root)
    with pytest.raises(CreditError):
        examine(spoiled, issued.root)


def test_both_refuse_what_had_expired_when_it_was_signed(issued: Issued) -> None:
    made = Metadata[Timestamp].from_dict(part(document(issued.receipts[0]), "timestamp"))
    late = now_utc() + timedelta(days=8)
    made.signed.unrecognized_fields["x-credit-signed-at"] = late.strftime("%Y-%m-%dT%H:%M:%SZ")
    made.signed.expires = late.replace(microsecond=0) + timedelta(days=1)
    made.sign(issued.timestamp_key)
    values = {"timestamp": json.loads(made.to_bytes())}
    spoiled = changed(issued.receipts[0], lambda found: found.update(values))
    with pytest.raises(Refused, match="expired when it was signed"):
        verifier.verify(spoiled, issued.root)
    with pytest.raises(CreditError, match="had ended"):
        examine(spoiled, issued.root)


def test_takes_every_root_of_the_time_or_before_and_a_later_one_that_names_the_same_keys(issued: Issued) -> None:
    for version, reached in ((1, 3), (2, 3), (3, 3), (4, 4)):
        assert verifier.verify(issued.receipts[0], issued.roots[version])["root"] == reached
        assert examine(issued.receipts[0], issued.roots[version]).chain.root_version == reached
    with pytest.raises(Refused, match="fewer signatures"):
        verifier.verify(issued.receipts[0], issued.roots[5])
    with pytest.raises(CreditError, match="came later"):
        examine(issued.receipts[0], issued.roots[5])
    with FakeGateway() as stranger:
        stranger.publish()
        with pytest.raises(Refused):
            verifier.verify(issued.receipts[0], stranger.publisher.trust_root)


@pytest.mark.parametrize("shift", [1, -1])
def test_both_refuse_an_absence_made_of_a_presence(issued: Issued, shift: int) -> None:
    """Key and digest of the record that is there, cut at another place: the hash comes out, the key is another one."""

    def absent(found: Document) -> None:
        proof = part(found, "proofs", 0)
        whole = str(proof["key"]) + verifier.digest(bytes.fromhex(str(proof["record"])))
        cut = 64 + 2 * shift
        proof.update(record=None, neighbour={"key": whole[:cut], "value_digest": whole[cut:]})

    spoiled = changed(issued.receipts[0], absent)
    with pytest.raises(Refused, match="not the form of a proof"):
        verifier.verify(spoiled, issued.root)
    with pytest.raises(CreditError, match="cannot be used"):
        examine(spoiled, issued.root)
