"""Decisions follow from `docs/reference/decisions.md` alone: an evaluator written from it gives the same bytes."""

import ast
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from credit_sdk import CreditError
from credit_sdk.model.scheme import SubjectWarning
from credit_sdk.model.subject import Subject
from tests.conformance import deciding, evaluator, vectors
from tests.conformance.evaluator.answer import Source, answer, answer_for_group
from tests.conformance.evaluator.forms import Json, Refused
from tests.conformance.evaluator.receipt import decided_anew
from tests.conformance.evaluator.subject import recognised
from tests.conformance.lies import DECIDED_ANEW
from tests.receipt_documents import Document, changed, part


def stated(name: str) -> Json:
    found: Json = json.loads((vectors.FOLDER / f"{name}.json").read_text("utf-8"))
    return found


DECISIONS, RECEIPTS = stated("decisions"), stated("receipt")


def source(asked: Json) -> Source:
    def record(key: str) -> bytes | None:
        held = DECISIONS["records"].get(key)
        return None if held is None else bytes.fromhex(held)

    return Source(
        DECISIONS["laws"][asked["law"]],
        {**DECISIONS["publication"], **asked["publication"]},
        record,
        DECISIONS["library_version"],
        asked.get("persons_held", False),
    )


@pytest.mark.parametrize("each", DECISIONS["decisions"], ids=lambda each: str(each["name"]))
def test_a_decision_follows_from_the_page(each: Json) -> None:
    assert answer(source(each["asked"]), each["asked"]).decode() == each["text"]


@pytest.mark.parametrize("each", DECISIONS["groups"], ids=lambda each: str(each["name"]))
def test_the_answer_for_a_consortium_follows_from_the_page(each: Json) -> None:
    assert answer_for_group(source(each["asked"]), each["asked"]).decode() == each["text"]


@pytest.mark.parametrize("each", DECISIONS["refused"], ids=lambda each: str(each["name"]))
def test_what_is_refused_is_refused_by_both(each: Json) -> None:
    ours, theirs = (answer, deciding.answer)
    if "members" in each["asked"]:
        ours, theirs = (answer_for_group, deciding.answer_for_group)
    with pytest.raises(Refused):
        ours(source(each["asked"]), each["asked"])
    with pytest.raises(CreditError):
        theirs(DECISIONS, each["asked"])


def test_numbers_stand_for_what_the_page_says() -> None:
    for each in DECISIONS["subjects"]:
        found = recognised(each["typed"])
        assert {"typed": each["typed"], **found._asdict(), "key": found.key} == each
    warned = {word for each in DECISIONS["subjects"] for word in each["warnings"]}
    assert warned == set(SubjectWarning) - {SubjectWarning.MASKED}


@pytest.mark.parametrize("typed", DECISIONS["no_subjects"], ids=ascii)
def test_nobody_is_looked_up_by_what_is_no_whole_number(typed: str) -> None:
    with pytest.raises(Refused):
        recognised(typed)
    with pytest.raises(CreditError):
        assert not Subject.parse(typed).key


@pytest.mark.parametrize("each", RECEIPTS["receipts"], ids=lambda each: str(each["name"]))
@pytest.mark.parametrize("root", [RECEIPTS["root"], *RECEIPTS["later_roots"]], ids=lambda root: str(root[-8:]))
def test_the_answer_of_a_receipt_is_decided_anew(each: Json, root: str) -> None:
    decided = decided_anew(bytes.fromhex(each["receipt"]), bytes.fromhex(root))
    assert hashlib.sha256(decided).hexdigest() == each["decision_sha256"]


def test_another_answer_in_a_receipt_is_found_out() -> None:
    [spoiled] = [each for each in RECEIPTS["refused"] if each["name"] == DECIDED_ANEW]
    [of] = [each for each in RECEIPTS["receipts"] if each["name"] == spoiled["of"]]

    def change(document: Document) -> None:
        part(document, "decision")["verdict"] = spoiled["value"]

    lie = changed(bytes.fromhex(of["receipt"]), change)
    decided = decided_anew(lie, bytes.fromhex(RECEIPTS["root"]))
    assert json.loads(decided)["verdict"] == of["verdict"] != spoiled["value"]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("a proof left out", lambda proofs: proofs.pop()),
        ("a proof of somebody else", lambda proofs: proofs.append({**proofs[0], "key": "00" * 32})),
    ],
)
def test_a_receipt_proves_what_its_answer_looks_at_and_nothing_else(
    name: str, change: Callable[[list[Json]], object]
) -> None:
    def spoil(document: Document) -> None:
        proofs = document["proofs"]
        assert isinstance(proofs, list), name
        change(proofs)

    for each in RECEIPTS["receipts"]:
        with pytest.raises(Refused):
            decided_anew(changed(bytes.fromhex(each["receipt"]), spoil), bytes.fromhex(RECEIPTS["root"]))


def test_the_evaluator_has_nothing_of_ours() -> None:
    [folder] = evaluator.__path__
    files = sorted(Path(folder).glob("*.py"))
    assert len(files) > 5
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                own = name.startswith(f"{evaluator.__name__}.")
                assert own or name.partition(".")[0] in sys.stdlib_module_names, f"{file.name} imports {name}"
