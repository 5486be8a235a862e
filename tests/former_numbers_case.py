"""A fictional company that was listed in 2014 under its registration number, and has a code since."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from credit_sdk.model import identifier
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.publication import records
from gateway.database.tables import published_records
from gateway.database.unit_of_work import carried_out, reading, unit_of_work
from gateway.intake.imports import import_file
from gateway.registry import former_numbers
from gateway.registry.determinations import confirm
from gateway.registry.former_numbers import Linked, Unlinked
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway

TWO = {"by": LI, "confirmed_by": WANG}
STATED = {"document_no": "虚登〔2026〕3号", "reason": "登记机关证明两个号码属于同一企业"}
HEADER = "统一社会信用代码,名称,认定部门,文书号,认定日期,事实"


def registered(number: int) -> Subject:
    """The fictional company of that number by a 15-digit registration number (GS15-2006)."""
    body = f"6301001{number:07d}"
    return Subject.parse(f"{body}{identifier.registration_check_digit(body)}")


def row(
    subject: Subject, document_no: str, *, name: str = "虚构公司", on: str = "2014-06-03", fact: str = "虚构"
) -> str:
    """A row of a plain table."""
    return f"{subject.code},{name},虚构市财政局,{document_no},{on},{fact}"


def imported(gateway: RealGateway, rows: Sequence[str], *, list_id: str = LISTED, at: datetime = NOW) -> str:
    """Import rows of a plain table; the batch."""
    path = gateway.home.path.parent / "名单.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return import_file(gateway.home, gateway.engine, path, list_id, by=LI, at=at).batch


def confirmed(gateway: RealGateway, rows: Sequence[str], *, list_id: str = LISTED, at: datetime = NOW) -> str:
    """Import and confirm."""
    batch = imported(gateway, rows, list_id=list_id, at=at)
    with unit_of_work(gateway.engine, at=at) as work:
        confirm(work, batch, by=WANG)
    return batch


def linked(gateway: RealGateway, number: Subject, code: Subject, at: datetime = NOW, **said: str) -> Linked:
    """Link a number to a code, by two people."""
    stated = {**TWO, **STATED, **said}
    return carried_out(gateway.engine, lambda work: former_numbers.link(work, number, code, **stated), at=at)


def unlinked(gateway: RealGateway, number: Subject, at: datetime = NOW, **said: str) -> Unlinked:
    """End the link of a number, by two people."""
    stated = {**TWO, **STATED, **said}
    return carried_out(gateway.engine, lambda work: former_numbers.unlink(work, number, **stated), at=at)


def held(gateway: RealGateway, subject: Subject) -> SubjectRecord | None:
    """What is published under a number."""
    with reading(gateway.engine) as connection:
        data = connection.scalar(select(published_records.c.record).where(published_records.c.key == subject.key))
    return None if data is None else records.decode(data)


def documents(gateway: RealGateway, subject: Subject) -> list[str]:
    """The documents of the entries that are published under a number."""
    record = held(gateway, subject)
    return sorted(each.document_no for each in record.entries) if record else []
