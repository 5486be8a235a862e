"""What may be taken over into a replica (取信规则), without input or output.

1. A publication follows the one held by :func:`credit_sdk.publication.succession.require_successor`.
2. What is stored is hashed and must give the signed root; the counts of subjects and of every list's entries must
   be those signed.
3. The instant of contact is the signed one, whatever the local clock reads: moved to a clock that is behind, it would
   give a replayed timestamp that much longer a life. That a clock is behind is said when the age is asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from credit_sdk.errors import IntegrityError
from credit_sdk.publication.merkle import Node
from credit_sdk.publication.statement import Publication

_HINT = "The last good publication stays. If this stays too, the gateway's release is at fault."


@dataclass(frozen=True, slots=True)
class Contact:
    """The last verified contact (最近一次核实联系).

    Attributes:
        contact_at: Signed instant at which the gateway said that this is what is published.
        expires: When the signatures of each role end.
        signers: Keys that could sign what is published then, by identifier; empty where that was not noted.
    """

    contact_at: datetime
    expires: Mapping[str, datetime]
    signers: frozenset[str] = frozenset()

    @property
    def expires_at(self) -> datetime:
        """From when on the publication held is expired."""
        return min(self.expires.values())

    def is_after_new_keys(self, before: Self) -> bool:
        """Whether every key that could sign what was published at ``before`` has been replaced since."""
        return bool(before.signers) and bool(self.signers) and before.signers.isdisjoint(self.signers)


def require_as_signed(publication: Publication, root: Node, subjects: int, entries: Mapping[str, int]) -> None:
    """Refuse what was stored unless it is what was signed.

    Raises:
        IntegrityError: Root or counts differ.
    """
    if root != publication.root:
        raise IntegrityError(
            f"What was stored of publication {publication.serial} does not give its signed root; it was given up.",
            hint=_HINT,
        )
    if subjects != publication.subjects:
        raise IntegrityError(
            f"Publication {publication.serial} states {publication.subjects} subjects but holds {subjects}.", hint=_HINT
        )
    for name in sorted(entries.keys() | publication.lists.keys()):
        stated = publication.lists[name].entries if name in publication.lists else 0
        if entries.get(name, 0) != stated:
            raise IntegrityError(
                f"Publication {publication.serial} states {stated} entries of {name} but holds {entries.get(name, 0)}.",
                hint=_HINT,
            )
