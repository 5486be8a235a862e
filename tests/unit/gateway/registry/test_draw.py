"""A draw: who comes out follows from seed, population and shares; every subject has the same chance."""

import json
from collections import Counter
from datetime import date
from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.subject import Subject
from gateway.problems import IntakeError
from gateway.registry.draw import GROUPS, Draw, document_of, drawn_of, place, population_sha256, standard_code, verify
from tests.real_gateway import company

LAW = {"catalogue_digest": "0" * 64, "edition": "2026", "shares": "supervision-inspection", "from": "2026-04-01"}
CODES = sorted(company(each).code for each in range(40))
HALF = dict.fromkeys(GROUPS, 500)


def held(population: list[tuple[str, str]], seed: str = "01", per_mille: dict[str, int] | None = None) -> bytes:
    matter, source, shares = "supervision.inspection", "虚构彩票第1期", per_mille or HALF
    return document_of(Draw("青海", matter, date(2026, 12, 3), seed, source, "", LAW, shares, population))


def drawn(seed: str, grade: str = "C", per_mille: int = 250) -> list[str]:
    found: list[str] = json.loads(held([(code, grade) for code in CODES], seed, {**HALF, grade: per_mille}))["drawn"]
    return found


@given(size=st.integers(0, 10**7), per_mille=st.integers(0, 1000))
def test_a_share_is_never_undercut_and_exceeded_by_less_than_one(size: int, per_mille: int) -> None:
    number = drawn_of(size, per_mille)
    exact = Fraction(size * per_mille, 1000)
    assert exact <= number < exact + 1
    assert number <= size


@given(seed=st.text(min_size=1, max_size=20), order=st.permutations(CODES))
def test_only_seed_population_and_shares_matter(seed: str, order: list[str]) -> None:
    """The rank of a subject is its own: another subject that joins or leaves changes nobody's place."""
    alone = sorted(order, key=lambda code: place(seed, code))
    fewer = sorted(order[:20], key=lambda code: place(seed, code))
    assert [code for code in alone if code in set(fewer)] == fewer
    assert drawn(seed) == alone[:10]


def test_every_subject_of_a_group_has_the_same_chance() -> None:
    """Over many seeds each of 40 subjects is drawn a quarter of the time, and each pair together 10·9 in 40·39."""
    seeds = 4_000
    alone: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    for seed in range(seeds):
        found = sorted(sorted(CODES, key=lambda code: place(f"第{seed}期", code))[:10])
        alone.update(found)
        together.update((one, other) for one in found for other in found if one < other)
    assert set(alone) == set(CODES)
    # Fixed seeds, so a fixed result; the bounds are those that 99.99 of 100 random draws would keep.
    expected = seeds / 4
    chi = sum((count - expected) ** 2 / (expected * 0.75) for count in alone.values()) * 39 / 40
    assert chi < 85
    pairs = seeds * 90 / 1560
    assert len(together) == 780
    assert all(abs(count - pairs) < 5.5 * pairs**0.5 for count in together.values())


def test_grades_are_drawn_apart_and_nobody_without_one_is_left_out() -> None:
    population = [(code, GROUPS[place % 5]) for place, code in enumerate(CODES)]
    said = json.loads(held(population, per_mille={"A": 0, "B": 125, "C": 126, "D": 1000, "": 500}))
    assert [(each["grade"], each["size"], each["drawn"]) for each in said["groups"]] == [
        ("A", 8, 0),
        ("B", 8, 1),
        ("C", 8, 2),
        ("D", 8, 8),
        ("", 8, 4),
    ]
    grades = dict(population)
    assert [grades[code] for code in said["drawn"]] == ["B"] + ["C"] * 2 + ["D"] * 8 + [""] * 4


def test_the_digest_of_a_population_is_that_of_its_canonical_json() -> None:
    text = '[["916301007105500078","A"],["91632900MA7550001L",""]]'
    population = [("916301007105500078", "A"), ("91632900MA7550001L", "")]
    assert population_sha256(population) == sha256(text.encode()).hexdigest()


def test_a_subject_takes_part_once_however_its_code_is_printed() -> None:
    code = "91420000877585797Y"
    assert standard_code(code) == standard_code(f"{code[:-1]}1") == f"{code[:-1]}1"
    assert Subject.parse(code).key == Subject.parse(standard_code(code)).key


@pytest.mark.parametrize("text", ["11010519491231002X", "630100000000001", "9163010071055000**", "", "nonsense"])
def test_only_whole_codes_take_part(text: str) -> None:
    with pytest.raises(InvalidSubjectError) as refused:
        standard_code(text)
    assert "19491231" not in str(refused.value)


@pytest.mark.parametrize(
    "population",
    [
        [[CODES[1], "A"], [CODES[0], "A"]],
        [[CODES[0], "A"], [CODES[0], "A"]],
        [[CODES[0], "E"]],
        [["11010519491231002X", "A"]],
        [["91420000877585797Y", "A"]],
    ],
)
def test_a_population_that_is_not_in_order_is_refused(population: list[list[str]]) -> None:
    said = json.loads(held([(CODES[0], "A")]))
    said["population"] = population
    with pytest.raises(IntakeError, match="in order"):
        verify(json.dumps(said).encode())


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"[" * 100_000, b"\xff", b'{"format": "credit-draw/1"}'])
def test_what_is_no_draw_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(IntakeError, match="format"):
        verify(data)
