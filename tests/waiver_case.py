"""A waiver on its way: what tests of waivers ask for, as a system's outbox would, and how it is decided."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from credit_sdk.catalogue.document import CatalogueDocument
from credit_sdk.model.listing import Waiver
from credit_sdk.model.matter import Period
from gateway.database.tables import ledger, outcomes
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.feedback.intake import Intake
from gateway.feedback.records import OutcomeBatch, Receipts
from gateway.ledger.replay import compare
from gateway.ledger.verify import verify
from gateway.registry import waivers
from gateway.registry.persons import RegistryKeys
from gateway.registry.records import records_of
from gateway.registry.waiver_register import WaiverState, find, show
from tests.real_gateway import LISTED, NOW, WANG, RealGateway, company, entry_id, law

PLATFORM = "电子招投标平台"
OUTBOX = "0190f5d2-0000-7000-8000-000000000001"
OFFICER = "张处长"
AWARD = "procurement.award"
ASKED = date(2026, 3, 31)
SIGNED = {"reason": "抢险救灾，唯一供应商", "document_no": "虚信批〔2026〕7号"}
TWO = {"by": "李经办", "confirmed_by": WANG, "reason": "报送材料不实", "document_no": "虚信撤〔2026〕1号"}


def waived(seq: int = 1, number: int = 1, **changed: object) -> dict[str, object]:
    """The outcome by which an officer asks for a waiver of a company's bar."""
    return {
        "seq": seq,
        "decision_id": f"decision-{seq}",
        "subject": company(number).code,
        "matter": AWARD,
        "case": "青采2026-17",
        "entry": entry_id(company(number).key, LISTED),
        "measure": "a1-05",
        "list": LISTED,
        "state": "waived",
        "document": "虚采〔2026〕3号",
        "reason": "抢险救灾采购",
        "by": OFFICER,
        "until_on": ASKED.isoformat(),
        "reported_at": "2026-03-02T01:00:05Z",
        **changed,
    }


def report(
    real: RealGateway, *records: dict[str, object], client: str = PLATFORM, outbox: str = OUTBOX, at: datetime = NOW
) -> Receipts:
    """Deliver outcomes as the outbox of a system does."""
    intake = Intake(real.engine, RegistryKeys.load(real.home).key_of)
    batch = OutcomeBatch.model_validate({"outbox": outbox, "outcomes": records})
    with unit_of_work(real.engine, at=at) as work:
        receipts = intake.outcomes(work, client, batch)
    return intake.answer(client, outbox, outcomes, receipts)


def asked(real: RealGateway, **changed: object) -> int:
    """Ask for a waiver; its number."""
    report(real, waived(**changed))  # type: ignore[arg-type]
    return int(held(real)[-1].id)


def confirm(
    real: RealGateway, waiver: int, *, by: str = WANG, until_on: date | None = ASKED, at: datetime = NOW
) -> WaiverState:
    """Confirm one."""
    with unit_of_work(real.engine, at=at) as work:
        return waivers.confirm(work, waiver, by=by, until_on=until_on, **SIGNED)


def refuse(real: RealGateway, waiver: int, *, by: str = WANG) -> WaiverState:
    """Refuse one."""
    with unit_of_work(real.engine, at=NOW) as work:
        return waivers.refuse(work, waiver, by=by, **SIGNED)


def withdraw(real: RealGateway, waiver: int, *, at: datetime = NOW, **changed: str) -> WaiverState:
    """Withdraw one."""
    with unit_of_work(real.engine, at=at) as work:
        return waivers.withdraw(work, waiver, **{**TWO, **changed})


def held(real: RealGateway) -> tuple[Row[Any], ...]:
    """Every waiver on file."""
    with reading(real.engine) as connection:
        return find(connection, limit=1_000)


def state(real: RealGateway, waiver: int) -> str:
    """Where one stands."""
    with reading(real.engine) as connection:
        return str(show(connection, waiver).state)


def to_publish(real: RealGateway, number: int = 1) -> tuple[Waiver, ...]:
    """The waivers that the next publication carries of a company."""
    with reading(real.engine) as connection:
        record = records_of(connection, [company(number).key]).get(company(number).key)
    return record.waivers if record else ()


def lines(real: RealGateway) -> list[Row[Any]]:
    """What the ledger says of waivers; it verifies, and agrees with the registry."""
    with reading(real.engine) as connection:
        verify(connection)
        # The entries of these registries were put there without their acts.
        assert [each for each in compare(connection).differences if each.about.startswith("waiver")] == []
        wanted = select(ledger.c.act, ledger.c.actor, ledger.c.payload).where(ledger.c.act.like("waiver:%"))
        return list(connection.execute(wanted.order_by(ledger.c.seq)))


def period(id: str = "waiver-term", **changed: object) -> dict[str, object]:
    """A longest term of waivers, as the law's data says it; ninety days."""
    version = {
        "from_on": "2020-01-01",
        "source": "fictional",
        "title": "豁免的最长期限",
        "title_en": "Longest Term of a Waiver",
        "purpose": "handling",
        "act": "waiver.term",
        "unit": "days",
        "maximum": 90,
        "counts_from": "event",
        "basis": [{"instrument": "procurement-law", "article": "第七十七条"}],
        **changed,
    }
    return Period.model_validate({"id": id, "versions": [version]}).model_dump(mode="json")


def adopt_with(real: RealGateway, *periods: dict[str, object], from_on: date | None = None) -> None:
    """Let the law say how long a waiver may last."""
    document = CatalogueDocument.model_validate_json(law("with-terms")).model_dump(mode="json")
    document["periods"] = sorted(periods, key=lambda each: str(each["id"]))
    data = CatalogueDocument.model_validate(document).to_bytes()
    real.publisher.adopt_catalogue(data, "李经办", WANG, NOW, effective_on=from_on)


def day_after(day: date) -> datetime:
    """Noon in China on the day behind a day."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=NOW.tzinfo) + timedelta(days=1)
