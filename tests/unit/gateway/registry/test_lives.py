"""Whatever is done to an entry, in whatever order: it stands where the table says, and what ended stays ended."""

from collections.abc import Callable
from datetime import date
from itertools import count

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from gateway.database.tables import entries, repairs
from gateway.database.unit_of_work import UnitOfWork, reading, unit_of_work
from gateway.ledger.replay import compare
from gateway.ledger.verify import verify
from gateway.problems import ConflictError
from gateway.registry import lifecycle, repair_decisions
from gateway.registry.corrections import correct
from gateway.registry.lapses import note
from gateway.registry.lifecycle import MOVES, EntryAct, EntryState
from tests.real_gateway import LI, WANG, RealGateway
from tests.unit.gateway.registry.statute import adopt_shipped_law, listed, noon, published, shipped_periods, state_of

STATED = {"by": LI, "confirmed_by": WANG, "reason": "已核", "document_no": "虚〔2026〕1号"}
NUMBERS = count(100)
NOW, LATER = noon(date(2026, 8, 1)), noon(date(2040, 1, 1))


class Lives(RuleBasedStateMachine):
    """One entry, and what was there before it was corrected; the table beside it as the model."""

    def __init__(self, registered: RealGateway) -> None:
        super().__init__()
        self.registered = registered
        self.number = next(NUMBERS)
        self.entry = listed(registered, self.number)
        self.state = EntryState.PUBLISHED
        self.corrected: list[str] = []

    def done(self, act: EntryAct, carry_out: Callable[[UnitOfWork], object]) -> bool:
        """Do it; the table says whether that is possible."""
        reached = MOVES.get((self.state, act))
        try:
            with unit_of_work(self.registered.engine, at=NOW) as work:
                carry_out(work)
        except ConflictError:
            assert reached is None
            return False
        assert reached is not None
        self.state = reached
        return True

    @rule()
    def remove(self) -> None:
        self.done(EntryAct.REMOVE, lambda work: lifecycle.remove(work, self.entry, **STATED))

    @rule()
    def revoke(self) -> None:
        self.done(EntryAct.REVOKE, lambda work: lifecycle.revoke(work, self.entry, **STATED))

    @rule()
    def shield(self) -> None:
        self.done(EntryAct.SHIELD, lambda work: lifecycle.shield(work, self.entry, **STATED))

    @rule()
    def unshield(self) -> None:
        self.done(EntryAct.UNSHIELD, lambda work: lifecycle.unshield(work, self.entry, **STATED))

    @rule()
    def repair(self) -> None:
        self.done(EntryAct.REPAIR, lambda work: repair_decisions.grant(work, self.entry, **STATED))

    @rule()
    def void(self) -> None:
        with reading(self.registered.engine) as connection:
            granted = connection.scalar(
                select(repairs.c.id).where(repairs.c.entry == self.entry, repairs.c.state == "granted")
            )
        if granted is not None:
            self.done(EntryAct.VOID, lambda work: repair_decisions.void(work, granted, **STATED))

    @rule()
    def correct(self) -> None:
        replacements: list[str] = []
        changes = {"fact": f"更正{len(self.corrected)}"}
        before = self.entry
        if self.done(EntryAct.CORRECT, lambda work: replacements.append(correct(work, self.entry, changes, **STATED))):
            self.corrected.append(before)
            (self.entry,) = replacements
            self.state = EntryState.PUBLISHED

    @rule()
    def lapse(self) -> None:
        behind: str | None = ""
        while behind is not None:
            noted = note(self.registered.engine, shipped_periods(), LATER, behind=behind)
            behind = noted.next
        self.state = MOVES.get((self.state, EntryAct.LAPSE), self.state)

    @invariant()
    def it_stands_where_the_table_says(self) -> None:
        assert state_of(self.registered, self.entry) == self.state
        assert {state_of(self.registered, each) for each in self.corrected} <= {"corrected"}

    @invariant()
    def it_is_published_only_while_it_is_published(self) -> None:
        record = published(self.registered, self.number)
        shown = {each.id for each in record.entries} if record else set()
        assert shown == ({self.entry} if self.state is EntryState.PUBLISHED else set())


def test_no_sequence_of_acts_leads_where_the_table_does_not(sqlite_registry: RealGateway) -> None:
    adopt_shipped_law(sqlite_registry)
    run_state_machine_as_test(
        lambda: Lives(sqlite_registry),  # type: ignore[arg-type]  # documented to take a factory
        settings=settings(max_examples=25, stateful_step_count=12, deadline=None),
    )
    with reading(sqlite_registry.engine) as connection:
        verify(connection)
        # The first entries were put in by hand; what replaced them came by acts alone.
        made = set(connection.scalars(select(entries.c.id).where(entries.c.replaces.is_not(None))))
        assert made
        assert not [each for each in compare(connection).differences if each.about in made]
