"""Live confirmation (实时核实): what of an answer on old data the gateway may confirm, and what counts as a yes.

Old data may not punish, for the subject may have been repaired since. Where the law of the matter allows it, the
gateway may be asked about that one case. Its answer is believed only as far as it says the same as the lists held here:

1. Asked is only where the age of the data alone stands between a statutory bar and the denial; never about a natural
   person, whom no machine denies anything.
2. The answer is about the same subject, matter, day, facts and principals, of the same origin, of a publication and a
   contact no older than those held here, and fresh by its own account.
3. It denies, and it bars the same entry by the same measure. So nothing is ever stronger than the law's own strength,
   and nobody is denied anything for an entry that no signed publication ever brought here.
4. By the time it is handed out it is itself not older than the matter allows for a punishment.

Whatever is missing of that leaves the answer of this replica, with a notice why. A confirmed answer rests on the
gateway's evidence and is proved there. The notices say so in every copy of a decision.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from credit_sdk.catalogue.view import State
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.decision import Decision
from credit_sdk.model.evidence import Freshness
from credit_sdk.model.finding import Finding, SofteningReason
from credit_sdk.model.matter import MatterVersion
from credit_sdk.model.measure import Strength
from credit_sdk.model.term import SHANGHAI
from credit_sdk.model.verdict import Verdict

_CONFIRMED = Bilingual(zh="已向网关实时核实：", en="Confirmed live at the gateway: ")
_UNCONFIRMED = Bilingual(zh="未能实时核实：", en="Not confirmed live: ")

_OTHERWISE = Bilingual(
    zh="网关当前的结论不同，请以网关的最新数据为准，由经办人员核实",
    en="the gateway's present answer is another; an officer verifies it on the gateway's data",
)
NOT_FRESH = Bilingual(zh="网关自身的数据也不够新", en="the gateway's own data is not fresh either")
_OLDER = Bilingual(
    zh="网关答复所依据的发布早于本机，或来自另一发布方",
    en="the gateway answered on an older publication than is held here",
)
PERSON = Bilingual(
    zh="涉及自然人，须说明目的和依据后在线核查，由人决定",
    en="a natural person is concerned, who is asked about with purpose and legal basis; a person decides",
)

_Key = tuple[str, str, str, str, str]


def awaiting(decision: Decision, state: State) -> MatterVersion | None:
    """The law of the matter, where the age of the data alone keeps a bar from denying and it may be confirmed live.

    Args:
        decision: Made on ``state``.
        state: What it was made on.
    """
    if state.catalogue is None or next(_awaiting(decision.findings), None) is None:
        return None
    version = state.catalogue.on(decision.on).matter(decision.matter).version
    return version if version.live_confirmation else None


def concerns_person(decision: Decision) -> bool:
    """Whether a natural person is checked or stands beside the subject."""
    return decision.subject.is_natural_person or any(each.subject.is_natural_person for each in decision.principals)


def contradiction(local: Decision, answer: Decision) -> Bilingual | None:
    """Why the gateway's answer to the same question does not confirm what was found here; None if it does."""
    held, stated = local.evidence, answer.evidence
    is_newer = stated.serial > held.serial or (stated.serial, stated.map_root) == (held.serial, held.map_root)
    if (
        stated.origin != held.origin
        or not is_newer
        or stated.contact_at is None
        or (held.contact_at is not None and stated.contact_at < held.contact_at)
    ):
        return _OLDER
    if stated.freshness is not Freshness.FRESH:
        return NOT_FRESH
    barred = {_key(finding) for finding in answer.findings if finding.strength is Strength.BAR}
    if answer.verdict is not Verdict.DENY or barred.isdisjoint(_key(finding) for finding in _awaiting(local.findings)):
        return _OTHERWISE
    return None


def is_within(answer: Decision, waited_s: float, limit_s: int) -> bool:
    """Whether the data of an answer kept for ``waited_s`` is still young enough to punish on."""
    age_s = answer.evidence.age_s
    return age_s is not None and age_s + waited_s <= limit_s


def confirmed(local: Decision, answer: Decision) -> Decision:
    """The gateway's answer in place of the one made here, saying by whom, when and on which serial it was confirmed."""
    stated, age = answer.evidence, _age(local)
    instant = _instant(answer.decided_at)
    notice = Bilingual(
        zh=f"{_CONFIRMED.zh}本机数据{age.zh}，不足以据以惩戒；{stated.origin}于{instant}（北京时间）"
        f"以第{stated.serial}号发布核实结论一致（网关核查编号{answer.id}）",
        en=f"{_CONFIRMED.en}the data here {age.en}, not fit to punish on; {stated.origin} said the same "
        f"at {instant} (Beijing) on its publication {stated.serial} (its check {answer.id})",
    )
    return replace(
        answer,
        _id=local.id,
        subject=local.subject,
        notices=(notice, *answer.notices),
        decided_at=local.decided_at,
        case=local.case,
        facts=local.facts,
        principals=local.principals,
    )


def unconfirmed(local: Decision, why: Bilingual, answer: Decision | None = None) -> Decision:
    """The answer made here, saying why the gateway did not confirm it."""
    zh, en = why.zh, why.en
    if answer is not None:
        instant, serial, verdict = _instant(answer.decided_at), answer.evidence.serial, answer.verdict
        zh += f"。网关于{instant}（北京时间）以第{serial}号发布答复{verdict}"
        en += f"; it said {verdict} at {instant} (Beijing) on its publication {serial}"
    notice = Bilingual(zh=f"{_UNCONFIRMED.zh}{zh}", en=f"{_UNCONFIRMED.en}{en}")
    return replace(local, notices=(notice, *local.notices))


def is_confirmed(decision: Decision) -> bool:
    """Whether it is the gateway's answer, not this replica's."""
    return bool(decision.notices) and decision.notices[0].zh.startswith(_CONFIRMED.zh)


def as_made_here(decision: Decision) -> Decision:
    """An answer of this replica without the notice that nobody confirmed it: what lists and law alone say."""
    if decision.notices and decision.notices[0].zh.startswith(_UNCONFIRMED.zh):
        return replace(decision, notices=decision.notices[1:])
    return decision


def _awaiting(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Those that would deny, were the data younger. Only a bar is ever softened for its age."""
    for finding in findings:
        steps = finding.softenings
        if len(steps) == 1 and steps[0].reason is SofteningReason.OLD_DATA:
            yield finding


def _key(finding: Finding) -> _Key:
    through = finding.through
    role, code = (through.role.value, through.subject.code) if through else ("", "")
    return finding.list.id, finding.entry.id, finding.measure.id, role, code


def _instant(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _age(local: Decision) -> Bilingual:
    held = local.evidence
    if held.age_s is None or (held.contact_at is not None and local.decided_at < held.contact_at):
        return Bilingual(zh="时间不明", en="is of unknown age")
    return Bilingual(zh=f"已有{held.age_s}秒未更新", en=f"is {held.age_s} s old")
