"""Coverage (覆盖情况): which of the lists a matter concerns the publication covers. Silence is never coverage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from credit_sdk.model.evidence import CoverageState, ListCoverage


@dataclass(frozen=True, slots=True)
class Coverage:
    """What two operators declared about one list (覆盖声明).

    Attributes:
        complete_as_of: The civil day up to which the list is complete; None: not declared, so not covered.
        entries: How many entries of the list the publication holds.
    """

    complete_as_of: date | None
    entries: int


@dataclass(frozen=True, slots=True)
class ConcernedList:
    """A list that a matter requires, or of which at least one measure bites in it."""

    id: str
    title: str
    required: bool


@dataclass(frozen=True, slots=True)
class CoverageFound:
    """What one publication covers.

    Attributes:
        lists: The required lists first, then the others, each by id.
        missing: Titles of the required lists that are not covered.
    """

    lists: tuple[ListCoverage, ...]
    missing: tuple[str, ...]


_NOTHING: Mapping[str, Coverage] = {}


class CoverageStatement:
    """What a publication covers of the lists one matter concerns.

    The answer for the last coverage mapping asked about is kept: between two publications every check asks about the
    same one.
    """

    def __init__(self, lists: Sequence[ConcernedList]) -> None:
        self._lists = tuple(lists)
        self._none = self._found(_NOTHING)
        self._last: tuple[Mapping[str, Coverage], CoverageFound] = (_NOTHING, self._none)

    @property
    def none(self) -> CoverageFound:
        """Nothing is covered: a natural person asked where no natural persons are kept."""
        return self._none

    def of(self, coverage: Mapping[str, Coverage]) -> CoverageFound:
        """What ``coverage`` says; the mapping must never change once it was handed out."""
        asked, found = self._last
        if asked is not coverage:
            found = self._found(coverage)
            self._last = (coverage, found)
        return found

    def _found(self, coverage: Mapping[str, Coverage]) -> CoverageFound:
        lists = tuple(_one(concerned, coverage.get(concerned.id)) for concerned in self._lists)
        missing = tuple(found.title for found in lists if found.required and found.state is CoverageState.NOT_COVERED)
        return CoverageFound(lists, missing)


def _one(concerned: ConcernedList, declared: Coverage | None) -> ListCoverage:
    covered = declared is not None and declared.complete_as_of is not None
    return ListCoverage(
        list=concerned.id,
        title=concerned.title,
        state=CoverageState.COVERED if covered else CoverageState.NOT_COVERED,
        complete_as_of=declared.complete_as_of if declared else None,
        entries=declared.entries if declared else 0,
        required=concerned.required,
    )
