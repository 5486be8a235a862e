"""A registry of a large province, filled straight into its tables: entries, checks, outcomes, notices."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from sqlalchemy import Engine, Table, insert

from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from credit_sdk.testing import builders
from gateway.database.bound import BoundInsert
from gateway.database.tables import (
    acts,
    awaited_outcomes,
    check_entries,
    checks,
    entries,
    objections,
    outcomes,
    pending,
    publications,
    subjects,
)
from gateway.database.unit_of_work import unit_of_work
from gateway.feedback.applied import note_applied
from tests.benchmarks.province import OPERATOR, REVIEWER

SYSTEMS = ("电子招投标平台", "行政审批系统", "政府采购系统", "资金监管系统", "信用平台")
_OUTBOX = "00000000-0000-4000-8000-000000000000"
_PORTION = 20_000
_TRIGGERED = 4
"""Every fourth check found an entry."""

Row = dict[str, object]
T = TypeVar("T")


class Filling:
    """Fills a registry with so many entries, and with as many checks of which every fourth found one.

    Args:
        engine: Of an empty registry.
        count: Of the entries.
        now: Its last instant.
        pairs: Lists, each with a measure that rests on it.
    """

    def __init__(self, engine: Engine, count: int, now: datetime, pairs: Sequence[tuple[str, str]]) -> None:
        self._engine = engine
        self._count = count
        self._now = now
        self._today = civil_day(now)
        self._lists = sorted({list_id for list_id, _ in pairs})
        self._measures = {each: [measure for list_id, measure in pairs if list_id == each] for each in self._lists}
        self._drawn = random.Random(3)

    def run(self) -> None:
        with unit_of_work(self._engine, at=self._now) as work:
            published: Row = {"serial": 1, "map_root": "", "shape": {}, "catalogue_digest": "", "statement": b""}
            published["published_at"] = self._now - timedelta(hours=1)
            work.connection.execute(insert(publications).values(published))
        everything = range(self._count)
        self._insert(subjects, (self._subject(number) for number in everything if not _takes_a_place(number)))
        self._insert(entries, (self._entry(number) for number in everything))
        self._insert(acts, (self._act(number) for number in everything if _state(number) in ("repaired", "revoked")))
        self._insert(objections, (self._objection(number) for number in everything[100::200]))
        changed = {_who(number).key for number in everything[:: max(1, self._count // 20_000)]}
        self._insert(pending, ({"subject_key": key, "since": self._now} for key in changed))
        self._insert(checks, (self._check(number) for number in everything))
        self._insert(check_entries, (self._leaning(number) for number in everything[::_TRIGGERED]))
        # One in five waits for its outcome; of measures whose entry has ended, half were lifted.
        found = everything[::_TRIGGERED]
        waiting, answered = found[::5], [number for place, number in enumerate(found) if place % 5]
        self._insert(awaited_outcomes, (self._awaited(number) for number in waiting))
        self._insert(outcomes, (self._outcome(number, "applied") for number in answered))
        lifted = [number for number in answered if _state(self._found(number)) != "published"][::2]
        self._insert(outcomes, (self._outcome(number, "lifted") for number in lifted))
        for portion in _portions(answered):
            with unit_of_work(self._engine, at=self._now) as work:
                for name in SYSTEMS:
                    rows = [self._outcome(number, "applied") for number in portion if _system(number) == name]
                    note_applied(work.connection, name, rows)

    def _insert(self, table: Table, rows: Iterator[Row]) -> None:
        first = next(rows)
        bound = BoundInsert(self._engine.dialect, table, list(first))
        with unit_of_work(self._engine, at=self._now) as work:
            portion = [bound.bind(first)]
            for row in rows:
                portion.append(bound.bind(row))
                if len(portion) == _PORTION:
                    bound.execute(work.connection, portion)
                    portion = []
            bound.execute(work.connection, portion)

    def _day(self, number: int, within_days: int) -> date:
        return self._today - timedelta(days=number * 7919 % within_days)

    def _subject(self, number: int) -> Row:
        who = _who(number)
        parts = {"key": who.key, "scheme": who.scheme.value, "code": who.code, "masked": who.masked}
        return {**parts, "name": f"虚构测速{number}号有限公司", "kind": who.kind.value}

    def _entry(self, number: int) -> Row:
        state, list_id = _state(number), self._lists[number % len(self._lists)]
        at = self._now - timedelta(minutes=number * 31 % 600_000)
        on = self._day(number, 60 if state == "drafted" else 1_000)
        return {
            "id": _id(number),
            "subject_key": _who(number).key,
            "list": list_id,
            "severity": "serious",
            "authority": f"虚构市第{number % 89}局",
            "authority_code": "",
            "document_no": f"虚罚〔{on.year}〕{number}号",
            "basis": "（虚构）依据",
            "determined_on": on,
            "term_from": on,
            "term_until": on + timedelta(days=365 * (3 + number % 3)),
            "fact": f"（虚构）在第{number}号项目中提供虚假材料",
            "fields": {},
            "extra": {},
            "content_sha256": sha256(_id(number).encode()).hexdigest(),
            "state": state,
            "replaces": _id(number - 1) if _takes_a_place(number) else None,
            "drafted_by": OPERATOR,
            "drafted_at": at,
            "confirmed_by": None if state == "drafted" else REVIEWER,
            "confirmed_at": None if state == "drafted" else at,
            "is_person": False,
        }

    def _act(self, number: int) -> Row:
        act = {"repaired": "repair", "revoked": "revoke"}[_state(number)]
        at = self._now - timedelta(minutes=number * 31 % 600_000)
        parts = {"document_no": f"虚修{number}号", "reason": "（虚构）已履行"}
        return {"entry": _id(number), "act": act, "by": OPERATOR, "confirmed_by": REVIEWER, "at": at, **parts}

    def _objection(self, number: int) -> Row:
        about = {"applicant": "（虚构）法定代表人", "about": "content", "grounds": "（虚构）有误", "channel": "desk"}
        fixed = {"needs_verification": "", "reasons": "", "document_no": "", "to_do": "", "state": "filed"}
        received = {"received_by": OPERATOR, "received_at": self._now, "filed_on": self._day(number, 20)}
        return {"id": f"O-{number}", "entry": _id(number), **about, **fixed, **received}

    def _found(self, number: int) -> int:
        """The entry that a check found; drafts are found by nobody."""
        entry = number * 13 % self._count
        return entry if _state(entry) != "drafted" else entry - 1

    def _check(self, number: int) -> Row:
        is_triggered = number % _TRIGGERED == 0
        at = self._now - timedelta(minutes=number % 500_000)
        return {
            "client": _system(number),
            "outbox": _OUTBOX,
            "seq": number + 1,
            "decision_id": _decision(number),
            "subject_key": _who(self._found(number)).key,
            "subjects": 1,
            "subject_keys": [],
            "matter": "procurement.award",
            "case_ref": f"虚案{number}号",
            "on_day": civil_day(at),
            "serial": 1,
            "map_root": "0" * 64,
            "verdict": "DENY" if is_triggered else "CLEAR",
            "digest": "0" * 64,
            "entries": [_id(self._found(number))] if is_triggered else [],
            "decided_at": at,
            "received_at": at,
            "receipt": "0" * 64,
        }

    def _leaning(self, number: int) -> Row:
        named = {"client": _system(number), "outbox": _OUTBOX, "seq": number + 1, "decision_id": _decision(number)}
        return {**named, "subject_key": _who(self._found(number)).key, "entry": _id(self._found(number))}

    def _awaited(self, number: int) -> Row:
        named = {"client": _system(number), "decision_id": _decision(number), "matter": "procurement.award"}
        about = {"subject_key": _who(self._found(number)).key, "entry": _id(self._found(number))}
        return {**named, **about, "case_ref": f"虚案{number}号", "decided_on": self._day(number, 30)}

    def _outcome(self, number: int, state: str) -> Row:
        entry = self._found(number)
        list_id = self._lists[entry % len(self._lists)]
        measures = self._measures[list_id]
        at = self._now - timedelta(minutes=number % 500_000)
        return {
            "client": _system(number),
            "outbox": _OUTBOX,
            "seq": number + 1 + (self._count if state == "lifted" else 0),
            "decision_id": _decision(number),
            "entry": _id(entry),
            "measure": measures[number % len(measures)],
            "list": list_id,
            "state": state,
            "matter": "procurement.award",
            "subject_key": _who(entry).key,
            "case_ref": f"虚案{number}号",
            "document_no": f"虚办{number}号",
            "reason": "",
            "by": "（虚构）经办",
            "until_on": None,
            "reported_at": at,
            "received_at": at,
            "receipt": "0" * 64,
        }


def _state(number: int) -> str:
    """Of a hundred entries two are drafts, eight repaired, two revoked, one corrected; the others are published."""
    place = number % 100
    ended = {**dict.fromkeys(range(8), "repaired"), **dict.fromkeys((8, 9), "revoked"), 10: "corrected"}
    return "drafted" if place in (50, 51) else ended.get(place, "published")


def _who(number: int) -> Subject:
    """Every entry is of another company, but for those that take the place of another."""
    return builders.subject(number - _takes_a_place(number))


def _takes_a_place(number: int) -> bool:
    return _state(number - 1) == "corrected"


def _id(number: int) -> str:
    return sha256(number.to_bytes(8, signed=True)).hexdigest()[:16]


def _system(number: int) -> str:
    # Not in step with what is found, nor with what waits.
    return SYSTEMS[number * 7919 // 4096 % len(SYSTEMS)]


def _decision(number: int) -> str:
    return f"01900000-0000-7000-8000-{number:012d}"


def _portions(numbers: Sequence[T]) -> list[Sequence[T]]:
    return [numbers[start : start + _PORTION] for start in range(0, len(numbers), _PORTION)]
