"""Made-up numbers whose check characters are right."""

from collections.abc import Iterator
from itertools import product

from credit_sdk.model.identifier import (
    organisation_check_character,
    resident_check_character,
    uscc_check_character,
)


def uscc(category: str, region: str = "630100", number: int = 1, *, digit: str = "") -> str:
    body = f"FX{number:06d}"
    code = f"{category}{region}{body}{digit or organisation_check_character(body)}"
    return f"{code}{uscc_check_character(code)}"


def resident(body: str) -> str:
    return f"{body}{resident_check_character(body)}"


def both(first: str) -> Iterator[str]:
    """Numbers of which both check characters hold."""
    for year, month, day, place in product(range(1950, 2000), range(1, 13), range(1, 29), range(100)):
        body = f"{first}{year}{month:02d}{day:02d}{place:02d}"
        body += organisation_check_character(body[8:16]) or ""
        if body.isdigit() and uscc_check_character(body) == resident_check_character(body) != "X":
            yield resident(body)
