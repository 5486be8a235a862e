"""A host that checks and takes receipts, and a court that verifies them: what flows of receipts are told with."""

from dataclasses import dataclass
from pathlib import Path

from credit_sdk import CreditClient
from credit_sdk.model.decision import Decision
from credit_sdk.replica import proving
from credit_sdk.replica.store import Replica
from credit_sdk.testing import FakeGateway


@dataclass
class Case:
    """A host with a replica, the gateway it follows, and the trust root as a court has it."""

    gateway: FakeGateway
    home: Path
    client: CreditClient
    replica: Replica
    root: Path

    def receipt(self, decision: Decision) -> bytes:
        return proving.receipt(self.replica, decision)
