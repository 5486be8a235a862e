"""Keys (密钥) of the publication and where they lie.

=============================  =========================================  ======================================
``HOME/keys/root/``            three keys, any two sign the trust root    moved offline after ``init``
``HOME/keys/online/``          timestamp, snapshot, targets: one each     stay with the gateway
``HOME/keys/people/``          one for each operator                      sign the law (role ``catalogue``), two of them
``HOME/keys/people.json``      the public halves, by operator             not secret
``HOME/trust/root.json``       what replicas pin                          handed out with the first API key
=============================  =========================================  ======================================

The signature scheme is a seam: whatever gives a ``securesystemslib`` signer can take the place of Ed25519, SM2 for one.
"""

import json
import re
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner, Key, Signer

from credit_sdk.errors import InvalidRequestError, SettingsError
from gateway.publishing.files import write_whole

ONLINE_ROLES = ("timestamp", "snapshot", "targets")
ROOT_KEYS = 3
_NAME = re.compile(r"[^\W_][\w.\-]{0,63}")


class SignatureScheme(Protocol):
    """How keys are made, stored and loaded (签名算法)."""

    def generate(self) -> tuple[Signer, bytes]:
        """A new signer and its private key as bytes to be stored."""
        ...

    def load(self, stored: bytes) -> Signer:
        """The signer whose private key was stored; ValueError or TypeError if these bytes hold none."""
        ...


class Ed25519:
    """Ed25519 keys as unencrypted PKCS #8 in PEM; the file's permissions protect them."""

    def generate(self) -> tuple[Signer, bytes]:
        """A new Ed25519 signer."""
        signer = CryptoSigner.generate_ed25519()
        return signer, signer.private_bytes

    def load(self, stored: bytes) -> Signer:
        """The signer of a stored Ed25519 key."""
        key = load_pem_private_key(stored, None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError("not an Ed25519 key")
        return CryptoSigner(key)


class Keyring:
    """The keys in the folder ``HOME/keys``."""

    def __init__(self, folder: Path, scheme: SignatureScheme | None = None) -> None:
        self._folder = folder
        self._scheme: SignatureScheme = Ed25519() if scheme is None else scheme

    def online(self, role: str) -> Signer:
        """The gateway's own signer for ``timestamp``, ``snapshot`` or ``targets``."""
        return self._load(self._folder / "online" / f"{role}.pem", f"the online key of the role {role}")

    def person(self, name: str) -> Signer:
        """The signer of one operator."""
        key = self.people().get(name)
        if key is None:
            raise InvalidRequestError(
                f"{name} is not an operator with a key, so nothing can be signed in that name.",
                hint=f"Operators with a key: {', '.join(sorted(self.people())) or 'none'}.",
            )
        signer = self._load(self._folder / "people" / f"{name}.pem", f"the key of {name}")
        if signer.public_key.keyid != key.keyid:
            raise SettingsError(
                f"the key of {name} is not the one the publication names, so what it signs would be refused.",
                hint="Put the right key file back, or make a new operator.",
            )
        return signer

    def people(self) -> dict[str, Key]:
        """Public keys of the operators, by name."""
        path = self._folder / "people.json"
        try:
            stored: dict[str, dict[str, object]] = json.loads(path.read_bytes())
        except FileNotFoundError:
            raise SettingsError(
                f"there are no keys under {self._folder}, so nothing can be published.",
                hint="Set the gateway up with: credit-gateway init HOME",
            ) from None
        return {name: Key.from_dict(str(key.pop("keyid")), key) for name, key in stored.items()}

    def root(self) -> list[Signer]:
        """The root signers whose files are here; none once they were moved offline."""
        return [self._scheme.load(path.read_bytes()) for path in sorted((self._folder / "root").glob("*.pem"))]

    def make_person(self, name: str) -> Key:
        """The key of a further operator, known here; it counts for the law once the trust root pins it."""
        if not _NAME.fullmatch(name):
            raise InvalidRequestError(
                f"{name!r} cannot be the name of a key file.",
                hint="Use letters, digits, '.', '-' and '_', beginning with a letter or digit.",
            )
        people = self.people() if (self._folder / "people.json").exists() else {}
        if name in people:
            raise InvalidRequestError(f"{name} has a key already.", hint="Choose another name.")
        people[name] = self._generate(self._folder / "people" / f"{name}.pem").public_key
        roster = {who: {"keyid": key.keyid, **key.to_dict()} for who, key in sorted(people.items())}
        write_whole(self._folder / "people.json", json.dumps(roster, ensure_ascii=False, indent=1).encode())
        return people[name]

    def make_online(self) -> dict[str, Key]:
        """New online keys in place of the old; the public halves by role."""
        return {role: self._generate(self._folder / "online" / f"{role}.pem").public_key for role in ONLINE_ROLES}

    def make_root(self) -> list[Signer]:
        """The keys of the trust root."""
        return [self._generate(self._folder / "root" / f"root-{number}.pem") for number in range(1, ROOT_KEYS + 1)]

    def _generate(self, path: Path) -> Signer:
        for folder in (self._folder, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        signer, private = self._scheme.generate()
        write_whole(path, private, mode=0o600)
        return signer

    def _load(self, path: Path, what: str) -> Signer:
        try:
            return self._scheme.load(path.read_bytes())
        except FileNotFoundError:
            raise SettingsError(
                f"{what} is not at {path}, so nothing can be signed with it.", hint="Restore it from the backup."
            ) from None
        except (ValueError, TypeError):
            raise SettingsError(
                f"{path} holds no usable key, so nothing can be signed with it.", hint="Restore it from the backup."
            ) from None
