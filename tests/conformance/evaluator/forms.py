"""Forms of everything here: pairs of texts, canonical JSON, instants."""

import json
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
Pair = dict[str, str]


class Refused(Exception):  # noqa: N818 - it says what happened
    """No decision is made of this question."""


def require(holds: object, complaint: str) -> None:
    if not holds:
        raise Refused(complaint)


def pair(zh: str, en: str) -> Pair:
    return {"zh": zh, "en": en}


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
