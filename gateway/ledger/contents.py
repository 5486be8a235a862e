"""What lines of the ledger pin of contents (内容摘要): a digest, where the contents themselves may not stand there.

The digest of an entry is over its columns as they are stored, so that it is the same in either database. A confirmation
of a batch states digests over parts of it: the entries, in the order of their ids, fall into 256 parts by the first
byte of the SHA-256 of the id. So a batch of any size takes one line, and a part tells about which entries differ.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, select, type_coerce

from gateway.database.columns import canonical_json
from gateway.database.tables import entries

_OF_WAIVER = ("matter", "measure", "by", "reason", "approval_no", "effective_until_on")
_OF_LINK = ("number", "code", "by", "confirmed_by", "document_no", "reason")
_OF_ENTRY = (
    *("list", "severity", "authority", "authority_code", "document_no", "basis", "determined_on", "term_from"),
    *("term_until", "fact", "notice_given_on", "fields", "extra", "replaces"),
)
_ERASED = {"fact": "", "basis": "", "fields": "{}", "extra": "{}"}
"""What the columns of an entry say whose contents were erased (停止共享和使用)."""
_ROWS_AT_A_TIME = 5_000


def waiver_sha256(held: Mapping[str, object]) -> str:
    """The SHA-256 of what is published of a waiver (豁免) and of whom, hex; the confirmation states it.

    Args:
        held: The waiver's columns.
    """
    key = held["subject_key"]
    said = [key.hex() if isinstance(key, bytes) else "", *(str(held[name]) for name in _OF_WAIVER)]
    return sha256(canonical_json(said).encode()).hexdigest()


def link_sha256(held: Mapping[str, object]) -> str:
    """The SHA-256 of which former number (原注册号) a link gives to which code, by whom and on which document, hex.

    Args:
        held: The link's columns.
    """
    keys = (held["number_key"], held["code_key"])
    said = [*(key.hex() if isinstance(key, bytes) else "" for key in keys), *(str(held[name]) for name in _OF_LINK)]
    return sha256(canonical_json(said).encode()).hexdigest()


def stored_entries() -> Select[Any]:
    """Reads entries as :func:`entry_sha256` takes them; days and JSON as the text they are stored as."""
    text = (type_coerce(entries.c[name], Text).label(name) for name in _OF_ENTRY)
    return select(entries.c.id, entries.c.batch, entries.c.state, entries.c.subject_key, entries.c.is_person, *text)


def entry_sha256(row: Row[Any]) -> str:
    """The SHA-256 of what an entry (名单条目) says and of whom, hex.

    Args:
        row: As :func:`stored_entries` reads it.
    """
    key = row.subject_key.hex() if isinstance(row.subject_key, bytes) else row.subject_key
    said = [row.id, key, bool(row.is_person), *(getattr(row, name) for name in _OF_ENTRY)]
    # What somebody wrote past the program need not be text; it differs then, and must not stop the verification.
    plain = [each if isinstance(each, str | bool) or each is None else repr(each) for each in said]
    return sha256(canonical_json(plain).encode("utf-8", "surrogatepass")).hexdigest()


def is_erased(row: Row[Any]) -> bool:
    """Whether nothing is left of what an entry said."""
    return all(getattr(row, name) == blank for name, blank in _ERASED.items())


def sha256_of_entry(connection: Connection, entry: str) -> str:
    """The digest of one entry as it stands."""
    return entry_sha256(connection.execute(stored_entries().where(entries.c.id == entry)).one())


def contents_of_batch(connection: Connection, batch: str, state: str) -> dict[str, str]:
    """The digests over the entries of a batch that are in a state, by part."""
    # By their bytes in either database: PostgreSQL would follow the language it was set up for.
    by_id = entries.c.id.collate("C") if connection.dialect.name == "postgresql" else entries.c.id
    asked = stored_entries().where(entries.c.batch == batch, entries.c.state == state).order_by(by_id)
    with connection.execute(asked, execution_options={"yield_per": _ROWS_AT_A_TIME}) as rows:
        return in_parts((row.id, entry_sha256(row)) for row in rows)


def in_parts(digests: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Digests over entries, by part.

    Args:
        digests: Id and digest of each, in the order of the ids.
    """
    parts: dict[str, Any] = {}
    for entry, digest in digests:
        parts.setdefault(part_of(entry), sha256()).update(bytes.fromhex(digest))
    return {name: part.hexdigest() for name, part in sorted(parts.items())}


def part_of(entry: str) -> str:
    """The part an entry falls into: two hex digits."""
    return sha256(entry.encode()).hexdigest()[:2]
