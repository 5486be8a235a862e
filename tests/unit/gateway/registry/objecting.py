"""A registry in which somebody objects, as stories about objections need it."""

from collections.abc import Mapping
from datetime import date

from gateway.database.unit_of_work import reading, unit_of_work
from gateway.publishing.source import clear
from gateway.registry import objections as registry
from gateway.registry.objections import ObjectionAbout, ObjectionState, Remedy
from gateway.registry.periods import PeriodLaw
from gateway.registry.records import records_of
from gateway.registry.repeated_objections import decline_mark
from gateway.registry.replies import objection_json
from gateway.registry.rulings import Ruling, rule_on
from gateway.registry.time_limits import LawAct
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company, entry_id

ENTRY = entry_id(company(1).key, LISTED)
DECIDED = {"by": LI, "confirmed_by": WANG, "reasons": "经核查属实", "document_no": "虚财异〔2026〕3号"}
REJECTED, REVOKED = Ruling(upheld=False), Ruling(upheld=True, remedy=Remedy.REVOKE)
CONTENT, PERIOD = ObjectionAbout.CONTENT, ObjectionAbout.PERIOD


def with_two_listed(registry: RealGateway) -> RealGateway:
    """Two listed companies, of whom nothing waits to be published."""
    registry.list_companies([1, 2])
    with unit_of_work(registry.engine, at=NOW) as work:
        clear(work.connection, [(company(each).key, NOW) for each in (1, 2)])
    return registry


def file(
    registered: RealGateway, about: ObjectionAbout = CONTENT, entry: str = ENTRY, **given: date | str | None
) -> str:
    stated = {"applicant": "虚构公司", "grounds": "并非本公司", "by": LI, **given}
    with unit_of_work(registered.engine, at=NOW) as work:
        return registry.file(work, entry, about=about, **stated)  # type: ignore[arg-type]  # the story says which


def decide(registered: RealGateway, number: str, ruling: Ruling, **given: str) -> ObjectionState:
    with unit_of_work(registered.engine, at=NOW) as work:
        return rule_on(work, number, ruling, **{**DECIDED, **given})


def marked_since(registered: RealGateway) -> date | None:
    """Since when the published record of the company is marked."""
    with reading(registered.engine) as connection:
        (entry,) = records_of(connection, [company(1).key])[company(1).key].entries
    return entry.objection_on


def answer(registered: RealGateway, number: str, reminder: int = 0) -> Mapping[str, object]:
    with reading(registered.engine) as connection:
        reminders = {LawAct.OBJECTION: reminder, LawAct.VERIFIED_OBJECTION: 4 * reminder}
        law = PeriodLaw.load(connection, reminders=reminders)
        return objection_json(connection, registry.show(connection, number), law)


def unmark(registered: RealGateway, number: str, earlier: str = "", **given: str) -> str:
    stated = {"by": LI, "confirmed_by": WANG, "reason": "与前次相同", "document_no": "虚财异〔2026〕4号", **given}
    with unit_of_work(registered.engine, at=NOW) as work:
        return decline_mark(work, number, earlier=earlier, **stated)
