"""Who is inspected is drawn once, by shares of the law and a seed that was announced before."""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from credit_sdk.catalogue.catalogue import CatalogueDocument
from gateway.database.tables import draws as held_draws
from gateway.database.tables import ledger
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import ConflictError, IntakeError, InvalidActError, NotFoundError
from gateway.registry.draw import verify
from gateway.registry.draws import all_draws, announce, hold, population_of, published_draw
from tests.real_gateway import LI, NOW, WANG, RealGateway, company, law
from tests.unit.gateway.registry.grading import MATTER, ON, PERSON, SOURCE, THAT_DAY, graded, sheet


def adopt_shares(registry: RealGateway, per_mille: int = 500, status: str = "in-force") -> None:
    document = json.loads(law("2026-06"))
    shares = {f"grade_{each}_per_mille": per_mille for each in "abcd"} | {"ungraded_per_mille": per_mille}
    share: dict[str, object] = {
        **shares,
        "from_on": "2026-04-01",
        "source": "fictional",
        "status": status,
        "title": "抽查比例",
        "title_en": "Shares",
        "matter": MATTER,
        "basis": [{"instrument": "procurement-law"}],
    }
    document["shares"] = [{"id": "supervision-inspection", "versions": [share]}]
    data = CatalogueDocument.model_validate(document).to_bytes()
    registry.publisher.adopt_catalogue(data, LI, WANG, NOW)


def draw(
    registry: RealGateway,
    file: Path | None = None,
    seed: str = "01 02",
    source: str = SOURCE,
    at: datetime | None = None,
) -> tuple[str, bytes]:
    with unit_of_work(registry.engine, at=THAT_DAY if at is None else at) as work:
        among = population_of(work.connection, ON, file)
        return hold(work, among, origin="青海", matter=MATTER, on=ON, seed=seed, seed_source=source, by=LI)


def test_a_draw_is_refused_without_shares_in_force_and_says_which_file(registry: RealGateway) -> None:
    graded(registry, [(company(1).code, "A")])
    for status in ("", "draft"):
        if status:
            adopt_shares(registry, status=status)
        with pytest.raises(ConflictError) as refused:
            draw(registry)
        assert "shares/supervision-inspection.yaml" in refused.value.hint


def test_a_draw_is_recorded_with_all_that_it_rests_on(registry: RealGateway) -> None:
    adopt_shares(registry)
    graded(registry, [(company(each).code, "ABCD"[each % 4]) for each in range(12)])
    id, data = draw(registry)
    said = verify(data)
    assert (len(said.drawn), said.seed, said.announced_at) == (8, "01 02", "")
    with reading(registry.engine) as connection:
        row = connection.execute(select(held_draws)).one()
        (line,) = connection.scalars(select(ledger.c.payload).where(ledger.c.act == "draw:population:hold"))
        assert published_draw(connection, id) == data
        assert [each["draw"] for each in all_draws(connection)] == [id]
        with pytest.raises(NotFoundError):
            published_draw(connection, "nothing")
    assert row.document_sha256 == line["document_sha256"] == sha256(data).hexdigest()
    assert row.result == said.drawn
    assert said.law["edition"] == "2026-06"


def test_one_population_is_drawn_once_and_not_until_it_pleases(registry: RealGateway) -> None:
    adopt_shares(registry)
    graded(registry, [(company(each).code, "A") for each in range(4)])
    draw(registry)
    with pytest.raises(ConflictError, match="pleases"):
        draw(registry, seed="03")


def test_nobody_is_drawn_before_the_day_of_the_draw(sqlite_registry: RealGateway) -> None:
    adopt_shares(sqlite_registry)
    graded(sqlite_registry, [(company(1).code, "A")])
    with pytest.raises(InvalidActError, match="has not come") as refused:
        draw(sqlite_registry, at=THAT_DAY - timedelta(days=1))
    assert "draw announce" in refused.value.hint
    assert draw(sqlite_registry)


def test_what_was_announced_is_what_is_drawn(registry: RealGateway) -> None:
    adopt_shares(registry)
    graded(registry, [(company(each).code, "A") for each in range(4)])
    with unit_of_work(registry.engine, at=NOW) as work:
        among = population_of(work.connection, ON, None)
        announce(work, among, matter=MATTER, on=ON, seed_source=SOURCE, by=LI)
    with pytest.raises(ConflictError), unit_of_work(registry.engine, at=NOW) as work:
        announce(work, among, matter=MATTER, on=ON, seed_source="别处", by=LI)
    with pytest.raises(InvalidActError) as refused:
        draw(registry, source="别处")
    assert SOURCE in refused.value.hint
    assert verify(draw(registry)[1]).announced_at == "2026-03-02T01:00:00.000000Z"


def announced(registry: RealGateway, file: Path | None = None) -> None:
    with unit_of_work(registry.engine, at=NOW) as work:
        among = population_of(work.connection, ON, file)
        announce(work, among, matter=MATTER, on=ON, seed_source=SOURCE, by=LI)


def test_nobody_is_left_out_once_the_seed_is_known(registry: RealGateway) -> None:
    adopt_shares(registry)
    rows = [(company(each).code, "") for each in range(4)]
    announced(registry, sheet(registry, rows, "范围.csv"))
    with pytest.raises(ConflictError, match="announced for this seed"):
        draw(registry, sheet(registry, rows[1:], "范围二.csv"))
    graded(registry, [(company(1).code, "D")])
    with pytest.raises(ConflictError, match="announced for this seed"):
        draw(registry, sheet(registry, rows, "范围三.csv"))
    unannounced = verify(draw(registry, sheet(registry, rows[1:], "范围四.csv"), source="第141期")[1])
    assert unannounced.announced_at == ""


def test_shares_changed_after_the_announcement_draw_nobody(registry: RealGateway) -> None:
    adopt_shares(registry)
    graded(registry, [(company(each).code, "A") for each in range(4)])
    announced(registry)
    adopt_shares(registry, 1000)
    with pytest.raises(ConflictError, match="shares were changed"):
        draw(registry)
    with reading(registry.engine) as connection:
        (line,) = connection.scalars(select(ledger.c.payload).where(ledger.c.act == "draw:population:announce"))
    assert set(line["shares"].values()) == {500}


@pytest.mark.parametrize(("seed", "source"), [("", SOURCE), (" ", SOURCE), ("01", ""), ("01", " "), ("0" * 501, "x")])
def test_a_seed_without_a_source_is_none(sqlite_registry: RealGateway, seed: str, source: str) -> None:
    adopt_shares(sqlite_registry)
    graded(sqlite_registry, [(company(1).code, "A")])
    with pytest.raises(InvalidActError):
        draw(sqlite_registry, seed=seed, source=source)


def test_a_population_may_be_a_file_and_who_has_no_grade_takes_part(registry: RealGateway) -> None:
    adopt_shares(registry, 1000)
    graded(registry, [(company(1).code, "A")])
    file = sheet(registry, [(company(each).code, "") for each in (3, 1, 2, 1)], "范围.csv")
    said = verify(draw(registry, file)[1])
    assert (
        sorted(said.population)
        == said.population
        == [
            (company(1).code, "A"),
            (company(2).code, ""),
            (company(3).code, ""),
        ]
    )


@pytest.mark.parametrize("wrong", [PERSON, "9163010071055000**", "630100000000001", "x"])
def test_a_row_that_cannot_take_part_refuses_the_draw(sqlite_registry: RealGateway, wrong: str) -> None:
    adopt_shares(sqlite_registry)
    file = sheet(sqlite_registry, [(company(1).code, ""), (wrong, "")], "范围.csv")
    with pytest.raises(IntakeError, match=r"第3行 row 3：[一-鿿]") as refused:
        draw(sqlite_registry, file)
    assert PERSON not in refused.value.line


def test_nobody_to_draw_among_is_said(sqlite_registry: RealGateway) -> None:
    adopt_shares(sqlite_registry)
    with pytest.raises(ConflictError, match="Nobody"):
        draw(sqlite_registry)


def test_a_matter_the_law_does_not_know_is_said(sqlite_registry: RealGateway) -> None:
    adopt_shares(sqlite_registry)
    graded(sqlite_registry, [(company(1).code, "A")])
    with unit_of_work(sqlite_registry.engine, at=NOW) as work:
        among = population_of(work.connection, ON, None)
        with pytest.raises(NotFoundError):
            hold(work, among, origin="青海", matter="no.such", on=ON, seed="1", seed_source=SOURCE, by=LI)
