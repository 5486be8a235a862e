"""Every route of the gateway has its section in `docs/reference/http.md`, and every section a route."""

import json
import re
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask

from gateway import create_app
from gateway.api.problem import Problem
from gateway.commands.setup import create_home
from gateway.settings import GatewayHome, GatewaySettings
from tests.docs import markdown

PAGE = markdown.REFERENCE / "http.md"
SECTIONS = markdown.sections(PAGE)
ROUTE = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/[^\s`]*)")
PARAMETER, IN_BRACES = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>"), r"{\1}"
NOT_OURS = ("/static/", "/console")
"""What frameworks add, and pages for people."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    home = tmp_path_factory.mktemp("docs") / "gateway"
    create_home(home, GatewaySettings())
    return create_app(GatewayHome.open(home))


def documented() -> dict[str, str]:
    """The section of each route; one section may stand for several."""
    return {f"{method} {path}": text for title, text in SECTIONS.items() for method, path in ROUTE.findall(title)}


def routes(app: Flask) -> set[str]:
    return {
        f"{method} {PARAMETER.sub(IN_BRACES, rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith(NOT_OURS)
    }


def test_every_route_has_its_section_and_every_section_a_route(app: Flask) -> None:
    assert documented().keys() == routes(app)


def fields_taken(app: Flask) -> dict[str, set[str]]:
    """What each route takes in path, parameters and body, as `/openapi.json` has it; `name[].part` within lists."""
    described = json.loads(app.test_client().get("/openapi.json").data)
    schemas = described["components"]["schemas"]
    found: dict[str, set[str]] = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            names = {parameter["name"] for parameter in operation.get("parameters", [])}
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            for name, member in (_resolved(body, schemas).get("properties", {}) if body else {}).items():
                items = member.get("items", {})
                for each in items.get("anyOf", [items]):
                    names |= {f"{name}[].{part}" for part in _resolved(each, schemas).get("properties", {})}
                names.add(name)
            found[f"{method.upper()} {path}"] = names
    return found


def _resolved(schema: dict[str, Any], schemas: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def test_every_field_a_route_takes_is_documented(app: Flask) -> None:
    stated = {
        route: {markdown.first_code(row[0]) for row in markdown.rows(text)} for route, text in documented().items()
    }
    taken = fields_taken(app)
    assert {route: stated[route] for route in taken} == taken


def test_the_fields_of_a_problem_are_documented() -> None:
    (table, _) = SECTIONS["Problems"].split("| status | when |")
    assert {markdown.first_code(row[0]) for row in markdown.rows(table)} == set(Problem.model_fields)


def test_the_routes_that_say_open_need_no_key(app: Flask) -> None:
    openly = {
        route
        for title, text in SECTIONS.items()
        for route in [f"{method} {path}" for method, path in ROUTE.findall(title)]
        if "*Open.*" in text or "*Open.*" in SECTIONS[_chapter(title)]
    }
    browser = app.test_client()
    for route in documented():
        method, path = route.split()
        answer = browser.open(path, method=method, json={} if method == "POST" else None)
        assert (answer.status_code != HTTPStatus.UNAUTHORIZED) == (route in openly), route


def _chapter(title: str) -> str:
    """The heading above a route's own."""
    chapter = ""
    for line in markdown.read(PAGE).splitlines():
        if line.startswith("## "):
            chapter = line.removeprefix("## ")
        elif line.startswith("### ") and line.removeprefix("### ") == title:
            return chapter
    raise AssertionError(title)
