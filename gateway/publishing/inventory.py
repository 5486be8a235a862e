"""Every key and signature of a gateway at a glance (密钥清单): who is trusted, until when, and where the halves lie."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tuf.api.metadata import Metadata, Root, Targets

from credit_sdk.errors import SettingsError
from credit_sdk.publication.digests import digests_of
from credit_sdk.publication.statement import CATALOGUE_ROLE
from gateway.publishing import roles
from gateway.publishing.chain import served
from gateway.publishing.files import Folder
from gateway.publishing.keyring import ONLINE_ROLES, Keyring
from gateway.publishing.root_change import keys_by_role, threshold_of
from gateway.settings import GatewayHome


@dataclass(frozen=True, slots=True)
class HeldKey:
    """One key of a role.

    Attributes:
        keyid: Its identifier.
        holder: The operator, or the file of a root key; empty where nobody here knows.
        is_here: Whether its private half lies in the gateway's folder.
    """

    keyid: str
    holder: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class RoleState:
    """A role as it stands; ``version`` and ``expires_at`` are None before the first publication."""

    role: str
    keys: tuple[HeldKey, ...]
    threshold: int
    version: int | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Inventory:
    """All of it.

    Attributes:
        root_version: Of the trust root in force.
        roles: ``root``, ``timestamp``, ``snapshot``, ``targets``, ``catalogue``.
        digests: Of ``trust/root.json``, by kind, to be compared by telephone.
        root_keys_here: Files of root keys that lie on the gateway.
        readable_by_others: Files of private keys whose permissions are too wide.
        is_handed_out: Whether ``trust/root.json`` is the root in force.
        is_request_open: Whether new online keys wait for a root that names them.
    """

    root_version: int
    roles: tuple[RoleState, ...]
    digests: dict[str, str]
    root_keys_here: tuple[str, ...]
    readable_by_others: tuple[str, ...]
    is_handed_out: bool
    is_request_open: bool

    def role(self, name: str) -> RoleState:
        """The state of one role."""
        return next(each for each in self.roles if each.role == name)


def inventory(home: GatewayHome) -> Inventory:
    """What is there; changes nothing.

    Raises:
        SettingsError: There is no trust root, or a file that signed metadata names is missing.
    """
    folder, keyring = Folder(home.distribution), Keyring(home.keys)
    root = roles.newest_root(folder)
    here = {path.name: keyring.load_root(path).public_key.keyid for path in sorted(keyring.root_folder.glob("*.pem"))}
    states = tuple(_states(root, folder, keyring, {keyid: name for name, keyid in here.items()}))
    data = home.trust_root.read_bytes() if home.trust_root.exists() else b""
    wide = [path for path in sorted(home.keys.rglob("*.pem")) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    return Inventory(
        root_version=root.version,
        roles=states,
        digests=digests_of(data),
        root_keys_here=tuple(here),
        readable_by_others=tuple(str(path) for path in wide),
        is_handed_out=data == folder.read_metadata(f"{root.version}.root.json"),
        is_request_open=keyring.next_online().keys() == set(ONLINE_ROLES),
    )


def _states(root: Root, folder: Folder, keyring: Keyring, root_files: dict[str, str]) -> Iterator[RoleState]:
    current = served(folder)
    signed: dict[str, tuple[int, datetime]] = {"root": (root.version, root.expires)}
    if current is not None:
        signed["timestamp"] = current.timestamp.version, current.timestamp.expires
        signed["snapshot"] = current.snapshot.version, current.snapshot.expires
        signed["targets"] = current.targets.version, current.targets.expires
        version = current.snapshot.meta[f"{CATALOGUE_ROLE}.json"].version
        data = folder.read_metadata(f"{version}.{CATALOGUE_ROLE}.json")
        if data is not None:
            signed[CATALOGUE_ROLE] = version, Metadata[Targets].from_bytes(data).signed.expires
    people = {key.keyid: name for name, key in keyring.people().items()}
    online = {role: _online_keyids(keyring, role) for role in ONLINE_ROLES}
    for role, keyids in keys_by_role(root).items():
        held = []
        for keyid in keyids:
            if role == CATALOGUE_ROLE:
                name = people.get(keyid, "")
                held.append(HeldKey(keyid, name, bool(name) and keyring.has_person(name)))
            elif role == "root":
                held.append(HeldKey(keyid, root_files.get(keyid, ""), keyid in root_files))
            else:
                held.append(HeldKey(keyid, "gateway" if keyid in online[role] else "", keyid in online[role]))
        version_of, expires_at = signed.get(role, (None, None))
        yield RoleState(role, tuple(held), threshold_of(root, role), version_of, expires_at)


def _online_keyids(keyring: Keyring, role: str) -> set[str]:
    """Identifiers of the keys that are here for a role; after a broken-off ceremony the one it needs may be next."""
    waiting = keyring.next_online().get(role)
    found = {waiting.keyid} if waiting else set()
    try:
        return found | {keyring.online(role).public_key.keyid}
    except SettingsError:
        return found
