"""Taking over what is published (接管发布): loaded by the process that syncs, with the libraries that only it needs."""

from datetime import datetime
from importlib import import_module
from pathlib import Path

from credit_sdk.client.status import SyncReport
from credit_sdk.replica.store import Replica
from credit_sdk.replica.sync import refresh, trusted_refresh
from credit_sdk.transport import Transport
from credit_sdk.trust import roots

__all__ = ["taken_over", "trust_root"]

_IMPORTED_LATE = (
    "_strptime",
    "certifi",
    "encodings.ascii",
    "encodings.idna",
    "httpcore",
    "tuf.api.serialization.json",
)
"""Modules that what is used here imports only at the first request, in the middle of a background thread."""

for _name in _IMPORTED_LATE:
    import_module(_name)


def trust_root(path: Path) -> bytes:
    """The pinned trust root in a file.

    Raises:
        SettingsError: It cannot be read.
        TrustError: It is no trust root.
    """
    return roots.load(path)


def taken_over(directory: Path, replica: Replica, root: bytes, transport: Transport, now: datetime) -> SyncReport:
    """Take over what is published now. Only the elected process may call it.

    Args:
        directory: Of the installation.
        replica: Its replica.
        root: Its trust root.
        transport: The way to the gateway.
        now: The local clock.

    Raises:
        CreditError: As for :func:`credit_sdk.replica.sync.refresh`.
    """
    done = refresh(replica, trusted_refresh(directory, transport, root), transport, now)
    return SyncReport(serial=done.serial, map_root=done.map_root, changed=done.changed, contact_at=done.contact_at)
