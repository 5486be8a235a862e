"""What is wrong with a law file (问题), said to the clerk who keeps it: where, what, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from credit_sdk.errors import LawError


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """One thing that keeps the law from being adopted, in one line of Chinese.

    Attributes:
        file: Path below the law directory, with ``/``.
        line: Line in that file, counted from 1.
        message_zh: What is wrong.
        remedy_zh: What to do about it.
    """

    file: str
    line: int
    message_zh: str
    remedy_zh: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message_zh}。{self.remedy_zh}。"


class LawRefusedError(LawError):
    """The law files cannot be made into a catalogue (法律文件未通过检查).

    Args:
        complaints: Everything found, at least one.
    """

    code = "law.refused"

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        self.complaints = tuple(complaints)
        first = self.complaints[0]
        more = f"（另有{len(self.complaints) - 1}处问题）" if len(self.complaints) > 1 else ""
        super().__init__(
            f"{first.file}:{first.line}: {first.message_zh}{more}，法律文件未被采用。", hint=f"{first.remedy_zh}。"
        )
