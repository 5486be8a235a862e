"""The steps (步骤) of publishing and of a ceremony, told before each begins: tests stop the power at every one."""

from collections.abc import Callable

Observer = Callable[[str], None]
"""Told the name of each step before it begins."""


def unobserved(_: str) -> None:
    """Nobody watches the steps."""
