"""The entry point of the public tuf-conformance suite drives our workflow, and what it cannot do is said by name."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from credit_sdk.testing.publisher import Publisher
from credit_sdk.trust.workflow import LIMITS
from tests.attacks import line
from tests.attacks.line import Line
from tests.conformance.tuf_client import client
from tests.replica_host import LAW, ago, many, now

FOLDER = Path(client.__file__).parent
STATEMENT = "publication.json"


class Run:
    """The program, as the suite calls it."""

    def __init__(self, folder: Path, served: Line, monkeypatch: pytest.MonkeyPatch) -> None:
        self.metadata, self.targets = folder / "metadata", folder / "targets"
        self.metadata.mkdir()
        self._address = f"{served.url}/distribution"
        self._monkeypatch = monkeypatch

    def __call__(self, *command: str) -> int:
        given = ["client.py", "--metadata-dir", str(self.metadata), "--metadata-url", f"{self._address}/metadata/"]
        self._monkeypatch.setattr(sys, "argv", [*given, *command])
        return client.main()

    def download(self, *names: str) -> int:
        wanted = [word for name in names for word in ("--target-name", name)]
        return self(
            "--target-dir", str(self.targets), "--target-base-url", f"{self._address}/targets/", *wanted, "download"
        )


@pytest.fixture
def publisher() -> Publisher:
    publisher = Publisher(LAW, many(3))
    publisher.publish(ago(minutes=1))
    return publisher


@pytest.fixture
def served(publisher: Publisher) -> Iterator[Line]:
    served = Line(publisher.files)
    yield served
    served.close()


@pytest.fixture
def run(tmp_path: Path, publisher: Publisher, served: Line, monkeypatch: pytest.MonkeyPatch) -> Run:
    run = Run(tmp_path, served, monkeypatch)
    (tmp_path / "root.json").write_bytes(publisher.trust_root)
    assert run("init", str(tmp_path / "root.json")) == 0
    assert served.asked == []
    return run


def test_refreshes_and_stores_what_it_verified(run: Run, publisher: Publisher) -> None:
    assert run("refresh") == 0
    for role in ("root", "timestamp", "snapshot", "targets"):
        versioned = "" if role == "timestamp" else "1."
        assert (run.metadata / f"{role}.json").read_bytes() == publisher.files[f"metadata/{versioned}{role}.json"]


def test_downloads_targets_and_takes_those_it_has_from_where_they_are(run: Run, served: Line) -> None:
    assert run.download(STATEMENT, "catalogue.json") == 0
    assert (run.targets / "catalogue.json").read_bytes() == LAW
    served.asked.clear()
    assert run.download(STATEMENT, "catalogue.json") == 0
    assert not [path for path in served.asked if path.startswith("targets/")]


def test_refuses_with_one_line_and_status_1(
    run: Run, served: Line, publisher: Publisher, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.download("no-such-target") == 1
    served.tricks.append(("targets/*", line.instead(line.flipped)))
    assert run.download(STATEMENT) == 1
    served.tricks.clear()
    publisher.validity["timestamp"] = timedelta(seconds=-1)
    publisher.heartbeat(now())
    assert run("refresh") == 1
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_every_intended_gap_is_explained_by_what_causes_it() -> None:
    """All are searches through more roles than a publication of ours has."""
    named = [each for each in (FOLDER / "client.py.xfails").read_text().splitlines() if not each.startswith("#")]
    readme = (FOLDER / "README.md").read_text()
    assert len(named) == len(set(named)) == 7
    assert {each.partition("[")[0] for each in named} == {"test_graph_traversal"}
    assert f"`{named[0]}` and six others of its kind" in readme
    assert f"**106 passed, {len(named)} failed as intended**" in readme
    assert LIMITS.max_delegations == 2
