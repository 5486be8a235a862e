"""Ids of decisions made here (UUIDv7, RFC 9562): sorted by time."""

import secrets
from datetime import datetime
from uuid import UUID


def decision_id(at: datetime) -> str:
    """A new id for a decision of this instant."""
    milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
    value = milliseconds << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return str(UUID(int=value))
