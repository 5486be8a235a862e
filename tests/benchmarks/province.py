"""A registry of any size for measuring: made-up companies, each entry different, put straight into the tables.

An import would take a quarter of an hour for each million rows and is measured by itself (``looping``). What lies
in the tables afterwards is what imports and confirmations would have left, marks for the publisher included. The codes
begin with ``FX``, so that none of the companies can exist.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import Engine

from credit_sdk.model.listing import Entry, Severity, SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.testing import builders
from gateway.database.columns import canonical_json, instant_text
from gateway.database.unit_of_work import unit_of_work

OPERATOR, REVIEWER = "jingban", "fuhe"
LISTS = ("judgment-defaulter", "major-tax-violation", "wage-arrears", "administrative-penalty", "abnormal-operation")
_AUTHORITIES = ("虚构市中级人民法院", "虚构市税务局稽查局", "虚构州人力资源和社会保障局", "虚构县市场监督管理局")
_FACTS = (
    "（虚构）有履行能力而拒不履行生效法律文书确定义务",
    "（虚构）采取偷税手段，不缴或者少缴应纳税款",
    "（虚构）克扣、无故拖欠农民工工资，数额达到认定标准",
    "（虚构）通过登记的住所或者经营场所无法联系",
)
_BASES = ("法释〔2017〕7号", "国家税务总局令第54号", "人力资源和社会保障部令第45号", "国务院令第777号")
_FIRST_DAY = date(2021, 1, 4)
_SECOND_ENTRY = 10
"""Every tenth entry is the second one of a company."""


def company(number: int) -> Subject:
    """Whose entry the ``number``-th is."""
    return builders.subject(number - (number % _SECOND_ENTRY == _SECOND_ENTRY - 1))


def varied(number: int) -> Entry:
    """The ``number``-th entry."""
    on = _FIRST_DAY + timedelta(days=number * 7919 % 1900)
    years = (None, 1, 2, 3)[number % 4]
    return builders.entry(
        LISTS[number % len(LISTS)],
        id=f"{sha256(number.to_bytes(8)).hexdigest()[:32]}",
        severity=(Severity.SERIOUS, Severity.GENERAL, Severity.MINOR)[number % 3],
        authority=_AUTHORITIES[number * 31 % len(_AUTHORITIES)],
        authority_code=f"11630100{number % 89:04d}0000X",
        document_no=f"（{on.year}）青虚执{number * 13 % 100_003}号之{number % 7}",
        determined_on=on,
        until_on=None if years is None else on + timedelta(days=365 * years),
        fact=f"{_FACTS[number * 17 % len(_FACTS)]}，涉及金额{number * 97 % 9_000_000}元",
        basis=_BASES[number % len(_BASES)],
        fields={"fine_yuan": number * 97 % 9_000_000} if number % 5 == 3 else {},
    )


def records(entries: int) -> dict[Subject, SubjectRecord]:
    """What is published of the first ``entries``."""
    found: dict[Subject, SubjectRecord] = {}
    for number in range(entries):
        held = found.get(who := company(number), SubjectRecord())
        found[who] = SubjectRecord((*held.entries, varied(number)))
    return found


def fill(
    engine: Engine, numbers: range, *, at: datetime | None = None, by: str = OPERATOR, confirmed_by: str = REVIEWER
) -> None:
    """Enter entries as confirmed and mark their companies as changed.

    Args:
        engine: The registry, SQLite.
        numbers: Which; the tables are filled in the order of keys.
        at: The instant of confirmation; now, unless given.
        by: Who entered them; an operator of the registry.
        confirmed_by: Who confirmed them.
    """
    now = at or datetime.now(UTC)
    acts = (by, instant_text(now), confirmed_by, instant_text(now))
    keyed = sorted((company(number).key, number) for number in numbers)
    for portion in _portions(keyed):
        companies = {key: company(number) for key, number in portion}
        with unit_of_work(engine, at=now) as work:
            run = work.connection.exec_driver_sql
            run(
                "INSERT OR IGNORE INTO subjects (key, scheme, code, masked, name, kind) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (key, who.scheme.value, who.code, who.masked, "虚构测速有限公司", who.kind.value)
                    for key, who in companies.items()
                ],
            )
            run(_ENTRY, [_row(key, number, acts) for key, number in portion])
            run(
                "INSERT OR REPLACE INTO pending (subject_key, since) VALUES (?, ?)",
                [(key, instant_text(now)) for key in companies],
            )


def _portions(keyed: list[tuple[bytes, int]], size: int = 20_000) -> Iterator[list[tuple[bytes, int]]]:
    for start in range(0, len(keyed), size):
        yield keyed[start : start + size]


_ENTRY = """
INSERT INTO entries (
    id, subject_key, list, severity, authority, authority_code, document_no, basis, determined_on, term_from,
    term_until, fact, fields, extra, content_sha256, state, drafted_by, drafted_at, confirmed_by, confirmed_at,
    is_person
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def _row(key: bytes, number: int, acts: tuple[str, str, str, str]) -> tuple[object, ...]:
    entry = varied(number)
    until_on = entry.term.until_on
    return (
        entry.id,
        key,
        entry.list,
        entry.severity.value,
        entry.authority,
        entry.authority_code,
        entry.document_no,
        entry.basis,
        entry.determined_on.isoformat(),
        entry.term.from_on.isoformat(),
        None if until_on is None else until_on.isoformat(),
        entry.fact,
        canonical_json(dict(entry.fields)),
        "{}",
        entry.fact_digest.hex(),
        "published",
        *acts,
        False,
    )
