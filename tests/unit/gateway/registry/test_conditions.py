"""What stands in the way of a repair whatever is corrected: penalties whose publicity never ends early."""

from datetime import date

import pytest

from gateway.database.unit_of_work import unit_of_work
from gateway.problems import InvalidActError
from gateway.registry import repair_applications, repair_decisions
from gateway.registry.repair_applications import Papers
from tests.real_gateway import LI, RealGateway
from tests.unit.gateway.registry.statute import listed, noon

MARKET = "虚构市市场监督管理局"
IN_FORCE, BEFORE = date(2025, 6, 30), date(2021, 8, 31)
ASKED_ON = date(2026, 6, 30)


def penalty(registered: RealGateway, number: int, *kinds: str, on: date = IN_FORCE, authority: str = MARKET) -> str:
    fields = {"penalty_kinds": list(kinds)}
    return listed(registered, number, severity="none", authority=authority, determined_on=on, fields=fields)


def apply(registered: RealGateway, entry: str, period: str = "") -> str:
    papers = Papers("缴款凭证", "虚诺〔2026〕1号")
    with unit_of_work(registered.engine, at=noon(ASKED_ON)) as work:
        return repair_applications.apply(work, entry, papers, applicant="虚构公司", by=LI, period=period)


@pytest.mark.parametrize("kind", ["责令停产停业", "限制开展生产经营活动", "限制从业", "降低资质等级", "吊销许可证件"])
def test_a_market_penalty_of_a_grave_kind_is_shown_to_its_end(under_law: RealGateway, kind: str) -> None:
    with pytest.raises(InvalidActError, match=r"不得提前停止公示.*第45号.*第十四条") as refused:
        apply(under_law, penalty(under_law, 1, "罚款", kind))
    assert "先更正条目" in refused.value.hint


def test_any_other_market_penalty_may_be_repaired(under_law: RealGateway) -> None:
    assert apply(under_law, penalty(under_law, 1, "罚款", "没收违法所得"))


def test_it_is_no_rule_for_other_authorities_nor_for_what_came_before_it(under_law: RealGateway) -> None:
    elsewhere = penalty(under_law, 1, "吊销许可证件", authority="虚构市生态环境局")
    assert apply(under_law, elsewhere, period="publicity-2023-shortest")
    assert apply(under_law, penalty(under_law, 2, "吊销许可证件", on=BEFORE))


def test_an_authority_that_grants_it_by_itself_hears_that_it_may_not(under_law: RealGateway) -> None:
    entry = penalty(under_law, 1, "吊销许可证件")
    with unit_of_work(under_law.engine, at=noon(ASKED_ON)) as work:
        assert "不得提前停止公示" in repair_decisions.unmet_by_the_authority(work.connection, entry, ASKED_ON)
