"""What the routes of credit reports (信用报告) take and give."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from gateway.api.models import Answer, Request


class ReportAnswer(Answer):
    """A report as a JSON file of the format ``credit-report-file/1``; the main keys are named."""

    model_config = ConfigDict(frozen=True, extra="allow")

    format: str
    code: str
    report: dict[str, Any]


class ReportPath(Request):
    """Which report (报告编号)."""

    number: Annotated[str, Field(pattern=r"^[0-9]{20}$")]


class ReportQuery(Request):
    """Its verification code (验证码); small letters, spaces and hyphens make no difference."""

    code: Annotated[str, Field(min_length=1, max_length=64)]


class GenuineAnswer(Answer):
    """What the gateway says of a report it issued (查验结果).

    Attributes:
        superseded: Whether a report issued now would say something else of the subject.
        counts: Items of each section; none once it is superseded.
    """

    number: str
    genuine: bool = True
    digest: str
    subject: str
    name: str
    issuer: str
    issued_at: datetime
    serial: int
    superseded: bool
    counts: dict[str, int]
