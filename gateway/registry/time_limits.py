"""Time limits (办理期限): how long may be taken for an act, and whether the law says so or this gateway reminds.

Where no period is in force, the gateway may remind by a setting of its own. That is called internal and never
statutory; without a setting there is no time limit in force (未设法定期限), and none is made up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gateway.registry.rules import Rule
from gateway.registry.working_days import Due, working_days_after
from gateway.settings import GatewaySettings


class LawAct(StrEnum):
    """What the handling periods of the law are for, in their words."""

    PUBLICITY = "double-publicity"
    NOTICE = "notice.before-determination"
    OBJECTION = "objection.decision"
    VERIFIED_OBJECTION = "objection.decision.verified"
    REPAIR_ACCEPTANCE = "repair.acceptance"
    REPAIR_DECISION = "repair.decision"
    REPAIR_AGAIN = "repair.reapplication"
    REPAIR_EXCLUDED = "repair.excluded"
    WITHDRAWAL = "annulment.withdrawal"
    REMOVAL = "removal"
    FEEDBACK = "feedback"
    WAIVER_CONFIRMATION = "waiver.confirmation"
    WAIVER_TERM = "waiver.term"


class Ground(StrEnum):
    """What a time limit rests on."""

    STATUTORY = "statutory"
    INTERNAL = "internal"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """How long may be taken (办理期限).

    Attributes:
        rule: The rule of the law; None where none is in force.
        reminder_working_days: After how long this gateway reminds where there is no rule; 0 for never.
    """

    rule: Rule | None = None
    reminder_working_days: int = 0

    @property
    def ground(self) -> Ground:
        """The law, a setting of this gateway, or nothing."""
        if self.rule is not None:
            return Ground.STATUTORY
        return Ground.INTERNAL if self.reminder_working_days else Ground.NONE

    @property
    def counts_from(self) -> str:
        """What begins it, as the law says: document, publication, receipt, acceptance or event."""
        return self.rule.version.counts_from if self.rule else ""

    @property
    def period(self) -> str:
        """Id of the period in the law; empty unless statutory."""
        return self.rule.id if self.rule else ""

    @property
    def instrument(self) -> str:
        """Id of the first instrument it rests on; empty unless statutory."""
        return self.rule.instrument if self.rule else ""

    @property
    def basis(self) -> str:
        """What it rests on as people cite it (依据)."""
        if self.rule is not None:
            return self.rule.basis
        return "未设法定期限，按网关设置提醒" if self.reminder_working_days else "未设法定期限"

    def due(self, since: date) -> Due | None:
        """The last day of the term that began on ``since``; None where there is no limit."""
        if self.rule is not None:
            return self.rule.maximum_after(since)
        return working_days_after(since, self.reminder_working_days) if self.reminder_working_days else None


NO_LIMIT = TimeLimit()


def reminders_of(settings: GatewaySettings) -> Mapping[LawAct, int]:
    """The internal reminders (内部提醒) of a gateway, in working days; 0 is none."""
    return {
        LawAct.OBJECTION: settings.objection_reminder_working_days,
        LawAct.VERIFIED_OBJECTION: settings.verified_objection_reminder_working_days,
        LawAct.FEEDBACK: settings.feedback_reminder_working_days,
    }
