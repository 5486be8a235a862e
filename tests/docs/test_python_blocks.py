"""Every Python block in the READMEs and in `docs` runs, each in a process of its own, with warnings as errors.

What a reader has from the lines before (an open client, a decision) is prepared by the names a block uses without
making them, and ``var/credit`` is a replica in which one subject is listed.
"""

import ast
import builtins
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs import markdown

PAGES = [*markdown.READMES, *sorted(markdown.DOCS.rglob("*.md"))]
BLOCKS = markdown.blocks(PAGES, "python")

REPLICA = """
import atexit as _atexit
from credit_sdk import CreditClient as _CreditClient
from credit_sdk.testing import FakeGateway as _FakeGateway
from pathlib import Path as _Path
_gateway = _FakeGateway()
_atexit.register(_gateway.close)
_gateway.list("916301007105500078", "judgment-defaulter")
_gateway.publish()
_gateway.open_client(_Path("var/credit")).close()
# From here on through a folder, so that nothing looks for the network.
for _name, _data in _gateway.publisher.files.items():
    _file = _Path("var/distribution", _name)
    _file.parent.mkdir(parents=True, exist_ok=True)
    _file.write_bytes(_data)
_settings = _Path("var/credit/settings.json")
_settings.write_text(_settings.read_text("utf-8").replace("http://fake-gateway.example", "var/distribution"), "utf-8")
"""
CREDIT = """
credit = _CreditClient.open("var/credit")
_atexit.register(credit.close)
"""
DECISION = 'decision = credit.check("916301007105500078", "procurement.award")\n'
IMPORTS = {
    "Catalogue": "credit_sdk.catalogue.catalogue",
    "Coverage": "credit_sdk.catalogue.view",
    "Mapping": "collections.abc",
    "Outcome": "credit_sdk",
    "Pace": "credit_sdk.catalogue.view",
    "Protocol": "typing",
    "Subject": "credit_sdk",
    "SubjectRecord": "credit_sdk.model.listing",
    "datetime": "datetime",
}
PREPARED = {
    **{name: f"from {module} import {name}\n" for name, module in IMPORTS.items()},
    "tmp_path": "from pathlib import Path as _Path\ntmp_path = _Path('replica')\n",
    "credit": REPLICA + CREDIT,
    "decision": REPLICA + CREDIT + DECISION,
    "finding": "finding = decision.findings[0]\n",
}
"""Code that makes a name, in the order in which names depend on each other."""


def unmade(source: str) -> set[str]:
    """The names a block uses without making them."""
    made, used = set(dir(builtins)), set[str]()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                used.add(name)
            case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                made.add(name)
            case ast.alias(name=name, asname=asname):
                made.add((asname or name).partition(".")[0])
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                made.add(name)
            case _:
                pass
    return used - made


def prepared(source: str) -> str:
    """The block with what it needs before it."""
    needed = unmade(source)
    code: list[str] = []
    if "decision" in needed:
        needed.discard("credit")
    elif "var/credit" in source and "credit" not in needed:
        code.append(REPLICA)
    code += [made for name, made in PREPARED.items() if name in needed]
    return "\n".join(code)


def run(source: str, place: str, folder: Path) -> subprocess.CompletedProcess[str]:
    script = folder / "block.py"
    script.write_text(f"{prepared(source)}\n# {place}\n{source}\n", encoding="utf-8")
    roots = [str(markdown.ROOT / "src"), str(markdown.ROOT)]
    environment = {"PYTHONPATH": ":".join(roots), "PYTHONIOENCODING": "utf-8", "PATH": ""}
    command = [sys.executable, "-W", "error", script.name]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.place)
def test_runs(block: markdown.Block, tmp_path: Path) -> None:
    done = run(block.text, block.place, tmp_path)
    assert done.returncode == 0, f"{block.place}\n{done.stderr}"
    assert "Traceback" not in done.stderr, f"{block.place}\n{done.stderr}"


def test_notices_a_block_that_does_not_run(tmp_path: Path) -> None:
    assert run("from credit_sdk import NoSuchName", "here", tmp_path).returncode != 0


def test_there_are_blocks_to_run() -> None:
    assert {block.path.name for block in BLOCKS} >= {"README.md", "embed-a-check.md"}
