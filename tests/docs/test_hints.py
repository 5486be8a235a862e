"""What the product's own sentences tell people to type exists: commands and options in messages, hints and help."""

import ast
import re

from tests.docs import markdown
from tests.docs.commands import options, programs

COMMAND = re.compile(r"((?<=`)credit|(?<![\w./-])credit-gateway)((?: (?:[a-z][a-z-]*|HOME|DIR|--[a-z][a-z-]*)\b)+)")
WORD = re.compile(r"[a-z][a-z-]*")


def complaint(program: str, words: list[str]) -> str:
    """Why the words after a program's name lead nowhere; as many of them count as begin a command."""
    command, path = programs()[program], [program]
    rest = list(words)
    while subcommands := getattr(command, "commands", None):
        if not rest or not WORD.fullmatch(rest[0]):
            return ""
        if rest[0] not in subcommands:
            return f"there is no command {' '.join([*path, rest[0]])}"
        command = subcommands[rest[0]]
        path.append(rest.pop(0))
    unknown = {word for word in rest if word.startswith("--")} - options(command) - {"--help"}
    return f"{' '.join(path)} has no option {', '.join(sorted(unknown))}" if unknown else ""


def told() -> list[tuple[str, str]]:
    """Every text in the code, with its place."""
    found = []
    for root in ("src/credit_sdk", "gateway"):
        for path in sorted((markdown.ROOT / root).rglob("*.py")):
            name = path.relative_to(markdown.ROOT).as_posix()
            found += [
                (f"{name}:{node.lineno}", node.value)
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            ]
    return found


def test_every_command_the_product_names_is_there() -> None:
    missing = [
        f"{place}: {said}"
        for place, text in told()
        for program, rest in COMMAND.findall(text)
        if (said := complaint(program, rest.split()))
    ]
    assert missing == []


def test_notices_a_command_that_is_not_there() -> None:
    assert complaint("credit-gateway", ["no-such-command"])
    assert complaint("credit-gateway", ["publish", "--no-such-option"])
    assert not complaint("credit-gateway", ["publish", "HOME", "--allow-shrink"])
