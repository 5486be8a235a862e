"""The subjects of a file (主体): registered where they are new, with what its rows say of those that are known.

A row may call its subject otherwise, and may state an older number beside the code. Neither changes whom it is about. A
name counts once the row is confirmed (:mod:`gateway.registry.names`); a pair of numbers is kept for a clerk to look at
(:mod:`gateway.registry.possible_links`) and links nothing.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Table

from credit_sdk.model.scheme import SubjectKind
from gateway.database.bound import BoundInsert, BoundRow, BoundSelect
from gateway.database.columns import Json
from gateway.database.tables import stated_numbers, subject_names
from gateway.database.unit_of_work import UnitOfWork
from gateway.intake.comparison import BETWEEN
from gateway.intake.staging import StagedRow
from gateway.registry.names import take_names
from gateway.registry.possible_links import OLDER_SCHEMES, count

_NAME_COLUMNS = ("subject_key", "record", "name", "stated_on", "document_no", "batch")
_NUMBER_COLUMNS = ("number_key", "code_key", "code", "list", "document_no", "batch")
_SCHEME, _CODE, _NAME, _KIND = 1, 2, 4, 5
"""Places in a subject that is ready to be inserted."""
_PERSON = SubjectKind.NATURAL_PERSON


class Subjects:
    """The subjects of one import.

    Args:
        connection: In the transaction of the import.
        registering: Inserts those that are new.
        batch: The import.
        list_id: Where its rows go.
    """

    def __init__(self, connection: Connection, registering: BoundInsert, batch: str, list_id: str) -> None:
        self._under_older_numbers = 0
        self._connection = connection
        self._registering = registering
        self._batch = batch
        self._list = list_id
        self._asked = BoundSelect(connection.dialect, "SELECT key, name, named_on FROM subjects WHERE key")
        self._names = _only_new(connection, subject_names, _NAME_COLUMNS, 2)
        self._numbers = _only_new(connection, stated_numbers, _NUMBER_COLUMNS, 2)

    def take(self, drafted: Sequence[StagedRow], stating_older: Iterable[StagedRow]) -> None:
        """Register the subjects of rows that will be drafted.

        Args:
            drafted: The rows, in the order of the file.
            stating_older: Those that state an older number beside the code; also rows that bring nothing new.
        """
        new = {row.subject_key: row.subject for row in drafted}
        known = {row.key: row for row in self._asked.execute(self._connection, (), new)}
        self._registering.execute(self._connection, list(new.values()))
        stated: list[BoundRow] = []
        for row in drafted:
            name, held = row.subject[_NAME], known.get(row.subject_key)
            if row.subject[_SCHEME] in OLDER_SCHEMES:
                self._under_older_numbers += 1
            if held is None:
                says_otherwise = name != new[row.subject_key][_NAME]
            else:
                # Once documents differ, what each of them says is kept, or nobody could tell which is the newest.
                says_otherwise = name != held.name or held.named_on is not None
            if says_otherwise and name and row.subject[_KIND] != _PERSON:
                document_no = row.identity.partition(BETWEEN)[0]
                stated.append((row.subject_key, row.record_id, name, row.determined_on, document_no, self._batch))
        self._names.execute(self._connection, stated)
        self._numbers.execute(self._connection, [self._pair(row) for row in stating_older])

    def settled(self, work: UnitOfWork, *, in_force: bool) -> dict[str, Json]:
        """Counts for the report: drafts under an older number alone, and older numbers that may be linked.

        Args:
            work: The transaction.
            in_force: Whether the rows take effect as they are registered; then what they call their subjects does too.
        """
        if in_force:
            take_names(work, self._batch)
        return {"older_numbers": self._under_older_numbers, "possible_links": count(self._connection)}

    def _pair(self, row: StagedRow) -> BoundRow:
        document_no = row.identity.partition(BETWEEN)[0]
        return row.older_key, row.subject_key, row.subject[_CODE], self._list, document_no, self._batch


def _only_new(connection: Connection, table: Table, columns: Sequence[str], key_columns: int) -> BoundInsert:
    return BoundInsert(connection.dialect, table, columns, unless_there=columns[:key_columns])
