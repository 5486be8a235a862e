"""A repair on its way: what tests of repairs ask for, as the desk would, and how it is decided."""

from datetime import date

from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry import repair_applications, repair_decisions
from gateway.registry import repairs as registry
from gateway.registry.periods import PeriodLaw
from gateway.registry.repair_applications import Papers
from gateway.registry.replies import repair_json
from tests.real_gateway import LI, WANG, RealGateway
from tests.unit.gateway.registry.statute import noon

MINIMUM = date(2026, 7, 1)
"""The first day of a repair of a general penalty of 2026-04-01."""
WHOLE = Papers("缴款凭证", "虚诺〔2026〕1号")
DECIDED = {"by": LI, "confirmed_by": WANG, "reason": "已履行", "document_no": "虚修〔2026〕1号"}


def apply(registered: RealGateway, entry: str, on: date = MINIMUM, papers: Papers = WHOLE, **given: object) -> str:
    stated: dict[str, object] = {"applicant": "虚构公司1", "by": LI, **given}
    with unit_of_work(registered.engine, at=noon(on)) as work:
        return repair_applications.apply(work, entry, papers, **stated)  # type: ignore[arg-type]  # by name


def accept(registered: RealGateway, number: str, on: date = MINIMUM) -> str:
    with unit_of_work(registered.engine, at=noon(on)) as work:
        return repair_applications.accept(work, number, by=LI)


def grant(registered: RealGateway, entry: str, on: date = MINIMUM, **given: str) -> str:
    with unit_of_work(registered.engine, at=noon(on)) as work:
        return repair_decisions.grant(work, entry, **{**DECIDED, **given})


def void(registered: RealGateway, number: str, on: date, **given: str) -> str:
    with unit_of_work(registered.engine, at=noon(on)) as work:
        stated = {**DECIDED, "reason": "缴款凭证系伪造", "document_no": "虚撤〔2026〕2号", **given}
        return repair_decisions.void(work, number, **stated)


def answer(registered: RealGateway, number: str) -> dict[str, object]:
    with reading(registered.engine) as connection:
        return dict(repair_json(connection, registry.show(connection, number), PeriodLaw.load(connection)))
