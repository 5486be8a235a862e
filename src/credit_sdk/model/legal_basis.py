"""On what a query about a natural person rests (查询依据), 个人信息保护法第十三条."""

from enum import StrEnum


class LegalBasis(StrEnum):
    """The two bases on which an office may ask about a natural person; a document goes with either.

    Attributes:
        CONSENT: The person agreed (个人同意); the document is the written authorisation.
        STATUTORY_DUTY: A statutory duty needs it (履行法定职责); the document is the article that sets it.
    """

    CONSENT = "CONSENT"
    STATUTORY_DUTY = "STATUTORY_DUTY"
