"""The companies of the demonstration; all fictional (organisation codes beginning with FX belong to nobody)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Company:
    """A fictional company."""

    name: str
    code: str


HONEST = Company("虚构青稞诚信商贸有限公司", "91630100FX92000164")
BUILDER = Company("虚构云杉建设工程有限公司", "91630100FX9200024Y")
CANTEEN = Company("虚构沙棘食品有限公司", "91630100FX9200032R")
TYPED_WRONG = Company("虚构盐湖信息技术有限公司", "91630100FX9200040L")
