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


class FormerNameAnswer(Answer):
    """An earlier name (曾用名) with the day of the newest document that stated it; its number while it is public."""

    name: str
    stated_on: date | None
    document_no: str


class SubjectFile(Answer):
    """The file of one subject (信用档案), as published; no entry of a list says nothing unless that is covered.

    Asked for by a former number (原注册号), it is that of the code the number is linked to.
    """

    subject: str
    name: str
    former_names: tuple[FormerNameAnswer, ...]
    former_numbers: tuple[str, ...]
    kind: str
    serial: int
    map_root: str
    published_at: datetime | None
    entries: tuple[EntryAnswer, ...]
    waivers: tuple[WaiverAnswer, ...]
    commitments: tuple[CommitmentAnswer, ...]
    self_declared: tuple[DeclaredAnswer, ...]
    covered_lists: tuple[CoveredList, ...]
