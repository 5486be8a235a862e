"""What lines of the ledger pin of contents (内容摘要): a digest, where the contents themselves may not stand there."""

from collections.abc import Mapping
from hashlib import sha256

from gateway.database.columns import canonical_json

_OF_WAIVER = ("matter", "measure", "by", "reason", "approval_no", "effective_until_on")


def waiver_sha256(held: Mapping[str, object]) -> str:
    """The SHA-256 of what is published of a waiver (豁免) and of whom, hex; the confirmation states it.

    Args:
        held: The waiver's columns.
    """
    key = held["subject_key"]
    said = [key.hex() if isinstance(key, bytes) else "", *(str(held[name]) for name in _OF_WAIVER)]
    return sha256(canonical_json(said).encode()).hexdigest()
