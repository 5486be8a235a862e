"""Natural persons (自然人) in the registry: keyed by HMAC under a secret of this gateway, their number never stored."""

import hmac
import secrets
from hashlib import sha256
from typing import Self, final

from credit_sdk.errors import SettingsError
from credit_sdk.model.subject import Subject
from gateway.settings import GatewayHome, write_private

_SECRET_BYTES = 32


@final
class RegistryKeys:
    """Gives every subject its key in the registry.

    An organisation's is the key it is published under. A person's is an HMAC: who copies the database but not the
    secret cannot find the number by trying all of them.
    """

    def __init__(self, persons_secret: bytes) -> None:
        self._secret = persons_secret

    @classmethod
    def create(cls, home: GatewayHome) -> Self:
        """Make the secret of a new gateway."""
        write_private(home.persons_key, secrets.token_hex(_SECRET_BYTES).encode())
        return cls.load(home)

    @classmethod
    def load(cls, home: GatewayHome) -> Self:
        """Read the secret.

        Raises:
            SettingsError: It is missing or damaged.
        """
        try:
            secret = bytes.fromhex(home.persons_key.read_text(encoding="ascii").strip())
        except (FileNotFoundError, ValueError):
            secret = b""
        if len(secret) != _SECRET_BYTES:
            raise SettingsError(
                f"{home.persons_key}缺失或损坏，查不到自然人的条目 / "
                f"{home.persons_key} is missing or damaged, so entries of natural persons cannot be found.",
                hint="请从备份恢复该文件 / Restore that file from the backup.",
            )
        return cls(secret)

    def key_of(self, subject: Subject) -> bytes:
        """The subject's key in the registry.

        Raises:
            InvalidSubjectError: The number is masked.
        """
        if not subject.is_natural_person:
            return subject.key
        # The published key's own rules (masked numbers have none) hold here too.
        return hmac.digest(self._secret, subject.key, sha256)

    def fingerprint(self, text: str) -> str:
        """A digest, hex, that only this gateway can compute: for what may hold personal numbers."""
        return hmac.digest(self._secret, b"fingerprint\0" + text.encode(), sha256).hex()

    def lookup_keys(self, subject: Subject) -> tuple[bytes, ...]:
        """Every key under which the subject may stand in the registry."""
        return (self.key_of(subject),) if subject.is_natural_person else subject.lookup_keys
