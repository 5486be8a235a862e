"""The independent verifier of the ledger believes what `ledger prove` prints, and refuses what we refuse."""

import ast
import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.database.unit_of_work import snapshot, unit_of_work
from gateway.ledger import checkpoints
from gateway.ledger.note import opened
from gateway.ledger.proofs import Proof, prove_growth, prove_line, require_holds
from gateway.problems import CheckpointError
from gateway.publishing.checkpoints import followed, published_roots, signing_keys
from gateway.publishing.planning import Wanted
from tests.conformance import ledger_verifier
from tests.key_office import Office, now
from tests.real_gateway import NOW

PROGRAM = Path(ledger_verifier.__file__)


class Ledger:
    """A gateway, its first trust root, and a checkpoint somebody kept before the online keys were replaced."""

    def __init__(self, folder: Path) -> None:
        self.office = Office.make(folder)
        self.real = self.office.gateway
        self.trust = self.office.first_root
        self.act(9)
        self.held = self.real.publisher.checkpoints.make(now())
        self.office.change(Wanted(rotate=True))
        self.act(14)
        self.newest = self.real.publisher.checkpoints.make(now())

    def act(self, number: int) -> None:
        for each in range(number):
            with unit_of_work(self.real.engine, at=NOW) as work:
                work.ledger.append("test:line:add", "李", {"说明": f"第{each}行\n“二”"})

    def proof(self, *, seq: int = 0, size: int = 0) -> Proof:
        roots = published_roots(self.real.folder)[1:]
        with snapshot(self.real.engine) as connection:
            kept = checkpoints.last(connection)
            assert kept
            return prove_line(connection, seq, kept, roots) if seq else prove_growth(connection, size, kept, roots)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    made = Ledger(tmp_path_factory.mktemp("office"))
    yield made
    made.office.close()


def theirs(ledger: Ledger, proof: dict[str, Any], held: str = "") -> str:
    return ledger_verifier.verify(proof, json.loads(ledger.trust), held)


def ours(ledger: Ledger, proof: dict[str, Any], held: str = "") -> None:
    offered = Proof.from_bytes(json.dumps(proof).encode())
    roots = followed(ledger.trust, offered.roots)
    before = opened(held, signing_keys(roots)) if held else None
    require_holds(offered, opened(offered.checkpoint, signing_keys(roots[-1:])), before)


def test_every_row_and_every_growth_is_believed_by_both(ledger: Ledger) -> None:
    size = ledger.newest.size
    for number in range(1, size + 1):
        for proof in (ledger.proof(seq=number), ledger.proof(size=number)):
            content = json.loads(proof.to_bytes())
            ours(ledger, content)
            assert theirs(ledger, content).endswith(f"{size}")


def test_a_checkpoint_kept_before_the_keys_were_replaced_is_one_the_ledger_grew_from(ledger: Ledger) -> None:
    content = json.loads(ledger.proof(size=ledger.held.size).to_bytes())
    ours(ledger, content, ledger.held.note)
    theirs(ledger, content, ledger.held.note)
    other = json.loads(ledger.proof(size=ledger.held.size + 1).to_bytes())
    with pytest.raises((ValueError, LookupError)):
        theirs(ledger, other, ledger.held.note)
    with pytest.raises(CheckpointError):
        ours(ledger, other, ledger.held.note)


def _spoiled(name: str) -> Callable[[dict[str, Any]], None]:
    def first_hash(proof: dict[str, Any]) -> None:
        proof["path"][0] = "00" * 32

    def no_hash(proof: dict[str, Any]) -> None:
        proof["path"] = proof["path"][1:]

    def more(proof: dict[str, Any]) -> None:
        proof["path"] = [*proof["path"], "00" * 32]

    def no_roots(proof: dict[str, Any]) -> None:
        proof["roots"] = []

    def unsigned_root(proof: dict[str, Any]) -> None:
        root = json.loads(proof["roots"][0])
        root["signed"]["expires"] = "2036-01-01T00:00:00Z"
        proof["roots"] = [json.dumps(root)]

    def another_size(proof: dict[str, Any]) -> None:
        origin, size, rest = proof["checkpoint"].split("\n", 2)
        proof["checkpoint"] = f"{origin}\n{int(size) + 1}\n{rest}"

    def another_row(proof: dict[str, Any]) -> None:
        proof["seq" if proof["kind"] == "inclusion" else "from_size"] += 1

    def another_line(proof: dict[str, Any]) -> None:
        if proof["kind"] == "inclusion":
            proof["line"] = proof["line"].replace("李", "王").replace("init", "root").replace("gateway", "guest")
        else:
            proof["from_root"] = "00" * 32

    return locals()[name]  # type: ignore[no-any-return]  # one of the functions above


@pytest.mark.parametrize("kind", ["seq", "size"])
@pytest.mark.parametrize(
    "name",
    ["first_hash", "no_hash", "more", "no_roots", "unsigned_root", "another_size", "another_row", "another_line"],
)
def test_both_refuse_a_spoiled_proof(ledger: Ledger, kind: str, name: str) -> None:
    good = json.loads((ledger.proof(seq=11) if kind == "seq" else ledger.proof(size=11)).to_bytes())
    spoiled = copy.deepcopy(good)
    _spoiled(name)(spoiled)
    assert spoiled != good
    with pytest.raises((ValueError, LookupError)):
        theirs(ledger, spoiled)
    with pytest.raises(CheckpointError):
        ours(ledger, spoiled)


def test_it_is_a_program_of_its_own(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "proof.json").write_bytes(ledger.proof(seq=3).to_bytes())
    (tmp_path / "root.json").write_bytes(ledger.trust)
    command = [sys.executable, "-I", str(PROGRAM), str(tmp_path / "proof.json"), str(tmp_path / "root.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == f"青海虚构/ledger: row 3 of {ledger.newest.size}\n"


def test_it_imports_nothing_of_ours_and_stays_short() -> None:
    text = PROGRAM.read_text("utf-8")
    imported = {
        name.partition(".")[0]
        for statement in ast.walk(ast.parse(text))
        if isinstance(statement, ast.Import | ast.ImportFrom)
        for name in (
            [each.name for each in statement.names] if isinstance(statement, ast.Import) else [statement.module or ""]
        )
    }
    assert imported <= {*sys.stdlib_module_names, "cryptography"}
    assert len(text.splitlines()) <= 100
    assert max(map(len, text.splitlines())) <= 120
