"""Two people link a former number to a code: one subject from then on, under both numbers, each entry counted once."""

from datetime import timedelta

from sqlalchemy import select

from gateway.database.tables import entries, ledger
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.publishing.listing import published_entries
from gateway.registry.coverage import by_list
from gateway.registry.former_numbers import links
from gateway.registry.lifecycle import grant_repair, revoke
from gateway.registry.past import Past
from gateway.registry.subject_file import subject_file
from gateway.registry.subjects import find_subjects
from tests.former_numbers_case import TWO, confirmed, documents, held, imported, linked, registered, row, unlinked
from tests.real_gateway import LI, LISTED, NOW, TODAY, RealGateway, company

OLD, OTHER, CODE, ANOTHER = registered(1), registered(2), company(1), company(2)
ACT = {**TWO, "reason": "已履行", "document_no": "虚修1号"}


def counted(gateway: RealGateway) -> tuple[int, int]:
    """Entries of the list: as published, and as the registry shows its coverage."""
    with reading(gateway.engine) as connection:
        shown = next(each.published for each in by_list(connection, TODAY) if each.list == LISTED)
    return gateway.served().lists[LISTED].entries, shown


def entry_of(gateway: RealGateway, document_no: str) -> str:
    with reading(gateway.engine) as connection:
        found = connection.scalar(select(entries.c.id).where(entries.c.document_no == document_no))
    assert found
    return str(found)


def test_what_was_listed_under_the_number_is_published_under_the_code_and_counted_once(registry: RealGateway) -> None:
    confirmed(registry, [row(OLD, "虚1号"), row(OTHER, "虚2号"), row(CODE, "虚3号"), row(ANOTHER, "虚4号")])
    registry.publish()
    assert (documents(registry, OLD), documents(registry, CODE)) == (["虚1号"], ["虚3号"])
    done = linked(registry, OLD, CODE)
    linked(registry, OTHER, CODE)
    assert done.entries == (entry_of(registry, "虚1号"),)
    report = registry.publish(10)
    assert report.changed_subjects == 3
    for subject in (OLD, OTHER, CODE):
        assert documents(registry, subject) == ["虚1号", "虚2号", "虚3号"]
    of_number, of_code = held(registry, OLD), held(registry, CODE)
    assert of_number
    assert of_code
    assert (of_number.code_now, of_code.code_now) == (CODE.code, "")
    assert documents(registry, ANOTHER) == ["虚4号"]
    assert counted(registry) == (4, 4)


def test_an_act_on_an_entry_of_the_number_reaches_every_number_of_the_subject(registry: RealGateway) -> None:
    confirmed(registry, [row(OLD, "虚1号"), row(OTHER, "虚2号")])
    for number in (OLD, OTHER):
        linked(registry, number, CODE)
    registry.publish()
    with unit_of_work(registry.engine, at=NOW) as work:
        grant_repair(work, entry_of(registry, "虚1号"), **ACT)
    assert registry.publish(10).changed_subjects == 3
    assert {tuple(documents(registry, each)) for each in (OLD, OTHER, CODE)} == {("虚2号",)}
    assert counted(registry) == (1, 1)


def test_a_link_that_is_ended_leaves_everything_as_if_it_had_never_been(registry: RealGateway) -> None:
    confirmed(registry, [row(OLD, "虚1号"), row(CODE, "虚3号")])
    before = registry.publish().map_root
    linked(registry, OLD, CODE)
    assert registry.publish(10).map_root != before
    done = unlinked(registry, OLD, reason="登记机关更正证明", document_no="虚登〔2026〕9号")
    assert (done.code, done.entries) == (CODE.code, (entry_of(registry, "虚1号"),))
    assert registry.publish(20).map_root == before
    with reading(registry.engine) as connection:
        assert links(connection) == []
        (kept,) = links(connection, CODE, with_ended=True)
        acts = list(connection.scalars(select(ledger.c.act).where(ledger.c.act.startswith("subject:"))))
    assert (kept["number"], kept["end_document"], kept["ended_by"]) == (OLD.code, "虚登〔2026〕9号", LI)
    assert acts == ["subject:number:link", "subject:number:unlink"]
    linked(registry, OLD, ANOTHER)
    registry.publish(30)
    assert documents(registry, ANOTHER) == ["虚1号"]


def test_one_determination_under_both_numbers_is_published_and_counted_once(registry: RealGateway) -> None:
    confirmed(registry, [row(OLD, "虚财罚〔2014〕1号", fact="旧"), row(CODE, "虚财罚[2014]1号", fact="新")])
    registry.publish()
    done = linked(registry, OLD, CODE)
    (twice,) = done.twice
    assert (twice["state"], twice["same_as_state"]) == ("published", "published")
    registry.publish(10)
    record = held(registry, CODE)
    assert record
    assert [each.fact for each in record.entries] == ["新"]
    assert counted(registry) == (1, 1)
    with unit_of_work(registry.engine, at=NOW) as work:
        revoke(work, str(twice["same_as"]), **{**ACT, "document_no": "虚撤1号"})
    registry.publish(20)
    assert documents(registry, OLD) == documents(registry, CODE) == ["虚财罚〔2014〕1号"]


def test_a_determination_known_under_the_number_comes_in_once_under_the_code(registry: RealGateway) -> None:
    confirmed(registry, [row(OLD, "虚1号"), row(OLD, "虚2号")])
    linked(registry, OLD, CODE)
    with unit_of_work(registry.engine, at=NOW) as work:
        grant_repair(work, entry_of(registry, "虚2号"), **ACT)
    confirmed(registry, [row(CODE, "虚1号", fact="另一事实"), row(CODE, "虚2号")])
    registry.publish()
    record = held(registry, OLD)
    assert record
    assert [(each.document_no, each.fact) for each in record.entries] == [("虚1号", "另一事实")]
    with reading(registry.engine) as connection:
        states = connection.execute(select(entries.c.document_no, entries.c.state).order_by(entries.c.document_no))
        assert sorted(map(tuple, states)) == [("虚1号", "corrected"), ("虚1号", "published"), ("虚2号", "repaired")]
    assert counted(registry) == (1, 1)


def test_rows_of_one_file_under_both_numbers_are_one_determination(registry: RealGateway) -> None:
    linked(registry, OLD, CODE)
    confirmed(registry, [row(OLD, "虚1号"), row(CODE, "虚1号")])
    registry.publish()
    assert documents(registry, OLD) == documents(registry, CODE) == ["虚1号"]
    assert counted(registry) == (1, 1)


def test_search_and_file_show_one_subject_by_any_of_its_numbers(registry: RealGateway) -> None:
    confirmed(
        registry, [row(OLD, "虚1号", name="青海虚构甲公司"), row(CODE, "虚3号", name="青海虚构甲公司", on="2020-01-06")]
    )
    linked(registry, OLD, CODE)
    with reading(registry.engine) as connection:
        for wanted in (OLD.code, CODE.code, "青海虚构"):
            for only_published in (False, True):
                (found,) = find_subjects(connection, wanted, only_published=only_published)
                assert (found.code, found.former_numbers) == (CODE.code, (OLD.code,))
                assert dict(found.entries) == {"published": 2}
        by_number, by_code = (subject_file(connection, each, TODAY) for each in (OLD, CODE))
        assert by_number == by_code
        assert by_code.former_numbers == (OLD.code,)
        listed = published_entries(connection, TODAY, subject=CODE, limit=10)
        assert {each.code for each in listed} == {CODE.code}
        assert len(listed) == 2


def test_a_code_that_no_document_named_yet_is_found_through_its_number(registry: RealGateway) -> None:
    confirmed(registry, [row(OLD, "虚1号", name="青海虚构甲公司")])
    linked(registry, OLD, CODE)
    registry.publish()
    assert documents(registry, CODE) == ["虚1号"]
    with reading(registry.engine) as connection:
        (found,) = find_subjects(connection, CODE.code)
        assert (found.name, found.kind) == ("青海虚构甲公司", "legal-person")
        assert subject_file(connection, CODE, TODAY).name == "青海虚构甲公司"


def test_what_was_published_at_an_earlier_instant_is_told_by_the_links_of_then(registry: RealGateway) -> None:
    confirmed(registry, [row(OLD, "虚1号")])
    days = [NOW + timedelta(days=number) for number in range(5)]
    linked(registry, OLD, CODE, at=days[1])
    unlinked(registry, OLD, at=days[3])
    with reading(registry.engine) as connection:
        past = Past(connection, [CODE.key])
    found = [past.record(CODE.key, day) for day in days]
    assert [len(each.entries) if each else 0 for each in found] == [0, 1, 1, 0, 0]


def test_a_list_says_how_many_of_its_entries_stand_under_older_numbers_alone(registry: RealGateway) -> None:
    confirmed(registry, [row(OLD, "虚1号"), row(OTHER, "虚2号"), row(CODE, "虚3号")])
    imported(registry, [row(registered(3), "虚5号")])

    def older() -> int:
        with reading(registry.engine) as connection:
            return next(each.under_older_numbers for each in by_list(connection, TODAY) if each.list == LISTED)

    assert older() == 2
    linked(registry, OLD, CODE)
    assert older() == 1
    unlinked(registry, OLD)
    assert older() == 2


def test_file_and_report_asked_for_by_the_number_are_those_of_the_code(registry: RealGateway) -> None:
    confirmed(
        registry, [row(OLD, "虚1号", name="虚构旧名公司"), row(CODE, "虚3号", name="虚构新名公司", on="2020-01-06")]
    )
    linked(registry, OLD, CODE)
    registry.publish()
    with registry.asked() as asking:
        file = asking.get(f"/v1/subjects/{OLD.code}").get_json()
        report = asking.get(f"/v1/subjects/{OLD.code}/report").get_json()
        assert asking.get(f"/v1/subjects/{CODE.code}/report").get_json() == report
        listed = asking.get("/v1/entries", query_string={"subject": CODE.code}).get_json()["entries"]
    assert (file["subject"], file["name"], file["former_numbers"]) == (CODE.code, "虚构新名公司", [OLD.code])
    former = {"name": "虚构旧名公司", "stated_on": "2014-06-03", "document_no": "虚1号"}
    assert file["former_names"] == [former]
    assert sorted(each["document_no"] for each in file["entries"]) == ["虚1号", "虚3号"]
    assert {each["subject"] for each in listed} == {CODE.code}
    (basics,) = report["report"]["sections"][0]["items"]
    assert basics["lines"][:2] == [["企业名称", "虚构新名公司"], ["统一社会信用代码", CODE.code]]
    assert basics["lines"][3:] == [["曾用名", "虚构旧名公司（2014-06-03，虚1号）"], ["原注册号", OLD.code]]
