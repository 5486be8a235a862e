"""The connected side of an air gap (联网一侧): fetch a bundle for others, deliver what they hand out.

See :mod:`credit_sdk.client.isolated` for the whole exchange.
"""

from contextlib import closing
from hashlib import sha256
from pathlib import Path

from tuf.api.metadata import Metadata

from credit_sdk.client.bundle_reports import DeliverReport, FetchReport
from credit_sdk.client.clock import Clock
from credit_sdk.client.installation import Installation
from credit_sdk.client.line import Line
from credit_sdk.errors import GatewayRefusedError, InvalidRequestError, ReplicaError, TransportError
from credit_sdk.outbox.carried import CarriedOutbox
from credit_sdk.outbox.delivery import Courier, Delivery
from credit_sdk.outbox.store import OUTBOX_FILE, Kind, Outbox
from credit_sdk.publication import objects
from credit_sdk.publication.statement import CATALOGUE_TARGET, PUBLICATION_TARGET
from credit_sdk.replica import retention
from credit_sdk.replica.offering import StoredObjects
from credit_sdk.replica.retention import Retained
from credit_sdk.replica.view import ReplicaView
from credit_sdk.settings import Settings
from credit_sdk.transport import Transport
from credit_sdk.transport.bundle import BundleWriter, Manifest
from credit_sdk.transport.medium import require_new, written_whole
from credit_sdk.transport.postbox import Postbox, Postboxes
from credit_sdk.trust.roots import MAX_ROOT_BYTES

_NOT_FOUND = 404


def fetch(directory: Path, path: Path, *, clock: Clock, transport: Transport | None = None) -> FetchReport:
    """Bring a connected installation up to date, and write what it holds into a new bundle.

    Args:
        directory: Of the connected installation.
        path: The bundle.
        clock: Tells the instant.
        transport: Another way to the gateway, for tests.

    Raises:
        InvalidRequestError: It has no line to a gateway, or there is a file of that name.
        CreditError: As for ``credit sync``; no bundle is made then.
        SettingsError: The file cannot be written.
    """
    settings = _connected(directory)
    require_new(path)
    with closing(Installation(settings, background=False, clock=clock, transport=transport)) as held:
        held.sync()
        with held.replica.view() as view, written_whole(path) as file:
            manifest = Manifest(
                origin=view.state.origin, serial=view.state.serial, courier=held.outbox.id, made_at=clock()
            )
            with closing(BundleWriter(file, manifest)) as bundle:
                written = _put_publication(bundle, view, _retained(directory, view), held.line.transport)
                postboxes = Postboxes(directory).every()
                for postbox in postboxes:
                    bundle.put_receipts(postbox)
            return FetchReport(
                file=str(path),
                size_bytes=file.seek(0, 2),
                origin=view.state.origin,
                serial=view.state.serial,
                map_root=view.state.map_root,
                contact_at=view.state.contact_at,
                expires_at=view.state.expires_at,
                objects=written,
                receipts=sum(_answered(each) for each in postboxes),
            )


def deliver(
    directory: Path, path: Path, *, clock: Clock, in_place_of: str = "", transport: Transport | None = None
) -> DeliverReport:
    """Deliver an outbox file with the key of a connected installation, and keep the receipts for its next bundle.

    Args:
        directory: Of the connected installation.
        path: The outbox file.
        clock: Tells the instant.
        in_place_of: Outbox id of the connected installation that this one takes the place of.
        transport: Another way to the gateway, for tests.

    Raises:
        InvalidRequestError: It has no line to a gateway, or is not the one that delivers for this outbox.
        IntegrityError: The file is no outbox file, or was cut off or altered; nothing of it was delivered.
        TransportError: The gateway cannot be reached or refuses; deliver the same file again.
        OutboxError: The receipts cannot be kept; deliver the same file again.
    """
    settings = _connected(directory)
    postboxes = Postboxes(directory)
    with Outbox(directory / OUTBOX_FILE) as own:
        courier = own.id
    parcel = CarriedOutbox.read(path, postboxes.of)
    _require_courier(parcel, {courier, in_place_of}, path)
    line = Line(settings, transport)
    post = Courier(parcel, batch_max=settings.delivery_batch_max, keep_days=0, clock=clock)
    try:
        done = _delivered(post, line.transport, path)
    finally:
        postboxes.keep(parcel.said)
        line.close()
    return DeliverReport(
        file=str(path),
        outbox=parcel.id,
        made_at=parcel.made_at,
        records=done.records,
        outcomes=done.outcomes,
        faults=done.faults,
        gaps={kind.value: tuple(parcel.said.of(kind).gaps) for kind in Kind},
    )


def _delivered(post: Courier, transport: Transport, path: Path) -> Delivery:
    try:
        return post.deliver(transport)
    except TransportError as failure:
        hint = f"{failure.hint} Then deliver {path} again: what has arrived counts once."
        if isinstance(failure, GatewayRefusedError):
            raise GatewayRefusedError(str(failure), hint=hint.strip(), status=failure.status) from failure
        raise type(failure)(str(failure), hint=hint.strip()) from failure


def _put_publication(bundle: BundleWriter, view: ReplicaView, signed: Retained, transport: Transport) -> int:
    """The signed files as they were published, and every object of the map; how many objects."""
    publication, law = view.publication, view.state.catalogue
    if publication is None or law is None:
        raise ReplicaError("no publication is held, so there is nothing to carry.", hint="Run `credit sync` first.")
    first = _version(signed.roots[0])
    for version in range(1, first):
        # The other side may have been set up with an earlier root than this one.
        if (root := _root(transport, version)) is not None:
            bundle.put_file(f"metadata/{version}.root.json", root)
    for version, root in enumerate(signed.roots, start=first):
        bundle.put_file(f"metadata/{version}.root.json", root)
    bundle.put_file("metadata/timestamp.json", signed.timestamp)
    for role, data in (("snapshot", signed.snapshot), ("targets", signed.targets), ("catalogue", signed.catalogue)):
        bundle.put_file(f"metadata/{_version(data)}.{role}.json", data)
    for name, data in ((PUBLICATION_TARGET, publication.to_bytes()), (CATALOGUE_TARGET, law.document.to_bytes())):
        bundle.put_file(f"targets/{sha256(data).hexdigest()}.{name}", data)
    count = 0
    for name, data in StoredObjects(view).walk(publication.root):
        bundle.put_file(objects.path_of(name), objects.compress(data))
        count += 1
    return count


def _root(transport: Transport, version: int) -> bytes | None:
    try:
        return transport.fetch(f"metadata/{version}.root.json", max_bytes=MAX_ROOT_BYTES)
    except GatewayRefusedError as refused:
        if refused.status != _NOT_FOUND:
            raise
        return None


def _version(data: bytes) -> int:
    return int(Metadata.from_bytes(data).signed.version)


def _retained(directory: Path, view: ReplicaView) -> Retained:
    kept = None if view.state.contact_at is None else retention.of_contact(directory, view.state.contact_at)
    if kept is None:
        raise ReplicaError(
            "the signed files of the last contact are not kept, so no bundle can be made.",
            hint="Run `credit sync`, then fetch again.",
        )
    return kept


def _answered(postbox: Postbox) -> int:
    return sum(len(each.receipts) + len(each.refused) for each in (postbox.records, postbox.outcomes))


def _connected(directory: Path) -> Settings:
    settings = Settings.from_directory(directory)
    if not settings.is_online:
        raise InvalidRequestError(
            f"{directory} has no line to a gateway, so nothing can be fetched or delivered with it.",
            hint="Do this on the connected machine, with an installation made with the gateway's address and a key.",
        )
    return settings


def _require_courier(parcel: CarriedOutbox, may: set[str], path: Path) -> None:
    if parcel.courier and parcel.courier not in may:
        raise InvalidRequestError(
            f"{path} is to be delivered by the connected installation {parcel.courier}; delivered by another one, with "
            "the key of another client, its records would count twice.",
            hint=f"Deliver it there. If that one is gone and this one has its place: --in-place-of {parcel.courier}",
        )
