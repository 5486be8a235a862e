"""Every error of the library; branches say who must act.

::

    CreditError
    ├── CallerError                 the host's code or its user must change the request
    │   ├── InvalidSubjectError     not a valid identifier; never "not listed"
    │   ├── UnknownMatterError      the law in force knows no such matter
    │   └── InvalidRequestError     a date, fact, principal or reason that cannot be used
    ├── SettingsError               whoever installed this must change a setting or a file
    ├── ReplicaError                the local replica cannot be used
    │   ├── ReplicaMissingError     nothing was set up here
    │   ├── ReplicaDamagedError     what is stored does not verify
    │   └── ReceiptUnavailableError the replica has moved on; check again, then take the receipt
    ├── PublicationRefusedError     what upstream served must not be believed; last-good stays
    │   ├── TrustError              signatures, roles, expiry, order of metadata
    │   ├── IntegrityError          bytes do not match the hash that names them
    │   ├── RollbackError           older than what is already held
    │   └── ShrunkenError           a list lost more than may be lost without a signed override
    ├── TransportError              the way to the gateway failed; try again later
    │   ├── GatewayUnreachableError no answer in time
    │   └── GatewayRefusedError     the gateway answered no (key, scope, request)
    ├── OutboxError                 a record could not be kept (disk full, damaged file)
    └── LawError                    the law catalogue is not usable; a clerk must mend it

``str(error)`` is one sentence for logs; ``hint`` says what to do; ``code`` is stable for programs.
"""


class CreditError(Exception):
    """Base of every error raised by this project.

    Args:
        message: One sentence: what happened and why it matters.
        hint: What to do about it, one sentence, may be empty.
    """

    code = "credit"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def line(self) -> str:
        """The message and its remedy as the one line a command prints."""
        return f"{self} {self.hint}".strip()


class CallerError(CreditError):
    """The request itself must change."""

    code = "request"


class InvalidSubjectError(CallerError):
    """The text is not a usable identifier of a subject (信用主体).

    Args:
        message: What is wrong with it.
        hint: What to do.
        expected: The check character the standard gives, or empty.
        suggestion: A likely correction, or empty; never applied automatically.
    """

    code = "subject.invalid"

    def __init__(self, message: str, *, hint: str = "", expected: str = "", suggestion: str = "") -> None:
        super().__init__(message, hint=hint)
        self.expected = expected
        self.suggestion = suggestion


class UnknownMatterError(CallerError):
    """The law in force knows no such matter (事项)."""

    code = "matter.unknown"


class InvalidRequestError(CallerError):
    """A date, fact, principal or reason that cannot be used."""

    code = "request.invalid"


class SettingsError(CreditError):
    """A setting, file or permission must be changed by whoever installed this."""

    code = "settings"


class ReplicaError(CreditError):
    """The local replica (副本) cannot be used."""

    code = "replica"


class ReplicaMissingError(ReplicaError):
    """There is no replica in the directory that was named."""

    code = "replica.missing"


class ReplicaDamagedError(ReplicaError):
    """What the replica stores does not verify; nothing is answered from it."""

    code = "replica.damaged"


class ReceiptUnavailableError(ReplicaError):
    """The replica cannot prove this decision any more; check again and take the receipt (回执) with it."""

    code = "replica.receipt"


class PublicationRefusedError(CreditError):
    """What upstream served must not be believed; the last good publication stays."""

    code = "publication.refused"


class TrustError(PublicationRefusedError):
    """Signatures, thresholds, expiry or order of the signed metadata do not hold."""

    code = "publication.trust"


class IntegrityError(PublicationRefusedError):
    """Bytes do not match the hash that names them, or are not canonical."""

    code = "publication.integrity"


class RollbackError(PublicationRefusedError):
    """The publication offered is older than the one held."""

    code = "publication.rollback"


class ShrunkenError(PublicationRefusedError):
    """A list lost more entries than may be lost without a signed override."""

    code = "publication.shrunken"


class TransportError(CreditError):
    """The way to the gateway failed."""

    code = "transport"


class GatewayUnreachableError(TransportError):
    """The gateway did not answer, or not in time."""

    code = "transport.unreachable"


class GatewayRefusedError(TransportError):
    """The gateway answered no: wrong key, missing scope or a refused request.

    Args:
        message: What it said.
        hint: What to do.
        status: The HTTP status.
    """

    code = "transport.refused"

    def __init__(self, message: str, *, hint: str = "", status: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class OutboxError(CreditError):
    """A record could not be kept; the caller must not go on as if it had been."""

    code = "outbox"


class LawError(CreditError):
    """The law catalogue (法律目录) is not usable as it stands."""

    code = "law"
