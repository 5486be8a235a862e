"""The background threads import nothing: a fork during an import would leave the child waiting for ever."""

import json
import os
import subprocess
import sys
from pathlib import Path

from credit_sdk.testing import FakeGateway, subject
from tests.flows.served import served

ROUND = """
import sys
from credit_sdk import CreditClient
with CreditClient.open(sys.argv[1], background=False) as credit:
    updates = credit._installation.updates
    assert updates.acquire()
    updates.prepare()
    before = set(sys.modules)
    updates.refresh()
    credit.check(sys.argv[2], "procurement.award")
    credit.flush()
    assert updates.deliver().records == 1
    updates.wait_for_news(1)
    updates.release()
    print(*sorted(set(sys.modules) - before))
"""


def test_a_round_of_the_background_imports_nothing(tmp_path: Path) -> None:
    with FakeGateway() as gateway, served(gateway) as url:
        gateway.open_client(tmp_path / "credit").close()
        settings = tmp_path / "credit" / "settings.json"
        changed = {**json.loads(settings.read_text()), "gateway_url": url.replace("127.0.0.1", "localhost")}
        settings.write_text(json.dumps(changed), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", ROUND, str(tmp_path / "credit"), subject(1).code],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr
