"""Nobody links numbers alone, without a document, against the database or past the ledger; half a link never was."""

import os
import signal

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.subject import Subject
from gateway.database.tables import former_numbers, ledger
from gateway.database.unit_of_work import UnitOfWork, carried_out, reading, snapshot, unit_of_work
from gateway.ledger.replay import compare
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.registry import former_numbers as registry_of_links
from gateway.registry.former_numbers import links
from gateway.registry.same_subject import keys_of
from tests.former_numbers_case import STATED, TWO, confirmed, documents, linked, registered, row, unlinked
from tests.real_gateway import LI, NOW, WANG, RealGateway, company

OLD, OTHER, CODE, ANOTHER = registered(1), registered(2), company(1), company(2)
ACT = {**TWO, "reason": "已履行", "document_no": "虚修1号"}


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
