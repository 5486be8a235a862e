"""Receipts taken apart and put together again, for tests that change one on purpose."""

import json
import zlib
from collections.abc import Callable

from credit_sdk.publication import receipt
from credit_sdk.publication.receipt import MAGIC

Document = dict[str, object]

_SEAL_BYTES = 32


def plain(data: bytes) -> bytes:
    """The canonical JSON in a receipt."""
    return zlib.decompress(data[len(MAGIC) : -_SEAL_BYTES])


def document(data: bytes) -> Document:
    """What a receipt says."""
    found: Document = json.loads(plain(data))
    return found


def changed(data: bytes, change: Callable[[Document], object]) -> bytes:
    """A receipt with something else in it, sealed as if it had been issued so."""
    found = document(data)
    change(found)
    return receipt.sealed(found)


def without_law(data: bytes) -> bytes:
    """A receipt as it would be if the law stood elsewhere: what counts besides the law text."""
    return changed(data, lambda found: found.pop("law"))


def part(found: Document, *path: str | int) -> dict[str, object]:
    """An object somewhere in a document."""
    value: object = found
    for step in path:
        value = value[step]  # type: ignore[index]  # JSON as it was read
    assert isinstance(value, dict)
    return value
