"""Ids of decisions (核查编号): UUIDs of version 7 (RFC 9562), sorted by time."""

from datetime import datetime

DRAWN_BITS = 74
_ALL_DRAWN = (1 << DRAWN_BITS) - 1
_LOW_BITS = 62
_LOW = (1 << _LOW_BITS) - 1


def decision_id(at: datetime, drawn: int) -> str:
    """The id of a decision.

    Args:
        at: The instant of the decision, aware; its milliseconds since 1970 come first.
        drawn: What tells it from others of that millisecond; of a longer number the last 74 bits.
    """
    drawn &= _ALL_DRAWN
    unix_ms = int(at.timestamp() * 1000) & 0xFFFF_FFFF_FFFF
    # 12 bits beside the version, 62 beside the variant. By way of `UUID` it would take twice as long.
    digits = f"{unix_ms << 80 | 0x7 << 76 | drawn >> _LOW_BITS << 64 | 0b10 << _LOW_BITS | drawn & _LOW:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
