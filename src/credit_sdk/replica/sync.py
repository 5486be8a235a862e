"""One sync (同步), start to finish: trust, compare, fetch what differs, activate.

1. Refresh the signed metadata; from here on the statement and the law are believed.
2. The same publication as held: note the contact, done.
3. An empty replica takes the pack; if that cannot be believed or had, everything comes as objects instead.
4. Else fetch the objects that differ.
5. Store, hash what was stored, compare with the signed root, activate.
6. If that fails and what was held before turns out to be damaged, fetch everything anew.

A replica that missed a second and one that missed a month do the same. Nothing that fails changes what is held.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from credit_sdk.errors import GatewayRefusedError, IntegrityError, ReplicaDamagedError
from credit_sdk.publication import objects, pack, tree
from credit_sdk.publication.merkle import Extent
from credit_sdk.publication.statement import PackStatement, Publication
from credit_sdk.replica import retention
from credit_sdk.replica.rules import Contact
from credit_sdk.replica.store import Differences, Replica
from credit_sdk.transport import Transport
from credit_sdk.trust.refresh import Trusted, TrustedRefresh
from credit_sdk.trust.roots import METADATA_FOLDER, TARGETS_FOLDER, TRUST_FOLDER


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did.

    Attributes:
        changed: Whether another publication was activated.
        records_changed: Records written or deleted.
        objects_fetched / bytes_fetched: Single objects, and bytes of objects and pack as transferred.
        used_pack: Whether a pack was taken over.
        pack_refused: Why a pack was not, or empty.
        contact_at: Signed instant of this contact.
        clock_ahead_s: Whole seconds by which the gateway's clock is ahead of this host's, 0 if it is not.
    """

    serial: int
    previous_serial: int
    map_root: str
    changed: bool
    records_changed: int
    objects_fetched: int
    bytes_fetched: int
    used_pack: bool
    pack_refused: str
    published_at: datetime
    contact_at: datetime
    expires_at: datetime
    clock_ahead_s: int


def trusted_refresh(directory: Path, transport: Transport, root_bytes: bytes) -> TrustedRefresh:
    """The refresh of trust of the replica in ``directory``."""
    trust = directory / TRUST_FOLDER
    return TrustedRefresh(trust / METADATA_FOLDER, trust / TARGETS_FOLDER, transport, root_bytes)


def refresh(replica: Replica, trust: TrustedRefresh, transport: Transport, now: datetime) -> SyncReport:
    """Bring a replica up to what is published now. Only the elected process may call it.

    Args:
        replica: The replica.
        trust: Its trusted metadata.
        transport: The way to the gateway.
        now: The local clock, compared with the gateway's for the report and for nothing else.

    Raises:
        TransportError: Something could not be had.
        PublicationRefusedError: What was had must not be believed, or not follow what is held.
        LawError: The law cannot be used.
        ReplicaError: It cannot be stored.
    """
    trusted = trust.refresh()
    retention.retain(replica.directory)
    held = replica.publication
    contact = Contact(trusted.signed_at, trusted.expires, trusted.signers)
    fetched = _Fetched(transport)
    changed = 0
    if held == trusted.publication:
        replica.note_contact(contact)
    else:
        changed = _taken_over(replica, trusted, contact, held, fetched)
    return SyncReport(
        serial=trusted.publication.serial,
        previous_serial=held.serial if held else 0,
        map_root=trusted.publication.map_root,
        changed=held != trusted.publication,
        records_changed=changed,
        objects_fetched=fetched.objects,
        bytes_fetched=fetched.bytes,
        used_pack=fetched.used_pack,
        pack_refused=fetched.pack_refused,
        published_at=trusted.publication.published_at,
        contact_at=contact.contact_at,
        expires_at=contact.expires_at,
        clock_ahead_s=max(0, int((trusted.signed_at - now).total_seconds())),
    )


def _taken_over(
    replica: Replica, trusted: Trusted, contact: Contact, held: Publication | None, fetched: "_Fetched"
) -> int:
    offered = trusted.publication
    if held is None and offered.pack is not None:
        try:
            changed = replica.apply(offered, trusted.catalogue, contact, fetched.from_pack(offered, offered.pack))
        except (IntegrityError, GatewayRefusedError) as refused:
            fetched.pack_refused = str(refused)
        else:
            fetched.used_pack = True
            return changed
    try:
        return replica.apply(offered, trusted.catalogue, contact, fetched.from_objects(offered))
    except (IntegrityError, ReplicaDamagedError):
        if held is None or not _is_damaged(replica):
            raise
    return replica.apply(offered, trusted.catalogue, contact, fetched.from_objects(offered), anew=True)


def _is_damaged(replica: Replica) -> bool:
    try:
        replica.verify()
    except ReplicaDamagedError:
        return True
    return False


class _Fetched:
    """Objects from the transport, counted."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.objects = 0
        self.bytes = 0
        self.used_pack = False
        self.pack_refused = ""

    def read(self, name: str) -> bytes:
        """The canonical bytes of an object."""
        data = self._transport.fetch(objects.path_of(name), max_bytes=objects.MAX_COMPRESSED_BYTES)
        self.objects += 1
        self.bytes += len(data)
        return objects.decompress(data)

    def from_objects(self, offered: Publication) -> Differences:
        """What differs, object by object."""
        return lambda held: tree.differing(held, offered.root, self)

    def from_pack(self, offered: Publication, packed: PackStatement) -> Differences:
        """All of a pack, then what changed since it was made."""

        def differences(held: tree.LocalMap) -> Iterator[tree.Difference]:
            # A pack of an earlier map states no number of subjects; a pack is made of maps with more than one.
            is_current = packed.map_root == offered.map_root
            root = offered.root if is_current else tree.root_node(bytes.fromhex(packed.map_root), Extent.MANY)
            yield from pack.read(self._pieces(packed), root)
            if not is_current:
                yield from tree.differing(held, offered.root, self)

        return differences

    def _pieces(self, packed: PackStatement) -> Iterator[bytes]:
        for piece in self._transport.fetch_stream(pack.path_of(packed.map_root), max_bytes=packed.length):
            self.bytes += len(piece)
            yield piece
