"""A ledger of a million acts is verified, replayed and proved from in memory that does not grow with it."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import insert

from gateway.database.engine import insert_missing
from gateway.database.tables import batches, entries, subjects
from gateway.database.unit_of_work import unit_of_work
from tests.real_gateway import LI, LISTED, NOW, TODAY, WANG, RealGateway
from tests.replica_host import beside

ACTS = 1_000_000
ENTRIES = 400_000
AT_A_TIME = 20_000
PEAK_MIB = 220
"""The program itself takes about 95 of them, SQLite's pages at most 64 more, and what waits to be compared 16."""

MEASURED = """
import json, re, sys, time
from gateway.cli import run
began = time.monotonic()
code = run(sys.argv[1:])
peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024
print(json.dumps({"peak_mib": peak, "seconds": round(time.monotonic() - began, 1)}), file=sys.stderr)
sys.exit(code)
"""


def fill(registry: RealGateway) -> None:
    """Entries of one batch that were removed one by one, and what host systems reported meanwhile."""
    key = b"k" * 32
    with unit_of_work(registry.engine, at=NOW) as work:
        row: dict[str, object] = {
            "key": key,
            "scheme": "uscc",
            "code": "x",
            "masked": "x",
            "name": "虚构",
            "kind": "legal-person",
        }
        insert_missing(work.connection, subjects, [row], key=("key",))
        batch: dict[str, object] = {"id": "b", "list": LISTED, "file_name": "b", "file_digest": "b", "imported_by": LI}
        batch |= {"confirmed_by": WANG, "accepted": ENTRIES, "rejected": 0}
        work.connection.execute(insert(batches).values(**batch, imported_at=NOW, confirmed_at=NOW, report={}))
        work.ledger.append("entry:batch:import", LI, {"batch": "b", "drafted": ENTRIES, "corrections": 0})
        work.ledger.append("entry:batch:confirm", WANG, {"batch": "b", "published": ENTRIES})
    common: dict[str, object] = {"subject_key": key, "list": LISTED, "severity": "serious", "authority": "虚构市财政局"}
    common |= {"authority_code": "", "basis": "", "fact": "", "fields": {}, "extra": {}, "content_sha256": "x"}
    common |= {"determined_on": TODAY, "term_from": TODAY, "state": "removed", "batch": "b", "is_person": False}
    common |= {"drafted_by": LI, "drafted_at": NOW, "confirmed_by": WANG, "confirmed_at": NOW}
    for start in range(0, ACTS - 2, AT_A_TIME):
        with unit_of_work(registry.engine, at=NOW) as work:
            numbers = range(start, min(start + AT_A_TIME, ACTS - 2))
            made = [{**common, "id": f"e{each:07d}", "document_no": str(each)} for each in numbers if each < ENTRIES]
            if made:
                work.connection.execute(insert(entries), made)
            for each in numbers:
                if each < ENTRIES:
                    moved = {"entry": f"e{each:07d}", "from": "published", "to": "removed", "reason": "期满"}
                    work.ledger.append(f"entry:{LISTED}:remove", LI, moved)
                else:
                    work.ledger.append("feedback:check:receive", "电子招投标平台", {"outbox": "o", "rows": each})


@pytest.mark.soak
def test_a_million_acts_take_bounded_memory(registry: RealGateway, tmp_path: Path) -> None:
    fill(registry)
    registry.close()
    home = str(registry.home.path)
    said = {}
    for name, words in {
        "verify": ("verify", home, "--json"),
        "checkpoint": ("checkpoint", home, "--json"),
        "prove a line": ("prove", home, "777777"),
        "prove growth": ("prove", home, "--from", "123456"),
    }.items():
        command = [sys.executable, "-c", MEASURED, "ledger", *words]
        done = subprocess.run(command, env=beside(), capture_output=True, text=True, check=False, timeout=600)
        assert done.returncode == 0, done.stderr
        said[name] = json.loads(done.stderr)
        print(registry.engine.dialect.name, name, said[name], time.strftime("%H:%M:%S"))
        if name == "verify":
            answer = json.loads(done.stdout)
            assert (answer["rows"] > ACTS, answer["entries"], answer["differences"]) == (True, ENTRIES, [])
    assert max(each["peak_mib"] for each in said.values()) < PEAK_MIB
