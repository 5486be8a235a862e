"""Principals as the gateway sees them (相关责任人的在线核查): persons whom an entry of another organisation names.

Such an entry is weighed for a principal only where the law in force extends a measure of it to him:

1. the measure reaches the organisation that is listed (its kind), and
2. its ``through`` has both the role he answers in there and the role he stands in here, and
3. so have all measures of that list that reach through his role here. Where they differ the entry is left out: nobody
   is reached by a measure whose law does not name his role.

Only at the gateway, and only natural persons: organisations are answered about as every replica answers.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple, final

from msgspec.structs import replace as changed
from sqlalchemy import Connection, select

from credit_sdk.catalogue.law import MatterLaw
from credit_sdk.catalogue.view import State, View
from credit_sdk.model import wording
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.decision import Decision
from credit_sdk.model.finding import Principal
from credit_sdk.model.listing import Entry, SubjectRecord
from credit_sdk.model.measure import Role
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.subject import Subject
from gateway.database.tables import subjects
from gateway.publishing.view import GatewayView
from gateway.registry.periods import PeriodLaw
from gateway.registry.persons import RegistryKeys
from gateway.registry.records import published_entry
from gateway.registry.responsible import NamingEntry, Reach, entries_naming


class _Through(NamedTuple):
    """An entry of an organisation that reaches a principal."""

    entry: Entry
    role: Role
    organisation: str
    unknown: tuple[str, ...]


@final
class PrincipalsView:
    """A view in which the principals of one check also have the entries that reach them; implements ``View``."""

    def __init__(self, view: View, found: Mapping[Subject, Sequence[_Through]]) -> None:
        self._view = view
        self._found = found

    @property
    def state(self) -> State:
        """The state of the view behind it."""
        return self._view.state

    def record(self, subject: Subject) -> SubjectRecord | None:
        """What the view behind it has, and for a principal what reaches him."""
        own = self._view.record(subject)
        further = tuple(each.entry for each in self._found.get(subject, ()))
        if not further:
            return own
        return SubjectRecord((*(own.entries if own else ()), *further), own.waivers if own else ())

    def told(self, decision: Decision) -> Decision:
        """The decision with a notice for each such entry found: whose it is, and what is not known about him."""
        said = [
            _notice(each, finding.through)
            for finding in decision.findings
            if finding.through is not None
            for each in self._found.get(finding.through.subject, ())
            if each.entry.id == finding.entry.id
        ]
        return changed(decision, notices=tuple(dict.fromkeys((*said, *decision.notices)))) if said else decision


def with_named_persons(
    view: GatewayView, keys: RegistryKeys, principals: Sequence[Principal], *, subject: Subject, matter: str, on: date
) -> PrincipalsView:
    """The view for one check.

    Args:
        view: The state as published.
        keys: Keys of persons in this registry.
        principals: Those beside the subject.
        subject: Who is checked; what names him as a principal does not count for himself.
        matter: The matter.
        on: The day asked about.
    """
    law = view.state.catalogue
    here: dict[Subject, set[Role]] = {}
    for each in principals:
        if each.subject.is_natural_person and each.subject != subject and not each.subject.is_masked:
            here.setdefault(each.subject, set()).add(each.role)
    found: dict[Subject, list[_Through]] = {}
    if law is not None and here and matter in law.on(on).matters:
        in_matter, periods = law.on(on).matter(matter), PeriodLaw.of(law.document)
        for person, roles in here.items():
            found[person] = list(_reaching(view.connection, keys, person, roles, law=in_matter, periods=periods))
    return PrincipalsView(view, found)


def _reaching(
    connection: Connection,
    keys: RegistryKeys,
    person: Subject,
    roles: set[Role],
    *,
    law: MatterLaw,
    periods: PeriodLaw,
) -> Iterator[_Through]:
    for naming in entries_naming(connection, keys, person):
        if naming.reach is not Reach.NAMED or naming.row.is_person:
            continue
        of = connection.execute(select(subjects).where(subjects.c.key == naming.row.subject_key)).one()
        if _extends(law, naming, SubjectKind(of.kind), roles):
            entry = published_entry(naming.row, periods)
            if entry is not None:
                yield _Through(entry, naming.role, f"{of.name}（{of.masked}）", naming.unknown)


def _extends(law: MatterLaw, naming: NamingEntry, kind: SubjectKind, roles: set[Role]) -> bool:
    rules = [rule for rule in law.rules.get(naming.row.list, ()) if rule.through & roles]
    return bool(rules) and all(kind in rule.kinds and naming.role in rule.through for rule in rules)


def _notice(through: _Through, principal: Principal) -> Bilingual:
    here, there = wording.ROLES[principal.role], wording.ROLES[through.role]
    masked, entry = principal.subject.masked, through.entry
    known_zh, known_en = _in_both_tongues(through.unknown)
    return Bilingual(
        zh=f"条目{entry.id}列入的是{through.organisation}；{entry.document_no}载明{here.zh}{masked}为其{there.zh}，"
        f"须由经办人员核实{known_zh}",
        en=f"entry {entry.id} lists {through.organisation}; {entry.document_no} names the {here.en} {masked} as its "
        f"{there.en}; an officer must verify it{known_en}",
    )


def _in_both_tongues(unknown: Sequence[str]) -> tuple[str, str]:
    halves = [each.partition(" / ") for each in unknown]
    return "".join(f"；{zh}" for zh, _, _ in halves), "".join(f"; {en}" for _, _, en in halves)
