"""Ask, before anything is granted, whether a subject may be dealt with in this matter today (凡办必查)."""

from credit_sdk.client import CreditClient, Screened, Standing, Status, SyncReport, Watch
from credit_sdk.client.receipts import verify_receipt
from credit_sdk.errors import (
    CallerError,
    CreditError,
    GatewayRefusedError,
    GatewayUnreachableError,
    IntegrityError,
    InvalidRequestError,
    InvalidSubjectError,
    LawError,
    OutboxError,
    PublicationRefusedError,
    ReceiptUnavailableError,
    ReplicaDamagedError,
    ReplicaError,
    ReplicaMissingError,
    RollbackError,
    SettingsError,
    ShrunkenError,
    TransportError,
    TrustError,
    UnknownMatterError,
)
from credit_sdk.model.decision import Decision, GroupDecision
from credit_sdk.model.evidence import Evidence, Freshness
from credit_sdk.model.finding import Finding, Principal
from credit_sdk.model.measure import Role, Strength
from credit_sdk.model.outcome import Outcome, OutcomeState
from credit_sdk.model.scheme import SubjectKind
from credit_sdk.model.subject import Subject
from credit_sdk.model.verdict import Verdict

__all__ = [
    "CallerError",
    "CreditClient",
    "CreditError",
    "Decision",
    "Evidence",
    "Finding",
    "Freshness",
    "GatewayRefusedError",
    "GatewayUnreachableError",
    "GroupDecision",
    "IntegrityError",
    "InvalidRequestError",
    "InvalidSubjectError",
    "LawError",
    "OutboxError",
    "Outcome",
    "OutcomeState",
    "Principal",
    "PublicationRefusedError",
    "ReceiptUnavailableError",
    "ReplicaDamagedError",
    "ReplicaError",
    "ReplicaMissingError",
    "Role",
    "RollbackError",
    "Screened",
    "SettingsError",
    "ShrunkenError",
    "Standing",
    "Status",
    "Strength",
    "Subject",
    "SubjectKind",
    "SyncReport",
    "TransportError",
    "TrustError",
    "UnknownMatterError",
    "Verdict",
    "Watch",
    "verify_receipt",
]
