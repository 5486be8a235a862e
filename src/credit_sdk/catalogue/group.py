"""A consortium (联合体): all members are checked on one view; the strongest answer holds (政府采购法第二十四条)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec.structs import replace

from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.matching import by_weight
from credit_sdk.catalogue.request import MAX_MEMBERS
from credit_sdk.catalogue.view import View
from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.decision import Decision, GroupDecision
from credit_sdk.model.finding import Finding
from credit_sdk.model.subject import Subject
from credit_sdk.model.verdict import Verdict


def evaluate_group(
    members: Sequence[Subject],
    matter: str,
    on: date,
    view: View,
    now: datetime,
    *,
    facts: Mapping[str, bool | int | str] | None = None,
    case: str | None = None,
    decision_ids: Sequence[str | int] = (),
    decision_id: str = "",
) -> GroupDecision:
    """Answer one check of a consortium.

    Args:
        members: Each one once; a finding names its member by the position here, from 0.
        matter: Id of the matter.
        on: The civil day asked about.
        view: One serial of lists and law.
        now: The instant of the check.
        facts: Facts of the case that differ from the matter's defaults.
        case: The host's case number.
        decision_ids: UUIDv7 text for each member's decision, or what was drawn for it, in the order of ``members``.
        decision_id: UUIDv7 text for the group's own.

    Raises:
        UnknownMatterError: As for a single check.
        InvalidRequestError: As for a single check; also no member, one given twice, more than 256, or ids missing.
    """
    _each_once(members)
    ids = decision_ids or [""] * len(members)
    if len(ids) != len(members):
        raise InvalidRequestError(
            f"{len(members)} members were given {len(ids)} decision ids.", hint="Pass one id for each member."
        )
    decisions = tuple(
        evaluate(member, matter, on, view, now, facts=facts, case=case, decision_id=id)
        for member, id in zip(members, ids, strict=True)
    )
    decisive = max(range(len(decisions)), key=lambda position: (decisions[position].verdict.rank, -position))
    return GroupDecision(
        id=decision_id,
        verdict=decisions[decisive].verdict,
        matter=decisions[decisive].matter,
        on=decisions[decisive].on,
        members=decisions,
        findings=tuple(sorted(_named(decisions), key=lambda finding: (by_weight(finding), finding.member or 0))),
        why=_why(decisions, decisive),
        evidence=decisions[decisive].evidence,
        decided_at=decisions[decisive].decided_at,
        case=decisions[decisive].case,
    )


def _each_once(members: Sequence[Subject]) -> None:
    if not members:
        raise InvalidRequestError("a group needs at least one member.", hint="Pass every member of the consortium.")
    if len(members) > MAX_MEMBERS:
        raise InvalidRequestError(
            f"{len(members)} members are more than one check takes ({MAX_MEMBERS}).",
            hint="Screen independent bidders one by one; a group is one consortium.",
        )
    seen: set[tuple[str, str]] = set()
    for member in members:
        number = (member.scheme, member.code)
        if number in seen:
            raise InvalidRequestError(f"the member {member.masked} is given twice.", hint="Pass each member once.")
        seen.add(number)


def _named(decisions: Sequence[Decision]) -> list[Finding]:
    return [
        replace(finding, member=position)
        for position, decision in enumerate(decisions)
        for finding in decision.findings
    ]


def _why(decisions: Sequence[Decision], decisive: int) -> Bilingual:
    first = decisions[decisive]
    if first.verdict is Verdict.CLEAR:
        return Bilingual(
            zh=f"联合体{len(decisions)}个成员均如此：{first.why.zh}",
            en=f"All {len(decisions)} members alike: {first.why.en}",
        )
    who, number = first.subject.masked, decisive + 1
    return Bilingual(
        zh=f"联合体第{number}个成员（{who}）：{first.why.zh}",
        en=f"Member {number} of the consortium ({who}): {first.why.en}",
    )
