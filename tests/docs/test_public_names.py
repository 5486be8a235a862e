"""`docs/reference/python.md` names everything the library gives to hosts, and nothing it does not."""

import importlib
import inspect

import pytest

from tests.docs import markdown

PAGE = markdown.REFERENCE / "python.md"
SECTIONS = markdown.sections(PAGE)
MODULES = {
    "credit_sdk": "Names of the package",
    "credit_sdk.testing": "Testing",
}
CLASSES = {
    "credit_sdk.CreditClient": "The client",
    "credit_sdk.testing.FakeGateway": "The fake gateway",
}


def documented(title: str) -> set[str]:
    named = {markdown.first_code(row[0]).partition("(")[0] for row in markdown.rows(SECTIONS[title])}
    return {name for name in named if "." not in name}


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_of_a_module_is_documented(name: str) -> None:
    module = importlib.import_module(name)
    named = documented(MODULES[name]) | {
        each for each in markdown.code(SECTIONS[MODULES[name]]) if each.endswith("Error")
    }
    assert named == set(module.__all__)


@pytest.mark.parametrize("place", CLASSES)
def test_every_public_member_of_a_class_is_documented(place: str) -> None:
    module, _, name = place.rpartition(".")
    kind = getattr(importlib.import_module(module), name)
    members = {member for member, _ in inspect.getmembers(kind) if not member.startswith("_")}
    assert documented(CLASSES[place]) == members


def test_every_name_given_with_its_module_is_there() -> None:
    named = [name for name in markdown.code(markdown.prose(PAGE)) if name.startswith("credit_sdk.")]
    assert named
    for name in named:
        module, _, member = name.rpartition(".")
        assert hasattr(importlib.import_module(module), member), name


def test_every_integration_is_documented() -> None:
    folder = markdown.ROOT / "src" / "credit_sdk" / "integrations"
    modules = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    rows = markdown.rows(SECTIONS["Integrations"]) if "Integrations" in SECTIONS else []
    assert {markdown.first_code(row[0]).rpartition(".")[2] for row in rows} == modules
