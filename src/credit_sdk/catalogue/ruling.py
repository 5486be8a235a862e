"""The verdict (结论), and what stands in the way of a clearance.

Any ``bar`` denies; else any ``limit`` or ``scrutinise`` sends to review; else a single doubt leaves it undetermined;
only what is left is clear.

Lists are kept by unified social credit code: that nothing is found under an older number proves nothing.
"""

from collections.abc import Iterable, Sequence

from credit_sdk.catalogue.freshness import Age
from credit_sdk.model import wording
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.evidence import Freshness
from credit_sdk.model.finding import Finding, Principal
from credit_sdk.model.measure import Strength
from credit_sdk.model.scheme import SubjectWarning
from credit_sdk.model.subject import Subject
from credit_sdk.model.verdict import Verdict

EMPTY = Bilingual(
    zh="本机尚无名单和法律目录，请先同步或改由人工核查",
    en="nothing is held here yet; sync first or check by hand",
)
PERSON_ASKED_ONLINE = Bilingual(
    zh="自然人须在线核查，并说明目的和依据",
    en="natural persons are asked online, with purpose and legal basis",
)
OLD_NUMBER = Bilingual(
    zh="所用号码不是统一社会信用代码；名单多以统一社会信用代码登记，请改用统一社会信用代码再次核查",
    en="this is not a unified social credit code, by which most lists are kept; check again with that code",
)

_BY_STRONGEST = {
    Strength.BAR: Verdict.DENY,
    Strength.LIMIT: Verdict.REVIEW,
    Strength.SCRUTINISE: Verdict.REVIEW,
}
"""What the strongest finding leads to, whatever else is found; one that is not here leaves the answer to the doubts."""


def verdict_of(findings: Sequence[Finding], doubts: Sequence[Bilingual]) -> Verdict:
    """The verdict that findings, strongest first, and doubts lead to."""
    if findings:
        verdict = _BY_STRONGEST.get(findings[0].strength)
        if verdict is not None:
            return verdict
    return Verdict.UNDETERMINED if doubts else Verdict.CLEAR


def is_by_old_number(subject: Subject) -> bool:
    """Whether the subject is asked about by an older number, under which lists are not kept."""
    return bool(subject.warnings) and SubjectWarning.NOT_USCC in subject.warnings


def doubts_about_subject(subject: Subject, *, is_held: bool, unsure: Iterable[Principal]) -> tuple[Bilingual, ...]:
    """Why nothing found under this number would not mean that nothing is there.

    Args:
        subject: Who is checked.
        is_held: Whether records of his kind are kept where this is asked.
        unsure: Principals through whom the law of the matter reaches, but whose records are not kept here, or not under
            the number given.
    """
    doubts = [_older(principal) if is_by_old_number(principal.subject) else _unheld(principal) for principal in unsure]
    if not is_held:
        doubts.insert(0, PERSON_ASKED_ONLINE)
    if is_by_old_number(subject):
        doubts.insert(0, OLD_NUMBER)
    return tuple(doubts)


def doubts_about_data(missing: Sequence[str], age: Age, clear_max_age_s: int) -> tuple[Bilingual, ...]:
    """Why silence of the lists would not mean that nothing is there, whoever is asked about; the weightiest first.

    Args:
        missing: Titles of the required lists that are not covered.
        age: How old the view is.
        clear_max_age_s: How old it may be for a clearance.
    """
    doubts = []
    if missing:
        doubts.append(_missing(missing))
    if not age.is_within(clear_max_age_s):
        doubts.append(_too_old(age, clear_max_age_s))
    return tuple(doubts)


def _missing(titles: Sequence[str]) -> Bilingual:
    named = "、".join(f"“{title}”" for title in titles)
    return Bilingual(zh=f"必查名单未覆盖：{named}", en=f"required lists are not covered: {named}")


def _unheld(principal: Principal) -> Bilingual:
    role, who = wording.ROLES[principal.role], principal.subject.masked
    return Bilingual(
        zh=f"{role.zh}{who}为自然人，须在线核查，并说明目的和依据",
        en=f"the {role.en} {who} is a natural person and is asked online, with purpose and legal basis",
    )


def _older(principal: Principal) -> Bilingual:
    role, who = wording.ROLES[principal.role], principal.subject.masked
    return Bilingual(
        zh=f"{role.zh}{who}所用号码不是统一社会信用代码，请改用统一社会信用代码再次核查",
        en=f"the {role.en} {who} is named by a number that is no unified social credit code; "
        "check again with that code",
    )


def _too_old(age: Age, limit_s: int) -> Bilingual:
    if age.is_clock_behind:
        return Bilingual(
            zh="本机时钟早于发布时刻，无法判断数据是否过时，请校准时钟",
            en="the clock here is behind the publisher's, so the age of the data is unknown; set the clock",
        )
    if age.state is Freshness.EXPIRED:
        return Bilingual(zh="数据已过有效期，请恢复同步", en="the data has expired; restore the sync")
    if age.age_s is None:
        return Bilingual(zh="从未核实过数据的时间", en="the age of the data was never verified")
    return Bilingual(
        zh=f"数据已有{age.age_s}秒未更新，超过本事项的时限{limit_s}秒",
        en=f"the data is {age.age_s} s old, more than the {limit_s} s this matter allows",
    )
