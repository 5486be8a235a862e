"""What the file of one subject (信用档案) gives."""

from datetime import date, datetime

from gateway.api.commitment_models import CommitmentAnswer
from gateway.api.models import Answer, CoveredList, EntryAnswer, WaiverAnswer


class DeclaredAnswer(Answer):
    """What the subject says of itself (自主申报): never a ground for a sanction, whatever its state."""

    id: str
    category: str
    title: str
    content: str
    declared_on: date
    commitment: str
    state: str
    verified_at: datetime | None
    reason: str


class SubjectFile(Answer):
    """The file of one subject (信用档案), as published; no entry of a list says nothing unless that is covered."""

    subject: str
    name: str
    kind: str
    serial: int
    map_root: str
    published_at: datetime | None
    entries: tuple[EntryAnswer, ...]
    waivers: tuple[WaiverAnswer, ...]
    commitments: tuple[CommitmentAnswer, ...]
    self_declared: tuple[DeclaredAnswer, ...]
    covered_lists: tuple[CoveredList, ...]
