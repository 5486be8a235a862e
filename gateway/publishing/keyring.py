"""Keys (密钥) of the publication and where they lie.

=============================  =========================================  ======================================
``HOME/keys/root/``            three keys, any two sign the trust root    moved offline after ``init``
``HOME/keys/online/``          timestamp, snapshot, targets: one each     stay with the gateway
``HOME/keys/people/``          one for each operator                      sign the law (role ``catalogue``), two of them
``HOME/keys/people.json``      the public halves, by operator             not secret
``HOME/trust/root.json``       what replicas pin                          handed out with the first API key
=============================  =========================================  ======================================

While online keys are replaced there are two sets. ``online/next/`` holds those that a trust root is to name; once one
does, they move up and the ones before stay in ``online/leaving/`` for an hour. The gateway signs with all that are
here, so at every instant, and after a stop at any of them, what is served is signed by the keys that the root names:
by those of the old root for whoever has looked it up a moment ago, by those of the new one for all others.
"""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from securesystemslib.signer import Key, Signer

from credit_sdk.errors import InvalidRequestError, SettingsError
from gateway.publishing.files import write_whole
from gateway.publishing.scheme import CHOSEN, SignatureScheme

ONLINE_ROLES = ("timestamp", "snapshot", "targets")
ROOT_KEYS = 3
LEAVING_LASTS = timedelta(hours=1)
"""How long replaced online keys still sign beside the new ones: longer than anything on the way to a host remembers."""
MAX_KEY_BYTES = 16 * 1024
_NAME = re.compile(r"[^\W_][\w.\-]{0,63}")


class Keyring:
    """The keys in the folder ``HOME/keys``."""

    def __init__(self, folder: Path, scheme: SignatureScheme = CHOSEN) -> None:
        self.root_folder = folder / "root"
        self._folder = folder
        self._online = folder / "online"
        self._next = self._online / "next"
        self._leaving = self._online / "leaving"
        self._scheme = scheme

    def online(self, role: str) -> Signer:
        """The gateway's own signer for ``timestamp``, ``snapshot`` or ``targets``."""
        return self._load(self._online / f"{role}.pem", f"the online key of the role {role}")

    def online_signers(self, role: str, now: datetime) -> list[Signer]:
        """Every signer that is here for a role: the one in force, the next, the one that leaves."""
        folders = [self._online, self._next]
        until = self._leave_at()
        if until is not None and now < until:
            folders.append(self._leaving)
        paths = [path for path in (folder / f"{role}.pem" for folder in folders) if path.exists()]
        return [self._load(path, f"the online key of the role {role}") for path in paths]

    def next_online(self) -> dict[str, Key]:
        """Public halves of the online keys that no root may name yet, by role; none unless some are waiting."""
        paths = {role: self._next / f"{role}.pem" for role in ONLINE_ROLES}
        return {
            role: self._load(path, f"the next online key of the role {role}").public_key
            for role, path in paths.items()
            if path.exists()
        }

    def make_online(self) -> dict[str, Key]:
        """The online keys of a new gateway; the public halves by role."""
        return {role: self._generate(self._online / f"{role}.pem").public_key for role in ONLINE_ROLES}

    def make_next_online(self) -> dict[str, Key]:
        """Online keys that are to replace those in force; the public halves by role."""
        return {role: self._generate(self._next / f"{role}.pem").public_key for role in ONLINE_ROLES}

    def promote(self, role: str, now: datetime) -> None:
        """Put the next online key of a role in the place of the one before, which leaves."""
        write_whole(self._leaving / "until", (now + LEAVING_LASTS).isoformat().encode(), mode=0o600)
        path = self._online / f"{role}.pem"
        if path.exists():
            write_whole(self._leaving / f"{role}.pem", path.read_bytes(), mode=0o600)
        (self._next / f"{role}.pem").replace(path)

    def drop_left(self, now: datetime) -> None:
        """Delete replaced online keys whose time is over."""
        until = self._leave_at()
        if until is not None and now >= until:
            for name in (*(f"{role}.pem" for role in ONLINE_ROLES), "until"):
                (self._leaving / name).unlink(missing_ok=True)

    def person(self, name: str) -> Signer:
        """The signer of one operator."""
        key = self.people().get(name)
        if key is None:
            raise InvalidRequestError(
                f"{name}不是持有密钥的操作员，不能以其名义签署 / "
                f"{name} is not an operator with a key, so nothing can be signed in that name.",
                hint=f"持有密钥的操作员 / Operators with a key: {', '.join(sorted(self.people())) or '无 none'}.",
            )
        signer = self._load(self._folder / "people" / f"{name}.pem", f"the key of {name}")
        if signer.public_key.keyid != key.keyid:
            raise SettingsError(
                f"{name}的密钥不是已公布的那一把，其签名会被拒绝 / "
                f"the key of {name} is not the one the publication names, so what it signs would be refused.",
                hint="请放回正确的密钥文件，或另设操作员 / Put the right key file back, or make a new operator.",
            )
        return signer

    def has_person(self, name: str) -> bool:
        """Whether the private key of an operator is here."""
        return (self._folder / "people" / f"{name}.pem").exists()

    def people(self) -> dict[str, Key]:
        """Public keys of the operators, by name."""
        path = self._folder / "people.json"
        try:
            stored: dict[str, dict[str, object]] = json.loads(path.read_bytes())
        except FileNotFoundError:
            raise SettingsError(
                f"{self._folder}中没有密钥，无法发布 / "
                f"there are no keys under {self._folder}, so nothing can be published.",
                hint="请先建立网关 / Set the gateway up with: credit-gateway init HOME",
            ) from None
        return {name: Key.from_dict(str(key.pop("keyid")), key) for name, key in stored.items()}

    def make_person(self, name: str) -> Key:
        """A new key for an operator, known here; it counts for the law once the trust root pins it."""
        if not is_name(name):
            raise InvalidRequestError(
                f"{name!r}不能用作密钥文件名 / {name!r} cannot be the name of a key file.",
                hint="只用字母、数字、“.”“-”“_”，以字母或数字开头 / "
                "Use letters, digits, '.', '-' and '_', beginning with a letter or digit.",
            )
        people = self.people() if (self._folder / "people.json").exists() else {}
        people[name] = self._generate(self._folder / "people" / f"{name}.pem").public_key
        self._write_people(people)
        return people[name]

    def forget_person(self, name: str) -> None:
        """Delete the key of an operator, which counts for nothing any more."""
        (self._folder / "people" / f"{name}.pem").unlink(missing_ok=True)
        self._write_people({who: key for who, key in self.people().items() if who != name})

    def root(self) -> list[Signer]:
        """The root signers whose files are here; none once they were moved offline."""
        return [self.load_root(path) for path in sorted(self.root_folder.glob("*.pem"))]

    def load_root(self, path: Path) -> Signer:
        """The signer of a root key, wherever its file lies."""
        return load_key(path, f"the root key {path.name}", self._scheme)

    def make_root(self) -> list[Signer]:
        """The keys of the first trust root."""
        return [self._generate(self.root_folder / f"root-{number}.pem") for number in range(1, ROOT_KEYS + 1)]

    def _leave_at(self) -> datetime | None:
        try:
            return datetime.fromisoformat((self._leaving / "until").read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return None

    def _write_people(self, people: dict[str, Key]) -> None:
        roster = {who: {"keyid": key.keyid, **key.to_dict()} for who, key in sorted(people.items())}
        write_whole(self._folder / "people.json", json.dumps(roster, ensure_ascii=False, indent=1).encode())

    def _generate(self, path: Path) -> Signer:
        for folder in (self._folder, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        signer, private = self._scheme.generate()
        write_whole(path, private, mode=0o600)
        return signer

    def _load(self, path: Path, what: str) -> Signer:
        return load_key(path, what, self._scheme)


def is_name(name: str) -> bool:
    """Whether this can be the name of an operator, and of a file."""
    return _NAME.fullmatch(name) is not None


def load_key(path: Path, what: str, scheme: SignatureScheme = CHOSEN) -> Signer:
    """The signer of a private key in a file.

    Args:
        path: The file.
        what: Whose key it is, for the message.
        scheme: How it is stored.

    Raises:
        SettingsError: There is no file, or no key in it that can be used.
    """
    try:
        with path.open("rb") as file:
            return scheme.load(file.read(MAX_KEY_BYTES))
    except FileNotFoundError:
        raise SettingsError(
            f"{path}处没有密钥，无法签名 / {what} is not at {path}, so nothing can be signed with it.",
            hint="请核对路径，或从备份恢复 / Check the path, or restore it from the backup.",
        ) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SettingsError(
            f"{path}中没有可用的密钥，无法签名 / {path} holds no usable key, so nothing can be signed with it.",
            hint="只接受未加密的 Ed25519 私钥（PKCS#8 PEM）/ An unencrypted Ed25519 private key as PEM is needed; "
            "restore it from the backup.",
        ) from None
