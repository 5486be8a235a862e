"""Records (记录) as bytes: the value at a subject's key in the Merkle map.

MessagePack arrays in fixed order, days as whole numbers since 1970-01-01, entries sorted by id, fields by name.
One record has one spelling; :func:`require_canonical` is asked wherever a record comes in, so that reading is quick.
"""

from collections.abc import Iterable
from datetime import date

import msgspec

from credit_sdk.errors import IntegrityError
from credit_sdk.model.listing import Entry, FieldValue, Severity, SubjectRecord, Waiver
from credit_sdk.model.term import Term

MAX_RECORD_BYTES = 64 * 1024

_EPOCH = date(1970, 1, 1).toordinal()
_HINT = "Nothing was taken over. If it stays, the gateway published a record that this version cannot read."


class _Entry(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False):
    id: str
    list: str
    severity: str
    authority: str
    authority_code: str
    document_no: str
    determined_on: int
    from_on: int
    until_on: int | None
    fact: str
    fact_digest: bytes
    basis: str
    objection_on: int | None
    fields: tuple[tuple[str, bool | int | str | tuple[str, ...]], ...]


class _Waiver(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False):
    matter: str
    measure: str
    until_on: int
    by: str
    reason: str
    document_no: str


class _Record(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False):
    entries: tuple[_Entry, ...]
    waivers: tuple[_Waiver, ...]


class _Listed(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The first two items of an entry: what counting needs."""

    id: str
    list: str


class _Lists(msgspec.Struct, array_like=True, frozen=True, gc=False):
    entries: tuple[_Listed, ...]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Record)
_lists_decoder = msgspec.msgpack.Decoder(_Lists)


def encode(record: SubjectRecord) -> bytes:
    """The canonical bytes of a record.

    Raises:
        IntegrityError: It is larger than a reader takes, or holds a number that MessagePack cannot.
    """
    entries = sorted((_entry(entry) for entry in record.entries), key=lambda entry: entry.id)
    waivers = sorted((_waiver(waiver) for waiver in record.waivers), key=_encoder.encode)
    try:
        data = _encoder.encode(_Record(tuple(entries), tuple(waivers)))
    except OverflowError as error:
        raise IntegrityError("A field of a record holds a number beyond 64 bits, which cannot be published.") from error
    if len(data) > MAX_RECORD_BYTES:
        raise IntegrityError(
            f"A record of {len(entries)} entries has {len(data)} bytes; no reader takes more than {MAX_RECORD_BYTES}.",
            hint="Shorten the facts and fields of its entries.",
        )
    return data


def decode(data: bytes) -> SubjectRecord:
    """Read a record whose canonical form was verified when it came in.

    Raises:
        IntegrityError: It cannot be read.
    """
    try:
        found = _decoder.decode(data)
        return SubjectRecord(
            tuple(
                Entry(
                    id=e.id,
                    list=e.list,
                    severity=Severity(e.severity),
                    authority=e.authority,
                    authority_code=e.authority_code,
                    document_no=e.document_no,
                    determined_on=_day(e.determined_on),
                    term=Term(_day(e.from_on), None if e.until_on is None else _day(e.until_on)),
                    fact=e.fact,
                    fact_digest=e.fact_digest,
                    basis=e.basis,
                    objection_on=None if e.objection_on is None else _day(e.objection_on),
                    fields=dict(e.fields),
                )
                for e in found.entries
            ),
            tuple(Waiver(w.matter, w.measure, _day(w.until_on), w.by, w.reason, w.document_no) for w in found.waivers),
        )
    except (msgspec.DecodeError, ValueError, OverflowError) as error:
        raise IntegrityError(f"A record cannot be read ({error}).", hint=_HINT) from error


def require_canonical(data: bytes) -> SubjectRecord:
    """Read a record that comes from elsewhere.

    Raises:
        IntegrityError: It cannot be read, is too large, or is not spelled as :func:`encode` spells it.
    """
    if len(data) > MAX_RECORD_BYTES:
        raise IntegrityError(
            f"A record has {len(data)} bytes; {MAX_RECORD_BYTES} is the most there may be.", hint=_HINT
        )
    record = decode(data)
    if encode(record) != data:
        raise IntegrityError(
            "A record is not in its canonical form, so two readers could read it differently.", hint=_HINT
        )
    return record


def lists_of(data: bytes) -> Iterable[str]:
    """The list of each entry of a verified record, for counting.

    Raises:
        IntegrityError: It cannot be read.
    """
    try:
        return [entry.list for entry in _lists_decoder.decode(data).entries]
    except msgspec.DecodeError as error:
        raise IntegrityError(f"A record cannot be read ({error}).", hint=_HINT) from error


def _entry(entry: Entry) -> _Entry:
    return _Entry(
        id=entry.id,
        list=entry.list,
        severity=entry.severity.value,
        authority=entry.authority,
        authority_code=entry.authority_code,
        document_no=entry.document_no,
        determined_on=_number(entry.determined_on),
        from_on=_number(entry.term.from_on),
        until_on=None if entry.term.until_on is None else _number(entry.term.until_on),
        fact=entry.fact,
        fact_digest=entry.fact_digest,
        basis=entry.basis,
        objection_on=None if entry.objection_on is None else _number(entry.objection_on),
        fields=_fields(entry.fields.items()),
    )


def _waiver(waiver: Waiver) -> _Waiver:
    return _Waiver(
        waiver.matter, waiver.measure, _number(waiver.until_on), waiver.by, waiver.reason, waiver.document_no
    )


def _fields(items: Iterable[tuple[str, FieldValue]]) -> tuple[tuple[str, FieldValue], ...]:
    return tuple(sorted(items, key=lambda item: item[0]))


def _number(day: date) -> int:
    return day.toordinal() - _EPOCH


def _day(number: int) -> date:
    return date.fromordinal(number + _EPOCH)
