"""Ids of decisions (UUIDv7, RFC 9562): sorted by time, made without a system call."""

import os
import secrets
from itertools import count
from weakref import ref

_COUNTER_BITS = 26


class DecisionIds:
    """Makes the ids of one process; a forked child begins anew with randomness of its own.

    After the milliseconds come 26 bits that count and 48 bits drawn once for each process: ids of one process differ
    by the first, ids of several by the second.
    """

    _instant: tuple[int, str]

    def __init__(self) -> None:
        self._begin()
        _begin_anew_after_fork(self)

    def next(self, unix_ms: int) -> str:
        """The next id, at an instant in milliseconds since 1970."""
        known = self._instant
        if known[0] != unix_ms:
            time = f"{unix_ms:012x}"
            known = (unix_ms, f"{time[:8]}-{time[8:]}-7")
            self._instant = known
        number = next(self._count) & 0x3FFFFFF
        # 12 bits of the counter beside the version, 14 beside the variant. An f-string would take twice as long.
        return "%s%03x-%04x-%s" % (known[1], number >> 14, 0x8000 | (number & 0x3FFF), self._process)  # noqa: UP031 - see above

    def _begin(self) -> None:
        self._process = f"{secrets.randbits(48):012x}"
        # Begins low, so that ids of one millisecond stay in order for as long as anybody looks.
        self._count = count(secrets.randbits(_COUNTER_BITS - 2))
        self._instant = (-1, "")


def _begin_anew_after_fork(ids: DecisionIds) -> None:
    weak = ref(ids)

    def begin() -> None:
        if (alive := weak()) is not None:
            alive._begin()

    os.register_at_fork(after_in_child=begin)
