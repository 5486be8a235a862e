"""A receipt is one sequence of bytes, read only as it was written."""

import builtins
import lzma
from hashlib import sha256

import pytest

from credit_sdk.errors import IntegrityError, SettingsError
from credit_sdk.publication import receipt_envelope
from credit_sdk.publication.proof import Neighbour, Proof
from credit_sdk.publication.receipt import Receipt, SignedFiles
from credit_sdk.publication.receipt_envelope import HEAD_BYTES, MAGIC, packed
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


def test_begins_with_its_name_and_its_seal() -> None:
    data = RECEIPT.to_bytes()
    assert data.startswith(MAGIC)
    assert data[len(MAGIC) : HEAD_BYTES] == sha256(data[HEAD_BYTES:]).digest()


def test_any_tool_that_knows_xz_unpacks_it() -> None:
    law, evidence = lzma.decompress(RECEIPT.to_bytes()[HEAD_BYTES:], lzma.FORMAT_XZ).split(b"\n")
    assert law == RECEIPT.law
    assert evidence.startswith(b'{"decision":')


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
    return MAGIC + sha256(body).digest() + body


BODY = RECEIPT.to_bytes()[HEAD_BYTES:]
LAW, EVIDENCE = plain(RECEIPT.to_bytes()).split(b"\n")


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "more, or to less"),
        (b"no xz, not by far", "cannot be unpacked"),
        (lzma.compress(LAW + b"\n" + EVIDENCE, lzma.FORMAT_ALONE), "cannot be unpacked"),
        (BODY[:-1], "more, or to less"),
        (BODY + b"\x00", "more, or to less"),
        (BODY + BODY, "more, or to less"),
        (packed(LAW + b"\n" + EVIDENCE + b"\n"), "canonical"),
        (packed(LAW + b"\n" + EVIDENCE + b"\n" + EVIDENCE), "canonical"),
        (packed(LAW + b"\n\n" + EVIDENCE), "canonical"),
        (packed(LAW + b"\r\n " + EVIDENCE), "canonical"),
        (packed(EVIDENCE + b"\n" + LAW), "cannot be used"),
        (packed(LAW + EVIDENCE), "a law and the evidence"),
        (packed(LAW), "a law and the evidence"),
        (packed(b""), "a law and the evidence"),
        (packed(LAW + b"\n[]"), "cannot be used"),
    ],
)
def test_refuses_a_sealed_body_that_is_none(body: bytes, complaint: str) -> None:
    with pytest.raises(IntegrityError, match=complaint):
        Receipt.from_bytes(sealed(body))


@pytest.mark.parametrize(
    ("bound", "complaint"),
    [
        ("MAX_PLAIN_BYTES", "more, or to less"),
        ("MAX_CATALOGUE_BYTES", "a law and the evidence"),
        ("MAX_EVIDENCE_BYTES", "a law and the evidence"),
        ("MAX_RECEIPT_BYTES", "10 is the most"),
    ],
)
def test_refuses_more_than_a_receipt_holds(monkeypatch: pytest.MonkeyPatch, bound: str, complaint: str) -> None:
    monkeypatch.setattr(receipt_envelope, bound, 10)
    with pytest.raises(IntegrityError, match=complaint):
        Receipt.from_bytes(RECEIPT.to_bytes())


def test_refuses_a_body_that_would_take_much_memory_to_unpack() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 32 * 1024 * 1024}]
    body = lzma.compress(LAW + b"\n" + EVIDENCE, lzma.FORMAT_XZ, filters=filters)
    assert lzma.decompress(body) == plain(RECEIPT.to_bytes())
    with pytest.raises(IntegrityError, match=r"cannot be unpacked.*[Mm]emory"):
        Receipt.from_bytes(sealed(body))


def test_a_python_without_xz_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    found, data = builtins.__import__, RECEIPT.to_bytes()

    def missing(name: str, *rest: object) -> object:
        if name == "lzma":
            raise ImportError(name)
        return found(name, *rest)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(builtins, "__import__", missing)
    for attempt in (RECEIPT.to_bytes, lambda: Receipt.from_bytes(data)):
        with pytest.raises(SettingsError, match="built without xz") as refused:
            attempt()
        assert "liblzma" in refused.value.hint


@pytest.mark.parametrize("missing", sorted(document(RECEIPT.to_bytes()).keys() - {"law"}))
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
