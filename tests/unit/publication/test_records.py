"""One record has one spelling, and reading it back gives what was written."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.errors import IntegrityError
from credit_sdk.model.listing import Entry, Severity, SubjectRecord, Waiver
from credit_sdk.model.term import Term
from credit_sdk.publication import records

texts = st.text(max_size=8)
days = st.dates(date(1, 1, 1), date(9999, 12, 31))
field_values = st.one_of(st.booleans(), st.integers(-(2**63), 2**64 - 1), texts, st.lists(texts, max_size=3).map(tuple))


@st.composite
def terms(draw: st.DrawFn) -> Term:
    first, last = sorted([draw(days), draw(days)])
    return Term(first, draw(st.sampled_from([last, None])))


entries = st.builds(
    Entry,
    id=texts,
    list=texts,
    severity=st.sampled_from(Severity),
    authority=texts,
    authority_code=texts,
    document_no=texts,
    determined_on=days,
    term=terms(),
    fact=texts,
    fact_digest=st.binary(max_size=32),
    basis=texts,
    objection_on=st.none() | days,
    fields=st.dictionaries(texts, field_values, max_size=3),
)
waivers = st.builds(Waiver, matter=texts, measure=texts, until_on=days, by=texts, reason=texts, document_no=texts)
subject_records = st.builds(
    SubjectRecord,
    st.lists(entries, max_size=3, unique_by=lambda entry: entry.id).map(tuple),
    st.lists(waivers, max_size=3).map(tuple),
)


@given(subject_records)
def test_reading_gives_what_was_written(record: SubjectRecord) -> None:
    data = records.encode(record)
    found = records.require_canonical(data)
    assert sorted(found.entries, key=lambda e: e.id) == sorted(record.entries, key=lambda e: e.id)
    assert records.encode(found) == data
    assert list(records.lists_of(data)) == [entry.list for entry in found.entries]
    assert len(found.waivers) == len(record.waivers)
    assert set(found.waivers) == set(record.waivers)


@given(subject_records)
def test_order_makes_no_difference(record: SubjectRecord) -> None:
    turned = SubjectRecord(tuple(reversed(record.entries)), tuple(reversed(record.waivers)))
    assert records.encode(turned) == records.encode(record)


def test_booleans_and_numbers_stay_apart() -> None:
    record = SubjectRecord((_entry(fields={"a": True, "b": 1, "c": 0, "d": False}),))
    [found] = records.decode(records.encode(record)).entries
    assert [type(value) for value in found.fields.values()] == [bool, int, int, bool]


def _entry(**changed: object) -> Entry:
    plain: dict[str, object] = {
        "id": "e",
        "list": "wage-arrears",
        "severity": Severity.SERIOUS,
        "authority": "",
        "authority_code": "",
        "document_no": "",
        "determined_on": date(2026, 1, 1),
        "term": Term(date(2026, 1, 1)),
    }
    return Entry(**{**plain, **changed})  # type: ignore[arg-type]  # a test names only what it is about


def _spoiled(at: int, value: object) -> bytes:
    """A record of one entry with another item at one place."""
    [[items], waivers] = msgspec.msgpack.decode(records.encode(SubjectRecord((_entry(),))))
    items[at] = value
    return msgspec.msgpack.encode([[items], waivers])


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (0, 7),
        (2, "dreadful"),
        (6, 20_454),
        (6, "2026-02-30"),
        (6, "10000-01-01"),
        (7, ["2026-01-01"]),
        (7, ["2026-01-01", None, None]),
        (7, ["2026-01-01", "2025-12-31"]),
        (9, "text"),
        (11, 1),
        (12, [["a", 1]]),
        (12, {"a": 1.5}),
    ],
)
def test_refuses_what_no_entry_can_say(at: int, value: object) -> None:
    with pytest.raises(IntegrityError):
        records.require_canonical(_spoiled(at, value))


@pytest.mark.parametrize(
    "data", [b"", b"\x92\x90", b"\x92\x90\x90\x00", b"\x93\x90\x90\x90", b"<html>", b"\x92\xc0\xc0"]
)
def test_refuses_what_is_no_record(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        records.decode(data)


def test_refuses_another_spelling() -> None:
    spelled = msgspec.msgpack.decode(records.encode(SubjectRecord((_entry(id="a"), _entry(id="b")))))
    spelled[0].reverse()
    with pytest.raises(IntegrityError, match="canonical"):
        records.require_canonical(msgspec.msgpack.encode(spelled))
    with pytest.raises(IntegrityError, match="canonical"):
        records.require_canonical(_spoiled(12, {"b": 1, "a": 1}))
    once = records.encode(SubjectRecord((_entry(fields={"a": 1}),)))
    twice = once.replace(b"\x81\xa1a\x01", b"\x82\xa1a\x01\xa1a\x01")
    assert twice != once
    with pytest.raises(IntegrityError, match="canonical"):
        records.require_canonical(twice)


def test_refuses_more_than_a_reader_takes() -> None:
    with pytest.raises(IntegrityError, match="no reader takes more"):
        records.encode(SubjectRecord((_entry(fact="长" * 30_000),)))
    with pytest.raises(IntegrityError, match="is the most"):
        records.require_canonical(bytes(records.MAX_RECORD_BYTES + 1))
    with pytest.raises(IntegrityError, match="64 bits"):
        records.encode(SubjectRecord((_entry(fields={"yuan": 2**64}),)))


wire_days = st.sampled_from(["2026-01-05"] * 12 + ["2026-01-06", "0001-01-01", "2026-02-30", "20260105", None, 7])
wire_entries = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["wage-arrears", "tax-a"]),
        st.sampled_from(["serious", "none", "minor", "general", "dreadful"]),
        texts,
        texts,
        texts,
        wire_days,
        st.tuples(wire_days, wire_days),
        texts,
        st.binary(max_size=3),
        texts,
        wire_days,
        st.dictionaries(st.sampled_from(["x", "y"]), field_values, max_size=2),
    ),
    max_size=3,
)
wire_waivers = st.lists(st.tuples(st.sampled_from(["m", "n"]), texts, wire_days, texts, texts, texts), max_size=3)


def _refused(data: bytes) -> bool:
    try:
        records.require_canonical(data)
    except IntegrityError:
        return True
    return False


@given(st.tuples(wire_entries, wire_waivers).map(msgspec.msgpack.encode), st.integers(0, 200), st.integers(0, 255))
def test_many_at_once_are_judged_as_one_by_one(data: bytes, at: int, byte: int) -> None:
    """Records in every order, with every day, spelled by the book or with one byte changed."""
    spoiled = bytearray(data)
    spoiled[at % len(data)] = byte
    for candidate in (data, bytes(spoiled)):
        if _refused(candidate):
            with pytest.raises(IntegrityError):
                records.require_all_canonical([records.encode(SubjectRecord()), candidate])
        else:
            assert records.require_all_canonical([candidate, candidate]) == 2 * list(records.lists_of(candidate))


@given(st.lists(subject_records, max_size=3))
def test_many_at_once_are_counted(held: list[SubjectRecord]) -> None:
    encoded = [records.encode(record) for record in held]
    assert records.require_all_canonical(encoded) == [name for data in encoded for name in records.lists_of(data)]


@pytest.mark.parametrize("part", [0, 1])
def test_many_at_once_refuse_entries_and_waivers_out_of_order(part: int) -> None:
    waived = [Waiver("m", measure, date(2026, 1, 1), "b", "r") for measure in ("a", "b")]
    ordered = records.encode(SubjectRecord((_entry(id="a"), _entry(id="b")), tuple(waived)))
    spelled = msgspec.msgpack.decode(ordered)
    spelled[part].reverse()
    with pytest.raises(IntegrityError, match="canonical"):
        records.require_all_canonical([ordered, msgspec.msgpack.encode(spelled)])
    assert len(records.require_all_canonical([ordered, ordered])) == 4


def test_two_records_in_the_place_of_one_and_none_are_refused() -> None:
    one = records.encode(SubjectRecord((_entry(),)))
    with pytest.raises(IntegrityError):
        records.require_all_canonical([one + one, b""])
    with pytest.raises(IntegrityError, match="the most"):
        records.require_all_canonical([one, bytes(records.MAX_RECORD_BYTES + 1)])


def test_a_record_of_a_former_number_is_read_and_counted_nowhere() -> None:
    own = SubjectRecord((_entry(id="a"), _entry(id="b")))
    copy = SubjectRecord(own.entries, code_now="916301007105500078")
    of_code, of_number = records.encode(own), records.encode(copy)
    assert len(msgspec.msgpack.decode(of_code)) == 2
    assert records.require_canonical(of_number) == copy
    assert list(records.lists_of(of_number)) == []
    counted = list(records.lists_of(of_code))
    assert records.require_all_canonical([of_code, of_number]) == counted
    assert len(counted) == 2


def test_a_former_number_without_a_code_is_another_spelling() -> None:
    entries, waivers = msgspec.msgpack.decode(records.encode(SubjectRecord((_entry(),))))
    for spelled in ([entries, waivers, ""], [entries, waivers, "x", "y"], [entries, waivers, None]):
        with pytest.raises(IntegrityError):
            records.require_canonical(msgspec.msgpack.encode(spelled))
