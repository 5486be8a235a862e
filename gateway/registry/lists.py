"""The lists (名单) the adopted law knows: what may be imported, declared and searched for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from sqlalchemy import Connection, select

from credit_sdk.model.listing import CreditList, ListClass
from gateway.database.tables import catalogues
from gateway.problems import ConflictError, NotFoundError


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
    """Every list of the catalogue that was adopted last.

    Attributes:
        edition: Edition of that catalogue.
        by_id: The lists.
    """

    edition: str
    by_id: Mapping[str, KnownList]

    @classmethod
    def load(cls, connection: Connection) -> Self:
        """Read them from the law in force.

        Raises:
            ConflictError: No law has been adopted.
        """
        row = connection.execute(
            select(catalogues.c.edition, catalogues.c.document).order_by(catalogues.c.adopted_at.desc()).limit(1)
        ).first()
        if row is None:
            raise ConflictError(
                "No law has been adopted, so no list is known.",
                hint="先采纳法律目录：credit-gateway law adopt / Adopt one with that command.",
            )
        known = {}
        for item in json.loads(row.document)["lists"]:
            credit_list = CreditList.model_validate(item)
            latest = credit_list.versions[-1]
            known[credit_list.id] = KnownList(
                credit_list.id, latest.title, latest.list_class, latest.persons, latest.organisations
            )
        return cls(row.edition, known)

    def require(self, text: str) -> KnownList:
        """The list with this id or official title.

        Raises:
            NotFoundError: The law knows no such list.
        """
        found = self.find(text)
        if found is None:
            raise NotFoundError(
                f"The law in force (edition {self.edition}) knows no list {text!r}.",
                hint=f"已知名单 / Known: {', '.join(sorted(self.by_id))}.",
            )
        return found

    def find(self, text: str) -> KnownList | None:
        """The list with this id or official title, or None."""
        wanted = text.strip()
        return self.by_id.get(wanted) or next((each for each in self.by_id.values() if each.title == wanted), None)
