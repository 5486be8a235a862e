"""A checkpoint (检查点) of the ledger as text that anybody can hold the gateway to.

The forms are those of C2SP: a ``tlog-checkpoint`` (origin, size, root) in a ``signed-note`` (the text, an empty line,
signatures), with Ed25519. The key is one that the trust root names; :mod:`gateway.publishing.checkpoints` chooses it.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.problems import CheckpointError

MAX_NOTE_BYTES = 4096
_NOTE = re.compile(
    r"(?P<origin>[^\s+]+)\n(?P<size>0|[1-9][0-9]{0,15})\n(?P<root>[A-Za-z0-9+/]{43}=)\n\n"
    r"(?P<signatures>(?:— [^\s+]+ [A-Za-z0-9+/]+=*\n)+)"
)
_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_AGAIN = "请向发布方重新索取 / Ask the gateway for it again: HOME/distribution/ledger/checkpoint."


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says (检查点).

    Attributes:
        origin: Whose ledger it is.
        size: How many lines it has.
        root: Root of the Merkle tree over them.
    """

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def origin_of(gateway: str) -> str:
    """The name of a gateway's ledger; a name in a note may have neither spaces nor a plus sign."""
    return "".join(quote(each, safe="") if each.isspace() or each in "+%" else each for each in gateway) + "/ledger"


def signed(checkpoint: Checkpoint, public: bytes, sign: Callable[[bytes], bytes]) -> str:
    """The checkpoint as a signed note.

    Args:
        checkpoint: What it says.
        public: The raw public key, 32 bytes.
        sign: Makes a signature over bytes with its private half.
    """
    body = checkpoint.body()
    signature = base64.b64encode(_key_id(checkpoint.origin, public) + sign(body.encode())).decode()
    return f"{body}\n— {checkpoint.origin} {signature}\n"


def opened(note: str, keys: Iterable[bytes]) -> Checkpoint:
    """What a signed note says, once one of these keys is found to have signed it.

    Raises:
        CheckpointError: It is no checkpoint, or none of the keys signed it.
    """
    checkpoint, signatures = _parsed(note)
    body = checkpoint.body().encode()
    for public in keys:
        known = _key_id(checkpoint.origin, public)
        for each in signatures:
            if each[:_KEY_ID_BYTES] == known and _holds(public, each[_KEY_ID_BYTES:], body):
                return checkpoint
    raise CheckpointError(
        f"{checkpoint.origin}第{checkpoint.size}行处的检查点，不是由信任根所列密钥签署的 / "
        f"The checkpoint of {checkpoint.origin} at {checkpoint.size} lines is not signed by a key that the trust "
        "root names.",
        hint="请使用签署当时有效的信任根 / Use the trust root that was in force when it was signed, or a newer one.",
    )


def _parsed(note: str) -> tuple[Checkpoint, list[bytes]]:
    found = _NOTE.fullmatch(note) if len(note) <= MAX_NOTE_BYTES else None
    if found is not None:
        checkpoint = Checkpoint(found["origin"], int(found["size"]), base64.b64decode(found["root"]))
        lines = [line.split(" ") for line in found["signatures"].splitlines()]
        # Another spelling of the same root is another text, which nobody signed.
        if note.startswith(f"{checkpoint.body()}\n"):
            return checkpoint, [_bytes(value) for _, name, value in lines if name == checkpoint.origin]
    raise CheckpointError("这不是台账检查点 / This is no checkpoint of a ledger (C2SP tlog-checkpoint).", hint=_AGAIN)


def _bytes(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error:
        return b""


def _key_id(origin: str, public: bytes) -> bytes:
    return sha256(origin.encode() + b"\n" + _ED25519 + public).digest()[:_KEY_ID_BYTES]


def _holds(public: bytes, signature: bytes, body: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, body)
    except InvalidSignature:
        return False
    return True
