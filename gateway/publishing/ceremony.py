"""Who is trusted, and how that changes (密钥仪式): every act here is signed with the root keys.

The root keys lie offline. They come back to ``HOME/keys/root`` for one act, and leave again. What they sign is the next
trust root, which hosts reach from the one they pinned; without enough of them nothing is changed at all.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from securesystemslib.signer import Key, Signer
from tuf.api.metadata import Root

from credit_sdk.errors import InvalidRequestError, SettingsError
from gateway.publishing import roles
from gateway.publishing.files import Folder, write_whole
from gateway.publishing.keyring import Keyring, SignatureScheme
from gateway.publishing.roles import People
from gateway.settings import GatewayHome

ROOT_THRESHOLD = 2
PEOPLE_THRESHOLD = 2


def create_keys(
    home: GatewayHome, operators: Sequence[str], now: datetime, scheme: SignatureScheme | None = None
) -> Path:
    """Make every key of a new gateway and the trust root that replicas pin; the path of that root.

    Raises:
        SettingsError: There are keys already; new ones would cut every replica off.
        InvalidRequestError: Fewer than two operators: the law is signed by two people.
    """
    if (home.keys / "people.json").exists() or home.trust_root.exists():
        raise SettingsError(
            f"{home.path} has keys already; new ones would cut off every replica that trusts them.",
            hint="请换一个目录 / Use another folder.",
        )
    if len(set(operators)) < PEOPLE_THRESHOLD:
        raise InvalidRequestError("the law is signed by two people, so two operators are needed.", hint="Name two.")
    keyring = Keyring(home.keys, scheme)
    signers = keyring.make_root()
    people = [keyring.make_person(name) for name in operators]
    root = roles.new_root(
        [signer.public_key for signer in signers],
        ROOT_THRESHOLD,
        keyring.make_online(),
        People({key.keyid: key for key in people}, PEOPLE_THRESHOLD),
        now,
    )
    _hand_out(home, root, signers)
    return home.trust_root


def add_person(home: GatewayHome, name: str, now: datetime, scheme: SignatureScheme | None = None) -> Key:
    """Make the key of a further operator and let it sign the law (新增签署人), by a next trust root.

    The caller signs everything again afterwards: :meth:`gateway.publishing.release.Publisher.sign_again`. An operator
    whose key was made but not pinned, because something broke off in between, is pinned by doing it again.

    Raises:
        SettingsError: Fewer root keys than the threshold are here; nothing was changed.
        InvalidRequestError: The name cannot be used, or has a key that counts.
    """
    keyring = Keyring(home.keys, scheme)
    root, signers = _next_root(home, keyring, now)
    people, key = roles.pinned(root), keyring.people().get(name)
    if key is None:
        key = keyring.make_person(name)
    elif key.keyid in people.keys:
        raise InvalidRequestError(f"{name} has a key already.", hint="Choose another name.")
    roles.pin(root, People({**people.keys, key.keyid: key}, people.threshold))
    _hand_out(home, root, signers)
    return key


def rotate_online(home: GatewayHome, now: datetime, scheme: SignatureScheme | None = None) -> int:
    """Replace the online keys and renew the trust root, signed by the root keys; the new root version.

    The caller signs everything again afterwards: :meth:`gateway.publishing.release.Publisher.sign_again`.

    Raises:
        SettingsError: Fewer root keys than the threshold are here.
    """
    keyring = Keyring(home.keys, scheme)
    root, signers = _next_root(home, keyring, now)
    for role, key in keyring.make_online().items():
        for old in list(root.roles[role].keyids):
            root.revoke_key(old, role)
        root.add_key(key, role)
    _hand_out(home, root, signers)
    return root.version


def _next_root(home: GatewayHome, keyring: Keyring, now: datetime) -> tuple[Root, list[Signer]]:
    """The root that follows the newest, as it will be signed by the keys that are here."""
    root = roles.newest_root(Folder(home.distribution))
    threshold = root.roles["root"].threshold
    signers = [signer for signer in keyring.root() if signer.public_key.keyid in root.roles["root"].keyids]
    if len(signers) < threshold:
        raise SettingsError(
            f"{threshold} root keys are needed to change keys and {len(signers)} are here; nothing was changed.",
            hint=f"请将根密钥放回 {home.keys / 'root'} 后重新执行 / Bring them back there and run the command again; "
            "take them away afterwards.",
        )
    root.version += 1
    root.expires = now + roles.ROOT_LASTS
    return root, signers


def _hand_out(home: GatewayHome, root: Root, signers: Sequence[Signer]) -> None:
    data = roles.signed(root, signers)
    Folder(home.distribution).write_metadata(f"{root.version}.root.json", data)
    write_whole(home.trust_root, data)
