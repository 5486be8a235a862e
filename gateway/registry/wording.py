"""What people write (文字), as it is kept: no blanks around it, no numbers of natural persons in it (居民身份号码)."""

from gateway.intake.values import without_personal_numbers
from gateway.problems import InvalidActError

MAX_NAME_CHARACTERS = 200
MAX_TEXT_CHARACTERS = 5_000
_NAMES = {
    "applicant": "申请人",
    "commitment": "信用承诺书编号",
    "grounds": "异议理由",
    "proof": "证明材料",
    "reason": "理由",
    "text of what is missing": "须补正的内容",
}


def written(text: str) -> str:
    """The text as it is kept: stripped, with personal numbers masked."""
    return without_personal_numbers(text.strip())


def bounded(name: str, text: str, most: int, *, required: bool = True) -> str:
    """The text as it is kept, refused where it is missing or longer than anybody reads.

    Args:
        name: What it is, for the message.
        text: As somebody wrote it.
        most: How many characters at most.
        required: Whether it may be left out.

    Raises:
        InvalidActError: It is missing, or too long.
    """
    found = written(text)
    if (required and not found) or len(found) > most:
        raise InvalidActError(
            f"{_NAMES.get(name, name)}{f'超过{most}字' if found else '未填写'} / "
            f"The {name} {'is missing' if not found else f'has more than {most} characters'}.",
            hint="请填写完整 / Fill it in." if not found else "请缩短 / Shorten it.",
        )
    return found
