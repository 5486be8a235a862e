"""The one sentence says where the subject stands in words that fit the title of the list."""

import pytest

from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.model.finding import Principal
from credit_sdk.model.listing import CreditList
from credit_sdk.model.measure import Role, Strength
from tests.unit.catalogue.builders import (
    AWARD,
    COMPANY,
    DEFAULTER,
    NOW,
    TODAY_ON,
    HeldView,
    application,
    catalogue,
    company,
    credit_list,
    entry,
    holding,
    measure,
    record,
)


def titled(title: str) -> CreditList:
    listed = credit_list(DEFAULTER)
    (version,) = listed.versions
    return listed.model_copy(update={"versions": (version.model_copy(update={"title": title}),)})


def view(title: str) -> HeldView:
    bar = measure("a1-06", application(Strength.BAR, through=[Role.LEGAL_REPRESENTATIVE]))
    return HeldView(catalogue(bar, lists=[titled(title)]), holding((COMPANY, record(entry()))))


@pytest.mark.parametrize(
    ("title", "zh", "en"),
    [
        ("重点关注对象名单", "该主体列入“重点关注对象名单”（", "the subject is on the list “"),
        ("经营异常名录", "该主体列入“经营异常名录”（", "the subject is on the list “"),
        ("示范领域“重点名单”", "该主体列入“示范领域‘重点名单’”（", "the subject is on the list “"),
        ("失信被执行人", "该主体列入“失信被执行人”名单（", "the subject is on the list “"),
        ("重大税收违法失信主体", "该主体列入“重大税收违法失信主体”名单（", "the subject is on the list “"),
        ("纳税信用A级纳税人", "该主体列入“纳税信用A级纳税人”名单（", "the subject is on the list “"),
        ("行政处罚", "该主体有“行政处罚”记录（", "the subject has a record under “"),
        ("拖欠中小企业款项失信", "该主体有“拖欠中小企业款项失信”记录（", "the subject has a record under “"),
    ],
)
def test_a_list_those_on_it_and_what_they_did_are_each_said_naturally(title: str, zh: str, en: str) -> None:
    why = evaluate(COMPANY, AWARD, TODAY_ON, view(title), NOW).why
    assert zh in why.zh
    assert en in why.en


def test_the_role_of_a_principal_comes_before() -> None:
    beside = Principal(COMPANY, Role.LEGAL_REPRESENTATIVE)
    why = evaluate(company(2), AWARD, TODAY_ON, view("行政处罚"), NOW, principals=[beside]).why
    assert "该主体的法定代表人有“行政处罚”记录（" in why.zh
    assert "the subject through its legal representative has a record under “" in why.en
