"""Signatures under credit reports (报告签名), and checking them offline with nothing but the trust root.

A report is signed by the gateway's online key of the role ``targets``, the one that signs what is published: a report
says no more than the publication does, so it needs no other authority. What is signed is a statement in canonical JSON
that states its ``format`` and has no ``_type``, which all metadata of The Update Framework has: neither can pass for
the other.

1. ``credit-report-statement/1`` {number, digest, issued_at}: of the report's canonical JSON.
2. ``credit-report-pages/1`` {number, digest, pages}: of a PDF file, byte for byte.

The verification code (验证码) is the first 100 bits of the SHA-256 of the signature under the first: whoever has no key
cannot make one up for a number, and whoever has the file can work it out.

A file carries the trust roots after the first. Each must be signed by the one before and by itself; the keys of the
last must have signed the statement. A pinned root that came later stands for itself, if it still names the key.
"""

from base64 import b32encode
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from securesystemslib.signer import Signature
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root
from tuf.api.serialization import SerializationError

from credit_sdk.errors import SettingsError, TrustError
from credit_sdk.model import canonical
from credit_sdk.publication.schemes import require_accepted
from gateway.publishing.files import Folder
from gateway.publishing.keyring import Keyring
from gateway.publishing.roles import newest_root

STATEMENT_FORMAT = "credit-report-statement/1"
PAGES_FORMAT = "credit-report-pages/1"
ROLE = "targets"
MAX_ROOTS = 64
_CODE_CHARACTERS = 20
_GROUP = 5
_HINT = "请核对文件来源，并用出具单位公布的信任根验证 / Get the file again, and the trust root from the issuer."

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement with its signature (签名声明)."""

    statement: Json
    keyid: str
    signature: str

    @property
    def code(self) -> str:
        """The verification code that follows from the signature, in groups of five."""
        plain = b32encode(sha256(bytes.fromhex(self.signature)).digest()).decode()[:_CODE_CHARACTERS]
        return "-".join(plain[start : start + _GROUP] for start in range(0, _CODE_CHARACTERS, _GROUP))

    def written(self) -> dict[str, object]:
        """Ready for canonical JSON."""
        return {"statement": dict(self.statement), "keyid": self.keyid, "signature": self.signature}

    @classmethod
    def read(cls, content: object) -> "Signed":
        """What :meth:`written` wrote.

        Raises:
            TrustError: It is in another form.
        """
        if not isinstance(content, dict) or content.keys() != {"statement", "keyid", "signature"}:
            raise not_genuine("the signature has another form")
        statement, keyid, signature = content["statement"], content["keyid"], content["signature"]
        if not isinstance(statement, dict) or not isinstance(keyid, str) or not _is_hex(signature):
            raise not_genuine("the signature has another form")
        return cls(statement, keyid, str(signature))


def code_digest(code: str) -> str:
    """SHA-256 of a code, however it was typed: small letters, spaces and hyphens make no difference."""
    return sha256("".join(each for each in code.upper() if each.isalnum()).encode()).hexdigest()


def sign(folder: Folder, keyring: Keyring, statement: Json, now: datetime) -> Signed:
    """Sign a statement with the key that the newest root names.

    Raises:
        SettingsError: That key is not here.
    """
    named = newest_root(folder).roles[ROLE].keyids
    signers = keyring.online_signers(ROLE, now) or [keyring.online(ROLE)]
    signer = next((each for each in signers if each.public_key.keyid in named), None)
    if signer is None:
        raise SettingsError(
            "在线密钥（targets）不是信任根所载的，签出的报告无人采信 / "
            "the online key of the role targets is not the one the trust root names, so nobody would believe a report.",
            hint="请恢复最近一次更换之后的备份 / Restore it from a backup made after the last rotation.",
        )
    made = signer.sign(canonical.dumps(dict(statement)))
    return Signed(statement, made.keyid, made.signature)


def carried_roots(folder: Folder) -> list[Json]:
    """The trust roots after the first, as a file carries them."""
    newest = newest_root(folder).version
    found: list[Json] = []
    for version in range(2, newest + 1):
        data = folder.read_metadata(f"{version}.root.json")
        if data is None:
            raise SettingsError(
                f"缺少{folder.metadata}下的{version}.root.json，报告无法离线验证 / "
                f"{version}.root.json is missing under {folder.metadata}, so reports could not be verified offline.",
                hint="请从备份恢复该文件 / Restore that file from the backup.",
            )
        found.append(Metadata[Root].from_bytes(data).to_dict())
    return found[-MAX_ROOTS:]


def root_reached(pinned: bytes, carried: Sequence[object]) -> Root:
    """Follow the roots a file carries from the pinned one.

    Raises:
        TrustError: The pinned file is no root, or one that is carried is not signed as it must be.
    """
    root = _pinned(pinned)
    try:
        for content in carried:
            if not isinstance(content, dict):
                raise not_genuine("a trust root in it is none")
            following = Metadata[Root].from_dict(deepcopy(content))
            if following.signed.version <= root.version:
                continue
            if following.signed.version != root.version + 1:
                raise not_genuine(f"trust root {root.version + 1} is missing")
            for each in (root, following.signed):
                each.verify_delegate("root", following.signed_bytes, following.signatures)
            require_accepted(following.signed.keys.values())
            root = following.signed
    except (RepositoryError, SerializationError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise not_genuine("its trust roots cannot be believed") from error
    return root


def require_signed(root: Root, signed: Signed) -> None:
    """Refuse a statement that the gateway of this root did not sign.

    Raises:
        TrustError: Another key, or another statement.
    """
    signatures = {signed.keyid: Signature(signed.keyid, signed.signature)}
    try:
        root.verify_delegate(ROLE, canonical.dumps(dict(signed.statement)), signatures)
    except (RepositoryError, ValueError, TypeError) as error:
        raise TrustError(
            f"该报告不是由此信任根（第{root.version}版）的网关签署的 / "
            f"The report is not signed by the gateway of this trust root (version {root.version}).",
            hint="请核对文件来源；密钥更换过的，用报告出具当时或之前的信任根验证 / Get the file again; where keys were "
            "replaced, verify with a trust root of the time of the report or before.",
        ) from error


def not_genuine(what: str) -> TrustError:
    """A file that must not be believed, and why."""
    return TrustError(
        f"报告不真实，或者出具后被改动 / The report is not genuine, or was changed since it was issued: {what}.",
        hint=_HINT,
    )


def _pinned(data: bytes) -> Root:
    try:
        given = Metadata[Root].from_bytes(data)
        if isinstance(given.signed, Root):
            given.signed.verify_delegate("root", given.signed_bytes, given.signatures)
            return given.signed
    except (RepositoryError, SerializationError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_root() from error
    raise _no_root()


def _no_root() -> TrustError:
    return TrustError(
        "所给的信任根未经其自身密钥签名，不能据以采信任何报告 / "
        "The file given as trust root is none that its own keys signed, so no report can be believed through it.",
        hint="请向出具单位索取 root.json / Get root.json from the issuer, on a way other than the report.",
    )


def _is_hex(text: object) -> bool:
    return (
        isinstance(text, str) and 0 < len(text) <= 1024 and len(text) % 2 == 0 and set(text) <= set("0123456789abcdef")
    )
