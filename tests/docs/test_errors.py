"""Every error class of the product stands in `docs/reference/errors.md` with its code, and nothing else does."""

import importlib
import pkgutil

import credit_sdk
import gateway
from credit_sdk import errors
from credit_sdk.errors import CreditError
from tests.docs import markdown

PAGE = markdown.REFERENCE / "errors.md"


def of_the_product() -> dict[str, str]:
    for package in (credit_sdk, gateway):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            # Migrations run inside Alembic only.
            if ".migrations" not in module.name and not module.name.endswith(".__main__"):
                importlib.import_module(module.name)
    found: dict[str, str] = {}
    waiting: list[type[CreditError]] = [CreditError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith(("credit_sdk.", "gateway.")) and not kind.__name__.startswith("_"):
            found[kind.__name__] = kind.code
    return found


def documented() -> dict[str, str]:
    return {markdown.first_code(row[0]): markdown.first_code(row[1]) for row in markdown.rows(markdown.read(PAGE))}


def test_the_page_names_every_error_with_its_code_and_no_other() -> None:
    assert documented() == of_the_product()


def test_the_page_says_what_to_do() -> None:
    for name, *_, remedy in markdown.rows(markdown.read(PAGE)):
        assert len(remedy) > 20, f"{name}: {remedy!r}"


def test_a_code_tells_an_error_of_the_library_from_every_other() -> None:
    codes = [kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CreditError)]
    assert len(codes) == len(set(codes))
