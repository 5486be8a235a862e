"""A candidate law on trial (法律试算): which decisions of the past would it have changed?

Every recorded check is decided twice on what was published then: by the law of its publication and by the candidate.
Where the first gives the verdict and the entries recorded, the two are compared. Where it does not, the record
lacks what the answer rested on - facts of the case, principals, the age of the data, a waiver or an objection that has
ended since - and nothing is said about it but that. What nothing was published about is decided once for all.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.view import Held, State
from credit_sdk.errors import InvalidSubjectError, UnknownMatterError
from credit_sdk.model.decision import Decision
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.publication.statement import Publication
from gateway.database.tables import checks, publications
from gateway.feedback.leaning import Leaning, decisions_of
from gateway.registry.editions import document_of
from gateway.registry.past import Past, codes_of

MAX_LAST = 100_000
"""Checks looked at in one trial."""
MAX_TOLD = 10_000
"""Changes told one by one; what is beyond is counted."""
NO_SUCH_MATTER = "UNKNOWN_MATTER"
_ROWS_AT_A_TIME = 1_000

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A decision that the candidate would make otherwise.

    Attributes:
        subject: Masked where it is a natural person; empty where nothing but a key is known.
        before / after: The verdicts; ``UNKNOWN_MATTER`` where the candidate knows no such matter.
        gone / new: Findings that the candidate drops or adds, as ``entry measure strength``.
        why: The candidate's sentence, in Chinese.
    """

    client: str
    decision_id: str
    case: str
    matter: str
    on: date
    subject: str
    before: str
    after: str
    gone: tuple[str, ...]
    new: tuple[str, ...]
    why: str


@dataclass
class Trial:
    """What a trial found.

    Attributes:
        replayed: Decisions compared.
        unchanged: Of them, those that stay as they were, findings included.
        not_reproducible: Decisions whose record does not suffice to make them again.
        changes: Those that would change, the latest first, at most 10,000 of them.
        changed: How many would change.
        verdicts: How many by verdict before and after.
    """

    replayed: int = 0
    unchanged: int = 0
    not_reproducible: int = 0
    changed: int = 0
    changes: list[Change] = field(default_factory=list)
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)


def try_law(connection: Connection, candidate: Catalogue, *, last: int, stand_in: Subject) -> Trial:
    """Replay the last recorded checks against a candidate law.

    Args:
        connection: Reads the registry.
        candidate: The law on trial.
        last: How many records of checks, the latest received first; a sheet of a screening is one record.
        stand_in: An organisation to ask about where only the key of a subject is known; nothing is published of it.

    Raises:
        NotFoundError: A law that was published is not in the registry any more.
    """
    court = _Court(connection, candidate, stand_in)
    for portion in _records(connection, min(last, MAX_LAST)):
        decisions = [(row, each) for row in portion for each in decisions_of(dict(row._mapping))]
        keys = {each.subject_key for _, each in decisions}
        past, codes = Past(connection, keys), codes_of(connection, keys)
        for row, recorded in decisions:
            court.replay(row, recorded, past, codes)
    return court.trial


@dataclass(frozen=True, slots=True)
class _Editions:
    """One publication under the law it carried, and under the candidate."""

    as_it_was: State
    on_trial: State
    published_at: datetime


class _Court:
    """Decides recorded checks twice."""

    def __init__(self, connection: Connection, candidate: Catalogue, stand_in: Subject) -> None:
        self.trial = Trial()
        self._connection = connection
        self._candidate = candidate
        self._stand_in = stand_in
        self._catalogues: dict[str, Catalogue] = {}
        self._editions: dict[int, _Editions | None] = {}
        self._silent: dict[tuple[int, str, date], tuple[Decision | None, Decision | None]] = {}

    def replay(self, row: Row[Any], recorded: Leaning, past: Past, codes: Mapping[bytes, str]) -> None:
        """Decide one decision of one record twice and compare."""
        trial, editions, key = self.trial, self._of(row.serial), recorded.subject_key
        subject = _subject(codes.get(key), self._stand_in)
        if editions is None or subject is None:
            trial.not_reproducible += 1
            return
        before, after = self._decided(editions, row, subject, past.record(key, editions.published_at))
        if before is None or before.verdict.value != row.verdict or _entries(before) != sorted(recorded.entries):
            trial.not_reproducible += 1
            return
        trial.replayed += 1
        _compare(trial, row, before, after, (recorded.id, subject.masked if key in codes else ""))

    def _decided(
        self, editions: _Editions, row: Row[Any], subject: Subject, held: SubjectRecord | None
    ) -> tuple[Decision | None, Decision | None]:
        place = (row.serial, row.matter, row.on_day)
        if held is None and place in self._silent:
            return self._silent[place]
        before, after = (
            _asked(state, row, subject, held, editions.published_at)
            for state in (editions.as_it_was, editions.on_trial)
        )
        if held is None:
            self._silent[place] = (before, after)
        return before, after

    def _of(self, serial: int) -> _Editions | None:
        """The publication as it was and as it would have been; None if this registry did not make it."""
        if serial not in self._editions:
            data = self._connection.scalar(select(publications.c.statement).where(publications.c.serial == serial))
            self._editions[serial] = None if data is None else self._both(Publication.from_bytes(data))
        return self._editions[serial]

    def _both(self, publication: Publication) -> _Editions:
        digest, at = publication.catalogue.digest, publication.published_at
        if digest not in self._catalogues:
            self._catalogues[digest] = Catalogue.from_bytes(document_of(self._connection, digest))
        # The age of the data is no part of the law: both are asked at the instant of publication.
        before, after = (
            publication.state(law, contact_at=at, expires_at=at + timedelta(days=1), holds_persons=True)
            for law in (self._catalogues[digest], self._candidate)
        )
        return _Editions(before, after, at)


def _records(connection: Connection, last: int) -> Iterator[Sequence[Row[Any]]]:
    rows = connection.execute(
        select(checks)
        .order_by(checks.c.received_at.desc(), checks.c.client, checks.c.outbox, checks.c.seq.desc())
        .limit(last)
    )
    yield from rows.partitions(_ROWS_AT_A_TIME)


def _asked(state: State, row: Row[Any], subject: Subject, held: SubjectRecord | None, at: datetime) -> Decision | None:
    try:
        return evaluate(subject, row.matter, row.on_day, Held(state, held), at)
    except UnknownMatterError:
        return None


def _compare(trial: Trial, row: Row[Any], before: Decision, after: Decision | None, about: tuple[str, str]) -> None:
    decision_id, subject = about
    was = _findings(before)
    would_be = frozenset[_Key]() if after is None else _findings(after)
    verdict = NO_SUCH_MATTER if after is None else after.verdict.value
    if verdict == before.verdict.value and was == would_be:
        trial.unchanged += 1
        return
    trial.changed += 1
    trial.verdicts[before.verdict.value, verdict] += 1
    if len(trial.changes) < MAX_TOLD:
        trial.changes.append(
            Change(
                client=row.client,
                decision_id=decision_id,
                case=row.case_ref,
                matter=row.matter,
                on=row.on_day,
                subject=subject,
                before=before.verdict.value,
                after=verdict,
                gone=tuple(" ".join(each) for each in sorted(was - would_be)),
                new=tuple(" ".join(each) for each in sorted(would_be - was)),
                why="候选法律目录中没有该事项" if after is None else after.why.zh,
            )
        )


def _subject(code: str | None, stand_in: Subject) -> Subject | None:
    """Who was asked about; None for a natural person, whose number is kept nowhere."""
    if code is None:
        return stand_in
    try:
        return Subject.parse(code) if code else None
    except InvalidSubjectError:
        return None


def _findings(decision: Decision) -> frozenset[_Key]:
    return frozenset(
        (found.entry.id, found.measure.id, found.strength.value) for found in (*decision.findings, *decision.incentives)
    )


def _entries(decision: Decision) -> list[str]:
    return sorted({found.entry.id for found in (*decision.findings, *decision.incentives)})
