"""Decisions as bytes: what others read stays where it is, and a changed byte is refused."""

import json
from typing import Literal, cast

import pytest
from msgspec.structs import replace

from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.explain import explain
from credit_sdk.catalogue.group import evaluate_group
from credit_sdk.catalogue.view import EmptyView
from credit_sdk.catalogue.wire import from_json, to_json
from credit_sdk.errors import IntegrityError, InvalidRequestError
from credit_sdk.model import canonical
from credit_sdk.model.decision import Decision, Principal
from credit_sdk.model.measure import FactCondition, Role, Strength
from tests.unit.catalogue.builders import (
    AWARD,
    BAR,
    COMPANY,
    HONOUR,
    INCENTIVE,
    NOW,
    TODAY_ON,
    HeldView,
    application,
    catalogue,
    company,
    entry,
    holding,
    matter,
    measure,
    person,
    record,
    text,
    waiver,
)


@pytest.fixture
def decision() -> Decision:
    """A decision in which every part is filled in."""
    bar = application(
        Strength.BAR,
        through=[Role.LEGAL_REPRESENTATIVE],
        conditions=[FactCondition(fact="statutory_tender", equals=True)],
        remark=text("as the documents say"),
    )
    law = catalogue(measure("a1-06", bar), INCENTIVE, matters=[matter(facts={"statutory_tender": True})])
    own = record(
        entry(HONOUR),
        entry(objection_on=TODAY_ON, fields={"fine_yuan": 3, "articles": ("53", "54")}),
        waivers=[waiver()],
    )
    view = HeldView(law, holding((COMPANY, own), (company(9), record(entry(id="e9")))))
    return evaluate(
        COMPANY,
        AWARD,
        TODAY_ON,
        view,
        NOW,
        principals=[Principal(company(9), Role.LEGAL_REPRESENTATIVE)],
        case="青采2026-17",
        decision_id="0193573c-0000-7000-8000-000000000001",
    )


def test_reads_back_what_was_written(decision: Decision) -> None:
    assert decision.withheld
    assert decision.findings[0].softenings
    assert from_json(to_json(decision)) == decision


def test_whether_it_was_recorded_is_no_part_of_the_answer(decision: Decision) -> None:
    assert replace(decision, recorded=False).to_json() == decision.to_json()


def test_a_published_number_beyond_what_every_reader_keeps_is_not_written() -> None:
    view = HeldView(catalogue(BAR), holding((COMPANY, record(entry(fields={"fine_yuan": 2**53})))))
    with pytest.raises(ValueError, match="53 bits"):
        evaluate(COMPANY, AWARD, TODAY_ON, view, NOW).to_json()


def test_the_keys_others_read_are_where_they_expect_them(decision: Decision) -> None:
    said = json.loads(decision.to_json())
    assert said["format"] == "credit-decision/1"
    assert said["verdict"] == "REVIEW"
    assert said["subject"] == {"scheme": "uscc", "code": COMPANY.code, "kind": "legal-person", "warnings": []}
    assert said["decided_at"] == "2026-11-23T02:00:00Z"
    assert said["facts"] == {"statutory_tender": True}
    assert isinstance(said["why"], str)
    assert isinstance(said["why_en"], str)
    assert "recorded" not in said
    (first, second) = said["findings"]
    assert {first["list"], first["measure"], first["strength"]} == {"judgment-defaulter", "a1-06", "scrutinise"}
    assert first["basis"][0]["text"] == "《act法》（主席令第1号）第二十二条"
    assert first["entry"]["term_until"] == "2027-01-09"
    assert first["entry"]["fact_digest"] == bytes(range(32)).hex()
    assert {one["through"]["role"] if one["through"] else None for one in (first, second)} == {
        None,
        "legal-representative",
    }
    assert said["evidence"]["serial"] == 7
    assert said["evidence"]["map_root"] == "ab" * 32
    assert said["withheld"][0]["strength"] == "favour"


def test_the_empty_answer_reads_back_too() -> None:
    empty = evaluate(COMPANY, AWARD, TODAY_ON, EmptyView(), NOW)
    assert from_json(empty.to_json()) == empty


def test_a_person_comes_back_masked() -> None:
    answer = evaluate(person(), AWARD, TODAY_ON, HeldView(catalogue(INCENTIVE)), NOW)
    read = from_json(answer.to_json())
    assert read.subject.is_masked
    assert read.subject.masked == answer.subject.masked
    assert person().code.encode() not in answer.to_json()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"verdict":"REVIEW"', b'"verdict":"ALLOW"'),
        (b'"verdict":"REVIEW"', b'"verdict":"CLEAR","x":1'),
        (b'"verdict":"REVIEW",', b""),
        (b'"serial":7', b'"serial":"7"'),
        (b'"serial":7', b'"serial":true'),
        (b'"serial":7', b'"serial":7.0'),
        (b'"statutory_tender":true', b'"statutory_tender":null'),
        (b'"on":"2026-11-23"', b'"on":"20261123"'),
        (b'"decided_at":"2026-11-23T02:00:00Z"', b'"decided_at":"2026-11-23T10:00:00+08:00"'),
        (b'"decided_at":"2026-11-23T02:00:00Z"', b'"decided_at":"0001-01-01T00:00:00+08:00"'),
        (b'"format":"credit-decision/1"', b'"format":"credit-decision/2"'),
        (b'"articles":["53","54"]', b'"articles":["53",54]'),
        (b'"text":"', b'"text":"other '),
        (b'"warnings":[]', b'"warnings":{}'),
        (b'"term_until":"2027-01-09"', b'"term_until":"2025-01-09"'),
        (b'"code":"916301007105500078"', b'"code":""'),
    ],
)
def test_refuses_anything_but_what_was_written(decision: Decision, before: bytes, after: bytes) -> None:
    data = decision.to_json()
    assert before in data
    with pytest.raises(IntegrityError):
        from_json(data.replace(before, after, 1))


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{}", b'{"format":"credit-decision/1"}', b"\xff"])
def test_refuses_what_is_no_decision(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        from_json(data)


def test_reads_no_group_for_a_single_decision() -> None:
    group = evaluate_group([COMPANY], AWARD, TODAY_ON, EmptyView(), NOW)
    assert canonical.loads(to_json(group))
    with pytest.raises(IntegrityError):
        from_json(to_json(group))


def test_explains_to_an_officer_in_both_languages(decision: Decision) -> None:
    said = explain(decision)
    for part in (
        "结论：须由经办人员决定（REVIEW）",
        "名单：“judgment-defaulter名单”；措施：a1-06措施",
        "经由：法定代表人",
        "事实：有履行能力而拒不履行",
        "认定部门：西宁市示范人民法院；文书号：（2026）青示执1号；认定日期：2026-01-05",
        "期限：2026-01-10至2027-01-09（含）",
        "依据：《act法》（主席令第1号）第二十二条：“应当具备下列条件”",
        "从轻：异议处理期间",
        "从轻：已豁免",
        "办理要求：as the documents say（中文）",
        "移出条件：leave judgment-defaulter（中文）",
        "异议受理：object about judgment-defaulter（中文）",
        "暂不给予激励：i06措施",
        "数据截至：2026-11-23 09:59:00（北京时间，距核查60秒，数据新鲜）",
        "名单未覆盖：“tax-a名单”",
        "证据：发布方 qinghai.example，序号 7，根 abababababab…",
    ):
        assert part in said
    assert explain(decision, "en").startswith("Verdict: REVIEW, an officer must decide\n")
    assert "中文" not in explain(decision, "en")


def test_explains_an_empty_replica() -> None:
    said = explain(evaluate(COMPANY, AWARD, TODAY_ON, EmptyView(), NOW))
    assert "结论：尚不能得出结论（UNDETERMINED）" in said
    assert "数据截至：无（尚无数据）" in said


def test_explains_in_no_other_language(decision: Decision) -> None:
    with pytest.raises(InvalidRequestError):
        decision.explain(cast("Literal['zh', 'en']", "fr"))
