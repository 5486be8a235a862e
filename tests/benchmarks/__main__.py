"""``python -m tests.benchmarks [checks|loop] [--entries N]``: measure and print (docs/explanation/performance.md)."""

import argparse
import os
import platform

from tests.benchmarks import checking, looping


def main() -> None:
    """Run what was asked for, or everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", choices=("all", "checks", "loop"), default="all")
    parser.add_argument("--entries", type=int, default=100_000)
    options = parser.parse_args()
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    )
    if options.part in ("all", "checks"):
        checking.run(options.entries)
    if options.part in ("all", "loop"):
        looping.run()


if __name__ == "__main__":
    main()
