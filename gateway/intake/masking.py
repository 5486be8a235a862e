"""Cells without personal numbers and placeholders (遮蔽): short texts come row after row and are judged once."""

from gateway.intake import values

SHORTEST_MASKED = 15
"""No personal number has fewer characters."""
_MAX_REMEMBERED = 4_096
_LONGEST_SHOWN = 10


class Present(dict[str, str]):
    """What each text comes to: empty where it is a placeholder.

    Only texts too short to hold a personal number are remembered, and a bounded number of them.
    """

    def __missing__(self, text: str) -> str:
        found = values.present(text)
        if len(text) < SHORTEST_MASKED:
            if len(self) == _MAX_REMEMBERED:
                self.clear()
            self[text] = found
        return found


def hidden(number: str) -> str:
    """A number of a person, of whatever kind, as it may be kept."""
    if not number:
        return ""
    if len(number) <= _LONGEST_SHOWN:
        return f"{number[:1]}{'*' * (len(number) - 1)}"
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
