"""A service hall (办事大厅) of several processes: its client is opened at import, before any worker is forked."""

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from credit_sdk import CreditClient, Outcome

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

Answer = dict[str, object]

MATTER = "procurement.award"
HOLD_S = 0.02
"""A worker that is busy leaves the next question to another one."""

credit = CreditClient.from_env()


def checked(code: str, case: str) -> Answer:
    """Check a company."""
    decision = credit.check(code, MATTER, case=case)
    return {
        "pid": os.getpid(),
        "id": decision.id,
        "serial": decision.evidence.serial,
        "verdict": decision.verdict.value,
        "recorded": decision.recorded,
    }


def applied(code: str, case: str) -> Answer:
    """Check a listed company and report that its measure was applied."""
    decision = credit.check(code, MATTER, case=case)
    (key,) = credit.report(decision, Outcome.applied(decision.findings[0], document=case))
    return {"pid": os.getpid(), "id": decision.id, "key": key}


def standing(code: str, case: str) -> Answer:
    """How the installation stands, as this worker sees it."""
    del code, case
    found = credit.status()
    return {
        "pid": os.getpid(),
        "leads": found.sync.is_leader,
        "leader": found.sync.leader_pid,
        "error": found.sync.error,
    }


DESKS: Mapping[str, Callable[[str, str], Answer]] = {desk.__name__: desk for desk in (checked, applied, standing)}


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """``/desk/code/case``, as a WSGI server calls it."""
    desk, code, case = environ["PATH_INFO"].strip("/").split("/")
    body = json.dumps(DESKS[desk](code, case)).encode()
    time.sleep(HOLD_S)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
