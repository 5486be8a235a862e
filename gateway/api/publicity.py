"""How long an entry is shown, as every route that tells of entries says it (公示期)."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class PublicityAnswer(BaseModel):
    """How long an entry is shown (公示期), with the period and instrument it rests on.

    Attributes:
        severity: The class of the act as it counts here: stated, or told by the kinds of the penalty.
        repair_from: First day a repair may be applied for; null where the law states no minimum, and where it depends
            on which period holds.
        last_day: Last day of publicity; null while none is fixed.
        maximum_day: Last day by the law's maximum, null where it states none.
        minimum: In ``unit``; null where the law states none, and where it depends on which period holds.
        period: The period that holds; of several that may, the longest.
        others: Periods that might hold instead, as far as the entry tells.
    """

    model_config = ConfigDict(frozen=True)

    severity: str
    repair_from: date | None
    last_day: date | None
    maximum_day: date | None
    counted_from: str
    counted_from_on: date
    minimum: int | None
    maximum: int | None
    unit: str
    period: str
    instrument: str
    basis: str
    confidence: str
    others: tuple[str, ...]
    remark: str
    remark_en: str
