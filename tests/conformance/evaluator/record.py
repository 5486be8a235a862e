"""Records: MessagePack, as `docs/reference/formats.md` has it."""

from typing import Any, NamedTuple

from tests.conformance.evaluator.forms import Json


def unpacked(data: bytes) -> list[Any]:
    value, rest = _unpack(data)
    assert not rest
    assert isinstance(value, list)
    return value


def _unpack(data: bytes) -> tuple[Any, bytes]:
    first, rest = data[0], data[1:]
    if first < 0x80 or first >= 0xE0:
        return (first if first < 0x80 else first - 256), rest
    if first < 0xC0:
        size, kind = (first & 31, "text") if first >= 0xA0 else (first & 15, "array" if first >= 0x90 else "map")
    elif first in (0xC0, 0xC2, 0xC3):
        return {0xC0: None, 0xC2: False, 0xC3: True}[first], rest
    elif 0xCC <= first <= 0xD3:
        width = 1 << (first & 3)
        return int.from_bytes(rest[:width], "big", signed=first >= 0xD0), rest[width:]
    else:
        kind, lowest, widest = {
            **dict.fromkeys((0xC4, 0xC5, 0xC6), ("bytes", 0xC4, 1)),
            **dict.fromkeys((0xD9, 0xDA, 0xDB), ("text", 0xD9, 1)),
            **dict.fromkeys((0xDC, 0xDD), ("array", 0xDC, 2)),
            **dict.fromkeys((0xDE, 0xDF), ("map", 0xDE, 2)),
        }[first]
        width = widest << (first - lowest)
        size, rest = int.from_bytes(rest[:width], "big"), rest[width:]
    if kind in ("text", "bytes"):
        return (rest[:size].decode() if kind == "text" else rest[:size]), rest[size:]
    items = []
    for _ in range(size * 2 if kind == "map" else size):
        item, rest = _unpack(rest)
        items.append(item)
    return (dict(zip(items[::2], items[1::2], strict=True)) if kind == "map" else items), rest


ENTRY = (
    "id list severity authority authority_code document_no determined_on term fact fact_digest basis objection_on"
    " fields"
)
WAIVER = "matter measure until_on by reason document_no"


class Record(NamedTuple):
    entries: list[Json]
    waivers: list[Json]


NOTHING = Record([], [])


def record_of(data: bytes) -> Record:
    entries, waivers, *_ = unpacked(data)
    found = Record(
        [dict(zip(ENTRY.split(), each, strict=True)) for each in entries],
        [dict(zip(WAIVER.split(), each, strict=True)) for each in waivers],
    )
    for each in found.entries:
        each["term_from"], each["term_until"] = each.pop("term")
        each["fact_digest"] = each["fact_digest"].hex()
    return found
