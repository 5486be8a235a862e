"""Cases (案例): prose beside the law that says what must come out, and what did not yet on the day before it began.

Of a measure they say what it finds, of a period how long an entry is shown.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from credit_sdk.model.citation import LawModel
from credit_sdk.model.decision import Verdict
from credit_sdk.model.listing import FieldValue, Severity
from credit_sdk.model.measure import Role, Strength
from credit_sdk.model.scheme import SubjectKind
from gateway.drafting.complaint import Complaint
from gateway.drafting.refusal import complaints_of
from gateway.drafting.sheet import Sheet, read_sheet


class CaseEntry(LawModel):
    """An entry (名单条目) somebody in the case stands with.

    Attributes:
        list: Id of the list.
        from_on / until_on: Its term; no last day means until removed.
        determined_on: Date of the decision, by default the first day of the term.
        objection: Whether an objection is under way.
    """

    list: str
    from_on: date = Field(alias="from")
    until_on: date | None = Field(default=None, alias="until")
    determined_on: date | None = None
    severity: Severity = Severity.NONE
    objection: bool = False
    fields: Mapping[str, FieldValue] = Field(default_factory=dict)


class CasePrincipal(LawModel):
    """Somebody beside the subject, with his own entries (相关责任人)."""

    role: Role
    subject: SubjectKind = SubjectKind.NATURAL_PERSON
    entries: tuple[CaseEntry, ...] = ()


class Given(LawModel):
    """What is the case: who, with which entries and facts (给定)."""

    subject: SubjectKind = SubjectKind.LEGAL_PERSON
    entries: tuple[CaseEntry, ...] = ()
    principals: tuple[CasePrincipal, ...] = ()
    facts: Mapping[str, bool | int | str] = Field(default_factory=dict)


class Then(LawModel):
    """What must come out (结论).

    Attributes:
        finding: Strength, after softening, of this measure's finding; ``none`` when there must be no such finding,
            ``withheld`` for an incentive that falls away, ``no-matter`` when the matter was not yet law on that day.
        statutory: The law's own strength, where softening changed it.
        verdict: The verdict, where it matters.
        article: The first article the finding cites, which is what the person concerned is told.
    """

    finding: Strength | Literal["none", "withheld", "no-matter"]
    statutory: Strength | None = None
    verdict: Verdict | None = None
    article: str | None = None


class Case(LawModel):
    """One case (案例) about one measure."""

    title: str
    on: date
    given: Given
    when: str
    then: Then

    @property
    def is_absence(self) -> bool:
        """Whether it says that the measure does not bite."""
        return self.then.finding in {"none", "no-matter"}


class CaseFile(LawModel):
    """All cases of one measure."""

    measure: str
    cases: tuple[Case, ...] = Field(min_length=1)


class GivenPublicity(LawModel):
    """The entry whose publicity is asked for (给定).

    Attributes:
        determined_on: Date of the document.
        from_on / until_on: Its term, by default from that day until removed.
    """

    list: str
    determined_on: date
    authority: str
    severity: Severity = Severity.NONE
    from_on: date | None = Field(default=None, alias="from")
    until_on: date | None = Field(default=None, alias="until")
    fields: Mapping[str, FieldValue] = Field(default_factory=dict)


class ThenPublicity(LawModel):
    """How long it is shown (结论).

    Attributes:
        periods: Every period that may hold, the one by which publicity ends first.
        repair_from: First day a repair may be applied for; not written where the law states no minimum, and where it
            depends on which period holds.
        last_day: Last day of publicity; not written where there is none.
    """

    periods: tuple[str, ...] = ()
    repair_from: date | None = None
    last_day: date | None = None


class PublicityCase(LawModel):
    """One case (案例) about how long something is shown."""

    title: str
    given: GivenPublicity
    then: ThenPublicity


class PublicityCaseFile(LawModel):
    """All cases of one period."""

    period: str
    cases: tuple[PublicityCase, ...] = Field(min_length=1)


class CaseSheet:
    """A case file with the lines it was read from.

    Attributes:
        sheet: The file.
        content: The cases of a measure, or None when they cannot be read or are of a period.
        publicity: The cases of a period, or None likewise.
        complaints: What is wrong with the file.
    """

    def __init__(self, path: Path, file: str) -> None:
        self.sheet: Sheet = read_sheet(path, file)
        self.content: CaseFile | None = None
        self.publicity: PublicityCaseFile | None = None
        self.complaints: tuple[Complaint, ...] = self.sheet.complaints
        if self.complaints:
            return
        try:
            if "period" in self.sheet.content:
                self.publicity = PublicityCaseFile.model_validate(self.sheet.content)
                of, id = "period", self.publicity.period
            else:
                self.content = CaseFile.model_validate(self.sheet.content)
                of, id = "measure", self.content.measure
        except ValidationError as error:
            self.complaints = tuple(complaints_of(error, self.sheet, ()))
            return
        if id != path.stem:
            message = f"{of}“{id}”与文件名“{path.stem}”不一致"
            self.complaints = (self.sheet.complaint((of,), message, "案例文件以措施或者期限的编号命名"),)
