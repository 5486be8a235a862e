"""Receipts on their way back across an air gap (回执带回): what the gateway said to each row that was carried to it.

A receipt counts only for the row it was given for: beside the number stands the SHA-256 of the row's JSON as it was
carried. So an outbox that was restored from a backup, and numbers anew, takes nothing for delivered that was not.
"""

from collections.abc import Container
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

from credit_sdk.errors import GatewayRefusedError, IntegrityError, OutboxError

MAX_POSTBOX_BYTES = 128 * 1024 * 1024
"""Twice what the rows of one outbox file can need."""
CARRIED_FOLDER = "carried"

_LISTS = {"/v1/checks": "records", "/v1/outcomes": "outcomes"}


Number = Annotated[int, Meta(ge=1, le=2**53 - 1)]


class Noted(Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """What the gateway said to one row: ``answer`` is its receipt, or why it refused the row.

    Attributes:
        row: SHA-256 of the row's JSON, hex.
    """

    row: str
    answer: str


class Answers(Struct, forbid_unknown_fields=True):
    """What the gateway said to the rows of one kind, by number.

    Attributes:
        gaps: First and last number of each hole it sees.
    """

    receipts: dict[Number, Noted] = field(default_factory=dict)
    refused: dict[Number, Noted] = field(default_factory=dict)
    gaps: list[tuple[Number, Number]] = field(default_factory=list)

    def forget_up_to(self, last: int, *, but: Container[int]) -> None:
        """Forget numbers up to ``last``, except those in ``but``: whoever sent them knows the answers by now."""
        self.receipts = {seq: said for seq, said in self.receipts.items() if seq > last or seq in but}
        self.refused = {seq: said for seq, said in self.refused.items() if seq > last or seq in but}


class Postbox(Struct, forbid_unknown_fields=True):
    """The answers for one outbox."""

    outbox: str
    records: Answers = field(default_factory=Answers)
    outcomes: Answers = field(default_factory=Answers)

    def of(self, kind: str) -> Answers:
        """The answers for ``records`` or ``outcomes``."""
        return self.records if kind == "records" else self.outcomes

    def to_bytes(self) -> bytes:
        """As it is kept and carried."""
        return msgspec.json.encode(self)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Postbox":
        """Read back.

        Raises:
            IntegrityError: It is none.
        """
        try:
            return msgspec.json.decode(data, type=cls)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise IntegrityError(
                f"The receipts in the file cannot be read ({error}).", hint="Have the file made and copied anew."
            ) from error


class _Batch(Struct):
    outbox: str
    records: tuple[msgspec.Raw, ...] = ()
    outcomes: tuple[msgspec.Raw, ...] = ()


class _Numbered(Struct):
    seq: int


def answer(postbox: Postbox | None, path: str, body: bytes) -> bytes:
    """What the gateway said to the rows of a batch, in the words of its own answer; rows it has not seen get none.

    Args:
        postbox: The answers carried for the outbox, None where there are none.
        path: Where the batch would be posted.
        body: The batch.

    Raises:
        GatewayRefusedError: It refused a row of the batch, or nothing of that kind can be asked of a bundle.
    """
    kind = _LISTS.get(path)
    if kind is None:
        raise GatewayRefusedError(f"A bundle answers no {path}.", status=HTTPStatus.NOT_FOUND)
    batch = msgspec.json.decode(body, type=_Batch)
    if postbox is None or postbox.outbox != batch.outbox:
        return b'{"receipts": []}'
    said = postbox.of(kind)
    receipts = []
    for raw in batch.records or batch.outcomes:
        seq, row = seq_of(bytes(raw)), row_digest(bytes(raw))
        refused, received = said.refused.get(seq), said.receipts.get(seq)
        if refused is not None and refused.row == row:
            raise GatewayRefusedError(refused.answer, status=HTTPStatus.CONFLICT)
        if received is not None and received.row == row:
            receipts.append({"seq": seq, "receipt": received.answer})
    return msgspec.json.encode({"receipts": receipts, "gaps": said.gaps})


def outbox_of(body: bytes) -> str:
    """Whose batch it is."""
    return msgspec.json.decode(body, type=_Batch).outbox


def row_digest(row: bytes) -> str:
    """What a row is told apart by, hex."""
    return sha256(row).hexdigest()


def seq_of(row: bytes) -> int:
    """The number of a row."""
    return msgspec.json.decode(row, type=_Numbered).seq


class Postboxes:
    """The answers kept on the connected side until the other side knows them, a file for each outbox.

    Args:
        home: Directory of the connected installation.
    """

    def __init__(self, home: Path) -> None:
        self._folder = home / CARRIED_FOLDER

    def of(self, outbox: str) -> Postbox:
        """Of one outbox; an empty one where nothing is kept.

        Raises:
            OutboxError: The file cannot be read.
        """
        path = self._path(outbox)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return Postbox(outbox)
        except OSError as error:
            raise _unusable(path, error) from error
        return Postbox.from_bytes(data)

    def every(self) -> list[Postbox]:
        """Of all outboxes, by id."""
        return [self.of(path.stem) for path in sorted(self._folder.glob("*.json"))]

    def keep(self, postbox: Postbox) -> None:
        """Keep one, whole or not at all.

        Raises:
            OutboxError: The file cannot be written.
        """
        path = self._path(postbox.outbox)
        beside = path.with_suffix(".new")
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            beside.write_bytes(postbox.to_bytes())
            beside.replace(path)
        except OSError as error:
            raise _unusable(path, error) from error

    def _path(self, outbox: str) -> Path:
        return self._folder / f"{outbox}.json"


def _unusable(path: Path, error: OSError) -> OutboxError:
    return OutboxError(
        f"the receipts in {path} cannot be kept ({error.strerror}), so the other side would not learn of them.",
        hint="See to the disk and to the permissions of the directory, and deliver the same file again.",
    )
