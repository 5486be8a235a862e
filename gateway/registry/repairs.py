"""Repair (信用修复): who has corrected the conduct and fulfilled the obligations is freed of the entry.

===========  ===========  ===========  ==================================================================
from         act          to           what it means
===========  ===========  ===========  ==================================================================
applied      supplement   supplement   something is missing; it is said what (补正)
supplement   supply       applied      it was handed in; the time for acceptance begins anew
applied      accept       accepted     complete and in time (受理)
applied      decline      declined     not to be taken up, with reasons (不予受理)
supplement   decline      declined
applied      grant        granted      accepted and decided in one
accepted     grant        granted      publicity ends, sharing and use cease, measures are lifted
accepted     deny         denied       the conditions are not met, with reasons
applied      withdraw     withdrawn    the subject no longer asks
supplement   withdraw     withdrawn
accepted     withdraw     withdrawn
granted      void         voided       a false commitment or false material: the entry is published again
===========  ===========  ===========  ==================================================================

The conditions (信用修复管理办法，第36号令): the minimum publicity is reached, by the law in force on the day of the
document; the conduct is corrected and the obligations are fulfilled, with proof; a public commitment (信用承诺) is
given; others that a law states. Nothing else is asked for: it is free of charge, and there is no field for a training,
a report or a donation. Granting, refusing and voiding take two people and a document.

Who determined an entry repairs it (谁认定、谁修复): a repair that the determining authority granted by itself is taken
over without an application; its conditions are that authority's to judge.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from gateway.database.tables import repairs
from gateway.problems import ConflictError, InvalidActError
from gateway.registry.requests import Requests
from gateway.registry.titles import act_title, possible_acts, state_title


class RepairState(StrEnum):
    """Where an application stands."""

    APPLIED = "applied"
    SUPPLEMENT = "supplement"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"


class RepairAct(StrEnum):
    """What moves an application."""

    SUPPLEMENT = "supplement"
    SUPPLY = "supply"
    ACCEPT = "accept"
    DECLINE = "decline"
    GRANT = "grant"
    DENY = "deny"
    WITHDRAW = "withdraw"
    VOID = "void"


OPEN = frozenset({RepairState.APPLIED, RepairState.SUPPLEMENT, RepairState.ACCEPTED})

MOVES: Mapping[tuple[RepairState, RepairAct], RepairState] = {
    (RepairState.APPLIED, RepairAct.SUPPLEMENT): RepairState.SUPPLEMENT,
    (RepairState.SUPPLEMENT, RepairAct.SUPPLY): RepairState.APPLIED,
    (RepairState.APPLIED, RepairAct.ACCEPT): RepairState.ACCEPTED,
    (RepairState.APPLIED, RepairAct.DECLINE): RepairState.DECLINED,
    (RepairState.SUPPLEMENT, RepairAct.DECLINE): RepairState.DECLINED,
    (RepairState.APPLIED, RepairAct.GRANT): RepairState.GRANTED,
    (RepairState.ACCEPTED, RepairAct.GRANT): RepairState.GRANTED,
    (RepairState.ACCEPTED, RepairAct.DENY): RepairState.DENIED,
    (RepairState.APPLIED, RepairAct.WITHDRAW): RepairState.WITHDRAWN,
    (RepairState.SUPPLEMENT, RepairAct.WITHDRAW): RepairState.WITHDRAWN,
    (RepairState.ACCEPTED, RepairAct.WITHDRAW): RepairState.WITHDRAWN,
    (RepairState.GRANTED, RepairAct.VOID): RepairState.VOIDED,
}


_HELD = Requests(
    repairs,
    "修复申请",
    "application for repair",
    "查看修复申请：credit-gateway repairs list HOME / Find it with that command.",
)
find, show, claim = _HELD.find, _HELD.show, _HELD.claim


def after(state: RepairState, act: RepairAct) -> RepairState:
    """The state an act leads to.

    Raises:
        ConflictError: The table has no such move.
    """
    reached = MOVES.get((state, act))
    if reached is None:
        possible = possible_acts(each for each in RepairAct if (state, each) in MOVES)
        raise ConflictError(
            f"状态为“{state_title(state)}”的申请不能办理“{act_title(act)}” / "
            f"An application that is {state} cannot be changed by the act {act}.",
            hint=f"此状态下可办理 / Possible in this state: {possible}.",
        )
    return reached


def require_papers(row: Row[Any]) -> None:
    """Refuse an application without proof or commitment.

    Raises:
        InvalidActError: One is missing.
    """
    missing = [
        name
        for name, text in (("履行证明材料 proof", row.proof), ("信用承诺书 commitment", row.commitment))
        if not text
    ]
    if missing:
        raise InvalidActError(
            f"修复申请{row.id}缺少：{'、'.join(missing)} / The application lacks what the rules ask for.",
            hint="请申请人补正：credit-gateway repairs supplement / Ask for it with that command.",
        )


def blank() -> dict[str, object]:
    """The texts of an application that nobody has written yet."""
    texts = ("proof", "commitment", "reasons", "document_no", "period", "missing", "void_reasons", "void_document_no")
    return dict.fromkeys(texts, "")
