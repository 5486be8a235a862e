"""What a table says of its subjects beside listing them: older numbers and other names, kept and never applied."""

import csv
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from credit_sdk.model.subject import Subject
from gateway.database.tables import former_numbers, stated_numbers, subject_names
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.intake.batches import ImportResult, report_of
from gateway.intake.imports import import_file
from gateway.registry.determinations import confirm, discard
from gateway.registry.names import Names, names_of
from gateway.registry.possible_links import Proposal, count, proposals
from gateway.registry.same_subject import keys_of
from gateway.registry.subjects import find_subjects
from tests.former_numbers_case import confirmed, imported, linked, registered, row, unlinked
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company
from tests.unit.gateway.intake.sheets import LICENCE

OLD, CODE = registered(1), company(1)


def proposed(gateway: RealGateway) -> tuple[Proposal, ...]:
    with reading(gateway.engine) as connection:
        found = proposals(connection)
        assert count(connection) == len(found)
        return found


def licences(gateway: RealGateway, rows: Sequence[dict[str, str]]) -> ImportResult:
    path = gateway.home.path.parent / "许可.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return import_file(gateway.home, gateway.engine, path, by=LI, at=NOW)


def named(gateway: RealGateway, *subjects: Subject) -> Names:
    with reading(gateway.engine) as connection:
        return names_of(connection, [key for each in subjects for key in keys_of(connection, each)])


def test_a_row_that_states_both_numbers_is_shown_whichever_came_first(registry: RealGateway) -> None:
    both = {**LICENCE, "XK_XDR_SHXYM": CODE.code, "XK_XDR_GSZC": OLD.code}
    done = licences(registry, [both])
    assert (done.report["possible_links"], proposed(registry)) == (0, ())
    confirmed(registry, [row(OLD, "虚1号", name="另一名称")])
    (found,) = proposed(registry)
    assert (found.number, found.published) == (OLD.code, 1)
    (candidate,) = found.candidates
    assert (candidate["code"], candidate["why"], candidate["batch"]) == (CODE.code, "stated", done.batch)
    assert candidate["document"] == LICENCE["XK_WSH"]
    with reading(registry.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(former_numbers)) == 0
        assert keys_of(connection, CODE) == (CODE.key,)


def test_the_import_says_how_many_and_the_same_file_again_adds_nothing(registry: RealGateway) -> None:
    confirmed(registry, [row(OLD, "虚1号", name="另一名称"), row(registered(2), "虚2号", name="又一名称")])
    rows = [{**LICENCE, "XK_XDR_SHXYM": CODE.code, "XK_XDR_GSZC": OLD.code, "XK_WSH": f"虚{n}号"} for n in range(3)]
    for _ in range(2):
        assert licences(registry, rows).report["possible_links"] == 1
    with reading(registry.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(stated_numbers)) == 1


def test_numbers_of_persons_and_junk_beside_a_code_suggest_nothing(registry: RealGateway) -> None:
    beside = ("639900199003070115", "630100100000016", "同统一社会信用代码", company(2).code, "—")
    licences(registry, [{**LICENCE, "XK_XDR_SHXYM": CODE.code, "XK_XDR_GSZC": each, "XK_WSH": each} for each in beside])
    with reading(registry.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(stated_numbers)) == 0


def test_exactly_the_same_name_is_a_possible_match_and_links_nothing(registry: RealGateway) -> None:
    confirmed(
        registry,
        [
            row(OLD, "虚1号", name="青海虚构甲公司"),
            row(registered(2), "虚2号", name="青海虚构乙公司"),
            row(registered(3), "虚3号", name=""),
            row(CODE, "虚4号", name="青海虚构甲公司"),
            row(company(2), "虚5号", name="青海虚构乙公司（西宁）"),
            row(company(3), "虚6号", name=""),
            row(company(4), "虚7号", name="青海虚构甲公司"),
        ],
    )
    (found,) = proposed(registry)
    assert (found.number, {each["code"] for each in found.candidates}) == (OLD.code, {CODE.code, company(4).code})
    assert {each["why"] for each in found.candidates} == {"name"}
    with reading(registry.engine) as connection:
        assert len(find_subjects(connection, "青海虚构甲公司")) == 3
    linked(registry, OLD, CODE)
    assert proposed(registry) == ()
    unlinked(registry, OLD)
    assert len(proposed(registry)) == 1


def test_drafts_under_older_numbers_alone_are_counted(registry: RealGateway) -> None:
    rows = [row(OLD, "虚1号"), row(CODE, "虚2号"), row(registered(2), "虚3号")]
    batch = imported(registry, rows)
    with reading(registry.engine) as connection:
        assert report_of(connection, batch)["older_numbers"] == 2


def test_the_name_of_the_newest_confirmed_document_is_shown_and_earlier_ones_are_kept(registry: RealGateway) -> None:
    confirmed(registry, [row(CODE, "虚1号", name="虚构旧名公司", on="2014-06-03")])
    batch = imported(registry, [row(CODE, "虚2号", name="虚构新名公司", on="2020-01-06")])
    assert named(registry, CODE) == Names("虚构旧名公司", ())
    with unit_of_work(registry.engine, at=NOW) as work:
        confirm(work, batch, by=WANG)
    confirmed(registry, [row(CODE, "虚3号", name="虚构最早公司", on="2010-01-04")])
    confirmed(registry, [row(CODE, "虚4号", name="虚构旧名公司", on="2016-01-04")])
    found = named(registry, CODE)
    assert found.name == "虚构新名公司"
    assert [(each.name, str(each.stated_on), each.document_no) for each in found.former] == [
        ("虚构旧名公司", "2016-01-04", "虚4号"),
        ("虚构最早公司", "2010-01-04", "虚3号"),
    ]
    with reading(registry.engine) as connection:
        for begins in ("虚构旧", "虚构新", "虚构最早"):
            (shown,) = find_subjects(connection, begins)
            assert (shown.name, set(shown.former_names)) == ("虚构新名公司", {"虚构旧名公司", "虚构最早公司"})


def test_the_same_files_again_rename_nobody(registry: RealGateway) -> None:
    rows = [row(CODE, "虚1号", name="虚构旧名公司"), row(CODE, "虚2号", name="虚构新名公司", on="2020-01-06")]
    confirmed(registry, rows)
    before = named(registry, CODE)
    assert (before.name, len(before.former)) == ("虚构新名公司", 1)
    imported(registry, rows)
    imported(registry, [rows[0], row(company(2), "虚9号")], at=NOW + timedelta(days=1))
    assert named(registry, CODE) == before
    with reading(registry.engine) as connection:
        waiting = select(func.count()).where(subject_names.c.taken_at.is_(None))
        assert connection.scalar(waiting) == 0


def test_a_name_that_differs_in_width_or_spaces_alone_is_the_same(registry: RealGateway) -> None:
    confirmed(registry, [row(CODE, "虚1号", name="虚构（集团）公司")])
    confirmed(registry, [row(CODE, "虚2号", name="虚构 (集团)公司", on="2020-01-06")])
    assert named(registry, CODE) == Names("虚构（集团）公司", ())
    confirmed(registry, [row(CODE, "虚3号", name="虚构另名公司", on="2018-01-08")])
    found = named(registry, CODE)
    assert (found.name, [each.name for each in found.former]) == ("虚构（集团）公司", ["虚构另名公司"])


def test_a_batch_that_was_given_up_names_nobody(registry: RealGateway) -> None:
    confirmed(registry, [row(CODE, "虚1号", name="虚构甲公司")])
    wrong = imported(registry, [row(CODE, "虚2号", name="虚构误公司", on="2025-01-06")])
    with unit_of_work(registry.engine, at=NOW) as work:
        discard(work, wrong, by=LI, reason="误传")
    assert named(registry, CODE) == Names("虚构甲公司", ())
    with reading(registry.engine) as connection:
        assert find_subjects(connection, "虚构误") == ()


def test_a_licence_names_its_subject_at_once_and_the_newest_of_all_numbers_counts(registry: RealGateway) -> None:
    confirmed(registry, [row(OLD, "虚1号", name="虚构旧名公司")])
    linked(registry, OLD, CODE)
    licences(registry, [{**LICENCE, "XK_XDR_SHXYM": CODE.code, "XK_XDR_MC": "虚构新名公司"}])
    found = named(registry, CODE)
    assert (found.name, [each.name for each in found.former]) == ("虚构新名公司", ["虚构旧名公司"])


def test_of_an_entry_that_was_repaired_the_name_tells_no_document(registry: RealGateway) -> None:
    registry.list_companies([1], LISTED)
    confirmed(registry, [row(CODE, "虚2号", name="虚构新名公司", on="2026-02-03")])
    (former,) = named(registry, CODE).former
    assert former.document_no
    registry.repair(1)
    (former,) = named(registry, CODE).former
    assert (former.document_no, str(former.stated_on)) == ("", "2026-01-05")
