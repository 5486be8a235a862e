"""What the law in force says of commitments (信用承诺): who accepts which, and what a broken one comes to.

A commitment that was not kept has no effect by itself. It has one only as an entry on a list that the adopted law
knows, through a measure of that law: whether such an entry bars, limits or is merely shown is never decided here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self

from sqlalchemy import Connection, select

from credit_sdk.catalogue.catalogue import Law
from credit_sdk.model.matter import CommitmentType
from credit_sdk.model.measure import Strength
from gateway.database.tables import entries
from gateway.problems import ConflictError, InvalidActError, NotFoundError
from gateway.registry.editions import law_in_effect
from gateway.registry.lifecycle import EntryState
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity import Listed, publicity_of
from gateway.registry.same_subject import all_keys

FALSE_COMMITMENT = "false-commitment"
COMMITMENT_BREACH = "commitment-breach"
OTHER_TYPE = "0"
INSTEAD_OF_SOMETHING = frozenset(
    {
        CommitmentType.REPLACES_APPROVAL,
        CommitmentType.ACCEPTANCE_WITH_OMISSIONS,
        CommitmentType.REPLACES_PROOF,
    }
)
"""Types that stand in for an approval, a paper or a proof; the others ask for no convenience and stay open to all."""

_CONVENIENCE = "service.green-channel"
_WITHHOLDING = frozenset({Strength.BAR, Strength.LIMIT})

TYPE_TITLES = {
    "1": "审批替代型",
    "2": "容缺受理型",
    "3": "证明事项型",
    "4": "信用修复型",
    "5": "行业自律型",
    "6": "主动型",
    "0": "其他",
}
"""Official names of the types (信用承诺类型)."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why a subject may not use commitments now (不适用告知承诺).

    Attributes:
        entry: The entry it rests on.
        measure: The measure of the law.
        basis: Its citations as printed.
    """

    entry: str
    document_no: str
    measure: str
    title: str
    basis: str


@dataclass(frozen=True, slots=True)
class CommitmentLaw:
    """The adopted law, as far as it speaks of commitments on one day."""

    law: Law

    @classmethod
    def load(cls, connection: Connection, on: date) -> Self:
        """Read it.

        Raises:
            ConflictError: No law is in effect.
        """
        document = law_in_effect(connection, on)
        if document is None:
            raise ConflictError(
                "没有生效的法律目录，无从知道哪些事项接受承诺 / "
                "No law is in effect, so nobody can tell which matters accept commitments.",
                hint="先采纳法律目录：credit-gateway law adopt / Adopt one with that command.",
            )
        return cls(Law(document, on))

    def accepting(self) -> dict[str, tuple[str, ...]]:
        """The matters that accept commitments, with the types (信用承诺事项清单)."""
        return {
            id: tuple(str(each) for each in version.commitments)
            for id, version in sorted(self.law.matters.items())
            if version.commitments
        }

    def require_accepted(self, matter: str, type_: str) -> None:
        """Refuse a commitment in a matter that does not accept one of its type.

        Raises:
            NotFoundError: The law knows no such matter.
            InvalidActError: The matter does not accept it, or a matter is missing.
        """
        if not matter:
            if type_ in INSTEAD_OF_SOMETHING:
                raise InvalidActError(
                    f"{TYPE_TITLES[type_]}（类型{type_}）承诺须写明事项 / "
                    f"A commitment of type {type_} ({TYPE_TITLES[type_]}) is made in a matter, which is missing.",
                    hint="请填写事项 / State the matter.",
                )
            return
        version = self.law.matters.get(matter)
        if version is None:
            raise NotFoundError(
                f"现行法律目录（{self.law.edition}版）中没有事项{matter} / "
                f"The law in force (edition {self.law.edition}) knows no matter {matter!r}.",
                hint=f"接受承诺的事项 / Matters that accept commitments: {', '.join(self.accepting())}.",
            )
        if type_ not in version.commitments and type_ != OTHER_TYPE:
            types = ", ".join(f"{each} {TYPE_TITLES[each]}" for each in version.commitments) or "无 none"
            raise InvalidActError(
                f"事项{matter}不接受{TYPE_TITLES[type_]}（类型{type_}）承诺 / "
                f"The matter {matter} does not accept commitments of type {type_} ({TYPE_TITLES[type_]}).",
                hint=f"该事项接受 / It accepts: {types}.",
            )

    def require_list(self, list_id: str) -> str:
        """The basis of a list on which a broken commitment is recorded, as printed.

        Raises:
            ConflictError: The adopted law has no such list, so a finding could have no effect.
        """
        version = self.law.lists.get(list_id)
        if version is None:
            raise ConflictError(
                f"现行法律目录（{self.law.edition}版）中没有名单{list_id}，认定无处列入，未作登记 / "
                f"The law in force (edition {self.law.edition}) knows no list {list_id}, so the finding has no place "
                "in it and nothing was recorded.",
                hint="请先采纳收录该名单的法律目录：credit-gateway law adopt / Adopt an edition that has it.",
            )
        return "；".join(each.text for each in self.law.basis(version.basis))

    def withheld(self, connection: Connection, subject_key: bytes, matter: str, on: date) -> Withheld | None:
        """Why the subject may not use commitments, None where the law in force does not say so.

        Only a false commitment that stands unrepaired counts, by a measure that bars or limits. One under objection
        does not: a person decides then, as in every check; nor does one whose publicity has ended by the calendar.
        """
        rules = tuple(self._withholding(matter))
        if not rules:
            return None
        rows = connection.execute(
            select(entries)
            .where(
                entries.c.subject_key.in_(all_keys(connection, subject_key)),
                entries.c.list == FALSE_COMMITMENT,
                entries.c.state == EntryState.PUBLISHED,
                entries.c.objection_on.is_(None),
            )
            .order_by(entries.c.id)
        ).all()
        periods = PeriodLaw.load(connection, on) if rows else None
        row = next((each for each in rows if periods and not publicity_of(Listed.row(each), periods).is_over(on)), None)
        if row is None:
            return None
        measure, title, basis = rules[0]
        return Withheld(row.id, row.document_no, measure, title, basis)

    def _withholding(self, matter: str) -> Iterator[tuple[str, str, str]]:
        for id, version in sorted(self.law.measures.items()):
            basis = "；".join(each.text for each in self.law.basis(version.basis))
            for each in version.applies:
                in_matter = {matter, _CONVENIENCE} & set(each.matters)
                if basis and FALSE_COMMITMENT in each.lists and in_matter and each.strength in _WITHHOLDING:
                    yield id, version.title, basis
