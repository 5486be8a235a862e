"""What ``credit doctor`` finds (诊断): one object, for programs as it stands."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from credit_sdk.client import Status


class TrustedRole(BaseModel):
    """Who may sign in one role, and until when what they signed holds (签名角色).

    Attributes:
        keys: Identifiers; any ``threshold`` of them must sign.
        expires_at / days_left: Of the signatures held; None before the first sync.
    """

    model_config = ConfigDict(frozen=True)

    role: str
    keys: tuple[str, ...]
    threshold: int
    expires_at: datetime | None
    days_left: float | None


class TrustedRoot(BaseModel):
    """The trust root in force, and the one it was reached from (信任根).

    Attributes:
        sha256: Of the file; compare it with what the gateway's operator states.
        pinned_version / pinned_sha256: Of the root that was handed over by hand.
    """

    model_config = ConfigDict(frozen=True)

    version: int
    sha256: str
    pinned_version: int
    pinned_sha256: str


class Diagnosis(BaseModel):
    """What ``credit doctor`` found (诊断).

    Attributes:
        live / ready / fresh / wired: The four probes.
        problems: One sentence for each thing that is wrong, with what to do.
        warnings: The same for what will be wrong.
        root / trust: Whom this installation believes; ``catalogue`` are the people who sign the law.
        replica_bytes: What the replica takes on the disk.
        free_bytes: What is free there.
        outbox_depth: Records and outcomes that wait to be delivered.
        clock_difference_s: This machine's clock less the last instant the gateway signed.
        syncer_pid: The process that keeps the replica current, None when nobody does.
    """

    model_config = ConfigDict(frozen=True)

    live: bool
    ready: bool
    fresh: bool
    wired: bool
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    root: TrustedRoot | None
    trust: tuple[TrustedRole, ...]
    replica_bytes: int | None
    free_bytes: int | None
    outbox_depth: int | None
    clock_difference_s: float | None
    syncer_pid: int | None
    status: Status | None
