"""Every setting and environment variable stands in `docs/reference/settings.md` with its default, and no other does."""

import json
from pathlib import Path

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from credit_sdk.settings import ENVIRONMENT, Settings
from gateway.settings import GatewaySettings
from tests.docs import markdown

SECTIONS = markdown.sections(markdown.REFERENCE / "settings.md")


def section(beginning: str) -> str:
    return next(text for title, text in SECTIONS.items() if title.startswith(beginning))


def documented(text: str) -> dict[str, str]:
    return {markdown.first_code(row[0]): row[1].strip("`") for row in markdown.rows(text)}


def of(model: type[BaseModel]) -> dict[str, str]:
    return {name: default_of(field.default) for name, field in model.model_fields.items()}


def default_of(value: object) -> str:
    if value is PydanticUndefined:
        return "required"
    return "None" if value is None or isinstance(value, Path) else json.dumps(value)


def test_every_setting_of_the_library_is_documented_with_its_default() -> None:
    assert documented(section("Library")) == of(Settings)


def test_every_setting_of_the_gateway_is_documented_with_its_default() -> None:
    assert documented(section("Gateway")) == of(GatewaySettings)


def test_every_variable_of_the_environment_is_documented() -> None:
    assert documented(section("Environment")) == ENVIRONMENT


def test_a_quantity_says_its_unit() -> None:
    words = {"_s": "second", "_ms": "millisecond", "_days": "Days", "_percent": "percent"}
    for row in [*markdown.rows(section("Library")), *markdown.rows(section("Gateway"))]:
        name = markdown.first_code(row[0])
        for suffix, word in words.items():
            # `poll_s` and its like are explained in words; the others must not leave the unit to be guessed.
            assert not name.endswith(suffix) or word.lower() in row[2].lower(), f"{name} does not say its unit"
