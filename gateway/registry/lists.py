"""The lists (名单) the adopted law knows: what may be imported, declared and searched for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from sqlalchemy import Connection

from credit_sdk.model.listing import ListClass
from gateway.problems import ConflictError, NotFoundError
from gateway.registry.editions import law_in_effect


@dataclass(frozen=True, slots=True)
class KnownList:
    """One list as intake needs it."""

    id: str
    title: str
    list_class: ListClass
    persons: bool
    organisations: bool


@dataclass(frozen=True)
class KnownLists:
    """Every list of the law in effect.

    Attributes:
        edition: Edition of that catalogue.
        by_id: The lists.
    """

    edition: str
    by_id: Mapping[str, KnownList]

    @classmethod
    def load(cls, connection: Connection, on: date) -> Self:
        """Read them from the law in effect on a day.

        Raises:
            ConflictError: None is.
        """
        law = law_in_effect(connection, on)
        if law is None:
            raise ConflictError(
                "没有生效的法律目录，无从知道有哪些名单 / No law is in effect, so no list is known.",
                hint="先采纳法律目录：credit-gateway law adopt / Adopt one with that command.",
            )
        known = {}
        for credit_list in law.lists:
            latest = credit_list.versions[-1]
            known[credit_list.id] = KnownList(
                credit_list.id, latest.title, latest.list_class, latest.persons, latest.organisations
            )
        return cls(law.edition, known)

    def require(self, text: str) -> KnownList:
        """The list with this id or official title.

        Raises:
            NotFoundError: The law knows no such list.
        """
        found = self.find(text)
        if found is None:
            raise NotFoundError(
                f"现行法律目录（{self.edition}版）中没有名单{text!r} / "
                f"The law in force (edition {self.edition}) knows no list {text!r}.",
                hint=f"已知名单 / Known: {', '.join(sorted(self.by_id))}.",
            )
        return found

    def title_of(self, list_id: str) -> str:
        """The official title of a list; the id itself where the law knows no such list."""
        known = self.by_id.get(list_id)
        return known.title if known else list_id

    def find(self, text: str) -> KnownList | None:
        """The list with this id or official title, or None."""
        wanted = text.strip()
        return self.by_id.get(wanted) or next((each for each in self.by_id.values() if each.title == wanted), None)
