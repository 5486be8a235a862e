"""What a system's outbox sends: records of checks (核查记录) and outcomes (反馈), and the receipts (回执) it gets.

An outbox numbers what it keeps: ``seq`` counts up from 1 without holes, for checks and outcomes apart. By that number a
record is told from its repetition, and a hole shows.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from credit_sdk.model.decision import Verdict
from credit_sdk.model.outcome import OutcomeState
from credit_sdk.model.sheet import MAX_SUBJECTS, decision_id_at

MAX_BATCH = 1000
MAX_ENTRIES = 1000
MAX_SEQ = 2**53 - 1
"""The largest whole number every JSON reader keeps exactly."""

Sequence = Annotated[int, Field(ge=1, le=MAX_SEQ, description="Number in the outbox, from 1 without holes.")]
Slug = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9.\-]*$")]
SubjectCode = Annotated[str, Field(min_length=1, max_length=64, description="The number as the library normalised it.")]
ShortText = Annotated[str, Field(max_length=200)]
LongText = Annotated[str, Field(max_length=2000)]
DecisionId = Annotated[str, Field(min_length=1, max_length=64)]
SheetId = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        description="Id of the first decision, a UUID; the others count on from it.",
    ),
]
EntryId = Annotated[str, Field(min_length=1, max_length=128)]
HexDigest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Serial = Annotated[int, Field(ge=0, le=MAX_SEQ)]
MapRoot = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


Found = tuple[str, str, tuple[str, ...]]
"""Id of a decision, the number of its subject, and the ids of the entries found."""


class Wire(BaseModel):
    """Base of what travels: frozen, and an unknown field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# The next two have no base in common: complaints and `/openapi.json` name fields in the order they are written in.


class CheckRecord(Wire):
    """One check that was made (凡办必查): for whom, in which matter, on which publication, with what result."""

    seq: Sequence
    id: DecisionId
    subject: SubjectCode
    matter: Slug
    on: date
    case: ShortText | None = None
    serial: Serial
    map_root: MapRoot
    verdict: Verdict
    digest: HexDigest
    entries: tuple[EntryId, ...] = Field(default=(), max_length=MAX_ENTRIES)
    decided_at: AwareDatetime

    def decisions(self) -> Iterator[Found]:
        """The one decision it records."""
        yield self.id, self.subject, self.entries


class SheetRecord(Wire):
    """One sheet of a screening (筛查清单): subjects that were answered alike, and the one answer about all of them."""

    seq: Sequence
    id: SheetId
    subjects: tuple[SubjectCode, ...] = Field(min_length=1, max_length=MAX_SUBJECTS)
    matter: Slug
    on: date
    case: ShortText | None = None
    serial: Serial
    map_root: MapRoot
    verdict: Verdict
    digest: HexDigest
    entries: tuple[Annotated[tuple[EntryId, ...], Field(min_length=1, max_length=MAX_ENTRIES)], ...] = Field(
        default=(), max_length=MAX_SUBJECTS, description="Ids of the entries found, by subject; empty: none was."
    )
    decided_at: AwareDatetime

    @model_validator(mode="after")
    def _entries_are_of_the_subjects(self) -> Self:
        if self.entries and len({len(self.subjects), len(self.entries)}) > 1:
            raise ValueError("entries are stated for every subject of a sheet, in the same order, or for none")
        if len({len(found) for found in self.entries}) > 1:
            raise ValueError("subjects that are answered alike have as many entries each")
        return self

    def decisions(self) -> Iterator[Found]:
        """The decisions it records, in the order of the subjects."""
        found = self.entries or ((),) * len(self.subjects)
        for place, (subject, entries) in enumerate(zip(self.subjects, found, strict=True)):
            yield decision_id_at(self.id, place), subject, entries


class OutcomeRecord(Wire):
    """What was done about one finding (反馈)."""

    seq: Sequence
    decision_id: DecisionId
    subject: SubjectCode
    matter: Slug
    case: ShortText | None = None
    entry: EntryId
    measure: Slug
    list: Slug
    state: OutcomeState
    document: ShortText = ""
    reason: LongText = ""
    by: ShortText = ""
    until_on: date | None = None
    reported_at: AwareDatetime

    @model_validator(mode="after")
    def _waiver_is_complete(self) -> Self:
        if self.state is OutcomeState.WAIVED and not (self.until_on and self.reason.strip() and self.by.strip()):
            raise ValueError("a waiver names its reason, the officer (by) and its last day (until_on)")
        return self


class CheckBatch(Wire):
    """Records of checks from one outbox."""

    outbox: UUID
    records: tuple[Annotated[CheckRecord | SheetRecord, Field(union_mode="left_to_right")], ...] = Field(
        min_length=1, max_length=MAX_BATCH
    )


class OutcomeBatch(Wire):
    """Outcomes from one outbox."""

    outbox: UUID
    outcomes: tuple[OutcomeRecord, ...] = Field(min_length=1, max_length=MAX_BATCH)


class Receipt(Wire):
    """That the gateway holds a record (回执): the SHA-256 of the row as stored."""

    seq: int
    receipt: HexDigest


class Receipts(Wire):
    """The answer to a batch: a receipt for every record, and what is missing before.

    Attributes:
        next_seq: The first number not held after the unbroken run from 1.
        gaps: First and last number of each hole up to the highest number held; at most 100 of them.
    """

    receipts: tuple[Receipt, ...]
    next_seq: int
    gaps: tuple[tuple[int, int], ...] = ()
