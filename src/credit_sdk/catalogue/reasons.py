"""Why the answer is what it is (理由), in one sentence: the strongest finding with article and way out, or a doubt."""

from collections.abc import Sequence
from datetime import date

from credit_sdk.catalogue.law import MatterLaw
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.finding import Finding, ListReference
from credit_sdk.model.matter import MatterVersion
from credit_sdk.model.reason import Reason, Sentence
from credit_sdk.model.verdict import Verdict

# As constants: looked up in their enumeration, members take ten times as long, and every answer asks for them.
_CLEAR, _UNDETERMINED = Verdict.CLEAR, Verdict.UNDETERMINED
_LISTS = ("名单", "名录")
_THOSE_ON_IT = ("人", "人员", "主体", "企业", "对象")


def why(
    verdict: Verdict, on: date, law: MatterLaw, findings: Sequence[Finding], doubts: Sequence[Bilingual]
) -> Bilingual | Reason:
    """The sentence that goes with a verdict; where it rests on a finding, what it is put together from.

    Args:
        verdict: The verdict.
        on: The day asked about.
        law: What the law says in the matter.
        findings: Strongest first.
        doubts: Weightiest first.
    """
    if verdict is _CLEAR:
        return _clear(on, law.version, len(findings))
    if verdict is _UNDETERMINED:
        return not_known(on, doubts[0])
    finding = findings[0]
    named = (finding.list.id, finding.measure.id)
    said = law.sentences.get(named)
    if said is None:
        # List and measure settle it: basis and way out are theirs.
        said = law.sentences[named] = _sentence(finding)
    return Reason(on, verdict, finding, said)


def not_known(on: date, doubt: Bilingual) -> Bilingual:
    """The sentence of an answer that is not known."""
    return Bilingual(zh=f"{on}核查：尚不能得出结论：{doubt.zh}。", en=f"Checked for {on}: not known: {doubt.en}.")


def _clear(on: date, matter: MatterVersion, advice: int) -> Bilingual:
    also_zh = f"，另有{advice}项供参考" if advice else ""
    also_en = f"; {advice} more for advice" if advice else ""
    return Bilingual(
        zh=f"{on}核查：“{matter.title}”必查名单均已覆盖且数据在时限内，"
        f"现行法律目录中没有适用于该主体的限制措施{also_zh}。",
        en=f"Checked for {on}: all lists required for “{matter.title_en}” are covered and recent, "
        f"and no restrictive measure in the law in force applies to the subject{also_en}.",
    )


def _sentence(finding: Finding) -> Sentence:
    basis, measure, way_out = finding.basis[0], finding.measure, finding.way_out
    stands_zh, stands_en = _stands(finding.list)
    return Sentence(
        stands=Bilingual(zh=stands_zh, en=stands_en),
        basis=Bilingual(
            zh=f"依据{basis.text}，{measure.title}",
            en=f"under {basis.title_en} {basis.article}: {measure.title_en}",
        ),
        way_out=Bilingual(zh=f"；移出条件：{way_out.zh.rstrip('。；')}。", en=f"; way out: {way_out.en.rstrip('.;')}."),
    )


def _stands(on_list: ListReference) -> tuple[str, str]:
    """That the subject stands on a list, in words that fit its title: a list, those on it, or what they did."""
    # Quotation marks within quotation marks are single ones (GB/T 15834).
    title = on_list.title.replace("“", "‘").replace("”", "’")
    name = title.rstrip("’")
    if name.endswith(_LISTS):
        return f"列入“{title}”", f"is on the list “{on_list.title_en}”"
    if name.endswith(_THOSE_ON_IT):
        return f"列入“{title}”名单", f"is on the list “{on_list.title_en}”"
    return f"有“{title}”记录", f"has a record under “{on_list.title_en}”"
