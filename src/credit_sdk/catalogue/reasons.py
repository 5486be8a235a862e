"""Why the answer is what it is (理由), in one sentence: the strongest finding with article and way out, or a doubt."""

from collections.abc import Sequence
from datetime import date

from credit_sdk.model import wording
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.finding import Finding
from credit_sdk.model.verdict import Verdict

_LIST_WORDS = ("名单", "名录")


class Clearance:
    """The sentence of a clearance in one matter.

    It is the same for every clear subject of a day, and most subjects are: the last one is kept.
    """

    def __init__(self, title: Bilingual) -> None:
        self._title = title
        self._last: tuple[date, int, Bilingual] = (date.min, 0, title)

    def sentence(self, on: date, advice: int) -> Bilingual:
        """That nothing restrictive applies on ``on``, and how many findings are for advice."""
        last_on, last_advice, said = self._last
        if last_on != on or last_advice != advice:
            said = _clear(on, self._title, advice)
            self._last = (on, advice, said)
        return said


def why(
    verdict: Verdict, on: date, clearance: Clearance, findings: Sequence[Finding], doubts: Sequence[Bilingual]
) -> Bilingual:
    """The sentence that goes with a verdict.

    Args:
        verdict: The verdict.
        on: The day asked about.
        clearance: What to say where the verdict is clear.
        findings: Strongest first.
        doubts: Weightiest first.
    """
    if verdict is Verdict.CLEAR:
        return clearance.sentence(on, len(findings))
    if verdict is Verdict.UNDETERMINED:
        return not_known(on, doubts[0])
    return _found(verdict, on, findings[0])


def not_known(on: date, doubt: Bilingual) -> Bilingual:
    """The sentence of an answer that is not known."""
    return Bilingual(zh=f"{on}核查：尚不能得出结论：{doubt.zh}。", en=f"Checked for {on}: not known: {doubt.en}.")


def _clear(on: date, title: Bilingual, advice: int) -> Bilingual:
    also_zh = f"，另有{advice}项供参考" if advice else ""
    also_en = f"; {advice} more for advice" if advice else ""
    return Bilingual(
        zh=f"{on}核查：“{title.zh}”必查名单均已覆盖且数据在时限内，现行法律目录中没有适用于该主体的限制措施{also_zh}。",
        en=f"Checked for {on}: all lists required for “{title.en}” are covered and recent, "
        f"and no restrictive measure in the law in force applies to the subject{also_en}.",
    )


def _found(verdict: Verdict, on: date, finding: Finding) -> Bilingual:
    entry, basis = finding.entry, finding.basis[0]
    listed = f"“{finding.list.title}”" + ("" if finding.list.title.endswith(_LIST_WORDS) else "名单")
    who = Bilingual(zh="", en="")
    if finding.through is not None:
        role = wording.ROLES[finding.through.role]
        who = Bilingual(zh=f"的{role.zh}", en=f" through its {role.en}")
    officer = _officer(finding) if verdict is Verdict.REVIEW else Bilingual(zh="", en="")
    return Bilingual(
        zh=f"{on}核查：该主体{who.zh}列入{listed}（{entry.authority}，{entry.document_no}），"
        f"依据{basis.text}，{finding.measure.title}{officer.zh}；"
        f"移出条件：{finding.way_out.zh.rstrip('。；')}。",
        en=f"Checked for {on}: the subject{who.en} is on the list “{finding.list.title_en}” "
        f"({entry.authority}, {entry.document_no}); under {basis.title_en} {basis.article}: "
        f"{finding.measure.title_en}{officer.en}; way out: {finding.way_out.en.rstrip('.;')}.",
    )


def _officer(finding: Finding) -> Bilingual:
    softened = [wording.SOFTENING_REASONS[step.reason] for step in finding.softenings]
    reasons_zh = f"（{'、'.join(reason.zh for reason in softened)}）" if softened else ""
    reasons_en = f" ({', '.join(reason.en for reason in softened)})" if softened else ""
    return Bilingual(zh=f"；须由经办人员决定{reasons_zh}", en=f"; an officer must decide{reasons_en}")
