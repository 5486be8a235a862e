"""What the gateway may confirm, and what counts as a confirmation: nothing hardens that the law does not bar."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from msgspec.structs import replace as struct_replace

from credit_sdk.catalogue.confirmation import (
    as_made_here,
    awaiting,
    concerns_person,
    confirmed,
    contradiction,
    is_confirmed,
    is_within,
    unconfirmed,
)
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.view import Pace
from credit_sdk.catalogue.wire import from_json
from credit_sdk.model.decision import Decision, Freshness, Principal, Verdict
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.measure import Role, Strength
from tests.unit.catalogue.builders import (
    AWARD,
    COMPANY,
    HOUR_S,
    NOW,
    TAX,
    TODAY_ON,
    HeldView,
    application,
    catalogue,
    company,
    covered,
    entry,
    holding,
    matter,
    measure,
    person,
    record,
    text,
    waiver,
)

MEASURES = (
    measure("a1", application(Strength.BAR, through=[Role.ACTUAL_CONTROLLER])),
    measure("a2", application(Strength.LIMIT, TAX)),
)
LAW = catalogue(*MEASURES, matters=[matter(live_confirmation=True)])
SILENT_LAW = catalogue(*MEASURES, matters=[matter()])
LISTED = holding((COMPANY, record(entry())))
OLD = HeldView(LAW, LISTED, contact_at=NOW - timedelta(days=2))
FRESH = replace(OLD, contact_at=NOW - timedelta(seconds=5))


def answered(view: HeldView, *, id: str = "", principals: tuple[Principal, ...] = ()) -> Decision:
    return evaluate(COMPANY, AWARD, TODAY_ON, view, NOW, principals=principals, decision_id=id)


LOCAL = answered(OLD, id="made-here")


def test_a_bar_that_only_old_data_keeps_from_denying_awaits_confirmation() -> None:
    law = awaiting(LOCAL, OLD.state)
    assert law
    assert law.adverse_max_age_s == 24 * HOUR_S


@pytest.mark.parametrize(
    ("view", "why"),
    [
        (replace(OLD, catalogue=SILENT_LAW), "the law of the matter does not allow it"),
        (FRESH, "fresh data denies by itself"),
        (replace(OLD, records=holding((COMPANY, record(entry(TAX))))), "a limit is for an officer on any data"),
        (replace(OLD, records={}), "nothing was found"),
        (
            replace(OLD, records=holding((COMPANY, record(entry(objection_on=date(2026, 11, 1)))))),
            "an objection is under way",
        ),
        (replace(OLD, records=holding((COMPANY, record(entry(), waivers=[waiver()])))), "a waiver is in force"),
    ],
    ids=lambda given: given.replace(" ", "-") if isinstance(given, str) else "",
)
def test_nothing_else_awaits_confirmation(view: HeldView, why: str) -> None:
    assert awaiting(answered(view), view.state) is None, why


def test_one_bar_is_enough_beside_findings_that_wait_for_a_person_anyway() -> None:
    view = replace(OLD, records=holding((COMPANY, record(entry(), entry(TAX)))))
    assert answered(view).findings[0].strength is Strength.LIMIT
    assert awaiting(answered(view), view.state)


def test_a_version_of_the_law_allows_it_for_its_own_days() -> None:
    off, on = matter(until_on=date(2026, 11, 30)), matter(live_confirmation=True)
    later = on.versions[0].model_copy(update={"from_on": date(2026, 12, 1)})
    law = catalogue(*MEASURES, matters=[off.model_copy(update={"versions": (*off.versions, later)})])
    view = replace(OLD, catalogue=law)
    for on_day, is_allowed in ((date(2026, 11, 30), False), (date(2026, 12, 1), True)):
        decision = evaluate(COMPANY, AWARD, on_day, view, NOW)
        assert (awaiting(decision, view.state) is not None) == is_allowed


def test_a_law_that_allows_it_nowhere_keeps_the_bytes_it_had_before() -> None:
    assert b"live_confirmation" not in SILENT_LAW.document.to_bytes()
    assert b'"live_confirmation":true' in LAW.document.to_bytes()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, None),
        ({"serial": 8, "map_root": "cd" * 32}, None),
        ({"contact_at": OLD.contact_at, "pace": Pace(fresh_s=10**6, aging_s=10**7)}, "结论不同"),
        ({"serial": 6}, "早于本机"),
        ({"map_root": "cd" * 32}, "早于本机"),
        ({"origin": "another.example"}, "另一发布方"),
        ({"contact_at": NOW - timedelta(days=3)}, "早于本机"),
        ({"contact_at": None}, "早于本机"),
        ({"contact_at": NOW - timedelta(hours=1)}, "不够新"),
        ({"expires_at": NOW - timedelta(seconds=1)}, "不够新"),
        ({"records": {}}, "结论不同"),
        ({"records": holding((COMPANY, record(entry(id="another entry"))))}, "结论不同"),
        ({"records": holding((COMPANY, record(entry(objection_on=date(2026, 11, 1)))))}, "结论不同"),
        ({"records": holding((COMPANY, record(entry(), waivers=[waiver()])))}, "结论不同"),
        (
            {
                "catalogue": catalogue(
                    measure("a9", application(Strength.BAR)), matters=[matter(live_confirmation=True)]
                )
            },
            "结论不同",
        ),
    ],
)
def test_only_the_same_bar_on_fresher_data_of_the_same_origin_confirms(
    changed: dict[str, object], said: str | None
) -> None:
    found = contradiction(LOCAL, answered(replace(FRESH, **changed)))  # type: ignore[arg-type]  # a case names only what it is about
    assert (found is None) if said is None else (found is not None and said in found.zh)


def test_a_denial_for_another_entry_is_not_the_confirmation_of_this_one() -> None:
    """The gateway denies, but what was found here it says is repaired."""
    other: SubjectRecord = record(entry(id="newer"))
    answer = answered(replace(FRESH, records=holding((COMPANY, other))))
    assert answer.verdict is Verdict.DENY
    assert contradiction(LOCAL, answer)


def test_an_answer_that_bars_and_does_not_deny_contradicts_itself() -> None:
    assert contradiction(LOCAL, struct_replace(answered(FRESH), verdict=Verdict.CLEAR))


def test_a_bar_met_through_a_principal_is_confirmed_through_the_same_one() -> None:
    parent = Principal(company(2), Role.ACTUAL_CONTROLLER)
    records = holding((company(2), record(entry())))
    local = answered(replace(OLD, records=records), principals=(parent,))
    same = answered(replace(FRESH, records=records), principals=(parent,))
    own = answered(FRESH, principals=(parent,))
    assert contradiction(local, same) is None
    assert contradiction(local, own)


def test_a_kept_answer_grows_old_too() -> None:
    answer = answered(FRESH)
    assert answer.evidence.age_s == 5
    assert is_within(answer, 10, 15)
    assert not is_within(answer, 10.5, 15)
    assert not is_within(answered(HeldView(catalogue=None)), 0, 10**9)  # type: ignore[arg-type]  # a replica that is empty


def test_a_confirmed_answer_is_the_gateway_s_and_says_who_when_and_on_which_serial() -> None:
    answer = answered(replace(FRESH, serial=9), id="the-gateway-s-own")
    decision = confirmed(LOCAL, answer)
    assert (decision.verdict, decision.id, decision.evidence) == (Verdict.DENY, "made-here", answer.evidence)
    assert decision.findings == answer.findings
    (notice, *others) = decision.notices
    assert tuple(others) == answer.notices
    for part in ("172800秒", "qinghai.example", "2026-11-23 10:00:00（北京时间）", "第9号", "the-gateway-s-own"):
        assert part in notice.zh
    assert notice.zh in decision.explain("zh")
    assert notice.en in decision.explain("en")
    assert is_confirmed(from_json(decision.to_json()))
    assert not is_confirmed(LOCAL)


def test_an_age_that_is_not_known_is_not_stated() -> None:
    ahead = replace(OLD, contact_at=NOW + timedelta(hours=1))
    assert answered(ahead).evidence.freshness is Freshness.STALE
    assert "时间不明" in confirmed(answered(ahead), answered(FRESH)).notices[0].zh


def test_an_unconfirmed_answer_stays_as_it_was_and_says_why() -> None:
    answer = answered(replace(FRESH, serial=9, records={}, coverage=covered()))
    decision = unconfirmed(LOCAL, text("because"), answer)
    assert decision.notices[0].zh == (
        "未能实时核实：because（中文）。网关于2026-11-23 10:00:00（北京时间）以第9号发布答复UNDETERMINED"
    )
    assert as_made_here(decision) == LOCAL
    assert as_made_here(LOCAL) == LOCAL
    assert not is_confirmed(decision)


def test_persons_are_never_asked_about_without_purpose_and_basis() -> None:
    assert not concerns_person(LOCAL)
    assert concerns_person(answered(OLD, principals=(Principal(person(), Role.CANDIDATE),)))
    assert concerns_person(evaluate(person(), AWARD, TODAY_ON, OLD, NOW))
