"""Which process syncs (同步进程推选): at most one on a host, and another as soon as that one ends.

The lock is a POSIX record lock: it belongs to a process, is not inherited by its children, and the kernel lets go of it
when the process ends, however it ends.
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from credit_sdk.errors import ReplicaError

LOCK_FILE = "sync.lock"


class SyncElection:
    """The right to sync one replica.

    Args:
        directory: The replica's directory. Use one object for it in a process: closing a second one would let go of
            the first one's lock.
    """

    def __init__(self, directory: Path | str) -> None:
        self.path = Path(directory) / LOCK_FILE
        self._file = -1
        self._process = 0

    @property
    def is_elected(self) -> bool:
        """Whether this process holds the right. A child of the process that holds it does not."""
        return self._file >= 0 and self._process == os.getpid()

    def stand(self) -> bool:
        """Take the right if nobody has it; True if this process has it now.

        Raises:
            ReplicaError: The lock file cannot be written.
        """
        if self.is_elected:
            return True
        self.withdraw()
        try:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise ReplicaError(
                f"{self.path} cannot be written ({error.strerror}), so it cannot be agreed who syncs.",
                hint="Let the account that runs this write the directory.",
            ) from error
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        except OSError as error:
            os.close(file)
            raise ReplicaError(
                f"{self.path} cannot be locked ({error.strerror}), so it cannot be agreed who syncs.",
                hint="Keep the replica on a local disk.",
            ) from error
        self._file, self._process = file, os.getpid()
        return True

    def withdraw(self) -> None:
        """Give the right up; in a child, forget what the parent holds."""
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.withdraw()
