"""A superior who acknowledged that a body was listed is told, once, what became of the entry."""

from collections.abc import Callable

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from gateway.database.columns import Json
from gateway.database.tables import ledger, superior_acknowledgements
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import ConflictError, FourEyesError
from gateway.registry.corrections import correct
from gateway.registry.lifecycle import EntryAct, EntryState, grant_repair, remove, revoke
from gateway.registry.superior_notices import acknowledge, notices
from tests.real_gateway import LI, NOW, RealGateway
from tests.unit.gateway.registry.test_superiors import OFFICE, TWO, first_entry, imported, put_into_force, set_it


def told(registry: RealGateway, *, only_open: bool = False) -> dict[tuple[str, str], dict[str, Json]]:
    """The notices by entry and by what they tell."""
    with reading(registry.engine) as connection:
        return {(str(each["entry"]), str(each["act"])): each for each in notices(connection, only_open=only_open)}


def received(registry: RealGateway, entry: str, reply_no: str = "虚函1号") -> EntryAct:
    with unit_of_work(registry.engine, at=NOW) as work:
        return acknowledge(work, entry, acknowledged_by="虚构省厅某处", reply_no=reply_no, received_by=LI)


def corrected(registry: RealGateway, entry: str) -> str:
    with unit_of_work(registry.engine, at=NOW) as work:
        return correct(work, entry, {"fact": "部分未履行"}, **TWO, reason="笔误", document_no="虚更1号")


@pytest.fixture
def known(registry: RealGateway) -> tuple[RealGateway, str]:
    """An entry whose notice the superior acknowledged."""
    set_it(registry)
    put_into_force(registry, imported(registry, [OFFICE]))
    entry = first_entry(registry)
    assert received(registry, entry) is EntryAct.CONFIRM
    return registry, entry


@pytest.mark.parametrize(
    ("move", "act", "words"),
    [(remove, "remove", ("移出（虚决2号）", "向后")), (revoke, "revoke", ("撤销（虚决2号）", "自始未列入"))],
)
def test_how_an_entry_ended_is_told_and_acknowledged_once(
    known: tuple[RealGateway, str], move: Callable[..., EntryState], act: str, words: tuple[str, ...]
) -> None:
    registry, entry = known
    assert told(registry, only_open=True) == {}
    with unit_of_work(registry.engine, at=NOW) as work:
        move(work, entry, **TWO, reason="查明错列", document_no="虚决2号")
    (second,) = told(registry, only_open=True).values()
    assert (second["act"], second["state"], second["document"]) == (act, "open", "虚决2号")
    for each in (*words, "查明错列", entry, "虚0号"):
        assert each in str(second["says"])
    assert received(registry, entry, "虚函2号") == act
    with pytest.raises(ConflictError):
        received(registry, entry, "虚函3号")
    found = told(registry)
    assert set(found) == {(entry, "confirm"), (entry, act)}
    assert [found[entry, each]["reply"] for each in ("confirm", act)] == ["虚函1号", "虚函2号"]
    with reading(registry.engine) as connection:
        said = connection.scalars(select(ledger.c.payload).where(ledger.c.act == "superior:notice:acknowledge")).all()
    assert [(each["act"], each["reply"]) for each in said] == [("confirm", "虚函1号"), (act, "虚函2号")]


def test_a_removal_nobody_acknowledged_is_told_with_the_revocation(known: tuple[RealGateway, str]) -> None:
    registry, entry = known
    with unit_of_work(registry.engine, at=NOW) as work:
        remove(work, entry, **TWO, reason="期满", document_no="虚移1号")
        revoke(work, entry, **TWO, reason="错列", document_no="虚撤1号")
    assert told(registry)[entry, "remove"]["state"] == "void"
    assert set(told(registry, only_open=True)) == {(entry, "revoke")}
    assert received(registry, entry) is EntryAct.REVOKE


def test_both_ends_are_told_where_the_first_was_acknowledged(known: tuple[RealGateway, str]) -> None:
    registry, entry = known
    for move, act in ((remove, EntryAct.REMOVE), (revoke, EntryAct.REVOKE)):
        with unit_of_work(registry.engine, at=NOW) as work:
            move(work, entry, **TWO, reason="查明", document_no="虚决1号")
        assert received(registry, entry) is act
    assert told(registry, only_open=True) == {}


def test_a_correction_at_the_desk_is_told_by_the_entry_that_takes_the_place(known: tuple[RealGateway, str]) -> None:
    registry, entry = known
    replacement = corrected(registry, entry)
    ((about, notice),) = told(registry, only_open=True).items()
    assert about == (replacement, "correct")
    assert (notice["replaces"], notice["state"]) == (entry, "open")
    assert f"代替条目{entry}" in str(notice["says"])
    assert received(registry, replacement) is EntryAct.CORRECT


def test_a_correction_revoked_before_it_was_acknowledged_is_still_told(known: tuple[RealGateway, str]) -> None:
    registry, entry = known
    last = corrected(registry, entry)
    with unit_of_work(registry.engine, at=NOW) as work:
        revoke(work, last, **TWO, reason="错列", document_no="虚撤1号")
    assert set(told(registry, only_open=True)) == {(last, "correct")}
    assert [received(registry, last), received(registry, last)] == [EntryAct.CORRECT, EntryAct.REVOKE]
    assert told(registry, only_open=True) == {}


def test_who_was_told_of_nothing_gets_no_second_notice(registry: RealGateway) -> None:
    set_it(registry)
    put_into_force(registry, imported(registry, [OFFICE]))
    entry = first_entry(registry)
    with unit_of_work(registry.engine, at=NOW) as work:
        remove(work, entry, **TWO, reason="期满", document_no="虚移1号")
    assert set(told(registry)) == {(entry, "confirm")}


def test_of_what_was_repaired_no_second_notice_speaks(known: tuple[RealGateway, str]) -> None:
    registry, entry = known
    with unit_of_work(registry.engine, at=NOW) as work:
        grant_repair(work, entry, **TWO, reason="已履行", document_no="虚修1号")
    assert told(registry) == {}


def test_only_an_operator_takes_in_the_second_acknowledgement(known: tuple[RealGateway, str]) -> None:
    registry, entry = known
    with unit_of_work(registry.engine, at=NOW) as work:
        revoke(work, entry, **TWO, reason="错列", document_no="虚撤1号")
    with pytest.raises(FourEyesError), unit_of_work(registry.engine, at=NOW) as work:
        acknowledge(work, entry, acknowledged_by="某处", reply_no="1号", received_by="nobody")
    assert set(told(registry, only_open=True)) == {(entry, "revoke")}


def test_the_database_keeps_one_acknowledgement_of_each_act(known: tuple[RealGateway, str]) -> None:
    registry, entry = known
    row = {"entry": entry, "act": "revoke", "acknowledged_by": "某处", "acknowledged_at": NOW, "reply_no": "1号"}
    with pytest.raises(IntegrityError), unit_of_work(registry.engine, at=NOW) as work:
        work.connection.execute(insert(superior_acknowledgements), [{**row, "received_by": LI}] * 2)
