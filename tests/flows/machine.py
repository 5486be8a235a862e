"""A host system's machine, on which people and scripts type `credit`, and its gateway behind real HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from credit_sdk.cli import run
from credit_sdk.testing import FakeGateway
from credit_sdk.testing.gateway import API_KEY
from tests.flows.served import served


@dataclass
class Machine:
    """One folder in which everything lies; nothing is set up yet.

    Attributes:
        folder: Holds all of it.
        gateway: Has published nothing yet.
        url: Where the gateway is reached.
        capture: Reads what a command printed.
    """

    folder: Path
    gateway: FakeGateway
    url: str
    capture: pytest.CaptureFixture[str]

    @classmethod
    @contextmanager
    def in_folder(cls, folder: Path, capture: pytest.CaptureFixture[str]) -> Iterator[Self]:
        with FakeGateway() as gateway, served(gateway) as url:
            yield cls(folder, gateway, url, capture)

    def publish_first(self) -> None:
        """Let the gateway publish for the first time, and have its trust root handed out."""
        self.gateway.publish()
        self.trust.write_bytes(self.gateway.publisher.trust_root)

    @property
    def home(self) -> Path:
        """Where its installation is, or will be."""
        return self.folder / "credit"

    @property
    def trust(self) -> Path:
        return self.folder / "root.json"

    def credit(self, *arguments: object) -> tuple[int, str, str]:
        """A command; exit code, output, complaint."""
        code = run([str(argument) for argument in arguments])
        said = self.capture.readouterr()
        assert "Traceback" not in said.err
        assert API_KEY not in said.out + said.err
        return code, said.out, said.err

    def done(self, *arguments: object) -> str:
        """What a command prints that must succeed."""
        code, out, err = self.credit(*arguments)
        assert (code, err) == (0, "")
        return out

    def init(self, *, key: str = API_KEY) -> tuple[int, str, str]:
        return self.credit("init", self.home, "--gateway", self.url, "--key", key, "--trust", self.trust)
