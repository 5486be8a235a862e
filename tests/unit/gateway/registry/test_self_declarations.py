"""What a subject says of itself is taken in under its own commitment, marked, and used for nothing."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from credit_sdk.model.subject import Subject
from gateway.database.tables import pending, self_declarations
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.registry import self_declarations as room
from gateway.registry.commitments import Publicity, register
from gateway.registry.persons import RegistryKeys
from gateway.registry.self_declarations import DeclaredCategory, declare_item, items_of, verify_item
from gateway.registry.subject_file import subject_file
from tests.commitment_case import commitment, with_commitments
from tests.real_gateway import LI, NOW, TODAY, WANG, RealGateway, company


@pytest.fixture
def committed(registry: RealGateway) -> RealGateway:
    return _with_commitment(registry)


@pytest.fixture
def on_sqlite(sqlite_registry: RealGateway) -> RealGateway:
    return _with_commitment(sqlite_registry)


def _with_commitment(registry: RealGateway) -> RealGateway:
    with_commitments(registry)
    for number, publicity in ((1, Publicity.PUBLIC), (2, Publicity.RESTRICTED)):
        with unit_of_work(registry.engine, at=NOW) as work:
            new = commitment(number, type="6", matter="", publicity=publicity)
            register(work, RegistryKeys.load(registry.home), new, by=LI)
    return registry


def declared(registry: RealGateway, subject: Subject | None = None, **changes: Any) -> str:  # noqa: ANN401 - any option
    options = {
        "title": "捐赠图书",
        "content": "向虚构小学捐赠图书一百册",
        "declared_on": date(2026, 2, 4),
        "commitment": "63000020260203000001",
        "by": LI,
        **changes,
    }
    with unit_of_work(registry.engine, at=NOW) as work:
        return declare_item(work, subject or company(1), DeclaredCategory.CHARITY, **options)


def verified(
    registry: RealGateway, item: str, *, is_right: bool = True, by: str = WANG, reason: str = "已见凭证"
) -> str:
    with unit_of_work(registry.engine, at=NOW) as work:
        return verify_item(work, item, is_right=is_right, by=by, reason=reason)


def test_an_item_is_unverified_until_a_second_person_has_looked(committed: RealGateway) -> None:
    one, other = declared(committed), declared(committed, title="捐赠桌椅")
    with pytest.raises(FourEyesError):
        verified(committed, one, by=LI)
    assert (verified(committed, one), verified(committed, other, is_right=False)) == ("verified", "rejected")
    third = declared(committed, declared_on=date(2026, 2, 5))
    with reading(committed.engine) as connection:
        states = {each.id: each.state for each in items_of(connection, [company(1).key])}
    assert states == {one: "verified", other: "rejected", third: "unverified"}
    with pytest.raises(ConflictError):
        verified(committed, one)


def test_it_is_shown_in_the_file_and_reaches_no_publication(on_sqlite: RealGateway) -> None:
    declared(on_sqlite)
    with reading(on_sqlite.engine) as connection:
        assert connection.execute(select(pending)).all() == []
        file, other = (subject_file(connection, company(number), TODAY) for number in (1, 2))
    assert [each.title for each in file.declarations] == ["捐赠图书"]
    assert [each["code"] for each in file.commitments] == ["63000020260203000001"]
    assert (other.declarations, other.commitments, other.name) == ((), (), "虚构公司2")
    assert (file.licences, file.grade) == ((), None)


def test_there_is_no_file_of_a_person(on_sqlite: RealGateway) -> None:
    with reading(on_sqlite.engine) as connection, pytest.raises(InvalidActError, match="organisations only"):
        subject_file(connection, Subject.parse("639900199003070115"), TODAY)


@pytest.mark.parametrize(
    ("subject", "changes", "refused"),
    [
        (Subject.parse("639900199003070115"), {}, InvalidActError),
        (company(2), {}, ConflictError),
        (company(1), {"commitment": "63000020260203000009"}, NotFoundError),
        (company(1), {"title": " "}, InvalidActError),
        (company(1), {"content": "长" * 4001}, InvalidActError),
        (company(1), {"declared_on": date(2026, 3, 3)}, InvalidActError),
        (company(1), {"by": "陌生人"}, FourEyesError),
    ],
)
def test_refuses_what_nobody_answers_for(
    on_sqlite: RealGateway, subject: Subject, changes: dict[str, Any], refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        declared(on_sqlite, subject, **changes)


def test_a_subject_declares_no_more_than_can_be_shown(on_sqlite: RealGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MAX_ITEMS", 1)
    declared(on_sqlite)
    with pytest.raises(ConflictError):
        declared(on_sqlite)


def test_verifying_takes_an_item_and_a_reason(on_sqlite: RealGateway) -> None:
    with pytest.raises(NotFoundError):
        verified(on_sqlite, "unheard")
    with pytest.raises(InvalidActError):
        verified(on_sqlite, declared(on_sqlite), reason=" ")


@pytest.mark.parametrize("column", ["verified_by = received_by", "state = 'verified'"])
def test_the_database_refuses_an_item_verified_by_whom_took_it_in(committed: RealGateway, column: str) -> None:
    declared(committed)
    with pytest.raises(IntegrityError), unit_of_work(committed.engine, at=NOW) as work:
        work.connection.execute(text(f"UPDATE {self_declarations.name} SET {column}"))  # noqa: S608 - our own words
