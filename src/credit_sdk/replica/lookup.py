"""Many subjects in one view (批量查阅): what is published about each, for a screening that asks block after block.

Where so many are asked about that it pays, the keys of the map are gone through once, part by part between the blocks,
and from then on only those are looked up that a :class:`~credit_sdk.replica.sieve.Sieve` lets pass. Keys read in their
order take an eighth of the time of as many looked up in any order.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice

import lmdb

from credit_sdk.errors import IntegrityError
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.publication import records
from credit_sdk.publication.merkle import KEY_BYTES
from credit_sdk.replica.layout import RECORD
from credit_sdk.replica.notes import damaged
from credit_sdk.replica.sieve import Sieve
from credit_sdk.replica.view import ReplicaView

_READ_A_ROW = 16
"""Keys read for each subject asked about, until all are: a block waits for a few of them, and no row for all."""
_AT_ONCE = 4096
_STORED_BYTES = len(RECORD) + KEY_BYTES
_AFTER_RECORDS = bytes([RECORD[0] + 1])


class Lookup:
    """Looks subjects up in one view, for as long as that is open.

    Args:
        view: The view.
        rows: How many will be asked about, as far as that is known.
    """

    def __init__(self, view: ReplicaView, rows: int) -> None:
        self._snapshot = view.snapshot
        self._rows = rows
        self._asked = self._found = 0
        self._sieve: Sieve | None = None
        self._parts_read = 0

    def records(self, keys: Sequence[bytes]) -> dict[int, SubjectRecord]:
        """What is published about each of many, by its place among them; those of whom nothing is are left out.

        Args:
            keys: Their keys in the map.

        Raises:
            ReplicaDamagedError: What is stored cannot be read.
            ReplicaError: The view was closed.
        """
        transaction = self._snapshot.transaction
        try:
            self._read_on(transaction, _READ_A_ROW * len(keys))
            places = range(len(keys)) if self._sieve is None else self._sieve.passed(keys)
            values = zip(places, map(transaction.get, [RECORD + keys[place] for place in places]), strict=True)
            found = {place: records.decode(value) for place, value in values if value is not None}
        except IntegrityError as error:
            raise damaged("a record cannot be read") from error
        except lmdb.Error as error:
            raise damaged(f"its file cannot be read ({error})") from error
        self._asked += len(keys)
        self._found += len(found)
        return found

    def _read_on(self, transaction: "lmdb.Transaction[bytes]", at_least: int) -> None:
        """Read some more keys, where it is worth it."""
        stored = transaction.stat()["entries"]
        sieve = self._sieve
        if sieve is None:
            if not self._is_worth_reading(stored):
                return
            sieve = self._sieve = Sieve(stored)
        while at_least > 0 and self._parts_read < sieve.parts:
            first, following = sieve.bounds(self._parts_read)
            keys = _keys(transaction, RECORD + first, _AFTER_RECORDS if following is None else RECORD + following)
            sieve.take(self._parts_read, keys)
            self._parts_read += 1
            at_least -= len(keys) // KEY_BYTES

    def _is_worth_reading(self, stored: int) -> bool:
        """To read a key takes a third of what is saved where it is known of a subject that it has none.

        A stream does not say how many are still to come, only how many there were: as a rule there are more.
        """
        is_long = 2 * self._rows >= stored or 4 * self._asked >= stored
        return is_long and 2 * self._found < self._asked


def _keys(transaction: "lmdb.Transaction[bytes]", first: bytes, end: bytes) -> bytes:
    """The keys of records in a range, one after another, without what stands before each.

    Raises:
        IntegrityError: One is no key.
    """
    found = bytearray()
    with transaction.cursor() as cursor:
        rest = cursor.iternext(values=False) if cursor.set_range(first) else iter(())
        while block := list(islice(rest, _AT_ONCE)):
            is_last = block[-1] >= end
            if is_last:
                del block[bisect_left(block, end) :]
            if set(map(len, block)) - {_STORED_BYTES}:
                raise IntegrityError("A record stands at what is no key.")
            joined = bytearray().join(block)
            del joined[::_STORED_BYTES]
            found += joined
            if is_last:
                break
    return bytes(found)
