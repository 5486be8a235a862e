"""A registry under the law as shipped, with entries of a story's choosing."""

from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256

from sqlalchemy import insert, select

from credit_sdk.model.listing import SubjectRecord
from gateway.database.engine import insert_missing
from gateway.database.tables import entries, subjects
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.drafting.adoption import Compiled, compile_law, compiled, shipped_law_directory
from gateway.registry.periods import PeriodLaw
from gateway.registry.records import records_of
from tests.real_gateway import LI, NOW, WANG, RealGateway, company


@cache
def shipped() -> Compiled:
    """The law as shipped, compiled once."""
    return compiled(compile_law(shipped_law_directory()))


def shipped_periods() -> PeriodLaw:
    """Its periods."""
    return PeriodLaw.of(shipped().document)


def adopt_shipped_law(registered: RealGateway) -> None:
    """Let the law as shipped be the one adopted last."""
    registered.publisher.adopt_catalogue(shipped().data, LI, WANG, datetime(2026, 3, 3, tzinfo=UTC))


def noon(day: date) -> datetime:
    """Noon of a day in China."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def listed(registered: RealGateway, number: int, **particulars: object) -> str:
    """Put a company on a list, confirmed; the entry."""
    subject = company(number)
    about = {
        "key": subject.key,
        "scheme": subject.scheme.value,
        "code": subject.code,
        "masked": subject.masked,
        "name": f"虚构公司{number}",
        "kind": subject.kind.value,
    }
    determined_on = particulars.get("determined_on", date(2026, 4, 1))
    row: dict[str, object] = {
        "id": f"entry-{number}",
        "subject_key": subject.key,
        "list": "administrative-penalty",
        "severity": "general",
        "authority": "虚构市生态环境局",
        "authority_code": "",
        "document_no": f"虚环罚〔2026〕{number}号",
        "basis": "虚构依据",
        "determined_on": determined_on,
        "term_from": determined_on,
        "term_until": None,
        "fact": "未按规定处置废物",
        "fields": {},
        "extra": {},
        "content_sha256": sha256(str(number).encode()).hexdigest(),
        "state": "published",
        "drafted_by": LI,
        "drafted_at": NOW,
        "confirmed_by": WANG,
        "confirmed_at": NOW,
        "is_person": False,
        **particulars,
    }
    with unit_of_work(registered.engine, at=NOW) as work:
        insert_missing(work.connection, subjects, [about], key=("key",))
        work.connection.execute(insert(entries).values(**row))
        work.mark_changed([subject.key])
    return str(row["id"])


def state_of(registered: RealGateway, entry: str) -> str:
    """Where an entry stands."""
    with reading(registered.engine) as connection:
        return str(connection.scalar(select(entries.c.state).where(entries.c.id == entry)))


def published(registered: RealGateway, number: int) -> SubjectRecord | None:
    """What is to be published of a company."""
    key = company(number).key
    with reading(registered.engine) as connection:
        return records_of(connection, [key]).get(key)
