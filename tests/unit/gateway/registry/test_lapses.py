"""What the calendar has ended is noted once, in portions, and replicas believe that so much ended."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from credit_sdk.errors import ShrunkenError
from credit_sdk.publication import records
from credit_sdk.publication.succession import require_successor
from gateway.database.tables import entries, lapses, ledger, pending, published_records
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.ledger.verify import verify
from gateway.publishing.source import anything_changed
from gateway.registry import lapses as registry
from gateway.registry.lapses import Calendar, note
from gateway.registry.lifecycle import grant_repair, revoke, shield
from gateway.registry.search import show_entry
from tests.real_gateway import LI, WANG, RealGateway, company
from tests.unit.gateway.registry.statute import (
    listed,
    noon,
    published,
    shipped,
    shipped_periods,
    state_of,
)

LAST = date(2027, 4, 1)
STATED = {"by": LI, "confirmed_by": WANG, "reason": "已核", "document_no": "虚〔2026〕1号"}


def turned(registered: RealGateway, on: date) -> int:
    """One turn of a calendar that was just started."""
    return Calendar(registered.engine).turn(noon(on))


def test_publicity_lasts_through_its_last_day_and_then_lapses(under_law: RealGateway) -> None:
    entry = listed(under_law, 1)
    record = published(under_law, 1)
    assert record
    assert record.entries[0].term.until_on == LAST
    assert turned(under_law, LAST) == 0
    assert state_of(under_law, entry) == "published"
    assert turned(under_law, LAST + timedelta(days=1)) == 1
    assert (state_of(under_law, entry), published(under_law, 1)) == ("lapsed", None)
    with reading(under_law.engine) as connection:
        verify(connection)
        row = connection.execute(select(ledger).order_by(ledger.c.seq.desc()).limit(1)).one()
        shown = show_entry(connection, entry)
    assert (row.actor, row.act) == ("publisher", "entry:administrative-penalty:lapse")
    assert (row.payload["last_day"], row.payload["period"]) == ("2027-04-01", "publicity-general")
    assert shown["lapse"] == {"last_day": "2027-04-01", "period": "publicity-general", "at": shown["lapse"]["at"]}  # type: ignore[index,call-overload]
    assert shown["acts"] == []


def test_a_term_that_ends_earlier_ends_publicity_and_a_shielded_entry_lapses_too(under_law: RealGateway) -> None:
    short = listed(under_law, 1, term_until=date(2026, 9, 1))
    shielded = listed(under_law, 2, term_until=date(2026, 9, 1))
    with unit_of_work(under_law.engine, at=noon(date(2026, 5, 1))) as work:
        shield(work, shielded, **STATED)
    assert turned(under_law, date(2026, 9, 2)) == 2
    with reading(under_law.engine) as connection:
        assert {row.entry: row.period for row in connection.execute(select(lapses))} == {short: "", shielded: ""}


def test_what_a_new_law_limits_is_published_anew_with_its_end(registry: RealGateway) -> None:
    document = shipped().document
    without = [each for each in document.periods if not each.id.startswith("penalty-class-")]
    older = document.model_copy(update={"edition": "older", "periods": tuple(without)})
    registry.publisher.adopt_catalogue(older.to_bytes(), LI, WANG, noon(date(2026, 5, 4)))
    listed(registry, 1, severity="none")
    listed(registry, 2)

    def carried(on: date) -> list[date | None]:
        registry.publisher.publish(noon(on))
        with reading(registry.engine) as connection:
            keys = [company(number).key for number in (1, 2)]
            found = connection.execute(select(published_records).where(published_records.c.key.in_(keys))).all()
        ends = {row.key: records.decode(row.record).entries[0].term.until_on for row in found}
        return [ends[key] for key in keys]

    assert carried(date(2026, 5, 4)) == [None, LAST]
    registry.publisher.adopt_catalogue(shipped().data, LI, WANG, noon(date(2026, 5, 5)))
    assert carried(date(2026, 5, 5)) == [None, LAST]
    assert turned(registry, date(2026, 5, 6)) == 0
    with reading(registry.engine) as connection:
        assert connection.scalars(select(pending.c.subject_key)).all() == [company(1).key]
    assert carried(date(2026, 5, 6)) == [date(2029, 4, 1), LAST]
    assert turned(registry, date(2026, 5, 7)) == 0
    with reading(registry.engine) as connection:
        assert not anything_changed(connection)


def test_what_has_no_fixed_end_never_lapses(under_law: RealGateway) -> None:
    entry = listed(under_law, 1, list="judgment-defaulter", determined_on=date(2015, 7, 15))
    assert turned(under_law, date(2060, 1, 1)) == 0
    assert state_of(under_law, entry) == "published"


def test_what_lapsed_may_still_be_found_wrong(under_law: RealGateway) -> None:
    entry = listed(under_law, 1)
    turned(under_law, date(2028, 1, 1))
    with unit_of_work(under_law.engine, at=noon(date(2028, 1, 2))) as work:
        revoke(work, entry, **STATED)
    assert state_of(under_law, entry) == "revoked"


def test_an_act_that_came_first_stands(under_law: RealGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = listed(under_law, 1)
    taken = unit_of_work

    def revoked_meanwhile(*given: object, **stated: object) -> object:
        with unit_of_work(under_law.engine, at=noon(LAST)) as work:
            revoke(work, entry, **STATED)
        return taken(*given, **stated)  # type: ignore[arg-type]

    monkeypatch.setattr("gateway.registry.lapses.unit_of_work", revoked_meanwhile)
    assert turned(under_law, LAST + timedelta(days=1)) == 0
    assert state_of(under_law, entry) == "revoked"


def test_the_registry_is_gone_through_in_portions_and_once_a_day(
    under_law: RealGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "PORTION", 3)
    for number in range(7):
        listed(under_law, number)
    calendar = Calendar(under_law.engine)
    after = noon(LAST + timedelta(days=1))
    assert [calendar.turn(after) for _ in range(4)] == [3, 3, 1, 0]
    listed(under_law, 8, determined_on=date(2026, 4, 2))
    assert [calendar.turn(after), calendar.turn(after + timedelta(days=1))] == [0, 1]


def test_replicas_believe_what_the_calendar_ended_whether_they_were_there_or_away(under_law: RealGateway) -> None:
    for number in range(40):
        listed(under_law, number, determined_on=date(2026, 4, 1) + timedelta(days=number // 8))
    under_law.publisher.publish(noon(date(2026, 5, 1)))
    away = before = under_law.served()
    for day in range(1, 7):
        turned(under_law, LAST + timedelta(days=day))
        assert under_law.publisher.publish(noon(LAST + timedelta(days=day))).is_new == (day < 6)
        require_successor(before, under_law.served())
        require_successor(away, under_law.served())
        before = under_law.served()
    assert "administrative-penalty" not in before.lists
    listed(under_law, 90, determined_on=date(2027, 4, 1))
    under_law.publisher.publish(noon(LAST + timedelta(days=8)))
    require_successor(away, under_law.served())


def test_what_somebody_ends_is_not_excused_by_the_calendar(under_law: RealGateway) -> None:
    standing = [listed(under_law, number, determined_on=date(2026, 6, 1)) for number in range(40)]
    lapsing = listed(under_law, 90)
    under_law.publisher.publish(noon(date(2026, 7, 1)))
    with unit_of_work(under_law.engine, at=noon(date(2026, 7, 2))) as work:
        for entry in standing[:20]:
            revoke(work, entry, **STATED)
    turned(under_law, LAST + timedelta(days=1))
    assert state_of(under_law, lapsing) == "lapsed"
    with pytest.raises(ShrunkenError, match="administrative-penalty"):
        under_law.publisher.publish(noon(LAST + timedelta(days=1)))


def test_the_content_of_a_repaired_entry_is_erased_when_nothing_could_publish_it_again(
    under_law: RealGateway,
) -> None:
    entry = listed(under_law, 1, fields={"fine_yuan": 5}, extra={"备注": "虚构"})
    with unit_of_work(under_law.engine, at=noon(date(2026, 8, 1))) as work:
        grant_repair(work, entry, **STATED)

    def content() -> tuple[object, ...]:
        with reading(under_law.engine) as connection:
            row = connection.execute(select(entries).where(entries.c.id == entry)).one()
        return row.state, row.fact, row.basis, row.fields, row.extra

    turned(under_law, LAST)
    assert content() == ("repaired", "未按规定处置废物", "虚构依据", {"fine_yuan": 5}, {"备注": "虚构"})
    turned(under_law, LAST + timedelta(days=1))
    assert content() == ("repaired", "", "", {}, {})
    with reading(under_law.engine) as connection:
        verify(connection)
        last = connection.scalar(select(ledger.c.act).order_by(ledger.c.seq.desc()).limit(1))
    assert last == "entry:administrative-penalty:erase"
    assert note(under_law.engine, shipped_periods(), noon(LAST + timedelta(days=2)), behind="")[:2] == ((), ())


def test_what_ended_before_its_term_began_is_not_published(under_law: RealGateway) -> None:
    listed(under_law, 1)
    with unit_of_work(under_law.engine, at=noon(LAST)) as work:
        work.connection.execute(update(entries).values(term_from=date(2028, 1, 1)))
    assert published(under_law, 1) is None
    under_law.publish()


def test_pages_leave_out_what_the_law_has_ended(under_law: RealGateway) -> None:
    for number in range(5):
        listed(under_law, number, severity="minor" if number % 2 else "general")
    with under_law.asked(after_s=(noon(date(2026, 8, 1)) - noon(date(2026, 3, 2))).total_seconds()) as client:
        seen, after = [], ""
        while after is not None:
            page = client.get("/v1/entries", query_string={"limit": 2, "after": after}).get_json()
            seen += [each["subject"] for each in page["entries"]]
            after = page["next"]
    assert sorted(seen) == sorted(company(each).code for each in (0, 2, 4))
