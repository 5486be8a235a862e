"""Ids of decisions made here (核查编号): what tells them apart, drawn without a system call."""

import os
import secrets
from itertools import count
from weakref import ref

from credit_sdk.model.decision_id import DRAWN_BITS

_PROCESS_BITS = 48
_COUNTER_BITS = DRAWN_BITS - _PROCESS_BITS


class DecisionIds:
    """Draws for the ids of one process; a forked child begins anew with randomness of its own.

    The first 26 of the bits beside the instant count, the other 48 are drawn once for each process: ids of one process
    differ by the first, ids of several by the second.

    Attributes:
        draw: Draws for the next id (:mod:`credit_sdk.model.decision_id`).
    """

    def __init__(self) -> None:
        self._begin()
        _begin_anew_after_fork(self)

    def _begin(self) -> None:
        # Begins low, so that ids of one millisecond stay in order for as long as anybody looks.
        first = secrets.randbits(_COUNTER_BITS - 2) << _PROCESS_BITS | secrets.randbits(_PROCESS_BITS)
        self.draw = count(first, 1 << _PROCESS_BITS).__next__


def _begin_anew_after_fork(ids: DecisionIds) -> None:
    weak = ref(ids)

    def begin() -> None:
        if (alive := weak()) is not None:
            alive._begin()

    os.register_at_fork(after_in_child=begin)
