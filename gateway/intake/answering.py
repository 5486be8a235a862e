"""Who answers for what a row is about (责任人): read from the columns of a table that give a number beside a role.

A person is known by number only. A name alone, a number of another document than the identity card, and one that is
not right are kept with the entry as what the source says, and match nobody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.measure import Role
from credit_sdk.model.subject import Subject
from gateway.intake.formats.format import Format, plain_title
from gateway.registry.stating import StatedPerson

_ROLES = {
    "法定代表人": Role.LEGAL_REPRESENTATIVE,
    "法定代表人/负责人": Role.LEGAL_REPRESENTATIVE,
    "主要负责人": Role.RESPONSIBLE_PERSON,
    "负责人": Role.RESPONSIBLE_PERSON,
    "实际控制人": Role.ACTUAL_CONTROLLER,
}
_NUMBERS = ("证件号码", "证件号", "身份证号码", "身份证号", "公民身份号码")
_KINDS = ("证件类型", "证件名称")
_NAMES = ("", "姓名", "名称")
_OTHER_DOCUMENTS = ("护照", "通行证", "永久居留", "其他")


@dataclass(frozen=True, slots=True)
class AnsweringPlaces:
    """Where a row names one who answers (责任人所在列).

    Attributes:
        role: As what.
        title: Title of the column with the number.
        number / kind / name: Places of the number, of the kind of document and of the name; None where there is none.
    """

    role: Role
    title: str
    number: int
    kind: int | None
    name: int | None


def answering_places(
    codes: Mapping[str, int], others: Mapping[str, int], format: Format | None
) -> tuple[AnsweringPlaces, ...]:
    """The columns of a header that give numbers of those who answer.

    Args:
        codes: Place of each column of the format by its code.
        others: Place of each column nobody knows, by its title.
        format: The adapter, if the file is in one.
    """
    found = [
        AnsweringPlaces(each.role, each.number, codes[each.number], codes.get(each.kind), codes.get(each.name))
        for each in (format.answering if format else ())
        if each.number in codes
    ]
    titled = {plain_title(title): place for title, place in others.items()}
    for before, role in _ROLES.items():
        numbers = [titled[before + each] for each in _NUMBERS if before + each in titled]
        kind, name = (
            next((titled[before + each] for each in among if before + each in titled), None)
            for among in (_KINDS, _NAMES)
        )
        found += [AnsweringPlaces(role, before + _NUMBERS[0], number, kind, name) for number in numbers[:1]]
    return tuple(found)


def answering(
    places: tuple[AnsweringPlaces, ...], cells: tuple[str, ...], source: str
) -> Iterator[StatedPerson | AnsweringPlaces]:
    """Those who answer by what a row says; the places instead where the number is no right one.

    Args:
        places: Where the header has them.
        cells: The row, cleaned of placeholders.
        source: Where this is taken from.
    """
    seen: set[tuple[Role, bytes]] = set()
    for each in places:
        number, kind, name = (
            cells[place] if place is not None and place < len(cells) else ""
            for place in (each.number, each.kind, each.name)
        )
        if not number or any(word in kind for word in _OTHER_DOCUMENTS):
            continue
        try:
            subject = Subject.parse(number)
        except InvalidSubjectError:
            yield each
            continue
        # A company may control another; only a person represents one or is in charge of it.
        is_usable = subject.is_natural_person or each.role is Role.ACTUAL_CONTROLLER
        if subject.is_masked or not is_usable:
            yield each
        elif (each.role, subject.key) not in seen:
            seen.add((each.role, subject.key))
            yield StatedPerson(subject, each.role, is_named=False, source=source, name=name)
