"""A commitment is registered whole and once, under a code of its own, where the law accepts it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from credit_sdk.model.subject import Subject
from gateway.database.columns import canonical_json
from gateway.database.tables import commitment_serials, commitments, ledger
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.ledger.verify import verify
from gateway.problems import ConflictError, FourEyesError, InvalidActError, NotFoundError
from gateway.registry.commitment_law import CommitmentLaw
from gateway.registry.commitment_search import find_commitments
from gateway.registry.commitments import NewCommitment, Publicity, Registered, register
from gateway.registry.lifecycle import grant_repair
from gateway.registry.performance import perform
from gateway.registry.persons import RegistryKeys
from tests.commitment_case import GREEN_CHANNEL, breach, commitment, with_commitments
from tests.real_gateway import LI, NOW, TODAY, WANG, RealGateway

PERSON = "639900199003070115"


@pytest.fixture
def committed(registry: RealGateway) -> RealGateway:
    return with_commitments(registry)


@pytest.fixture
def on_sqlite(sqlite_registry: RealGateway) -> RealGateway:
    return with_commitments(sqlite_registry)


def registered(registry: RealGateway, new: NewCommitment | None = None, *, by: str = LI) -> Registered:
    with unit_of_work(registry.engine, at=NOW) as work:
        return register(work, RegistryKeys.load(registry.home), new or commitment(), by=by)


def test_a_code_says_region_day_and_serial(committed: RealGateway) -> None:
    assert [registered(committed, commitment(number)).code for number in (1, 2)] == [
        "63000020260203000001",
        "63000020260203000002",
    ]
    assert registered(committed, commitment(1, made_on=date(2026, 2, 4))).code == "63000020260204000001"
    with reading(committed.engine) as connection:
        assert verify(connection).rows >= 3


def test_the_same_commitment_again_is_the_same_one(committed: RealGateway) -> None:
    first, again = registered(committed), registered(committed)
    assert (first.code, first.is_repeated, again.is_repeated) == (again.code, False, True)
    with reading(committed.engine) as connection:
        assert len(connection.execute(select(commitments)).all()) == 1


def test_no_two_share_a_code_however_many_are_registered_at_once(committed: RealGateway) -> None:
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda number: registered(committed, commitment(number)).code, range(40)))
    assert sorted(codes) == [f"63000020260203{serial:06d}" for serial in range(1, 41)]


def test_a_day_without_serials_left_is_said(on_sqlite: RealGateway) -> None:
    registered(on_sqlite)
    with unit_of_work(on_sqlite.engine, at=NOW) as work:
        work.connection.execute(commitment_serials.update().values(last=999_999))
    with pytest.raises(ConflictError, match="used up"):
        registered(on_sqlite, commitment(2))


@pytest.mark.parametrize(
    ("changes", "refused", "words"),
    [
        ({"type": "4"}, InvalidActError, "does not accept"),
        ({"type": "7"}, InvalidActError, "no type"),
        ({"matter": ""}, InvalidActError, "made in a matter"),
        ({"matter": "unheard.of"}, NotFoundError, "knows no matter"),
        ({"matter": "procurement.award"}, InvalidActError, "does not accept"),
        ({"committer": " "}, InvalidActError, "committer"),
        ({"cause": "长" * 513}, InvalidActError, "512"),
        ({"made_on": date(2026, 3, 3)}, InvalidActError, "not been made yet"),
        ({"made_on": date(26, 2, 2)}, InvalidActError, "No commitment was made"),
        ({"valid_until": date(2026, 2, 2)}, InvalidActError, "cannot have ended"),
        ({"authority_code": "不是代码"}, InvalidActError, "authority"),
        ({"authority_code": "71001234-5"}, InvalidActError, "authority"),
        ({"subject": Subject.parse("91630000********42")}, InvalidActError, "hidden"),
    ],
)
def test_refuses_what_is_not_whole_and_keeps_nothing_of_it(
    on_sqlite: RealGateway, changes: dict[str, Any], refused: type[Exception], words: str
) -> None:
    with pytest.raises(refused, match=words):
        registered(on_sqlite, commitment(**changes))
    with reading(on_sqlite.engine) as connection:
        assert connection.execute(select(commitments)).all() == []
        assert connection.execute(select(commitment_serials)).all() == []


def test_only_an_operator_registers(on_sqlite: RealGateway) -> None:
    with pytest.raises(FourEyesError):
        registered(on_sqlite, by="陌生人")


def test_a_false_commitment_closes_the_way_until_it_is_repaired(committed: RealGateway) -> None:
    code = registered(committed).code
    with unit_of_work(committed.engine, at=NOW) as work:
        entry = perform(work, code, breach(is_false=True), by=LI, confirmed_by=WANG).entry
    with pytest.raises(ConflictError, match=r"虚审认〔2026〕1号.*b3-01.*《中华人民共和国政府采购法》"):
        registered(committed, commitment(1, cause="另一许可"))
    assert registered(committed, commitment(1, type="4", matter="")).code
    assert registered(committed, commitment(2)).code
    with unit_of_work(committed.engine, at=NOW) as work:
        grant_repair(work, entry, by=LI, confirmed_by=WANG, reason="已改正", document_no="虚修〔2026〕1号")
    assert registered(committed, commitment(1, cause="另一许可")).code


def test_what_was_merely_not_performed_closes_no_way_since_no_law_says_so(on_sqlite: RealGateway) -> None:
    code = registered(on_sqlite).code
    with unit_of_work(on_sqlite.engine, at=NOW) as work:
        perform(work, code, breach(), by=LI, confirmed_by=WANG)
    assert registered(on_sqlite, commitment(1, cause="另一许可")).code


def test_the_law_says_which_matters_accept_which_types(on_sqlite: RealGateway) -> None:
    with reading(on_sqlite.engine) as connection:
        assert CommitmentLaw.load(connection, TODAY).accepting() == {GREEN_CHANNEL: ("1", "2", "3")}


def test_a_person_is_kept_masked_and_shown_to_nobody_outside(on_sqlite: RealGateway) -> None:
    code = registered(on_sqlite, commitment(subject=Subject.parse(PERSON), committer="张三丰")).code
    with reading(on_sqlite.engine) as connection:
        (shown,) = find_commitments(connection)
        assert (shown["code"], shown["subject"], shown["committer"]) == (code, "639900********0115", "张**")
        assert find_commitments(connection, as_published_on=TODAY) == []
        kept = connection.execute(select(commitments)).mappings().all()
        acts = connection.execute(select(ledger)).mappings().all()
    assert PERSON not in f"{kept}{acts}"


def test_pages_go_on_behind_the_last_code(on_sqlite: RealGateway) -> None:
    codes = [registered(on_sqlite, commitment(number)).code for number in range(3)]
    registered(on_sqlite, commitment(4, publicity=Publicity.NONE))
    with reading(on_sqlite.engine) as connection:
        page = find_commitments(connection, publicity=[Publicity.PUBLIC], after=codes[0], limit=5)
    assert [each["code"] for each in page] == codes[1:]
    assert canonical_json(page[0]["performances"]) == "[]"
