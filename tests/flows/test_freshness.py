"""Age has a direction: old data neither punishes nor clears, and how old is too old is the law of each matter."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from pydantic import SecretStr

from credit_sdk import CreditClient, Freshness, Verdict
from credit_sdk.catalogue.catalogue import CatalogueDocument
from credit_sdk.client.clock import now_utc
from credit_sdk.model.matter import Matter
from credit_sdk.model.measure import Application, Measure, Strength
from credit_sdk.outbox.store import OUTBOX_FILE, Outbox
from credit_sdk.replica.store import Replica
from credit_sdk.settings import Settings
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.testing.law import fictional_law

LISTED, UNLISTED = subject(1), subject(2)
LIMITS_S = {"within": 10 * 86_400, "over": 100}
"""Limits of a matter that every age below is within, and over."""

EMPTY, FRESH, AGING, STALE, EXPIRED = Freshness
DENY, REVIEW, CLEAR, UNDETERMINED = Verdict.DENY, Verdict.REVIEW, Verdict.CLEAR, Verdict.UNDETERMINED

AGES_S = {FRESH: 200, AGING: 1_000, STALE: 10_000, EXPIRED: 2 * 86_400}
"""Seconds since the last verified contact; fresh lasts 300, aging 3,600, the signed timestamp a day."""

DEMANDED = [
    # state    adverse   clear      listed        not listed
    (FRESH,    "within", "within",  DENY,         CLEAR),
    (FRESH,    "within", "over",    DENY,         UNDETERMINED),
    (FRESH,    "over",   "within",  REVIEW,       CLEAR),
    (FRESH,    "over",   "over",    REVIEW,       UNDETERMINED),
    (AGING,    "within", "within",  DENY,         CLEAR),
    (AGING,    "within", "over",    DENY,         UNDETERMINED),
    (AGING,    "over",   "within",  REVIEW,       CLEAR),
    (AGING,    "over",   "over",    REVIEW,       UNDETERMINED),
    (STALE,    "within", "within",  DENY,         CLEAR),
    (STALE,    "within", "over",    DENY,         UNDETERMINED),
    (STALE,    "over",   "within",  REVIEW,       CLEAR),
    (STALE,    "over",   "over",    REVIEW,       UNDETERMINED),
    (EXPIRED,  "within", "within",  REVIEW,       UNDETERMINED),
    (EXPIRED,  "within", "over",    REVIEW,       UNDETERMINED),
    (EXPIRED,  "over",   "within",  REVIEW,       UNDETERMINED),
    (EXPIRED,  "over",   "over",    REVIEW,       UNDETERMINED),
]  # fmt: skip

CLOCKS = [
    # the host's clock against the contact   state    listed  not listed
    ("exact",               0,               FRESH,   DENY,   CLEAR),
    ("a little behind",     -299,            FRESH,   DENY,   CLEAR),
    ("far behind",          -301,            STALE,   REVIEW, UNDETERMINED),
    ("a day behind",        -86_400,         STALE,   REVIEW, UNDETERMINED),
    ("a little ahead",      299,             FRESH,   DENY,   CLEAR),
    ("hours ahead",         7_200,           STALE,   DENY,   CLEAR),
    ("years ahead",         10**8,           EXPIRED, REVIEW, UNDETERMINED),
]  # fmt: skip
"""In matters whose limits are wide; a clock that is ahead makes data look older, never younger."""


class Clock:
    """A clock that stands so many seconds after the publication."""

    def __init__(self) -> None:
        self._published_at = now_utc().replace(microsecond=0)
        self.after_s = 0

    def __call__(self) -> datetime:
        return self._published_at + timedelta(seconds=self.after_s)


def matter_of(adverse: str, clear: str) -> str:
    return f"adverse-{adverse}.clear-{clear}"


def law() -> bytes:
    """The law for tests with four matters that differ in nothing but their limits, and one bar in all of them."""
    document = CatalogueDocument.model_validate_json(fictional_law())
    award = next(each for each in document.matters if each.id == "procurement.award").versions[0]
    bar = next(each for each in document.measures if each.id == "a1-06").versions[0]
    matters = [
        Matter(
            id=matter_of(adverse, clear),
            versions=(
                award.model_copy(
                    update={"adverse_max_age_s": LIMITS_S[adverse], "clear_max_age_s": LIMITS_S[clear]},
                ),
            ),
        )
        for adverse, clear in product(LIMITS_S, repeat=2)
    ]
    bites = Application(
        lists=("judgment-defaulter",), matters=tuple(each.id for each in matters), strength=Strength.BAR
    )
    changed = {
        "matters": tuple(sorted(matters, key=lambda each: each.id)),
        "measures": (Measure(id="a1-06", versions=(bar.model_copy(update={"applies": (bites,)}),)),),
    }
    return document.model_copy(update=changed).to_bytes()


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def credit(clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CreditClient]:
    """One host for the whole table: only its clock moves."""
    clock.after_s = 0
    with FakeGateway(catalogue=law(), clock=clock) as gateway:
        gateway.list(LISTED, "judgment-defaulter")
        gateway.publish()
        yield gateway.open_client(tmp_path_factory.mktemp("host") / "credit")


@pytest.mark.parametrize(("state", "adverse", "clear", "listed", "not_listed"), DEMANDED)
def test_every_age_gives_the_verdict_the_matter_demands(
    credit: CreditClient,
    clock: Clock,
    *,
    state: Freshness,
    adverse: str,
    clear: str,
    listed: Verdict,
    not_listed: Verdict,
) -> None:
    clock.after_s = AGES_S[state]
    decisions = [credit.check(each, matter_of(adverse, clear)) for each in (LISTED, UNLISTED)]
    assert [each.verdict for each in decisions] == [listed, not_listed]
    assert {(each.evidence.freshness, each.evidence.age_s) for each in decisions} == {(state, AGES_S[state])}
    assert credit.status().freshness is state


@pytest.mark.parametrize(("clock_is", "after_s", "state", "listed", "not_listed"), CLOCKS)
def test_a_wrong_clock_never_makes_an_answer_harder_or_cleaner(
    credit: CreditClient,
    clock: Clock,
    *,
    clock_is: str,
    after_s: int,
    state: Freshness,
    listed: Verdict,
    not_listed: Verdict,
) -> None:
    clock.after_s = after_s
    matter = matter_of("within", "within")
    assert [credit.check(each, matter).verdict for each in (LISTED, UNLISTED)] == [listed, not_listed], clock_is
    assert credit.status().freshness is state


def test_the_limit_itself_is_still_within(credit: CreditClient, clock: Clock) -> None:
    for after_s, listed, not_listed in ((100, DENY, CLEAR), (101, REVIEW, UNDETERMINED)):
        clock.after_s = after_s
        matter = matter_of("over", "over")
        assert [credit.check(each, matter).verdict for each in (LISTED, UNLISTED)] == [listed, not_listed]


def test_an_empty_replica_knows_nothing_of_anybody(tmp_path: Path) -> None:
    trust = tmp_path / "root.json"
    trust.write_bytes(b"{}")
    home = tmp_path / "credit"
    with Replica.create(home), Outbox(home / OUTBOX_FILE, create=True):
        Settings.of(home=home, gateway_url="https://gateway.example", api_key=SecretStr("k"), trust=trust).save()
    with CreditClient.open(home, background=False) as credit:
        for each in (LISTED, UNLISTED):
            decision = credit.check(each, matter_of("within", "within"))
            assert (decision.verdict, decision.evidence.freshness) == (UNDETERMINED, EMPTY)
        assert credit.status().freshness is EMPTY
