#!/usr/bin/env python3
"""Our update client as the public tuf-conformance suite wants to call it: ``init``, ``refresh`` and ``download``.

What is driven is what a replica is kept current with: :class:`credit_sdk.trust.workflow.Workflow` with its bounds, over
:class:`credit_sdk.transport.http.HttpTransport`. `README.md` beside this file says what is not.
"""

import argparse
import sys
from pathlib import Path

import httpx

from credit_sdk.errors import CreditError
from credit_sdk.publication.statement import MAX_CATALOGUE_BYTES
from credit_sdk.transport.http import HttpTransport
from credit_sdk.trust.workflow import Workflow

PINNED = "pinned-root"
"""Beside the metadata: the root that was handed over, from which every refresh starts anew."""

_BELOW_GATEWAY = b"/distribution/"


class _Served(httpx.HTTPTransport):
    """The suite serves its repositories at the root of an address, a gateway serves them below ``distribution/``."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.replace(_BELOW_GATEWAY, b"/", 1)
        request.url = request.url.copy_with(raw_path=path)
        return super().handle_request(request)


def init(metadata_dir: Path, trusted_root: Path) -> None:
    """Pin a root. The suite looks for it under the name of the metadata."""
    data = trusted_root.read_bytes()
    (metadata_dir / PINNED).write_bytes(data)
    (metadata_dir / "root.json").write_bytes(data)


def update(metadata_dir: Path, metadata_url: str, target_dir: Path, names: list[str]) -> None:
    """Refresh, then fetch targets in order."""
    served = HttpTransport(metadata_url.removesuffix("/").removesuffix("/metadata"), transport=_Served())
    with served:
        workflow = Workflow(metadata_dir, target_dir, served, (metadata_dir / PINNED).read_bytes())
        workflow.refresh()
        for name in names:
            workflow.target(name, max_bytes=MAX_CATALOGUE_BYTES)


def main() -> int:
    """Carry out one command; 1 if anything was refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--metadata-dir", type=Path, required=True)
    parser.add_argument("--metadata-url", default="")
    parser.add_argument("--target-name", action="append", default=[])
    parser.add_argument("--target-dir", type=Path)
    parser.add_argument("--target-base-url", default="")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("init").add_argument("trusted_root", type=Path)
    commands.add_parser("refresh")
    commands.add_parser("download")
    given = parser.parse_args()
    try:
        if given.command == "init":
            init(given.metadata_dir, given.trusted_root)
        else:
            target_dir = given.target_dir or given.metadata_dir / "targets"
            update(given.metadata_dir, given.metadata_url, target_dir, given.target_name)
    except CreditError as refused:
        print(refused.line, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
