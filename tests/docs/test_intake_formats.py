"""`docs/reference/intake-formats.md` says what the adapters say."""

from tests.docs.intake_formats import PAGE, page


def test_the_page_is_made_from_the_adapters_as_they_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.docs.intake_formats"
