"""How long a waiver may last (豁免期限): what the law in force says, or that it says nothing (未设法定期限).

1. A period of the act ``waiver.term`` in force on the day of the confirmation counts; one that names the matter or the
   list goes before one that names neither, and of several the one that ends first.
2. It counts from the day of the confirmation, or from the receipt of what was asked where the law says so; the first
   day does not count (民法典第二百零一条).
3. No last day lies behind what the officer asked for. Where no law states a longest term, whoever confirms names the
   last day.
"""

from dataclasses import dataclass
from datetime import date
from typing import Self

from gateway.problems import InvalidActError
from gateway.registry.periods import PeriodLaw
from gateway.registry.rules import Rule
from gateway.registry.time_limits import NO_LIMIT, LawAct, TimeLimit
from gateway.registry.working_days import Due

NO_LONGEST_TERM = "未设法定最长期限"


@dataclass(frozen=True, slots=True)
class LongestTerm:
    """The longest term of one waiver (最长期限).

    Attributes:
        limit: The rule of the law, or that there is none.
        due: The last day it allows; None where there is no limit.
    """

    limit: TimeLimit
    due: Due | None

    @classmethod
    def of(cls, law: PeriodLaw, *, matter: str, list_id: str, received_on: date, today: date) -> Self:
        """What a confirmation today would be bound to.

        Args:
            law: The periods of the edition in effect today.
            matter: Of the waiver.
            list_id: The list of the entry it was asked for.
            received_on: Day it was asked for.
            today: Day it would be confirmed.
        """
        fitting = [
            (rule, due)
            for rule in law.of_act(LawAct.WAIVER_TERM, today)
            if (not rule.version.matters or matter in rule.version.matters)
            and (not rule.version.lists or list_id in rule.version.lists)
            and (due := rule.maximum_after(received_on if rule.version.counts_from == "receipt" else today)) is not None
        ]
        if not fitting:
            return cls(NO_LIMIT, None)
        rule, due = min(fitting, key=lambda each: (-_named(each[0]), _end(each[1]), each[0].id))
        return cls(TimeLimit(rule), due)

    @property
    def basis(self) -> str:
        """What it rests on (依据), or that no law in force states a longest term."""
        return self.limit.basis if self.due is not None else NO_LONGEST_TERM

    @property
    def text(self) -> str:
        """One sentence, Chinese."""
        if self.due is None:
            return "现行规定未设法定最长期限，最后一日由复核人写明"
        if self.due.on is None:
            last = f"最后一日在{self.due.unknown_year}年，该年节假日安排尚未公布"
        else:
            last = f"至迟到{self.due.on}"
        return f"法定最长期限：{last}，依据{self.basis}"

    def last_day(self, named: date | None, *, asked: date, today: date) -> date:
        """The last day a confirmation gives.

        Args:
            named: As the confirming person named it, None where they did not.
            asked: The last day the officer asked for.
            today: Day of the confirmation.

        Raises:
            InvalidActError: It is missing where no law limits it, is over, or lies behind what was asked or allowed.
        """
        if named is None and self.due is None:
            raise InvalidActError(
                f"现行规定{NO_LONGEST_TERM}，须由复核人写明最后一日 / "
                "No law in force sets a longest term, so whoever confirms must name the last day.",
                hint=f"请写明不晚于{asked}的日期：--until / Name a day up to that one.",
            )
        last = named or asked
        if last < today:
            raise InvalidActError(
                f"最后一日{last}已过 / The last day, {last}, is over.",
                hint="请不予同意，或写明今天或以后的日期 / Refuse it, or name today or a later day.",
            )
        if last > asked:
            raise InvalidActError(
                f"最后一日{last}晚于经办人所请的{asked} / {last} lies behind the last day that was asked for, {asked}.",
                hint="需要更长的，请对方另行报送 / For longer, the other system has to ask anew.",
            )
        # None where nobody can say: a day that may be too late is not confirmed.
        if self.due is not None and self.due.is_overdue(last) is not False:
            raise InvalidActError(
                f"最后一日{last}超过法定最长期限 / {last} lies behind the longest term of the law. {self.text}。",
                hint="请用 --until 写明期限以内的日期 / Name a day within the term with that option.",
            )
        return last


def _named(rule: Rule) -> int:
    return bool(rule.version.matters) + bool(rule.version.lists)


def _end(due: Due) -> date:
    return due.on or date(due.unknown_year, 1, 1)
