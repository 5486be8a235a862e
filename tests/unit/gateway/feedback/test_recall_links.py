"""What was decided through a link of numbers that was ended is recalled, and nothing else."""

from datetime import timedelta

from sqlalchemy import select

from gateway.database.tables import entries
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.feedback.intake import Intake
from gateway.feedback.notice import Became
from gateway.feedback.recall import acknowledge, notices, open_notices
from gateway.feedback.records import CheckBatch
from gateway.registry.lifecycle import revoke
from gateway.registry.persons import RegistryKeys
from tests.former_numbers_case import STATED, TWO, confirmed, linked, registered, row, unlinked
from tests.real_gateway import NOW, RealGateway, company
from tests.unit.gateway.feedback.test_intake import OUTBOX, check_record

OLD, CODE, ANOTHER = registered(1), company(1), company(2)
PLATFORM = "电子招投标平台"


def told(real: RealGateway) -> list[tuple[str, Became, str]]:
    with reading(real.engine) as connection:
        return [(each.decision_id, each.became, each.subject) for each in notices(connection)]


def test_only_what_was_decided_about_the_code_is_recalled_as_long_as_the_link_is_ended(registry: RealGateway) -> None:
    registry.client(PLATFORM)
    confirmed(registry, [row(OLD, "虚1号"), row(CODE, "虚3号")])
    with reading(registry.engine) as connection:
        ids = {each.document_no: each.id for each in connection.execute(select(entries))}
    old, own = ids["虚1号"], ids["虚3号"]
    linked(registry, OLD, CODE)
    intake = Intake(registry.engine, RegistryKeys.load(registry.home).key_of)
    sent = [
        check_record(1, subject=CODE.code, entries=(old, own)),
        check_record(2, subject=OLD.code, entries=(old, own)),
        check_record(3, subject=CODE.code, entries=(own,)),
        check_record(4, subject=ANOTHER.code, entries=()),
    ]
    with unit_of_work(registry.engine, at=NOW) as work:
        intake.checks(work, PLATFORM, CheckBatch.model_validate({"outbox": OUTBOX, "records": sent}))
    assert told(registry) == []
    unlinked(registry, OLD, at=NOW + timedelta(minutes=1), reason="证明有误", document_no="虚登〔2026〕9号")
    assert told(registry) == [("decision-1", Became.UNLINKED, CODE.code)]
    with reading(registry.engine) as connection:
        (found,) = notices(connection)
        assert open_notices(connection, client=PLATFORM) == {PLATFORM: 1}
    assert (found.entry, found.since_at) == (old, NOW + timedelta(minutes=1))
    assert (found.document_no, found.reason) == ("虚登〔2026〕9号", "证明有误")

    linked(registry, OLD, ANOTHER)
    assert len(told(registry)) == 1, "the code that was asked about is not the one it is linked to now"
    unlinked(registry, OLD)
    linked(registry, OLD, CODE)
    assert told(registry) == []
    unlinked(registry, OLD)
    with unit_of_work(registry.engine, at=NOW + timedelta(minutes=2)) as work:
        assert acknowledge(work, PLATFORM, found.id, by="张审核", done="已复查").acknowledgement
        revoke(work, old, **TWO, **STATED)
    # Whoever asked by the number is concerned as well now, and nobody has two notices about one entry.
    assert [(id, became) for id, became, _ in told(registry)] == [
        ("decision-1", Became.REVOKED),
        ("decision-2", Became.REVOKED),
    ]
