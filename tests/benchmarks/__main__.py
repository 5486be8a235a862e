"""``python -m tests.benchmarks [PART] [--entries N] [--rows N] [--folder D]``: measure.

Parts are ``checks``, ``loop``, ``imports``, ``confirming``, ``registry``, ``scale`` and ``search``; without one, all.
The method and the figures of one run are in docs/explanation/performance.md.
"""

import argparse
import os
import platform
from pathlib import Path


def main() -> None:
    """Run what was asked for, or everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = ("all", "checks", "loop", "imports", "confirming", "registry", "scale", "search")
    parser.add_argument("part", nargs="?", choices=parts, default="all")
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument(
        "--rows", type=int, default=100_000, help="rows of the file that `imports` and `confirming` take in"
    )
    parser.add_argument("--folder", type=Path, help="keep here what `scale` builds, and use what lies here")
    options = parser.parse_args()
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    )
    # Here and not above: a process of its own that measures memory loads this file first.
    from tests.benchmarks import checking, confirming, importing, looping, registry, scale, searching

    if options.part in ("all", "checks"):
        checking.run(options.entries)
    if options.part in ("all", "loop"):
        looping.run()
    if options.part in ("all", "imports"):
        importing.run(options.rows)
    if options.part in ("all", "confirming"):
        confirming.run(options.rows)
    if options.part in ("all", "registry"):
        registry.run(options.entries)
    if options.part in ("all", "scale"):
        scale.run(options.entries, options.folder)
    if options.part in ("all", "search"):
        searching.run(options.entries)


if __name__ == "__main__":
    main()
