"""Cells without personal numbers (遮蔽): what a cell comes to is remembered, for the same texts come row after row."""

from gateway.intake import values

SHORTEST_MASKED = 15
"""No personal number has fewer characters."""
_MAX_REMEMBERED = 4_096
_LONGEST_SHOWN = 10


class Masking:
    """Masks the cells of one file.

    Attributes:
        short: Texts too short to hold a personal number, and what each comes to.
    """

    def __init__(self) -> None:
        self.short: dict[str, str] = {}
        # Longer ones that were seen to hold none; personal numbers themselves are never remembered.
        self._unmasked: set[str] = set()

    def present(self, cell: str) -> str:
        """A cell that is masked already, empty if it is a placeholder."""
        if len(cell) >= SHORTEST_MASKED:
            return values.present(cell)
        if len(self.short) >= _MAX_REMEMBERED:
            self.short.clear()
        found = self.short[cell] = values.present(cell)
        return found

    def masked(self, text: str) -> str:
        """The text without personal numbers."""
        if len(text) < SHORTEST_MASKED or text in self._unmasked:
            return text
        found = values.without_personal_numbers(text)
        if found == text:
            if len(self._unmasked) == _MAX_REMEMBERED:
                self._unmasked.clear()
            self._unmasked.add(text)
        return found


def hidden(number: str) -> str:
    """A number of a person, of whatever kind, as it may be kept."""
    if not number:
        return ""
    if len(number) <= _LONGEST_SHOWN:
        return f"{number[:1]}{'*' * (len(number) - 1)}"
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
