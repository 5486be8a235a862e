"""A receipt of which anything was changed, cut off, doubled or turned round is refused."""

import json
from collections.abc import Callable

import pytest

from credit_sdk import CreditError, Verdict
from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.model import canonical
from credit_sdk.model.decision import Decision
from credit_sdk.publication.receipt import Receipt
from credit_sdk.publication.receipt_envelope import HEAD_BYTES
from credit_sdk.trust.verification import examine, examined
from tests.attacks.issued import Issued, refuses, resealed
from tests.receipt_documents import Document, changed, document, plain


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
