"""Fields of an entry that conditions of the law may speak of (条件字段), read from columns of their own."""

from collections.abc import Callable, Mapping

from credit_sdk.model.listing import FieldValue
from gateway.drafting.vocabulary import ENTRY_FIELDS, EntryField, FieldType
from gateway.intake import values
from gateway.intake.columns import FINE_IN_WAN_YUAN, TITLES
from gateway.intake.remarks import Remark

_WAN = 10_000
_SEVERITY = "severity"
"""Stands in the vocabulary of conditions, but is a column of the entry itself."""


class FieldReader:
    """Reads the fields of one row.

    Args:
        cell: What the row says in a column, empty for nothing.
    """

    def __init__(self, cell: Callable[[str], str]) -> None:
        self._cell = cell
        self.reasons: list[Remark] = []
        self.warnings: list[Remark] = []

    def read(self) -> Mapping[str, FieldValue]:
        """The fields the row states; what cannot be read is in ``reasons``."""
        stated: dict[str, FieldValue] = {}
        for name, field in ENTRY_FIELDS.items():
            text = self._cell(name)
            if text and name != _SEVERITY:
                try:
                    stated[name] = self._value(name, field, text)
                except ValueError:
                    self._refuse(name, text, field)
        self._fine_in_wan_yuan(stated)
        return stated

    def _value(self, name: str, field: EntryField, text: str) -> FieldValue:
        match field.holds:
            case FieldType.YES_NO:
                return values.yes_or_no(text)
            case FieldType.NUMBER:
                return values.whole_number(text)
            case FieldType.TEXT:
                return text
            case FieldType.WORDS:
                words = values.several(text)
                unknown = "、".join(word for word in words if field.words and word not in field.words)
                if unknown:
                    self.warnings.append(
                        Remark(
                            f"{name}.unknown-word", f"{TITLES[name]}“{unknown[:60]}”不是规范用语 / not a standard word"
                        )
                    )
                return words

    def _fine_in_wan_yuan(self, stated: dict[str, FieldValue]) -> None:
        text = self._cell(FINE_IN_WAN_YUAN)
        if not text:
            return
        try:
            fine_yuan = values.whole_number(text, per_unit=_WAN)
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
