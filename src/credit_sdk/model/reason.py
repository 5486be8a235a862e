"""The reason (理由) of an answer that rests on a finding: one sentence, put into words when somebody reads it.

Hosts look at the verdict first, and most look at nothing else; to say every reason at once took a sixth of a check.
"""

from datetime import date

from msgspec import Struct

from credit_sdk.model import wording
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.finding import Finding
from credit_sdk.model.verdict import Verdict


class Sentence(Struct, frozen=True):
    """What the reason for a finding of one measure on one list always says.

    Attributes:
        stands: That the subject stands on the list.
        basis: Article and measure.
        way_out: How it leaves the list.
    """

    stands: Bilingual
    basis: Bilingual
    way_out: Bilingual


class Reason(Struct, frozen=True):
    """What the sentence is put together from.

    Attributes:
        on: The day asked about.
        verdict: What the finding leads to.
        finding: The strongest finding.
        sentence: What its list and measure always say.
    """

    on: date
    verdict: Verdict
    finding: Finding
    sentence: Sentence

    @property
    def text(self) -> Bilingual:
        """The sentence, Chinese first."""
        finding, said, day = self.finding, self.sentence, self.on.isoformat()
        entry = finding.entry
        through_zh = through_en = officer_zh = officer_en = ""
        if finding.through is not None:
            role = wording.ROLES[finding.through.role]
            through_zh, through_en = f"的{role.zh}", f" through its {role.en}"
        if self.verdict is Verdict.REVIEW:
            officer_zh, officer_en = _officer(finding)
        return Bilingual(
            f"{day}核查：该主体{through_zh}{said.stands.zh}（{entry.authority}，{entry.document_no}），"
            f"{said.basis.zh}{officer_zh}{said.way_out.zh}",
            f"Checked for {day}: the subject{through_en} {said.stands.en} ({entry.authority}, {entry.document_no}); "
            f"{said.basis.en}{officer_en}{said.way_out.en}",
        )


def _officer(finding: Finding) -> tuple[str, str]:
    softened = [wording.SOFTENING_REASONS[step.reason] for step in finding.softenings]
    reasons_zh = f"（{'、'.join(reason.zh for reason in softened)}）" if softened else ""
    reasons_en = f" ({', '.join(reason.en for reason in softened)})" if softened else ""
    return f"；须由经办人员决定{reasons_zh}", f"; an officer must decide{reasons_en}"
