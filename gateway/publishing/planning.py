"""What a ceremony is to do, as people say it (密钥变更计划), made into a root that is to be signed.

Nothing here is believed by anybody: the keys that are made count once a root that names them is accepted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from securesystemslib.signer import Key, Signer
from tuf.api.metadata import Root

from credit_sdk.errors import InvalidRequestError, SettingsError
from credit_sdk.publication.statement import Publication
from gateway.publishing import roles
from gateway.publishing.chain import Signatures, believed
from gateway.publishing.files import Folder
from gateway.publishing.keyring import Keyring
from gateway.publishing.roles import People
from gateway.publishing.root_change import Change, next_root
from gateway.publishing.root_request import RootRequest
from gateway.publishing.scheme import CHOSEN, SignatureScheme
from gateway.settings import GatewayHome


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a ceremony is to change, as people say it; nothing but the day the root ends, unless given.

    Attributes:
        rotate: Whether the gateway makes itself new online keys.
        grant: Operators who get a new key that signs the law.
        revoke: Operators whose key shall not sign the law any more; or identifiers of keys nobody here has.
        add_root: Public root keys to be added.
        drop_root: Identifiers of root keys to be dropped, or their beginnings.
        threshold: How many root keys must sign.
    """

    rotate: bool = False
    grant: Sequence[str] = ()
    revoke: Sequence[str] = ()
    add_root: Sequence[Key] = ()
    drop_root: Sequence[str] = ()
    threshold: int | None = None


class Planning:
    """Plans changes of one gateway's keys.

    Args:
        home: The gateway's folder.
        scheme: How new keys are made.
    """

    def __init__(self, home: GatewayHome, scheme: SignatureScheme = CHOSEN) -> None:
        self._folder = Folder(home.distribution)
        self._keyring = Keyring(home.keys, scheme)
        self._signatures = Signatures(self._folder, self._keyring)

    def root_signers(self, paths: Sequence[Path] = ()) -> list[Signer]:
        """The root keys in these files, or those in ``keys/root``; enough of those in force must be among them.

        Raises:
            SettingsError: Fewer than must sign; nothing was changed.
        """
        named = roles.newest_root(self._folder).roles["root"]
        found = [self._keyring.load_root(path) for path in paths] or self._keyring.root()
        in_force = {each.public_key.keyid for each in found} & set(named.keyids)
        if len(in_force) < named.threshold:
            raise SettingsError(
                f"变更密钥需要{named.threshold}把根密钥，此处只有{len(in_force)}把，未作任何变更 / "
                f"{named.threshold} root keys are needed to change keys and {len(in_force)} are here; nothing was "
                "changed.",
                hint=f"请用 --key 指明根密钥文件（可在移动介质上），或放回 {self._keyring.root_folder} 后重新执行 / "
                "Name their files, or bring them back there and run the command again, or let them sign where they "
                "are: credit-gateway keys request HOME FILE",
            )
        return found

    def request(self, wanted: Wanted, now: datetime) -> RootRequest:
        """The root that is to follow, not signed yet; keys that are new to it are made, and count for nothing yet.

        Raises:
            InvalidRequestError: Something is to be changed that is not there.
            ConflictError: Too few keys would be left.
            SettingsError: The law rests on the signature of somebody who is to go.
        """
        before = roles.newest_root_signed(self._folder)
        # Once without new keys: what is refused leaves none behind.
        change = self._change(wanted)
        self.preview(wanted, now)
        online = self._keyring.make_next_online() if wanted.rotate else {}
        grant = [self._keyring.make_person(name) for name in wanted.grant]
        full = Change(online, grant, change.revoke, change.add_root, change.drop_root, change.threshold)
        after = next_root(before.signed, full, now)
        everybody = before.signed.keys.keys() | after.keys.keys()
        known = {keyid: name for keyid, name in self.names().items() if keyid in everybody}
        return RootRequest.of(before, after, known)

    def preview(self, wanted: Wanted, now: datetime) -> tuple[Root, Root]:
        """The root in force and the one that would follow, without the keys that are still to be made; makes nothing.

        Raises:
            InvalidRequestError: Something is to be changed that is not there.
            ConflictError: Too few keys would be left.
            SettingsError: The law rests on the signature of somebody who is to go.
        """
        before = roles.newest_root(self._folder)
        after = next_root(before, self._change(wanted), now)
        self.require_law_without(before, after)
        return before, after

    def names(self) -> dict[str, str]:
        """Operators by the identifier of their key."""
        return {key.keyid: name for name, key in self._keyring.people().items()}

    def _change(self, wanted: Wanted) -> Change:
        pinned, people = roles.pinned(roles.newest_root(self._folder)).keys, self._keyring.people()
        for name in wanted.grant:
            if name in people and people[name].keyid in pinned:
                raise InvalidRequestError(
                    f"{name}已有密钥 / {name} has a key already.",
                    hint="若该密钥丢失或泄露，请先吊销：credit-gateway keys change HOME --revoke NAME / "
                    "Revoke it first if it is lost.",
                )
        revoke = []
        for name in wanted.revoke:
            keyid = people[name].keyid if name in people else name
            if keyid not in pinned:
                raise InvalidRequestError(
                    f"{name}没有签署法律目录的密钥，无可吊销 / "
                    f"{name} has no key that signs the law, so none can be revoked.",
                    hint="查看签署人：credit-gateway keys show HOME / List them with that command.",
                )
            revoke.append(keyid)
        return Change(revoke=revoke, add_root=wanted.add_root, drop_root=wanted.drop_root, threshold=wanted.threshold)

    def require_law_without(self, root: Root, after: Root) -> None:
        """Refuse to take out a person on whose signature the law in force rests, before anything is made."""
        current = believed(self._folder)
        if current is not None:
            digest = Publication.from_bytes(current.statement).catalogue.digest
            self._signatures.require_law(digest, people_of_both(roles.pinned(root), roles.pinned(after)))


def people_of_both(before: People, after: People) -> People:
    """Who may sign the law under both roots; under the later one alone where they have too few people in common."""
    threshold = max(before.threshold, after.threshold)
    both = {keyid: key for keyid, key in before.keys.items() if keyid in after.keys}
    return People(both, threshold) if len(both) >= threshold else after
