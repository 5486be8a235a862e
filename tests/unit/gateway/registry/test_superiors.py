"""A listed public body yields one notice to its superior authority, whatever is cut off when; none is guessed."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model import identifier
from credit_sdk.model.subject import Subject
from gateway.database.tables import entries, ledger, superior_notices, superiors
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.intake.imports import import_file
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.registry.determinations import confirm
from gateway.registry.lifecycle import grant_repair, revoke
from gateway.registry.superior_notices import acknowledge, notices
from gateway.registry.superiors import set_superior, superiors_set
from tests.real_gateway import HONOUR, LI, LISTED, NOW, WANG, RealGateway, company

TWO = {"by": LI, "confirmed_by": WANG}
ROOT = Path(__file__).parents[4]


def body(category: str, number: int) -> Subject:
    """A fictional body of that category."""
    organisation = f"F{number:07d}"
    start = f"{category}630000{organisation}{identifier.organisation_check_character(organisation)}"
    return Subject.parse(f"{start}{identifier.uscc_check_character(start)}")


OFFICE, HOSPITAL, SUPERIOR = body("11", 1), body("12", 2), body("11", 3)


def imported(registry: RealGateway, subjects: Sequence[Subject], list_id: str = LISTED, fact: str = "未履行") -> str:
    path = registry.home.path.parent / "名单.csv"
    lines = ["统一社会信用代码,名称,认定部门,文书号,认定日期,事实"]
    lines += [f"{each.code},虚构单位,虚构市法院,虚{number}号,2026-01-05,{fact}" for number, each in enumerate(subjects)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return import_file(registry.home, registry.engine, path, list_id, by=LI, at=NOW).batch


def put_into_force(registry: RealGateway, batch: str) -> None:
    with unit_of_work(registry.engine, at=NOW) as work:
        confirm(work, batch, by=WANG)


def made(registry: RealGateway) -> dict[str, str]:
    """State of each notice by the code of the body."""
    with reading(registry.engine) as connection:
        return {str(each["body"]): str(each["state"]) for each in notices(connection)}


def set_it(registry: RealGateway, of: Subject = OFFICE, superior: Subject = SUPERIOR, **others: str) -> int:
    with unit_of_work(registry.engine, at=NOW) as work:
        stated = {"name": "虚构省厅", "source": "虚编发〔2020〕3号", **TWO, **others}
        return set_superior(work, of, superior, **stated)


def test_a_listed_public_body_is_notified_and_nobody_else(registry: RealGateway) -> None:
    set_it(registry)
    put_into_force(registry, imported(registry, [OFFICE, HOSPITAL, company(1)]))
    assert made(registry) == {OFFICE.code: "open", HOSPITAL.code: "superior-unknown"}
    with reading(registry.engine) as connection:
        (told,) = [each for each in notices(connection) if each["body"] == OFFICE.code]
        (line,) = connection.scalars(select(ledger.c.payload).where(ledger.c.act == "superior:notice:make"))
    assert (told["superior"], told["act"], told["document"]) == (SUPERIOR.code, "confirm", "虚0号")
    assert (len(line["entries"]), line["without_superior"]) == (2, 1)


def test_of_what_was_repaired_no_notice_speaks(registry: RealGateway) -> None:
    set_it(registry)
    put_into_force(registry, imported(registry, [OFFICE, HOSPITAL]))
    with unit_of_work(registry.engine, at=NOW) as work:
        entry = next(str(each["entry"]) for each in notices(work.connection) if each["body"] == OFFICE.code)
        grant_repair(work, entry, **TWO, reason="已履行", document_no="虚修1号")
    assert made(registry) == {HOSPITAL.code: "superior-unknown"}


def test_a_state_owned_enterprise_is_one_once_its_superior_is_set(registry: RealGateway) -> None:
    set_it(registry, company(1))
    put_into_force(registry, imported(registry, [company(1), company(2)]))
    assert made(registry) == {company(1).code: "open"}


def test_an_honour_is_no_reason_to_notify(registry: RealGateway) -> None:
    put_into_force(registry, imported(registry, [OFFICE], HONOUR))
    assert made(registry) == {}


def test_a_notice_waits_for_its_superior_and_finds_it(registry: RealGateway) -> None:
    put_into_force(registry, imported(registry, [OFFICE, HOSPITAL]))
    assert set_it(registry) == 1
    assert made(registry) == {OFFICE.code: "open", HOSPITAL.code: "superior-unknown"}
    with reading(registry.engine) as connection:
        assert superiors_set(connection, HOSPITAL) == []
        assert [each["superior"] for each in superiors_set(connection)] == [SUPERIOR.code]


def test_a_correction_is_told_as_one_and_the_first_notice_stays(registry: RealGateway) -> None:
    set_it(registry)
    put_into_force(registry, imported(registry, [OFFICE]))
    put_into_force(registry, imported(registry, [OFFICE], fact="部分未履行"))
    with reading(registry.engine) as connection:
        assert sorted(str(each["act"]) for each in notices(connection)) == ["confirm", "correct"]


def test_what_was_revoked_is_told_to_nobody_and_whoever_was_told_is_seen(registry: RealGateway) -> None:
    set_it(registry)
    set_it(registry, HOSPITAL)
    put_into_force(registry, imported(registry, [OFFICE, HOSPITAL]))
    with reading(registry.engine) as connection:
        entry_of = {str(each["body"]): str(each["entry"]) for each in notices(connection)}
    with unit_of_work(registry.engine, at=NOW) as work:
        acknowledge(work, entry_of[OFFICE.code], acknowledged_by="虚构省厅某处", reply_no="虚函1号", received_by=LI)
        for entry in entry_of.values():
            revoke(work, entry, **TWO, reason="错列", document_no="虚撤1号")
    with reading(registry.engine) as connection:
        told = {(each["body"], each["act"]): (each["state"], each["entry_state"]) for each in notices(connection)}
    assert told == {
        (OFFICE.code, "confirm"): ("acknowledged", "revoked"),
        (OFFICE.code, "revoke"): ("open", "revoked"),
        (HOSPITAL.code, "confirm"): ("void", "revoked"),
    }


def first_entry(registry: RealGateway) -> str:
    with reading(registry.engine) as connection:
        return str(notices(connection)[0]["entry"])


def test_it_is_acknowledged_once_with_who_when_and_a_number(registry: RealGateway) -> None:
    set_it(registry)
    put_into_force(registry, imported(registry, [OFFICE]))
    entry, stated = first_entry(registry), {"acknowledged_by": "虚构省厅某处", "reply_no": "虚函1号", "received_by": LI}
    for wrong in ({"acknowledged_by": " "}, {"reply_no": ""}, {"received_by": "nobody"}):
        with pytest.raises(InvalidActError), unit_of_work(registry.engine, at=NOW) as work:
            acknowledge(work, entry, **{**stated, **wrong})
    with pytest.raises(NotFoundError), unit_of_work(registry.engine, at=NOW) as work:
        acknowledge(work, "nothing", **stated)
    with unit_of_work(registry.engine, at=NOW) as work:
        acknowledge(work, entry, **stated)
    with pytest.raises(ConflictError), unit_of_work(registry.engine, at=NOW) as work:
        acknowledge(work, entry, **stated)
    with reading(registry.engine) as connection:
        (told,) = notices(connection)
        assert notices(connection, only_open=True) == []
    assert (told["state"], told["acknowledged_by"], told["reply"]) == ("acknowledged", "虚构省厅某处", "虚函1号")
    assert str(told["acknowledged_at"]).startswith("2026-03-02")


def test_nobody_acknowledges_for_a_superior_that_is_not_known(registry: RealGateway) -> None:
    put_into_force(registry, imported(registry, [OFFICE]))
    entry = first_entry(registry)
    with pytest.raises(ConflictError), unit_of_work(registry.engine, at=NOW) as work:
        acknowledge(work, entry, acknowledged_by="某处", reply_no="1号", received_by=LI)


@pytest.mark.parametrize(
    ("of", "superior", "others", "refused"),
    [
        (OFFICE, OFFICE, {}, InvalidRequestError),
        (OFFICE, Subject.parse("639900199003070115"), {}, InvalidRequestError),
        (OFFICE, SUPERIOR, {"name": " "}, InvalidActError),
        (OFFICE, SUPERIOR, {"source": ""}, InvalidActError),
        (OFFICE, SUPERIOR, {"confirmed_by": LI}, FourEyesError),
    ],
)
def test_a_superior_is_set_whole_and_by_two_people(
    registry: RealGateway, of: Subject, superior: Subject, others: dict[str, str], refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        set_it(registry, of, superior, **others)
    with reading(registry.engine) as connection:
        assert superiors_set(connection) == []


def test_the_database_itself_refuses_one_person_and_half_an_acknowledgement(registry: RealGateway) -> None:
    set_it(registry)
    put_into_force(registry, imported(registry, [OFFICE]))
    for statement in (
        update(superiors).values(confirmed_by=LI),
        update(superiors).values(superior=OFFICE.code),
        update(superior_notices).values(acknowledged_at=NOW),
        update(superior_notices).values(acknowledged_at=NOW, acknowledged_by="某处", received_by=LI, superior=None),
    ):
        with pytest.raises(IntegrityError), unit_of_work(registry.engine, at=NOW) as work:
            work.connection.execute(statement)


KILLED = """
import os, signal, sys
from gateway.database.engine import open_engine
from gateway.database.unit_of_work import unit_of_work
from gateway.registry import determinations
with unit_of_work(open_engine(sys.argv[1])) as work:
    determinations.confirm(work, sys.argv[2], by=sys.argv[3])
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_confirmation_that_is_killed_leaves_neither_entry_nor_notice_and_then_one(registry: RealGateway) -> None:
    batch = imported(registry, [OFFICE])
    arguments = [registry.engine.url.render_as_string(hide_password=False), batch, WANG]
    done = subprocess.run([sys.executable, "-c", KILLED, *arguments], cwd=ROOT, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL
    count = select(func.count()).select_from(entries).where(entries.c.state == "published")
    with reading(registry.engine) as connection:
        assert connection.scalar(count) == 0
    assert made(registry) == {}
    put_into_force(registry, batch)
    with pytest.raises(ConflictError):
        put_into_force(registry, batch)
    assert made(registry) == {OFFICE.code: "superior-unknown"}
