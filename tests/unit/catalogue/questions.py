"""Laws, publications and questions of every kind, drawn by chance: what the laws of the decision are tried on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.model.decision import Decision, Principal
from credit_sdk.model.listing import Entry, FieldValue, Severity
from credit_sdk.model.measure import (
    Application,
    Condition,
    EntryCondition,
    FactCondition,
    Lasting,
    Measure,
    Role,
    Strength,
)
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import Term
from tests.unit.catalogue.builders import (
    AWARD,
    COMPANY,
    DEFAULTER,
    HONOUR,
    NOW,
    PENALTY,
    TAX,
    TODAY_ON,
    HeldView,
    application,
    company,
    covered,
    document,
    entry,
    holding,
    matter,
    measure,
    person,
    record,
    text,
    waiver,
)

KINDS = ((), (), (), (SubjectKind.LEGAL_PERSON,), (SubjectKind.NATURAL_PERSON,), (SubjectKind.UNKNOWN,))
LISTS = (DEFAULTER, TAX, PENALTY, HONOUR)
SUBJECTS = (COMPANY, COMPANY, company(4, "99"), company(5, "92"), person())
PRINCIPALS = (company(7), company(8), person(2))

# Few days, so that spans meet, end on and just miss the day asked about.
days = st.sampled_from([date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2027, 1, 1)])
conditions: st.SearchStrategy[Sequence[Condition]] = st.sampled_from(
    [
        (),
        (),
        (),
        (FactCondition(fact="statutory_tender", equals=True),),
        (EntryCondition(field="fine_yuan", at_least=100),),
        (EntryCondition(field="severity", one_of=("serious", "general")),),
    ]
)
penalties = st.sampled_from([Strength.BAR, Strength.LIMIT, Strength.SCRUTINISE, Strength.ADVISE])


@st.composite
def applications(draw: st.DrawFn, strengths: st.SearchStrategy[Strength] = penalties) -> Application:
    return application(
        draw(strengths),
        *draw(st.lists(st.sampled_from(LISTS), min_size=1, unique=True)),
        matters=draw(st.sampled_from([(AWARD,), ("funds.grant", AWARD), (AWARD, "funds.grant"), ("funds.grant",)])),
        kinds=draw(st.sampled_from(KINDS)),
        through=draw(st.lists(st.sampled_from(Role), max_size=2, unique=True)),
        conditions=draw(conditions),
        lasting=draw(st.sampled_from([None, Lasting(years=1)])),
        remark=draw(st.sampled_from([None, text("one"), text("two")])),
    )


@st.composite
def measures(draw: st.DrawFn) -> tuple[Measure, ...]:
    some = draw(st.lists(st.lists(applications(), min_size=1, max_size=3), min_size=1, max_size=3))
    favours = draw(st.lists(applications(st.just(Strength.FAVOUR)), max_size=2))
    return (
        *(measure(f"a{number}", *applies) for number, applies in enumerate(some)),
        *(measure(f"i{number}", favour) for number, favour in enumerate(favours)),
    )


@st.composite
def entries(draw: st.DrawFn) -> tuple[Entry, ...]:
    fields: st.SearchStrategy[dict[str, FieldValue]] = st.sampled_from([{}, {"fine_yuan": 99}, {"fine_yuan": 100}])
    found = []
    for number in range(draw(st.sampled_from([0, 1, 2, 2, 3]))):
        from_on = draw(days)
        length_days = draw(st.sampled_from([None, 0, 1, 180, 181, 365, 366]))
        found.append(
            entry(
                draw(st.sampled_from(LISTS)),
                id=f"e{number}",
                severity=draw(st.sampled_from(Severity)),
                determined_on=draw(days),
                term=Term(from_on, None if length_days is None else from_on + timedelta(days=length_days)),
                objection_on=draw(st.sampled_from([None, None, None, TODAY_ON])),
                fields=draw(fields),
            )
        )
    return tuple(found)


waivers = st.lists(
    st.builds(
        waiver,
        st.sampled_from(["", "a0", "a1"]),
        until_on=days,
        matter_id=st.sampled_from([AWARD, "funds.grant"]),
    ),
    max_size=1,
)
records = st.builds(lambda found, granted: record(*found, waivers=granted), entries(), waivers)


@dataclass(frozen=True)
class Question:
    """One check, with the world it is asked in."""

    view: HeldView
    subject: Subject
    on: date
    principals: tuple[Principal, ...]
    facts: Mapping[str, bool | int | str]

    def answer(self, view: HeldView | None = None) -> Decision:
        return evaluate(
            self.subject, AWARD, self.on, view or self.view, NOW, principals=self.principals, facts=self.facts, case="c"
        )


@st.composite
def questions(draw: st.DrawFn) -> Question:
    subject = draw(st.sampled_from(SUBJECTS))
    beside = draw(st.lists(st.tuples(st.sampled_from(PRINCIPALS), st.sampled_from(Role)), max_size=3, unique=True))
    pairs = [(each, draw(records)) for each in (subject, *PRINCIPALS)]
    law = document(
        *draw(measures()),
        matters=[
            matter(
                required_lists=draw(st.lists(st.sampled_from(LISTS), min_size=1, unique=True)),
                facts={"statutory_tender": True},
            ),
            matter("funds.grant", facts={"statutory_tender": False}),
        ],
    )
    view = HeldView(
        Catalogue(law),
        holding(*pairs),
        coverage=covered(*draw(st.sampled_from([LISTS, LISTS, LISTS, LISTS[:2], LISTS[2:], ()]))),
        contact_at=NOW - timedelta(seconds=draw(st.sampled_from([-400, -60, 5, 5, 3600, 3601, 86_400, 86_401]))),
        expires_at=NOW + timedelta(seconds=draw(st.sampled_from([-1, 60, 60, 60, 3600]))),
        holds_persons=draw(st.booleans()),
    )
    facts = draw(st.sampled_from([{}, {"statutory_tender": False}]))
    return Question(view, subject, draw(days), tuple(Principal(*pair) for pair in beside), facts)
