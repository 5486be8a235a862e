"""What the gateway says to people is in Chinese first (中文 / English): every message and remedy in its source."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest

import gateway
from credit_sdk import errors
from credit_sdk.errors import CreditError
from gateway import problems
from gateway.publishing.lock import PublisherBusyError

SOURCES = sorted(Path(inspect.getfile(gateway)).parent.rglob("*.py"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SENTENCE = re.compile(r"[A-Za-z']{2,} [A-Za-z']{2,}")
ERRORS = {
    name
    for module in (errors, problems, click)
    for name, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, CreditError | click.ClickException)
} | {PublisherBusyError.__name__}
"""Errors that become a line on a terminal or a problem over HTTP. What Python raises itself is for developers."""
PLACES = {"refusal": 2, "_not_ready": 0, "RowProblem": 3, "FieldProblem": 1}
"""What answers over HTTP without an error: which of its arguments is the message."""
NAMED = {"message", "detail", "hint"}
COMMANDS = re.compile(r"credit-gateway [a-z-]+( [a-z-]+)*")


class Said(NamedTuple):
    """A text in the source; what is put into it is left out."""

    place: str
    text: str

    @property
    def is_chinese_first(self) -> bool:
        """Whether Chinese stands before the English; what holds no English sentence needs none."""
        chinese, _, _ = self.text.partition(" / ")
        is_bare = not SENTENCE.search(COMMANDS.sub("", self.text))
        return bool(CHINESE.search(chinese)) or is_bare or not re.search("[A-Za-z]", chinese)


def texts(node: ast.expr) -> Iterator[str]:
    """The texts an expression can come to."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(
                part.value for part in values if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
        case ast.IfExp(body=first, orelse=second):
            yield from texts(first)
            yield from texts(second)
        case ast.BinOp(left=first, right=second):
            yield "".join((*texts(first), *texts(second)))


def said_in(source: str, name: str) -> Iterator[Said]:
    """Every message and remedy in a file of ours."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in ERRORS | PLACES.keys():
            continue
        spoken = [*node.args[PLACES.get(called, 0) :], *(each.value for each in node.keywords if each.arg in NAMED)]
        yield from (Said(f"{name}:{node.lineno}", text) for each in spoken for text in texts(each))


def test_people_are_told_in_chinese_first() -> None:
    said = [each for path in SOURCES for each in said_in(path.read_text("utf-8"), path.name)]
    assert len(said) > 500
    assert [each for each in said if not each.is_chinese_first] == []


@pytest.mark.parametrize(
    ("line", "is_chinese_first"),
    [
        ('raise ConflictError("the list is closed", hint="请稍后重试 / Try again")', False),
        ('raise ConflictError("名单已关闭 / the list is closed", hint="Try again later")', False),
        ('raise ConflictError(f"{name} is closed")', False),
        ('raise click.UsageError("name either of them")', False),
        ('refusal(STATUS, "code", "It is not there.")', False),
        ('raise ConflictError("The list is closed / 名单已关闭")', False),
        ('raise ConflictError("名单已关闭 / the list is closed", hint="credit-gateway keys show HOME")', True),
        ('raise ConflictError(f"{zh} / the {en} is closed")', True),
        ('raise ValueError("a term of no days is none")', True),
    ],
)
def test_the_look_tells_one_from_the_other(line: str, *, is_chinese_first: bool) -> None:
    assert all(said.is_chinese_first for said in said_in(line, "x.py")) == is_chinese_first
