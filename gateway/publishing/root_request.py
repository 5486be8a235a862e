"""A next trust root on its way to be signed (签名请求): one file that travels to the root keys and back.

It carries the root in force and the one that is to follow, so that the machine with the key can say what changes
without asking anybody. The names of people in it are what the gateway states; only identifiers are signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from securesystemslib.signer import Signer
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, RootVerificationResult
from tuf.api.serialization.json import JSONSerializer

from credit_sdk.errors import IntegrityError, InvalidRequestError
from credit_sdk.model import canonical
from gateway.problems import ConflictError
from gateway.publishing.keyring import is_name
from gateway.publishing.root_change import require_shown, require_sound

FORMAT = "credit-root-request/1"
MAX_REQUEST_BYTES = 1024 * 1024
_FIELDS = {"format", "before", "root", "names"}


@dataclass(frozen=True)
class RootRequest:
    """A root that is to be signed (签名请求).

    Attributes:
        before: The root in force, with its signatures.
        root: The one that is to follow, with the signatures it has so far.
        names: Whose a key is, by identifier, as the gateway states it; not signed.
    """

    before: Metadata[Root]
    root: Metadata[Root]
    names: Mapping[str, str]

    @classmethod
    def of(cls, before: Metadata[Root], following: Root, names: Mapping[str, str]) -> Self:
        """A request without any signature."""
        return cls(before, Metadata(following), names)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a request and judge it: whatever is in it can be shown, and would be a sound root.

        Raises:
            InvalidRequestError: It is no request.
            TrustError: It hides something, or does not follow from the root it names.
            ConflictError: Too few keys would be left.
        """
        try:
            return cls._from_bytes(data)
        except (IntegrityError, RepositoryError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidRequestError(
                "该文件不是信任根签名请求，或在途中被改动 / "
                "the file is no request for a trust root, or it was changed on the way.",
                hint="请重新执行 credit-gateway keys request HOME FILE / Make it again with that command.",
            ) from error

    @classmethod
    def read(cls, path: Path) -> Self:
        """The request in a file; see :meth:`from_bytes`."""
        with path.open("rb") as file:
            return cls.from_bytes(file.read(MAX_REQUEST_BYTES + 1))

    def to_bytes(self) -> bytes:
        """The file, in the one spelling."""
        content = {
            "format": FORMAT,
            "before": self.before.to_dict(),
            "root": self.root.to_dict(),
            "names": dict(self.names),
        }
        return canonical.dumps(content)

    @property
    def signed_by(self) -> tuple[str, ...]:
        """Identifiers of the keys whose signature is good and counts, in the old root or in the new one."""
        result = self._result()
        return tuple(sorted({**result.first.signed, **result.second.signed}))

    @property
    def missing(self) -> int:
        """How many more signatures are needed: the old root's threshold and the new one's must both be met."""
        result = self._result()
        return max(0, *(each.threshold - len(each.signed) for each in (result.first, result.second)))

    def require_signed(self) -> None:
        """Refuse a root that too few keys have signed.

        Raises:
            ConflictError: More signatures are needed.
        """
        if self.missing:
            raise ConflictError(
                f"还需{self.missing}个根密钥的签名，未作任何变更 / "
                f"{self.missing} more signatures of root keys are needed; nothing was changed.",
                hint="请再由其他根密钥签名：credit-gateway keys sign FILE --key KEY / Have other root keys sign it.",
            )

    @property
    def counting(self) -> frozenset[str]:
        """Identifiers of the keys whose signature counts: root keys before or after."""
        return frozenset({*self.before.signed.roles["root"].keyids, *self.root.signed.roles["root"].keyids})

    def signed_with(self, signers: Sequence[Signer]) -> Self:
        """The request with further signatures.

        Raises:
            InvalidRequestError: A key that is a root key neither before nor after.
        """
        root = Metadata(self.root.signed, dict(self.root.signatures))
        for signer in signers:
            if signer.public_key.keyid not in self.counting:
                raise InvalidRequestError(
                    f"密钥{signer.public_key.keyid[:16]}…不是本网关的根密钥，未签名 / "
                    f"the key {signer.public_key.keyid[:16]}… is no root key of this gateway, so nothing was signed.",
                    hint="请使用该网关的根密钥 / Use one of its root keys.",
                )
            root.sign(signer, append=True)
        return type(self)(self.before, root, self.names)

    def merged_with(self, other: Self) -> Self:
        """The signatures of two copies that were signed in different places.

        Raises:
            ConflictError: They are not copies of one request.
        """
        if self.root.signed_bytes != other.root.signed_bytes:
            raise ConflictError(
                "各文件载有不同的信任根，签名不能合并 / "
                "the files hold different trust roots, so their signatures do not add up.",
                hint="请只提交同一签名请求的副本 / Hand in copies of one request.",
            )
        signatures = {**self.root.signatures, **other.root.signatures}
        return type(self)(self.before, Metadata(self.root.signed, signatures), self.names)

    def root_bytes(self) -> bytes:
        """The root as it is published: with the signatures that are good, and no others."""
        good = {keyid: self.root.signatures[keyid] for keyid in self.signed_by}
        return Metadata(self.root.signed, good).to_bytes(JSONSerializer(compact=True))

    @classmethod
    def _from_bytes(cls, data: bytes) -> Self:
        if len(data) > MAX_REQUEST_BYTES:
            raise ValueError("too long")
        content = canonical.loads(data)
        if not isinstance(content, dict) or content.keys() != _FIELDS or content["format"] != FORMAT:
            raise ValueError("not this format")
        names = content["names"]
        # They are shown on the terminal of whoever signs.
        if not isinstance(names, dict) or not all(isinstance(each, str) and is_name(each) for each in names.values()):
            raise TypeError("names are names")
        before, root = _root(content["before"]), _root(content["root"])
        before.signed.verify_delegate("root", before.signed_bytes, before.signatures)
        require_shown(before.signed, root.signed)
        require_sound(root.signed)
        return cls(before, root, {keyid: str(name) for keyid, name in names.items()})

    def _result(self) -> RootVerificationResult:
        root = self.root.signed
        return root.get_root_verification_result(self.before.signed, self.root.signed_bytes, self.root.signatures)


def _root(content: object) -> Metadata[Root]:
    metadata = Metadata[Root].from_bytes(canonical.dumps(content))
    if not isinstance(metadata.signed, Root):
        raise TypeError("not a root")
    return metadata
