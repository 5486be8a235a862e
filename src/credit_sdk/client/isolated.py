"""An exchange across an air gap (离线交换): two installations, and files that somebody carries between them.

::

    connected side                      medium                isolated side
    fetch    sync, then what is held  → bundle              → import_   the same sync, from the file
    deliver  the same delivery        ← outbox file         ← export    what has no receipt yet
    fetch    … and the receipts       → the next bundle     → import_   … the outbox notes them

1. A bundle is believed as the network is: by signatures, hashes and succession. What is refused changes nothing.
2. Nothing is lost with a medium: what has no receipt is in every further outbox file, and a receipt is in every further
   bundle until an outbox file shows that it arrived.
3. Nothing counts twice: the numbers of the outbox are the names under which the gateway keeps its rows. It keeps them
   for each client apart, so one connected installation delivers for an isolated one: the one whose bundle came first.
4. The API key stays in the connected installation.
"""

from contextlib import closing
from pathlib import Path
from uuid import UUID

from credit_sdk.catalogue.freshness import age_of
from credit_sdk.client.bundle_reports import ExportReport, ImportReport, changes, edition, reach
from credit_sdk.client.clock import Clock
from credit_sdk.client.installation import Installation
from credit_sdk.errors import InvalidRequestError, PublicationRefusedError, SettingsError
from credit_sdk.outbox import carried
from credit_sdk.outbox.store import OUTBOX_FILE, Outbox
from credit_sdk.settings import Settings
from credit_sdk.transport.bundle import BundleTransport
from credit_sdk.transport.medium import require_new

COURIER_FILE = "courier.id"
"""Outbox id of the connected installation that delivers for this one."""


def import_(directory: Path, path: Path, *, clock: Clock) -> ImportReport:
    """Take over a bundle into an isolated installation, as a sync would, and note the receipts it brings.

    Args:
        directory: Of the isolated installation.
        path: The bundle.
        clock: Tells how old it is.

    Raises:
        InvalidRequestError: The installation has a line to a gateway and follows it by itself.
        TransportError: The file cannot be read.
        PublicationRefusedError: It must not be believed; what is held stays, and no receipt of it counts.
        ReplicaError: It cannot be stored.
        OutboxError: The outbox cannot be opened.
    """
    settings = _offline(directory)
    with (
        _opened(path) as bundle,
        closing(Installation(settings, background=False, clock=clock, transport=bundle)) as held,
    ):
        with held.replica.view() as view:
            before = view.state
        try:
            # Looked at first, so that nothing is taken over of a file whose receipts are damaged.
            bundle.receipts_for(held.outbox.id)
            done = held.sync()
        except PublicationRefusedError as refused:
            raise _not_taken_over(
                refused, f"（{bundle.manifest.made_at.isoformat(timespec='minutes')} 制作 made）"
            ) from refused
        _note_courier(directory, bundle.manifest.courier)
        depth = held.outbox.depth()
        with held.replica.view() as view:
            after, now = view.state, clock()
            age = age_of(after, now)
            return ImportReport(
                file=str(path),
                origin=after.origin,
                previous_serial=before.serial,
                serial=after.serial,
                map_root=after.map_root,
                changed=after.serial != before.serial,
                previous_law_edition=edition(before),
                law_edition=edition(after),
                lists=changes(before, after, now),
                published_at=after.published_at,
                contact_at=after.contact_at,
                freshness=age.state,
                age_s=age.age_s,
                is_clock_behind=age.is_clock_behind,
                expires_at=after.expires_at,
                matters=reach(after, now),
                received_records=done.delivered_records,
                received_outcomes=done.delivered_outcomes,
                faults=done.faults,
                delivery_error=done.delivery_error,
                waiting_records=depth.records,
                waiting_outcomes=depth.outcomes,
            )


def _opened(path: Path) -> BundleTransport:
    try:
        return BundleTransport(path)
    except PublicationRefusedError as refused:
        raise _not_taken_over(refused) from refused


def _not_taken_over(refused: PublicationRefusedError, made: str = "") -> PublicationRefusedError:
    message = f"数据包{made}未被采用，原有数据不变。The bundle was not taken over, what is held stays: {refused}"
    return type(refused)(message, hint=refused.hint)


def export(directory: Path, path: Path, *, clock: Clock) -> ExportReport:
    """Write what an isolated installation has no receipt for into a new outbox file; the outbox keeps all of it.

    Raises:
        InvalidRequestError: The installation has a line to a gateway, or there is a file of that name.
        OutboxError: The outbox cannot be read.
        SettingsError: The file cannot be written.
    """
    _offline(directory)
    require_new(path)
    courier = _courier(directory)
    with Outbox(directory / OUTBOX_FILE) as outbox:
        outbox.forgive_faults()
        written = carried.write(outbox, path, courier=courier, at=clock())
        depth = outbox.depth()
        return ExportReport(
            file=str(path),
            size_bytes=written.size_bytes,
            outbox=outbox.id,
            courier=courier,
            records=written.records,
            outcomes=written.outcomes,
            remaining=max(0, depth.records + depth.outcomes - written.records - written.outcomes),
        )


def _offline(directory: Path) -> Settings:
    settings = Settings.from_directory(directory)
    if settings.is_online:
        raise InvalidRequestError(
            f"{directory} has a line to a gateway: it follows it and delivers by itself.",
            hint="Bundles go to an installation made with `credit init --gateway none`.",
        )
    return settings


def _courier(directory: Path) -> str:
    path = directory / COURIER_FILE
    try:
        return str(UUID(path.read_text(encoding="ascii").strip()))
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{path} cannot be read, so it is not known who delivers for this installation.",
            hint="Restore the file from the backup of this directory; `credit status` of the connected side names it.",
        ) from error


def _note_courier(directory: Path, courier: str) -> None:
    path = directory / COURIER_FILE
    try:
        named = str(UUID(courier))
        with path.open("x", encoding="ascii") as file:
            file.write(f"{named}\n")
    except (FileExistsError, ValueError):
        return  # the first one stays; a bundle that names nobody is taken over all the same
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written ({error.strerror}).", hint="Let the account that runs this write the directory."
        ) from error
