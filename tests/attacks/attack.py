"""What an attack is."""

from collections.abc import Callable
from dataclasses import dataclass

from credit_sdk.errors import CreditError
from tests.attacks.stage import Stage


@dataclass(frozen=True)
class Attack:
    """One attack on a client that holds a good publication.

    Attributes:
        name: As a test is called.
        launch: Carries it out; the next sync meets it.
        refused: The type of the error, exactly.
        because: What its message says.
        timeout_s: How long the client waits for an answer.
    """

    name: str
    launch: Callable[[Stage], None]
    refused: type[CreditError]
    because: str
    timeout_s: float = 10.0
