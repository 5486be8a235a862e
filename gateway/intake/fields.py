"""Fields of an entry that conditions of the law may speak of (条件字段), read from columns of their own."""

from collections.abc import Mapping
from decimal import Decimal

from credit_sdk.model.listing import FieldValue
from gateway.drafting.vocabulary import ENTRY_FIELDS, EntryField, FieldType
from gateway.intake import values
from gateway.intake.columns import FINE_IN_WAN_YUAN, TITLES
from gateway.intake.remarks import Remark

_SPELLINGS = {
    "暂扣许可证": "暂扣许可证件",
    "吊销许可证": "吊销许可证件",
    "吊销执照": "吊销许可证件",
    "吊销营业执照": "吊销许可证件",
    "责令停产": "责令停产停业",
    "责令停业": "责令停产停业",
    "限制生产经营": "限制开展生产经营活动",
    "限制开展生产经营": "限制开展生产经营活动",
    "降低资质": "降低资质等级",
}
"""Kinds of penalty as tables write them, and the words of 行政处罚法 Art. 9 they stand for beyond doubt."""
_SEVERITY = "severity"
"""Stands in the vocabulary of conditions, but is a column of the entry itself."""


class FieldReader:
    """Reads the fields of one row.

    Args:
        said: What the row says in each column it fills.
    """

    def __init__(self, said: Mapping[str, str]) -> None:
        self._said = said
        self.reasons: list[Remark] = []
        self.warnings: list[Remark] = []

    def read(self) -> Mapping[str, FieldValue]:
        """The fields the row states; what cannot be read is in ``reasons``."""
        stated: dict[str, FieldValue] = {}
        for name, field in ENTRY_FIELDS.items():
            if name in self._said and name != _SEVERITY:
                text = self._said[name]
                try:
                    stated[name] = self._value(name, field, text)
                except ValueError:
                    self._refuse(name, text, field)
        if FINE_IN_WAN_YUAN in self._said:
            self._fine_in_wan_yuan(stated)
        return stated

    def exact_fine(self) -> Decimal | None:
        """The fine in yuan to the fen (分), where it is no whole number of yuan; conditions see it rounded down."""
        for name, read in (("fine_yuan", values.yuan), (FINE_IN_WAN_YUAN, values.yuan_of_wan)):
            if name in self._said:
                try:
                    found = read(self._said[name])
                except ValueError:
                    continue
                if found != int(found):
                    return found
        return None

    def _value(self, name: str, field: EntryField, text: str) -> FieldValue:
        match field.holds:
            case FieldType.YES_NO:
                return values.yes_or_no(text)
            case FieldType.NUMBER:
                return values.whole_number(text)
            case FieldType.TEXT:
                return text
            case FieldType.WORDS:
                words = tuple(dict.fromkeys(_SPELLINGS.get(word, word) for word in values.several(text)))
                unknown = "、".join(word for word in words if field.words and word not in field.words)
                if unknown:
                    self.warnings.append(
                        Remark(
                            f"{name}.unknown-word", f"{TITLES[name]}“{unknown[:60]}”不是规范用语 / not a standard word"
                        )
                    )
                return words

    def _fine_in_wan_yuan(self, stated: dict[str, FieldValue]) -> None:
        text = self._said[FINE_IN_WAN_YUAN]
        try:
            fine_yuan = int(values.yuan_of_wan(text))
        except ValueError:
            self._refuse(FINE_IN_WAN_YUAN, text, ENTRY_FIELDS["fine_yuan"])
            return
        if stated.setdefault("fine_yuan", fine_yuan) != fine_yuan:
            self.reasons.append(
                Remark(
                    "fine_yuan.contradictory", "以元与以万元填报的罚款金额不一致 / the two amounts of the fine differ"
                )
            )

    def _refuse(self, name: str, text: str, field: EntryField) -> None:
        self.reasons.append(
            Remark(f"{name}.unreadable", f"{TITLES[name]}“{text[:30]}”不是{field.holds} / not understood")
        )
