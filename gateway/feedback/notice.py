"""A notice (追溯通知): what the owner of a decision is told when an entry it leaned on was wrong, or is another's."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.registry.lifecycle import EntryState


class Became(StrEnum):
    """Why a decision is to be looked at again."""

    REVOKED = EntryState.REVOKED.value
    CORRECTED = EntryState.CORRECTED.value
    UNLINKED = "unlinked"


ADVICE = {
    Became.REVOKED: (
        "该条目已撤销，视为自始未列入。请复查本案：依据该条目作出的处理应予纠正，告知当事人并消除影响，"
        "已执行的措施报送解除。 / The entry was revoked, as if it had never been. Look at this case again: undo what"
        " rested on the entry, tell the party, and report measures that were applied as lifted."
    ),
    Became.CORRECTED: (
        "该条目已更正，作出决定时的内容有误。请按更正后的内容复查本案；结论改变的，应予纠正并告知当事人。"
        " / The entry was corrected: what it said when the decision was made was wrong. Look at this case again by what"
        " it says now; if the result changes, put it right and tell the party."
    ),
    Became.UNLINKED: (
        "该条目以原注册号登记，该号码与所核查代码的关联已解除，视为自始未关联，条目不是该主体的。请复查本案：依据该条目"
        "作出的处理应予纠正，告知当事人并消除影响，已执行的措施报送解除。 / The entry stands under a former number"
        " whose link to the code asked about was ended, as if it had never been: it is another's. Look at this case"
        " again: undo what rested on the entry, tell the party, and report measures that were applied as lifted."
    ),
}
"""What the owner should do, Chinese first."""


@dataclass(frozen=True, slots=True)
class Change:
    """One particular that a correction changed; both texts are empty for natural persons."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the owner did about a notice (处理回执)."""

    by: str
    done: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """That one recorded decision leaned on an entry that was wrong (追溯通知).

    Attributes:
        id: Number of the notice; later ones may belong to earlier acts, so open notices are read from the beginning.
        subject: Masked; empty where the registry does not hold the subject.
        verdict: As it was given then.
        since_at: When the entry was revoked or corrected, or the link ended.
        document_no / reason: Of that act; a correction gives those of the entry that took its place.
        replaced_by: The entry that took its place, ``replacement_state`` how that one stands now.
        advice: What the owner should do, Chinese first.
    """

    id: int
    client: str
    decision_id: str
    case: str
    matter: str
    subject: str
    verdict: str
    decided_at: datetime
    entry: str
    list: str
    became: Became
    since_at: datetime
    document_no: str
    reason: str
    replaced_by: str
    replacement_state: str
    changed: tuple[Change, ...]
    advice: str
    acknowledgement: Acknowledgement | None
