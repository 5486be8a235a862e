"""A receipt is one sequence of bytes, read only as it was written."""

import zlib
from hashlib import sha256

import pytest

from credit_sdk.errors import IntegrityError
from credit_sdk.publication import receipt
from credit_sdk.publication.proof import Neighbour, Proof
from credit_sdk.publication.receipt import MAGIC, Receipt, SignedFiles
from tests.receipt_documents import changed, document, part, plain

RECEIPT = Receipt(
    decision=b'{"format":"credit-decision/1"}',
    proofs=(
        Proof(bytes([1] * 32), (bytes(32), bytes([2] * 32)), value=b"\x92\x90\x90"),
        Proof(bytes([3] * 32), (), neighbour=Neighbour(bytes([4] * 32), bytes([5] * 32))),
        Proof(bytes([6] * 32), (bytes([7] * 32),)),
    ),
    publication='{"origin":"虚构省"}'.encode(),
    law=b'{"edition":"first"}',
    files=SignedFiles(
        roots=({"signatures": [], "signed": {}},),
        timestamp={"signatures": [], "signed": {}},
        snapshot=b'{ "signed": {} }\n',
        targets=b"{}",
        catalogue=b"{}",
    ),
)


def test_is_read_as_it_was_written() -> None:
    data = RECEIPT.to_bytes()
    assert Receipt.from_bytes(data) == RECEIPT
    assert Receipt.from_bytes(data).to_bytes() == data


def test_begins_with_its_name_and_ends_with_its_seal() -> None:
    data = RECEIPT.to_bytes()
    assert data.startswith(MAGIC)
    assert data[-32:] == sha256(data[:-32]).digest()


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "no receipt"),
        (b"CP1\n", "no receipt"),
        (MAGIC, "changed or cut"),
        (RECEIPT.to_bytes()[:-1], "changed or cut"),
        (RECEIPT.to_bytes() + b"\x00", "changed or cut"),
    ],
)
def test_refuses_what_is_no_whole_receipt(data: bytes, complaint: str) -> None:
    with pytest.raises(IntegrityError, match=complaint):
        Receipt.from_bytes(data)


def sealed(body: bytes) -> bytes:
    return MAGIC + body + sha256(MAGIC + body).digest()


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"no zlib", "cannot be unpacked"),
        (zlib.compress(plain(RECEIPT.to_bytes()))[:-1], "more, or to less"),
        (zlib.compress(plain(RECEIPT.to_bytes())) + b"\x00", "more, or to less"),
        (zlib.compress(plain(RECEIPT.to_bytes()) + b"\n"), "canonical"),
        (zlib.compress(b"[]"), "cannot be used"),
    ],
)
def test_refuses_a_sealed_body_that_is_none(body: bytes, complaint: str) -> None:
    with pytest.raises(IntegrityError, match=complaint):
        Receipt.from_bytes(sealed(body))


def test_refuses_a_body_that_unpacks_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipt, "MAX_PLAIN_BYTES", 100)
    with pytest.raises(IntegrityError, match="more, or to less"):
        Receipt.from_bytes(RECEIPT.to_bytes())


def test_refuses_a_file_larger_than_a_receipt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipt, "MAX_RECEIPT_BYTES", 100)
    with pytest.raises(IntegrityError, match="100 is the most"):
        Receipt.from_bytes(RECEIPT.to_bytes())


@pytest.mark.parametrize("missing", sorted(document(RECEIPT.to_bytes())))
def test_refuses_a_receipt_that_lacks_a_part(missing: str) -> None:
    with pytest.raises(IntegrityError, match=missing):
        Receipt.from_bytes(changed(RECEIPT.to_bytes(), lambda found: found.pop(missing)))


@pytest.mark.parametrize("place", [(), ("files",), ("proofs", 0), ("proofs", 1, "neighbour")])
def test_refuses_a_part_that_is_not_known(place: tuple[str | int, ...]) -> None:
    with pytest.raises(IntegrityError, match="surplus"):
        Receipt.from_bytes(changed(RECEIPT.to_bytes(), lambda found: part(found, *place).update(surplus="1")))


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        ((), "format", "credit-receipt/2"),
        ((), "proofs", []),
        ((), "decision", "text"),
        (("proofs", 0), "key", "AB" * 32),
        (("proofs", 0), "key", "ab" * 31),
        (("proofs", 0), "record", ""),
        (("proofs", 0), "record", "abc"),
        (("proofs", 0), "siblings", ["00" * 32] * 257),
    ],
)
def test_refuses_a_part_of_another_form(place: tuple[str | int, ...], name: str, value: object) -> None:
    with pytest.raises(IntegrityError, match="cannot be used"):
        Receipt.from_bytes(changed(RECEIPT.to_bytes(), lambda found: part(found, *place).update({name: value})))


def test_refuses_proofs_out_of_order() -> None:
    def turn(found: dict[str, object]) -> None:
        proofs = found["proofs"]
        assert isinstance(proofs, list)
        proofs.reverse()

    with pytest.raises(IntegrityError, match="sorted by key"):
        Receipt.from_bytes(changed(RECEIPT.to_bytes(), turn))
