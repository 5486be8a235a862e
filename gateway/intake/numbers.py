"""Numbers of subjects in a file (主体代码): what is said of wrong and unusual ones, and an older one beside a code."""

from collections.abc import Iterable

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.scheme import SubjectWarning
from credit_sdk.model.subject import Subject
from gateway.intake import values
from gateway.registry.possible_links import OLDER_SCHEMES

UNUSUAL = {
    SubjectWarning.REGION_UNKNOWN: "行政区划不在代码表中 / region not in the table",
    SubjectWarning.CATEGORY_UNKNOWN: "登记机关或机构类别不在国标表中 / category not in the table of GB 32100",
    SubjectWarning.ORGANISATION_DIGIT: "主体标识码校验位不符 / organisation digit differs from GB 11714",
    SubjectWarning.CHECK_Y_FOR_1: "校验位印作 Y，国标为 1 / printed with Y where the standard gives 1",
    SubjectWarning.NOT_USCC: "不是统一社会信用代码，请补充 / not a unified social credit code; ask for it",
}
"""What is said of a number that is taken as it is."""


def not_recognised(error: InvalidSubjectError) -> str:
    """Why a number is nobody's, Chinese first: the hints of the library already are."""
    expected = f"，校验位应为 {error.expected}" if error.expected else ""
    return f"主体代码不正确{expected}：{error.hint} {error}"


def older_number(cells: Iterable[str]) -> Subject | None:
    """The first older number (原注册号) among the cells of a row that may hold one.

    Args:
        cells: Those for numbers of its subject, whose code is known.
    """
    for cell in cells:
        if text := values.present(cell):
            try:
                stated = Subject.parse(text)
            except InvalidSubjectError:
                # Whom the row is about is certain without it; what is no number suggests nothing.
                continue
            if stated.scheme in OLDER_SCHEMES:
                return stated
    return None
