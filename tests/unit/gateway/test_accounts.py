"""Who may act, and whose system may ask."""

import re

import pytest
from sqlalchemy import select, text

from gateway.accounts import (
    OperatorRole,
    add_client,
    add_operator,
    all_clients,
    all_operators,
    authenticate,
    disable_operator,
    require_operator,
    require_two,
    revoke_client,
)
from gateway.database.tables import clients
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.ledger.verify import verify
from gateway.problems import AccessRefusedError, ConflictError, FourEyesError, InvalidActError, NotFoundError
from tests.real_gateway import LI, NOW, WANG, RealGateway


def test_who_was_disabled_acts_no_more_on_either_side(registry: RealGateway) -> None:
    with unit_of_work(registry.engine, at=NOW) as work:
        add_operator(work, "赵经办", roles=[OperatorRole.OPERATOR, OperatorRole.REVIEWER], actor="test")
        disable_operator(work, "赵经办", actor="test")
        for by, confirmed_by in (("赵经办", WANG), (LI, "赵经办")):
            with pytest.raises(FourEyesError, match="disabled"):
                require_two(work.connection, by, confirmed_by)
        for name in ("赵经办", "nobody"):
            with pytest.raises(NotFoundError):
                disable_operator(work, name, actor="test")
        assert {each.name for each in all_operators(work.connection) if each.disabled_at} == {"赵经办"}
        verify(work.connection)


def test_a_key_is_shown_once_and_its_secret_not_kept(registry: RealGateway) -> None:
    key = registry.client("招标平台", ["procurement.award"])
    with reading(registry.engine) as connection:
        stored = repr(connection.execute(select(clients)).all())
        assert authenticate(connection, key).name == "招标平台"
    assert key.rsplit("_", 1)[1] not in stored


def test_a_key_reaches_its_matters_only(registry: RealGateway) -> None:
    key = registry.client("招标平台", ["procurement.award"])
    with reading(registry.engine) as connection:
        client = authenticate(connection, key)
    client.require("procurement.award")
    with pytest.raises(AccessRefusedError, match=r"company\.officer") as refused:
        client.require("company.officer")
    assert refused.value.is_known


def test_the_star_reaches_every_matter(registry: RealGateway) -> None:
    key = registry.client()
    with reading(registry.engine) as connection:
        authenticate(connection, key).require("anything.at-all")


def test_refuses_any_other_key_without_saying_why(registry: RealGateway) -> None:
    key, revoked = registry.client("一"), registry.client("二")
    with unit_of_work(registry.engine, at=NOW) as work:
        revoke_client(work, "二", actor="test")
    said = set()
    for wrong in ("", "x", key[:-1], key[:-1] + ("A" if key[-1] != "A" else "B"), revoked, key.upper()):
        with reading(registry.engine) as connection, pytest.raises(AccessRefusedError) as refused:
            authenticate(connection, wrong)
        said.add(str(refused.value))
        assert not refused.value.is_known
    assert len(said) == 1


def test_a_name_is_used_once(registry: RealGateway) -> None:
    registry.client("一")
    with pytest.raises(ConflictError), unit_of_work(registry.engine) as work:
        add_client(work, "一", ["*"], actor="test")
    with pytest.raises(ConflictError), unit_of_work(registry.engine) as work:
        add_operator(work, LI, roles=[OperatorRole.OPERATOR], actor="test")
    with pytest.raises(NotFoundError), unit_of_work(registry.engine) as work:
        revoke_client(work, "三", actor="test")
    with reading(registry.engine) as connection:
        assert [each.name for each in all_clients(connection)] == ["一"]
        assert {each.name for each in all_operators(connection)} == {LI, WANG}


@pytest.mark.parametrize("name", ["", " ", "a b", "-a", "a" * 65, "a/b", "a\nb"])
def test_refuses_a_name_that_cannot_be_written_down(registry: RealGateway, name: str) -> None:
    with pytest.raises(InvalidActError, match=re.escape(repr(name))), unit_of_work(registry.engine) as work:
        add_client(work, name, ["*"], actor="test")


def test_a_key_without_matters_is_refused(registry: RealGateway) -> None:
    with pytest.raises(InvalidActError), unit_of_work(registry.engine) as work:
        add_client(work, "一", [" "], actor="test")


def test_two_people_are_two_people_with_their_roles(registry: RealGateway) -> None:
    with reading(registry.engine) as connection:
        require_two(connection, LI, WANG)
        for by, confirmed_by in ((LI, LI), (WANG, WANG), (WANG, LI), (LI, "nobody"), ("nobody", WANG)):
            with pytest.raises(FourEyesError):
                require_two(connection, by, confirmed_by)


def test_who_was_disabled_acts_no_more(registry: RealGateway) -> None:
    with registry.engine.begin() as connection:
        connection.execute(text("UPDATE operators SET disabled_at = created_at WHERE name = :name"), {"name": LI})
    with reading(registry.engine) as connection, pytest.raises(FourEyesError, match=LI):
        require_operator(connection, LI)
