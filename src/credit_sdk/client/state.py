"""Putting the status together (状态汇总): replica, outbox and the two background threads."""

from datetime import datetime

from credit_sdk.catalogue.freshness import age_of
from credit_sdk.client.expiry import warnings
from credit_sdk.client.follower import Follower
from credit_sdk.client.status import ListStatus, OutboxStatus, Status, SyncStatus
from credit_sdk.model.release import LIBRARY_VERSION
from credit_sdk.outbox.recorder import RecorderState
from credit_sdk.outbox.store import Outbox
from credit_sdk.replica.election import holder
from credit_sdk.replica.rules import Contact
from credit_sdk.replica.view import ReplicaView
from credit_sdk.settings import Settings


def status_of(
    settings: Settings,
    view: ReplicaView,
    outbox: Outbox,
    recording: RecorderState,
    follower: Follower,
    *,
    contact: Contact | None,
    now: datetime,
) -> Status:
    """How an installation stands at an instant.

    Raises:
        OutboxError: The outbox cannot be read.
    """
    age = age_of(view.state, now)
    expires = dict(contact.expires) if contact else {}
    depth = outbox.depth()
    if view.state.contact_at is not None:
        # On data that is fresh again nothing is confirmed, so no success would ever follow.
        follower.confirmation_failures.forget_before(view.state.contact_at)
    failure = follower.failure
    return Status(
        home=str(settings.home),
        gateway=settings.gateway_url,
        origin=view.state.origin,
        serial=view.state.serial,
        map_root=view.state.map_root,
        freshness=age.state,
        published_at=view.state.published_at,
        contact_at=view.state.contact_at,
        age_s=age.age_s,
        expires_at=view.state.expires_at,
        expires=expires,
        warnings=warnings(expires, now),
        lists=tuple(
            ListStatus(list=name, entries=covered.entries, complete_as_of=covered.complete_as_of)
            for name, covered in sorted(view.state.coverage.items())
        ),
        outbox=OutboxStatus(
            id=outbox.id,
            records=depth.records,
            outcomes=depth.outcomes,
            faults=depth.faults,
            in_memory=recording.waiting,
            unrecorded=recording.refused,
            error=recording.error,
            error_at=recording.error_at,
        ),
        sync=SyncStatus(
            is_leader=follower.is_leader,
            leader_pid=holder(settings.home),
            error=failure.line if failure else None,
            error_at=failure.at if failure else None,
        ),
        library_version=LIBRARY_VERSION,
    )
