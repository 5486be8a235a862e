"""A receipt that was issued, and what somebody who has it can make of it."""

import lzma
from hashlib import sha256
from pathlib import Path

import pytest

from credit_sdk import CreditError, IntegrityError, Principal, Role, TrustError
from credit_sdk.client.clock import now_utc
from credit_sdk.publication.receipt_envelope import MAGIC
from credit_sdk.replica import proving
from credit_sdk.replica.store import Replica
from credit_sdk.testing import FakeGateway, subject
from credit_sdk.trust.verification import examine
from tests.receipt_documents import changed, part

LISTED, UNLISTED, LEADER = subject(1), subject(2), subject(3)
AWARD, OFFICER = "procurement.award", "company.officer"


class Issued:
    """A gateway, a host that follows it, and the receipts of two checks."""

    def __init__(self, gateway: FakeGateway, folder: Path) -> None:
        self.gateway = gateway
        self.client = gateway.open_client(folder / "home")
        self.root = gateway.publisher.trust_root
        gateway.publisher.rotate_root(now_utc(), roles=("timestamp",))
        gateway.publish()
        with Replica.open(folder / "home") as replica:
            self.decision = self.client.check(LISTED, AWARD, case="青采2026-17")
            self.listed = proving.receipt(replica, self.decision)
            self.absent = proving.receipt(replica, self.client.check(UNLISTED, AWARD))
            through = [Principal(LISTED, Role.LEGAL_REPRESENTATIVE)]
            self.with_principal = proving.receipt(replica, self.client.check(LEADER, OFFICER, principals=through))

    def refused(self, data: bytes, complaint: str, kind: type[CreditError] = TrustError) -> None:
        with pytest.raises(kind, match=complaint):
            examine(data, self.root)


def refuses(data: bytes, root: bytes) -> None:
    with pytest.raises(IntegrityError):
        examine(data, root)


def resealed(text: bytes) -> bytes:
    """Any two lines as the body of a receipt, under a seal that is good; compressed in little time."""
    body = lzma.compress(text, preset=0)
    return MAGIC + sha256(body).digest() + body


def with_(data: bytes, *path: str | int, **values: object) -> bytes:
    return changed(data, lambda found: part(found, *path).update(values))
