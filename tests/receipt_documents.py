"""Receipts taken apart and put together again, for tests that change one on purpose."""

import json
import lzma
from collections.abc import Callable

from credit_sdk.model import canonical
from credit_sdk.publication import receipt_envelope
from credit_sdk.publication.receipt_envelope import HEAD_BYTES

Document = dict[str, object]


def plain(data: bytes) -> bytes:
    """The two parts of a receipt, a line each."""
    return lzma.decompress(data[HEAD_BYTES:])


def document(data: bytes) -> Document:
    """What a receipt says, the law beside the evidence."""
    law, evidence = plain(data).split(b"\n")
    found: Document = json.loads(evidence)
    return {**found, "law": json.loads(law)}


def changed(data: bytes, change: Callable[[Document], object]) -> bytes:
    """A receipt with something else in it, sealed as if it had been issued so."""
    found = document(data)
    change(found)
    law = found.pop("law")
    return receipt_envelope.sealed(canonical.dumps(law), canonical.dumps(found))


def besides_law(data: bytes) -> int:
    """How many bytes a receipt has besides its law text, which takes what it takes when it stands alone."""
    law, _ = receipt_envelope.opened(data)
    return len(data) - len(receipt_envelope.packed(law))


def part(found: Document, *path: str | int) -> dict[str, object]:
    """An object somewhere in a document."""
    value: object = found
    for step in path:
        value = value[step]  # type: ignore[index]  # JSON as it was read
    assert isinstance(value, dict)
    return value
