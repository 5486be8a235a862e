"""Loading late (按需装载): what few processes of a host need is loaded by those, when their job begins.

Of all workers on a host one syncs. What only syncing takes - httpx, python-tuf and what they bring, half of a
process's memory - stands behind three doors: :mod:`credit_sdk.client.takeover`, the line to the gateway, and receipts.
Nothing that answers a check is behind them.

A thread in the background may load only inside :func:`loading`: a fork waits until it is done, for a child born in the
middle of an import, or while OpenSSL prepares itself, would wait for the end of it for ever.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Entered again by a thread that forks while it loads. State of the module, for imports and forks are the process's.
_whole = threading.RLock()
os.register_at_fork(before=_whole.acquire, after_in_parent=_whole.release, after_in_child=_whole.release)


@contextmanager
def loading() -> Iterator[None]:
    """Whoever forks waits until this block is left; so it imports or opens, and waits for nobody."""
    with _whole:
        yield
