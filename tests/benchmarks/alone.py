"""The library alone (单独安装): what ``pip install credit-sdk`` gives a host, out of what is installed for developers.

Memory depends on it: httpx, for one, loads rich where it finds it, and import-linter brings rich.
"""

import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

from examples.office import REPOSITORY

LIBRARY = "credit-sdk"


def command(folder: Path) -> list[str]:
    """A Python that finds the library and what it requires, and nothing else.

    Args:
        folder: An empty folder, filled with links.
    """
    for required in _required(LIBRARY, {}).values():
        if required.name == LIBRARY:
            continue
        for top in {file.parts[0] for file in required.files or () if file.parts[0] not in ("..", "__pycache__")}:
            if not (folder / top).exists():
                (folder / top).symlink_to(str(required.locate_file(top)))
    paths = [str(REPOSITORY / "src"), str(folder)]
    return [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {paths}; exec(sys.argv.pop(1))"]


def _required(name: str, found: dict[str, Distribution]) -> dict[str, Distribution]:
    if name not in found:
        found[name] = distribution(name)
        for line in found[name].requires or ():
            each = Requirement(line)
            if each.marker is None or each.marker.evaluate({"extra": ""}):
                _required(each.name, found)
    return found
