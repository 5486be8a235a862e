"""What was found of a commitment's performance (履行状态认定), and what such a finding must carry."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from credit_sdk.model.listing import Severity
from gateway.problems import InvalidActError


class PerformanceStatus(StrEnum):
    """How far a commitment was performed (履行状态): 全部履行 / 部分履行 / 全部未履行."""

    FULFILLED = "fulfilled"
    PARTLY = "partly"
    UNFULFILLED = "unfulfilled"


STATUS_TITLES = {"fulfilled": "全部履行", "partly": "部分履行", "unfulfilled": "全部未履行"}
"""Official names of how far a commitment was performed."""


@dataclass(frozen=True, slots=True)
class PerformanceFinding:
    """What was found of one commitment (履行状态认定).

    Attributes:
        is_false: Whether the commitment itself was false (虚假承诺).
        unperformed: 未履行内容; required unless all was performed.
        liability_pursued: 违诺责任追究内容; required unless all was performed.
        severity: Class of the breach, where the document states one (失信程度).
        determined_on / authority / authority_code: 状态认定日期、单位、单位代码.
        notice_given_on: When the committer was told facts, reasons and basis; required for a breach or falsehood.
    """

    status: PerformanceStatus
    determined_on: date
    authority: str
    authority_code: str = ""
    document_no: str = ""
    is_false: bool = False
    unperformed: str = ""
    liability_pursued: str = ""
    severity: Severity = Severity.NONE
    notice_given_on: date | None = None

    @property
    def is_adverse(self) -> bool:
        """Whether it counts against the committer."""
        return self.is_false or self.status is not PerformanceStatus.FULFILLED


def require_whole(finding: PerformanceFinding, made_on: date, today: date) -> None:
    """Refuse a finding that lacks what the law asks for.

    Raises:
        InvalidActError: A particular is missing, or the days do not agree.
    """
    if not finding.authority.strip():
        raise InvalidActError(
            "认定须写明认定单位 / A finding says who made it.", hint="请填写认定单位 / State the authority."
        )
    if not made_on <= finding.determined_on <= today:
        raise InvalidActError(
            f"{made_on}作出的承诺不可能在{finding.determined_on}认定 / "
            f"A commitment of {made_on} cannot have been judged on {finding.determined_on}.",
            hint="请核对认定日期 / See to the day of the finding.",
        )
    if not finding.is_adverse:
        return
    missing = [
        name
        for name, text in (
            ("document_no 文书号", finding.document_no),
            ("unperformed 未履行内容", finding.unperformed),
            ("liability_pursued 违诺责任追究内容", finding.liability_pursued),
        )
        if not text.strip()
    ]
    if finding.notice_given_on is None:
        missing.append("notice_given_on 告知日期")
    elif finding.notice_given_on > finding.determined_on:
        raise InvalidActError(
            "应当在认定之前告知承诺人，不能在其后 / The committer must be told before the finding is made, not after.",
            hint="先告知事实、理由和依据，听取陈述申辩 / Give notice and hear the committer first.",
        )
    if missing:
        raise InvalidActError(
            f"不利于承诺人的认定缺少：{'、'.join(missing)} / "
            f"A finding against the committer lacks: {', '.join(missing)}.",
            hint="请补全后重试 / State what is missing.",
        )
