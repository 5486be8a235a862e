"""Numbering schemes (标识体系), the kinds of subject they tell, and what may be unusual about a number."""

from enum import StrEnum


class SubjectKind(StrEnum):
    """What sort of subject (主体类型) a number stands for, as far as the number itself tells."""

    LEGAL_PERSON = "legal-person"
    SOLE_TRADER = "sole-trader"
    UNINCORPORATED = "unincorporated"
    GOVERNMENT = "government"
    NATURAL_PERSON = "natural-person"
    UNKNOWN = "unknown"


class IdentifierScheme(StrEnum):
    """Which numbering (标识体系) a code belongs to."""

    USCC = "uscc"
    ORGANISATION_CODE = "organisation-code"
    REGISTRATION_NUMBER = "registration-number"
    LEGACY_NUMBER = "legacy-number"
    RESIDENT_NUMBER = "resident-number"


class SubjectWarning(StrEnum):
    """What is unusual about an accepted number; never a reason to refuse it.

    Attributes:
        REGION_UNKNOWN: The region is not in the table (development zones and the like).
        CATEGORY_UNKNOWN: The first two characters are not in the table of GB 32100.
        ORGANISATION_DIGIT: Positions 9 to 17 fail GB 11714.
        CHECK_Y_FOR_1: Printed with ``Y`` where the standard gives ``1``; both forms have one key.
        NOT_USCC: An older number; ask for the unified social credit code.
        MASKED: Part of the number is hidden: a possible match, never a match.
    """

    REGION_UNKNOWN = "region-unknown"
    CATEGORY_UNKNOWN = "category-unknown"
    ORGANISATION_DIGIT = "organisation-digit"
    CHECK_Y_FOR_1 = "check-y-for-1"
    NOT_USCC = "not-uscc"
    MASKED = "masked"


# By the first two characters (GB 32100-2015 table 1). A category that may hold legal persons or others is left out.
KINDS_BY_CATEGORY = {
    category: kind
    for kind, categories in {
        SubjectKind.GOVERNMENT: "11",
        SubjectKind.LEGAL_PERSON: "12 13 32 35 51 52 53 72 81 91 93 A1 N1 N2 N3",
        SubjectKind.SOLE_TRADER: "92",
        SubjectKind.UNINCORPORATED: "21 31 33 61 62",
    }.items()
    for category in categories.split()
}

KEY_PREFIXES = {scheme: b"subject\x00" + scheme.encode() + b"\x00" for scheme in IdentifierScheme}
"""What a code is hashed behind, so that equal digits of two schemes are two subjects."""
