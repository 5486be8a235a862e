"""Checkpoints of the ledger (台账检查点): signed with the online key of the role ``targets``, and published.

That key hangs from the trust root that hosts pin, is replaced with the others, and signs nothing that reads like a
checkpoint ([ADR 0014](../../docs/adr/0014-the-targets-key-signs-the-ledger.md)). A checkpoint is signed before it is
kept and kept before it is served; a stop in between leaves a signed text that nobody saw, or one that the next turn
serves.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from securesystemslib.signer import Key, Signer
from sqlalchemy import Engine
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root
from tuf.api.serialization import DeserializationError

from credit_sdk.errors import SettingsError
from gateway.database.unit_of_work import reading, snapshot, unit_of_work
from gateway.ledger import checkpoints, note
from gateway.ledger.checkpoints import Kept
from gateway.problems import CheckpointError
from gateway.publishing import roles
from gateway.publishing.files import Folder, write_whole
from gateway.publishing.keyring import Keyring
from gateway.publishing.lock import only_publisher
from gateway.settings import GatewayHome

SIGNING_ROLE = "targets"
MAKE_EVERY = timedelta(minutes=10)
"""How often the publisher makes one while the ledger grows: what was done before cannot be undone unseen afterwards."""


class Checkpoints:
    """Makes the checkpoints of one gateway.

    Args:
        home: Its folder.
        engine: Its registry.
        keyring: Its keys.
    """

    def __init__(self, home: GatewayHome, engine: Engine, keyring: Keyring) -> None:
        self._home = home
        self._engine = engine
        self._folder = Folder(home.distribution)
        self._keyring = keyring

    def make(self, now: datetime) -> Kept:
        """Sign what the ledger holds now, unless that was done with a key in force; serve it in any case.

        Raises:
            LedgerBrokenError: The lines since the last checkpoint do not verify; nothing is signed.
            SettingsError: The key is missing or not the one that the trust root names.
        """
        with only_publisher(self._home.path, self._engine):
            with snapshot(self._engine) as connection:
                before = checkpoints.last(connection)
                frontier, digest = checkpoints.grown(connection, before)
            root = roles.newest_root(self._folder)
            if before is not None and before.size == frontier.size and _is_signed_by(before, root):
                kept = before
            else:
                kept = self._signed(Kept(frontier.size, digest, frontier.root(), frontier.hashes, "", now), root, now)
                with unit_of_work(self._engine, at=now) as work:
                    checkpoints.keep(work.connection, kept)
            self._serve(kept)
        return kept

    def is_due(self, now: datetime) -> bool:
        """Whether the last one was made so long ago that another should follow, if the ledger has grown."""
        with reading(self._engine) as connection:
            before = checkpoints.last(connection)
        return before is None or now - before.at >= MAKE_EVERY or _read(self.newest_file) != before.note.encode()

    @property
    def newest_file(self) -> Path:
        """Where the newest one is served."""
        return self._folder.ledger / "checkpoint"

    def _signed(self, unsigned: Kept, root: Root, now: datetime) -> Kept:
        signer = self._signer(root, now)
        stated = note.Checkpoint(note.origin_of(self._home.settings.origin), unsigned.size, unsigned.root)

        def sign(data: bytes) -> bytes:
            return bytes.fromhex(signer.sign(data).signature)

        text = note.signed(stated, _raw(signer.public_key), sign)
        return Kept(unsigned.size, unsigned.digest, unsigned.root, unsigned.frontier, text, unsigned.at)

    def _signer(self, root: Root, now: datetime) -> Signer:
        for signer in self._keyring.online_signers(SIGNING_ROLE, now):
            if signer.public_key.keyid in root.roles[SIGNING_ROLE].keyids:
                return signer
        raise SettingsError(
            f"{SIGNING_ROLE}的在线密钥不是信任根所列的那一把，所签检查点无人采信 / "
            f"the online key of the role {SIGNING_ROLE} is not the one the trust root names, so nobody would believe a "
            "checkpoint it signs.",
            hint="请恢复该密钥，或更换在线密钥：credit-gateway keys rotate HOME / Restore it, or replace the keys.",
        )

    def _serve(self, kept: Kept) -> None:
        data = kept.note.encode()
        for path in (self._folder.ledger / f"{kept.size}.checkpoint", self.newest_file):
            if _read(path) != data:
                write_whole(path, data)


def published_roots(folder: Folder) -> list[str]:
    """Every trust root that was published, in their order, as text."""
    newest = roles.newest_root(folder).version
    found = (folder.read_metadata(f"{version}.root.json") for version in range(1, newest + 1))
    return [data.decode() for data in found if data is not None]


def followed(trust: bytes, later: Iterable[str]) -> list[Root]:
    """The trust root that somebody pinned and those that follow on it, each signed as the one before demands.

    Args:
        trust: The file ``root.json``.
        later: Roots as a proof or a folder has them; those of other versions are passed over.

    Raises:
        CheckpointError: The file is no trust root, or one does not follow on the other.
    """
    try:
        chain = [Metadata[Root].from_bytes(trust)]
        chain[0].verify_delegate(Root.type, chain[0])
        for text in later:
            offered = Metadata[Root].from_bytes(text.encode())
            if offered.signed.version == chain[-1].signed.version + 1:
                for judge in (chain[-1], offered):
                    judge.verify_delegate(Root.type, offered)
                chain.append(offered)
    except (RepositoryError, DeserializationError, ValueError) as refused:
        raise CheckpointError(
            "信任根不相接续，任何签名都不可采信 / "
            f"The trust roots cannot be followed ({refused}), so no signature can be believed.",
            hint="请核对 root.json 是否由网关当面提供 / Compare root.json with the gateway by another way.",
        ) from None
    return [each.signed for each in chain]


def signing_keys(roots: Sequence[Root]) -> list[bytes]:
    """The raw public keys that sign checkpoints under these trust roots."""
    named = {keyid: root.keys[keyid] for root in roots for keyid in root.roles[SIGNING_ROLE].keyids}
    return [_raw(key) for key in named.values() if key.scheme == "ed25519"]


def _is_signed_by(kept: Kept, root: Root) -> bool:
    try:
        note.opened(kept.note, signing_keys([root]))
    except CheckpointError:
        return False
    return True


def _raw(key: Key) -> bytes:
    return bytes.fromhex(key.keyval["public"])


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
