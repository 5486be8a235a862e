"""Sectors (部门系统) that have a rule of their own for an act: whom it binds, of one authority or in the registry.

An authority belongs to the sector of the ministry that issued the rule, by its official name (:meth:`Rule.binds`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, not_, or_, true

from gateway.database.tables import entries
from gateway.registry.rules import is_of


@dataclass(frozen=True, slots=True)
class Sectors:
    """Who is under which sector's rule for one act (部门规定的适用范围).

    Attributes:
        names: What official names of the authorities of each sector contain.
        lists: Lists for which such a rule is made; all others are under the general one whoever determined.
    """

    names: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()

    def of(self, list_id: str, authority: str) -> str:
        """The sector whose rule an authority is under on a list; empty for the general rule."""
        if list_id not in self.lists:
            return ""
        return next((name for name in self.names if is_of(name, authority)), "")

    def entries(self) -> Iterator[tuple[str, ColumnElement[bool]]]:
        """Conditions that divide all entries, each with its sector: the same as :meth:`of`, asked of the database."""
        if not (self.names and self.lists):
            yield "", true()
            return
        is_listed, before = entries.c.list.in_(self.lists), list[ColumnElement[bool]]()
        for name in self.names:
            is_named = entries.c.authority.contains(name, autoescape=True)
            yield name, and_(is_listed, is_named, *map(not_, before))
            before.append(is_named)
        # The list first: its index tells it, and only of the lists of a sector has the authority to be read.
        yield "", or_(not_(is_listed), not_(or_(*before)))
