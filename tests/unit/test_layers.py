"""The floors of the house hold, and the drawing of them in `.importlinter` is one that can fail."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the code and of the drawing, to be spoiled."""
    code_only = shutil.ignore_patterns("__pycache__", "*.yaml", "*.html", "*.css", "*.js")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=code_only)
    shutil.copytree(ROOT / "gateway", tmp_path / "gateway", ignore=code_only)
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def lint_imports(house: Path) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join([str(house / "src"), str(house)])
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=house,
        env={**os.environ, "PYTHONPATH": paths, "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_floors_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


FLOORS_OF_LIBRARY = "The floors of the library"
FLOORS_OF_GATEWAY = "The floors of the gateway"
PURE = "What is judged and what is published is computed, not fetched"
NO_FLASK = "The registry and its neighbours know no web framework"


@pytest.mark.parametrize(
    ("room", "statement", "contract"),
    [
        ("src/credit_sdk/errors.py", "import credit_sdk.model", FLOORS_OF_LIBRARY),
        ("src/credit_sdk/model", "import credit_sdk.catalogue", FLOORS_OF_LIBRARY),
        ("src/credit_sdk/model", "import gateway", "The library never knows the gateway"),
        ("gateway/registry", "import credit_sdk.replica", "The gateway uses model, catalogue, publication and errors"),
        ("src/credit_sdk/catalogue", "import time", PURE),
        ("src/credit_sdk/model", "import pathlib", PURE),
        ("src/credit_sdk/publication", "import lmdb", PURE),
        ("gateway/database", "import gateway.registry", FLOORS_OF_GATEWAY),
        ("gateway/database", "import flask", NO_FLASK),
        ("gateway/drafting", "import flask", NO_FLASK),
        ("gateway/feedback", "import flask", NO_FLASK),
        ("gateway/intake", "import werkzeug", NO_FLASK),
        ("gateway/ledger", "import flask", NO_FLASK),
        ("gateway/publishing", "import flask", NO_FLASK),
        ("gateway/registry", "import flask_openapi3", NO_FLASK),
    ],
)
def test_refuses_an_import_that_points_up(house: Path, room: str, statement: str, contract: str) -> None:
    module = house / room if room.endswith(".py") else house / room / "spoiled.py"
    with module.open("a", encoding="utf-8") as file:
        file.write(f"\n{statement}\n")
    done = lint_imports(house)
    assert done.returncode == 1, done.stdout + done.stderr
    assert any(line.startswith(contract) and line.endswith("BROKEN") for line in done.stdout.splitlines()), done.stdout
    assert module.stem in done.stdout


def test_refuses_an_import_that_points_up_by_a_detour(house: Path) -> None:
    (house / "src/credit_sdk/model/detour.py").write_text("import credit_sdk.errors\n", encoding="utf-8")
    with (house / "src/credit_sdk/errors.py").open("a", encoding="utf-8") as file:
        file.write("\nimport socket\n")
    done = lint_imports(house)
    assert done.returncode == 1
    assert f"{PURE} BROKEN" in done.stdout


@pytest.mark.parametrize("package", ["src/credit_sdk", "gateway"])
def test_refuses_a_room_that_stands_nowhere(house: Path, package: str) -> None:
    (house / package / "annexe.py").write_text('"""A room that the drawing does not know."""\n', encoding="utf-8")
    done = lint_imports(house)
    assert done.returncode == 1
    assert "annexe" in done.stdout
