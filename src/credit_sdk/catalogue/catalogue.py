"""The law catalogue (法律目录): one canonical document, named by its digest, and the law it gives for any day."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Self

from pydantic import ValidationError

from credit_sdk.catalogue.document import CatalogueDocument, versioned
from credit_sdk.catalogue.law import Law, MatterLaw, Rule
from credit_sdk.errors import LawError
from credit_sdk.model import canonical

__all__ = ["Catalogue", "CatalogueDocument", "Law", "MatterLaw", "Rule"]

_MAX_COMPILED_SPANS = 64


class Catalogue:
    """A catalogue document, checked and ready to be asked for any day.

    Attributes:
        document: What was published.
        digest: SHA-256 of the canonical bytes, hex.
    """

    def __init__(self, document: CatalogueDocument) -> None:
        self._prepare(document, document.to_bytes())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a catalogue as it was published.

        Raises:
            IntegrityError: The bytes are not canonical JSON.
            LawError: They are no catalogue of this format, or it contradicts itself.
        """
        canonical.loads(data)
        return cls.from_stored(data)

    @classmethod
    def from_stored(cls, data: bytes) -> Self:
        """Read a catalogue whose canonical form was verified when it came in; a third of the memory and time.

        Raises:
            LawError: The bytes are no catalogue of this format, or it contradicts itself.
        """
        try:
            document = CatalogueDocument.model_validate_json(data)
        except ValidationError as error:
            raise LawError(
                f"the law catalogue cannot be used: {_first_problem(error)}.",
                hint="Run `credit-gateway law check` on the law files and publish again.",
            ) from error
        catalogue = cls.__new__(cls)
        catalogue._prepare(document, data)
        return catalogue

    def on(self, day: date) -> Law:
        """The law in force on ``day``, compiled once for each span of days in which it does not change."""
        return self._law(bisect_right(self._changes_on, day))

    def _prepare(self, document: CatalogueDocument, data: bytes) -> None:
        self.document = document
        self.digest = sha256(data).hexdigest()
        self._changes_on = sorted(set(_days_of_change(document)))
        self._law = lru_cache(maxsize=_MAX_COMPILED_SPANS)(self._compile)

    def _compile(self, span: int) -> Law:
        first_on = self._changes_on[span - 1] if span else date.min
        return Law(self.document, first_on)


def _days_of_change(document: CatalogueDocument) -> Iterator[date]:
    for _, _, versions in versioned(document):
        for version in versions:
            yield version.from_on
            if version.until_on is not None and version.until_on < date.max:
                yield version.until_on + timedelta(days=1)


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(step) for step in first["loc"])
    more = error.error_count() - 1
    return f"{place or 'document'}: {first['msg']}" + (f" (and {more} more)" if more else "")
