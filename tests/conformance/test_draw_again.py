"""A second program, written from the reference page, draws the same; and refuses what the product refuses."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.problems import IntakeError
from gateway.registry.draw import GROUPS, Draw, document_of, verify
from tests.conformance.draw_again import complaint
from tests.real_gateway import company

LAW = {"catalogue_digest": "0" * 64, "edition": "2026", "shares": "supervision-inspection", "from": "2026-04-01"}
CODES = sorted(company(each).code for each in range(60))
SHARES = {"A": 10, "B": 30, "C": 100, "D": 300, "": 500}
SOURCE = "虚构彩票第1期"
GRADES = st.sampled_from(GROUPS)
PER_MILLE = st.fixed_dictionaries({each: st.integers(0, 1000) for each in GROUPS})


def draw(grades: list[str], per_mille: dict[str, int], seed: str) -> bytes:
    population = list(zip(CODES, grades, strict=False))
    return document_of(
        Draw(
            "青海虚构",
            "supervision.inspection",
            date(2026, 12, 3),
            seed,
            "虚构彩票第1期",
            "",
            LAW,
            per_mille,
            population,
        )
    )


@settings(max_examples=60)
@given(grades=st.lists(GRADES, max_size=60), per_mille=PER_MILLE, seed=st.text(min_size=1, max_size=20))
def test_the_second_program_draws_the_same(grades: list[str], per_mille: dict[str, int], seed: str) -> None:
    data = draw(grades, per_mille, seed)
    verify(data)
    assert complaint(data) == ""


def test_it_is_short_and_knows_nothing_of_the_product() -> None:
    text = (Path(__file__).parent / "draw_again.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    assert "credit_sdk" not in text
    assert "gateway" not in text


def test_it_is_run_from_a_command_line(tmp_path: Path) -> None:
    program, right, wrong = Path(__file__).parent / "draw_again.py", tmp_path / "right", tmp_path / "wrong"
    data = draw(["B"] * 60, SHARES, "01")
    right.write_bytes(data)
    wrong.write_bytes(data.replace(b'"seed":"01"', b'"seed":"02"'))
    for file, code in ((right, 0), (wrong, 1)):
        assert (
            subprocess.run([sys.executable, program, file], check=False, stderr=subprocess.DEVNULL).returncode == code
        )


CHANGES = {
    "another seed": {"seed": "02"},
    "no seed": {"seed": ""},
    "no source": {"seed_source": ""},
    "somebody taken out": {"drawn": []},
    "another format": {"format": "credit-draw/2"},
    "another digest": {"population_sha256": "0" * 64},
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_both_refuse_a_document_that_says_something_else(change: dict[str, object]) -> None:
    said = json.loads(draw(["B"] * 30 + ["D"] * 30, SHARES, "01"))
    data = json.dumps({**said, **change}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert complaint(data)
    with pytest.raises(IntakeError):
        verify(data)


@pytest.mark.parametrize("group", range(5))
@pytest.mark.parametrize(("field", "value"), [("drawn", 7), ("size", 61), ("per_mille", 999), ("grade", "B")])
def test_both_refuse_another_share_or_size(group: int, field: str, value: object) -> None:
    said = json.loads(draw(["A", "B", "C", "D", ""] * 12, SHARES, "01"))
    if said["groups"][group][field] == value:
        return
    said["groups"][group][field] = value
    data = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert complaint(data)
    with pytest.raises(IntakeError):
        verify(data)


def test_both_refuse_what_is_right_but_not_in_the_one_form() -> None:
    data = draw(["B"] * 30, SHARES, "01")
    spaced = json.dumps(json.loads(data), ensure_ascii=False).encode()
    assert complaint(spaced) == "form"
    with pytest.raises(IntakeError, match="canonical"):
        verify(spaced)
