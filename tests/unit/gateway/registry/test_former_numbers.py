"""Two people link a former number to a code: one subject from then on, under both numbers, each entry counted once."""

import os
import signal
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.subject import Subject
from credit_sdk.publication import records
from gateway.database.tables import entries, former_numbers, ledger, published_records
from gateway.database.unit_of_work import UnitOfWork, carried_out, reading, snapshot, unit_of_work
from gateway.ledger.replay import compare
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.publishing.listing import published_entries
from gateway.registry import former_numbers as registry_of_links
from gateway.registry.coverage import by_list
from gateway.registry.former_numbers import links
from gateway.registry.lifecycle import grant_repair, revoke
from gateway.registry.past import Past
from gateway.registry.same_subject import keys_of
from gateway.registry.subject_file import subject_file
from gateway.registry.subjects import find_subjects
from tests.former_numbers_case import STATED, TWO, confirmed, imported, linked, registered, row, unlinked
from tests.real_gateway import LI, LISTED, NOW, TODAY, WANG, RealGateway, company

OLD, OTHER, CODE, ANOTHER = registered(1), registered(2), company(1), company(2)
ACT = {**TWO, "reason": "已履行", "document_no": "虚修1号"}


def held(gateway: RealGateway, subject: Subject) -> SubjectRecord | None:
    """What is published under a number."""
    with reading(gateway.engine) as connection:
        data = connection.scalar(select(published_records.c.record).where(published_records.c.key == subject.key))
    return None if data is None else records.decode(data)


def documents(gateway: RealGateway, subject: Subject) -> list[str]:
    record = held(gateway, subject)
    return sorted(each.document_no for each in record.entries) if record else []


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
    assert (done.code, done.entries, done.decisions_total) == (CODE.code, (entry_of(registry, "虚1号"),), 0)
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


def test_nobody_links_alone_or_without_a_document(registry: RealGateway) -> None:
    alone: tuple[tuple[dict[str, str], type[Exception]], ...] = (
        ({"confirmed_by": LI}, FourEyesError),
        ({"confirmed_by": "张三"}, FourEyesError),
        ({"document_no": " "}, InvalidActError),
        ({"reason": ""}, InvalidActError),
    )
    for said, refusal in alone:
        with pytest.raises(refusal):
            linked(registry, OLD, CODE, NOW, **said)
    linked(registry, OLD, CODE)
    for said, refusal in alone:
        with pytest.raises(refusal):
            unlinked(registry, OLD, NOW, **said)
    with reading(registry.engine) as connection:
        assert len(links(connection)) == 1


def test_only_an_older_number_of_an_organisation_is_linked_and_only_to_a_code(sqlite_registry: RealGateway) -> None:
    person, masked = Subject.parse("639900199003070115"), Subject.parse("6399************15")
    for number, code in (
        (CODE, CODE),
        (OLD, OLD),
        (CODE, OLD),
        (CODE, ANOTHER),
        (OLD, OTHER),
        (person, CODE),
        (OLD, person),
        (OLD, masked),
        (masked, CODE),
    ):
        with pytest.raises(InvalidRequestError) as refused:
            linked(sqlite_registry, number, code)
        assert person.code not in str(refused.value)
    with reading(sqlite_registry.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(former_numbers)) == 0


def test_a_number_belongs_to_one_code(registry: RealGateway) -> None:
    linked(registry, OLD, CODE)
    for code in (CODE, ANOTHER):
        with pytest.raises(ConflictError, match="one number is one subject's"):
            linked(registry, OLD, code)
    with pytest.raises(NotFoundError):
        unlinked(registry, OTHER)
    unlinked(registry, OLD)
    with pytest.raises(NotFoundError):
        unlinked(registry, OLD)


def test_the_database_itself_refuses_what_no_two_people_could_have_done(registry: RealGateway) -> None:
    right = {"number": OLD.code, "number_key": OLD.key, "code": CODE.code, "code_key": CODE.key, "at": NOW}
    right |= {**TWO, **STATED, "end_reason": "", "end_document_no": ""}
    ended = {
        "ended_by": LI,
        "ended_confirmed_by": WANG,
        "ended_at": NOW,
        "end_reason": "误",
        "end_document_no": "虚1号",
    }

    def entered(values: dict[str, object]) -> None:
        with unit_of_work(registry.engine) as work:
            work.connection.execute(insert(former_numbers).values(**values))

    wrongs: tuple[dict[str, object], ...] = (
        {"confirmed_by": LI},
        {"reason": ""},
        {"number": CODE.code, "number_key": ANOTHER.key},
        {"code": OTHER.code, "code_key": OTHER.key},
        {"code_key": OLD.key},
        {"ended_at": NOW},
        {**ended, "ended_confirmed_by": LI},
        {**ended, "end_reason": ""},
    )
    for wrong in wrongs:
        with pytest.raises(IntegrityError):
            entered({**right, **wrong})
    entered({**right, **ended})
    entered(right)
    with pytest.raises(IntegrityError):
        entered({**right, "code": ANOTHER.code, "code_key": ANOTHER.key})


def test_a_link_that_is_killed_before_its_commit_never_was(registry: RealGateway) -> None:
    confirmed(registry, [row(OLD, "虚1号")])
    registry.publish()
    registry.engine.dispose()

    def killed_half_way(work: UnitOfWork) -> None:
        registry_of_links.link(work, OLD, CODE, **TWO, **STATED)
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            carried_out(registry.engine, killed_half_way, at=NOW)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert not registry.publish(10).is_new
    with reading(registry.engine) as connection:
        assert links(connection, with_ended=True) == []
        assert keys_of(connection, CODE) == (CODE.key,)
        assert connection.scalar(select(func.count()).where(ledger.c.act == "subject:number:link")) == 0
    linked(registry, OLD, CODE)
    registry.publish(20)
    assert documents(registry, CODE) == ["虚1号"]


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


def test_the_ledger_shows_a_link_that_nobody_made_or_that_says_something_else(registry: RealGateway) -> None:
    def differences() -> list[str]:
        with snapshot(registry.engine) as connection:
            return sorted(each.about for each in compare(connection).differences if each.about.startswith("link"))

    linked(registry, OLD, CODE)
    linked(registry, OTHER, CODE)
    unlinked(registry, OTHER)
    assert differences() == []
    forged = {"number": OTHER.code, "number_key": OTHER.key, "code": ANOTHER.code, "code_key": ANOTHER.key, "at": NOW}
    forged |= {**TWO, **STATED, "end_reason": "", "end_document_no": ""}
    with unit_of_work(registry.engine) as work:
        work.connection.execute(insert(former_numbers).values(**forged))
        work.connection.execute(
            update(former_numbers)
            .where(former_numbers.c.number == OLD.code)
            .values(code=ANOTHER.code, code_key=ANOTHER.key)
        )
    assert differences() == ["link 1", "link 3"]


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
