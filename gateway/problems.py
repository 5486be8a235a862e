"""Every error of the gateway; each class exists because somebody answers to it differently.

::

    CreditError
    └── GatewayError
        ├── NotFoundError           no such entry, batch, operator, client            (HTTP 404)
        ├── InvalidActError         the act lacks something the law asks for          (HTTP 422)
        │   └── FourEyesError       the same person twice, or a person without the role (HTTP 403)
        ├── ConflictError           the state of things does not allow the act        (HTTP 409)
        ├── AccessRefusedError      unknown or revoked key, matter out of scope       (HTTP 401/403)
        ├── IntakeError             a file that cannot be taken in at all             (HTTP 422)
        ├── LedgerBrokenError       a row of the ledger was edited or removed
        ├── CheckpointError         a checkpoint or proof of the ledger must not be believed
        ├── BackupError             a backup cannot be made, or must not be restored
        ├── PublishingError         a publication could not be made
        └── DatabaseError           the database cannot be used

``str(error)`` is one sentence; ``hint`` says what to do; ``code`` is stable for programs.
"""

from credit_sdk.errors import CreditError


class GatewayError(CreditError):
    """Base of every error the gateway raises itself."""

    code = "gateway"


class NotFoundError(GatewayError):
    """There is no such thing in the registry."""

    code = "not-found"


class InvalidActError(GatewayError):
    """An act lacks a reason, a document or another particular that the law asks for."""

    code = "act.invalid"


class FourEyesError(InvalidActError):
    """An act needs two different people with the right roles (双人复核)."""

    code = "act.four-eyes"


class ConflictError(GatewayError):
    """The present state does not allow the act."""

    code = "conflict"


class AccessRefusedError(GatewayError):
    """A client's key is unknown or revoked, or does not reach this matter.

    Args:
        message: One sentence.
        hint: What to do.
        is_known: Whether the key itself is good (then the scope is too narrow).
    """

    code = "access.refused"

    def __init__(self, message: str, *, hint: str = "", is_known: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.is_known = is_known


class IntakeError(GatewayError):
    """A file cannot be taken in at all, so nothing of it was stored."""

    code = "intake"


class LedgerBrokenError(GatewayError):
    """The ledger (台账) does not verify.

    Args:
        message: Which row and what is wrong with it.
        hint: What to do.
        seq: Number of the first row that does not verify.
    """

    code = "ledger.broken"

    def __init__(self, message: str, *, hint: str = "", seq: int) -> None:
        super().__init__(message, hint=hint)
        self.seq = seq


class CheckpointError(GatewayError):
    """A checkpoint or a proof of the ledger (检查点、证明) must not be believed."""

    code = "ledger.checkpoint"


class BackupError(GatewayError):
    """A backup (备份) cannot be made, or must not be restored; nothing was changed."""

    code = "backup"


class PublishingError(GatewayError):
    """A publication could not be made; the last one stays."""

    code = "publishing"


class DatabaseError(GatewayError):
    """The database cannot be opened or is not of this version."""

    code = "database"
