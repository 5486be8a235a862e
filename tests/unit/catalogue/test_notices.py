"""What a decision says beside its findings."""

from datetime import date

import pytest

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.ruling import OLD_NUMBER
from credit_sdk.model.citation import Citation
from credit_sdk.model.decision import Principal, Verdict
from credit_sdk.model.identifier import registration_check_digit
from credit_sdk.model.measure import MeasureClass, Role, Strength
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import Term
from tests.unit.catalogue.builders import (
    AWARD,
    BAR,
    COMPANY,
    DEFAULTER,
    LISTS,
    NOW,
    TAX,
    TODAY_ON,
    HeldView,
    application,
    catalogue,
    company,
    credit_list,
    document,
    entry,
    holding,
    instrument,
    matter,
    measure,
    record,
    text,
)
from tests.unit.catalogue.checking import check


def older_number(body: str) -> str:
    return f"{body}{registration_check_digit(body)}"


class TestNotices:
    def test_matter_and_list_speak_to_the_desk_each_once(self) -> None:
        lists = [credit_list(DEFAULTER, notices=(text("call the court"),)), *LISTS[1:]]
        law = catalogue(
            BAR,
            measure("a1-07", application(Strength.LIMIT)),
            lists=lists,
            matters=[matter(notices=(text("keep the record"),))],
        )
        assert check(HeldView(law)).notices == (text("keep the record"),)
        decision = check(HeldView(law, holding((COMPANY, record(entry())))))
        assert decision.notices == (text("call the court"), text("keep the record"))

    @pytest.mark.parametrize("number", [older_number("63010000000011"), "710550007", "6301000000001"])
    def test_an_older_number_clears_nobody_and_asks_for_the_unified_one(self, number: str) -> None:
        decision = check(HeldView(catalogue(BAR)), Subject.parse(number))
        assert decision.verdict is Verdict.UNDETERMINED
        assert "请改用统一社会信用代码再次核查" in decision.why.zh
        assert [notice.zh for notice in decision.notices if "统一社会信用代码" in notice.zh] == [OLD_NUMBER.zh]

    def test_a_principal_under_an_older_number_clears_nobody_where_the_law_reaches_through_him(self) -> None:
        older = Subject.parse(older_number("63010000000011"))
        beside = (Principal(older, Role.ACTUAL_CONTROLLER),)
        through = catalogue(measure("a1-06", application(Strength.BAR, through=(Role.ACTUAL_CONTROLLER,))))
        decision = evaluate(COMPANY, AWARD, TODAY_ON, HeldView(through), NOW, principals=beside)
        assert decision.verdict is Verdict.UNDETERMINED
        assert f"实际控制人{older.code}所用号码不是统一社会信用代码" in decision.why.zh
        elsewhere = evaluate(COMPANY, AWARD, TODAY_ON, HeldView(catalogue(BAR)), NOW, principals=beside)
        assert elsewhere.verdict is Verdict.CLEAR

    @pytest.mark.parametrize(
        ("strength", "verdict"), [(Strength.BAR, Verdict.DENY), (Strength.SCRUTINISE, Verdict.REVIEW)]
    )
    def test_what_is_found_under_an_older_number_decides(self, strength: Strength, verdict: Verdict) -> None:
        older = Subject.parse(older_number("63010000000011"))
        law = catalogue(measure("a1-06", application(strength)))
        decision = check(HeldView(law, holding((older, record(entry())))), older)
        assert decision.verdict is verdict
        assert OLD_NUMBER in decision.notices

    def test_advice_under_an_older_number_clears_nobody(self) -> None:
        older = Subject.parse(older_number("63010000000011"))
        law = catalogue(measure("c1-01", application(Strength.ADVISE), measure_class=MeasureClass.C))
        assert check(HeldView(law, holding((older, record(entry())))), older).verdict is Verdict.UNDETERMINED

    def test_another_remark_about_a_number_stands_in_nobody_s_way(self) -> None:
        unusual = company(1, category="N9")
        assert unusual.warnings
        assert check(HeldView(catalogue(BAR)), unusual).verdict is Verdict.CLEAR

    def test_unfounded_measures_do_not_bite(self) -> None:
        law = document(
            measure("a1", application(Strength.BAR), citing="lapsed"),
            instruments=[instrument("lapsed", until_on=date(2025, 12, 31))],
        )
        view = HeldView(Catalogue(law), holding((COMPANY, record(entry(term=Term(date(2025, 1, 1)))))))
        assert check(view, on=date(2025, 12, 31)).verdict is Verdict.DENY
        assert check(view).verdict is Verdict.CLEAR
        assert view.catalogue.on(TODAY_ON).unfounded == ("a1",)

    def test_an_application_is_told_with_its_own_articles_and_falls_with_them(self) -> None:
        """Two lists, one measure: each with the article that is about it, as long as that article stands."""
        both = (Citation(instrument="act", article="第一条"), Citation(instrument="lapsed", article="第二条"))
        shared = measure(
            "a1",
            application(Strength.LIMIT, DEFAULTER).model_copy(update={"basis": both[:1]}),
            application(Strength.LIMIT, TAX).model_copy(update={"basis": both[1:]}),
        )
        version = shared.versions[0].model_copy(update={"basis": both})
        law = document(
            shared.model_copy(update={"versions": (version,)}),
            instruments=[instrument("lapsed", until_on=date(2025, 12, 31))],
        )
        entries = [entry(id="e-1", term=Term(date(2025, 1, 1))), entry(TAX, id="e-2", term=Term(date(2025, 1, 1)))]
        view = HeldView(Catalogue(law), holding((COMPANY, record(*entries))))
        before, after = check(view, on=date(2025, 12, 31)), check(view)
        assert [(each.entry.list, [basis.article for basis in each.basis]) for each in before.findings] == [
            (DEFAULTER, ["第一条"]),
            (TAX, ["第二条"]),
        ]
        assert [each.entry.list for each in after.findings] == [DEFAULTER]
