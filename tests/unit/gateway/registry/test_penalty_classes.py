"""A penalty whose table states no class: its kinds tell, or every class may hold; it is never shown without an end."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from credit_sdk.model.citation import Status
from credit_sdk.model.listing import Severity
from credit_sdk.model.matter import Period
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity import Listed, Publicity, publicity_of
from gateway.registry.replies import publicity_json, publicity_text
from tests.unit.gateway.registry.statute import shipped, shipped_periods

LAW = shipped_periods()
MINOR, GENERAL, SERIOUS = "publicity-minor", "publicity-general", "publicity-serious"
ALL = [SERIOUS, GENERAL, MINOR]
SUSPENSION = "penalty-class-suspension"


def publicity(
    *kinds: str,
    on: str = "2026-05-06",
    severity: str = "none",
    authority: str = "虚构市生态环境局",
    list_id: str = "administrative-penalty",
    law: PeriodLaw = LAW,
    fields: Mapping[str, object] | None = None,
) -> Publicity:
    day = date.fromisoformat(on)
    stated = {"penalty_kinds": list(kinds), **(fields or {})} if kinds or fields else {}
    return publicity_of(Listed(list_id, Severity(severity), authority, day, day, None, stated), law)


def periods_of(found: Publicity) -> Sequence[str]:
    return [each.id for each in (found.rule, *found.others) if each is not None]


@pytest.mark.parametrize(
    ("kinds", "period", "repair_from", "last_day"),
    [
        (["警告"], MINOR, None, "2026-08-06"),
        (["警告", "通报批评"], MINOR, None, "2026-08-06"),
        (["没收违法所得"], GENERAL, "2026-08-06", "2027-05-06"),
        (["没收违法所得", "没收非法财物"], GENERAL, "2026-08-06", "2027-05-06"),
        (["降低资质等级"], SERIOUS, "2027-05-06", "2029-05-06"),
        (["吊销许可证件"], SERIOUS, "2027-05-06", "2029-05-06"),
        (["限制开展生产经营活动"], SERIOUS, "2027-05-06", "2029-05-06"),
        (["责令停产停业", "责令关闭"], SERIOUS, "2027-05-06", "2029-05-06"),
        (["限制从业"], SERIOUS, "2027-05-06", "2029-05-06"),
    ],
)
def test_kinds_of_one_class_give_the_class(
    kinds: Sequence[str], period: str, repair_from: str | None, last_day: str
) -> None:
    found = publicity(*kinds)
    told = publicity_json(found)
    assert (periods_of(found), told["repair_from"], told["last_day"]) == ([period], repair_from, last_day)
    assert (told["severity"], told["confidence"]) == (period.removeprefix("publicity-"), "medium")
    for said in ("未载明类别", *kinds, "第36号", "把握中等"):
        assert said in publicity_text(found)


def test_the_rule_begins_with_the_order_and_not_a_day_before() -> None:
    assert periods_of(publicity("没收违法所得", on="2026-04-01")) == [GENERAL]
    assert GENERAL not in periods_of(publicity("没收违法所得", on="2026-03-31"))


@pytest.mark.parametrize(
    ("kinds", "periods"),
    [
        # A fine may be a small one, a larger one or an enormous one, and no amount in the law's data tells.
        (["罚款"], ALL),
        (["罚款", "没收违法所得"], ALL),
        # Several kinds of several classes: no provision in force says which counts.
        (["警告", "没收违法所得"], [GENERAL, MINOR]),
        (["警告", "吊销许可证件"], [SERIOUS, MINOR]),
        (["没收非法财物", "责令关闭"], [SERIOUS, GENERAL]),
        # Kinds of no class: every class may hold, whatever stands beside them.
        (["行政拘留"], ALL),
        (["其他"], ALL),
        (["暂扣许可证件"], ALL),
        (["吊销许可证件", "其他"], ALL),
        (["没收"], ALL),
        ([], ALL),
    ],
)
def test_what_leaves_the_class_open_names_every_class_that_may_hold(
    kinds: Sequence[str], periods: Sequence[str]
) -> None:
    found = publicity(*kinds)
    assert periods_of(found) == periods
    assert found.severity is Severity.NONE
    assert found.ends_on == {SERIOUS: date(2029, 5, 6), GENERAL: date(2027, 5, 6)}[periods[0]]
    told = publicity_json(found)
    assert (told["repair_from"], told["minimum"]) == (None, None)
    assert (told["others"], told["confidence"]) == (periods[1:], "verified")


def test_a_fine_says_which_rules_may_hold_and_asks_for_the_class() -> None:
    text = publicity_text(publicity("罚款", fields={"fine_yuan": 3_000_000}))
    for said in (
        "未载明类别",
        "罚款",
        "轻微失信信息公示期（纠正并履行义务后即可申请修复）",
        "一般失信信息公示期（2026年08月06日起可以申请修复）",
        "严重失信信息公示期（2027年05月06日起可以申请修复）",
        "申请时须注明",
        "公示至2029年05月06日",
    ):
        assert said in text
    assert "未设最短公示期" not in text


def test_a_field_that_holds_no_words_tells_no_class() -> None:
    assert periods_of(publicity(fields={"penalty_kinds": "警告"})) == ALL


@pytest.mark.parametrize("severity", ["minor", "general", "serious"])
def test_a_class_stated_in_the_table_wins_over_the_kinds(severity: str) -> None:
    for kind in ("警告", "没收违法所得", "吊销许可证件", "罚款", "其他"):
        assert periods_of(publicity(kind, severity=severity)) == [f"publicity-{severity}"]


def test_a_rule_of_the_sector_goes_before_the_kinds_and_after_a_stated_class() -> None:
    market = "虚构市市场监督管理局"
    assert periods_of(publicity("没收违法所得", authority=market)) == ["publicity-market-penalty"]
    assert periods_of(publicity("警告", authority=market)) == ["publicity-market-penalty-light"]
    assert periods_of(publicity("没收违法所得", authority=market, severity="general")) == [GENERAL]


def test_other_lists_are_not_classed_by_kind() -> None:
    for list_id in ("false-commitment", "tax-a", "judgment-defaulter"):
        assert publicity("警告", list_id=list_id).ends_on is None


def test_a_draft_classes_nothing_until_it_is_confirmed() -> None:
    (draft,) = (each for each in shipped().document.periods if each.id == SUSPENSION)
    (version,) = draft.versions
    assert version.status is Status.DRAFT
    confirmed = Period(id=SUSPENSION, versions=(version.model_copy(update={"status": Status.IN_FORCE}),))
    document = shipped().document
    others = [each for each in document.periods if each.id != SUSPENSION]
    law = PeriodLaw([*others, confirmed], document.instruments, document.lists)
    assert periods_of(publicity("暂扣许可证件", law=law)) == [GENERAL]


def test_a_law_without_classes_by_kind_cuts_nothing() -> None:
    document = shipped().document
    before = [each for each in document.periods if not each.id.startswith("penalty-class-")]
    found = publicity("警告", law=PeriodLaw(before, document.instruments, document.lists))
    assert (found.rule, found.ends_on) == (None, None)


@pytest.mark.parametrize("severity", ["none", "minor"])
def test_a_class_the_rules_of_2019_do_not_know_leaves_both_of_theirs_open(severity: str) -> None:
    found = publicity("罚款", on="2021-06-01", severity=severity)
    assert periods_of(found) == ["publicity-2019-serious", "publicity-2019-general"]
    assert (found.repair_from_on, found.ends_on) == (None, date(2024, 6, 1))


def test_the_last_day_of_a_penalty_of_unknown_class_still_counts() -> None:
    found = publicity("罚款")
    assert (found.is_over(date(2029, 5, 6)), found.is_over(date(2029, 5, 7))) == (False, True)
