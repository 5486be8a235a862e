"""Texts that come row after row are judged once; those that may hold a personal number are never remembered."""

from gateway.intake.masking import Present, hidden

PERSON = "639900199003070115"


def test_a_placeholder_comes_to_nothing_and_a_text_to_itself() -> None:
    present = Present()
    assert [present[each] for each in ("无", "— —", "'虚构公司", "虚构公司", "无", "虚构公司")] == [
        *("", "", "虚构公司", "虚构公司", "", "虚构公司")
    ]


def test_what_may_hold_a_personal_number_is_not_remembered() -> None:
    present = Present()
    assert [present[each] for each in (PERSON, f"'{PERSON}", "639900900307011")] == [PERSON, PERSON, "639900900307011"]
    assert present == {}


def test_the_memory_is_bounded() -> None:
    present = Present()
    assert all(present[f"第{each}号"] == f"第{each}号" for each in range(10_000))
    assert len(present) <= 4_096


def test_a_number_of_a_person_is_hidden_whatever_its_kind() -> None:
    assert [hidden(each) for each in ("", "E1234567", PERSON)] == ["", "E*******", "639900********0115"]
