"""A root key that is made where it will stay (离线造钥): the private half in one file, the public half in another.

Only the public half travels to the gateway, which puts it into the next trust root.
"""

from pathlib import Path

from securesystemslib.signer import Key

from credit_sdk.errors import IntegrityError, InvalidRequestError, SettingsError
from credit_sdk.model import canonical
from credit_sdk.publication.schemes import require_accepted
from gateway.publishing.files import write_whole
from gateway.publishing.root_change import identifier_of
from gateway.publishing.scheme import CHOSEN, SignatureScheme

MAX_PUBLIC_BYTES = 16 * 1024


def public_path(private: Path) -> Path:
    """Where the public half of a key in this file lies."""
    return private.with_name(f"{private.name}.pub.json")


def make(private: Path, scheme: SignatureScheme = CHOSEN) -> Key:
    """Make a key; the private half goes to ``private``, the public one beside it.

    Raises:
        SettingsError: One of the files is there already.
    """
    for path in (private, public_path(private)):
        if path.exists():
            raise SettingsError(
                f"{path}已存在，密钥从不覆盖已有文件 / {path} is there already, and a key is never written over.",
                hint="请换一个文件名 / Choose another name.",
            )
    signer, stored = scheme.generate()
    key = signer.public_key
    write_whole(private, stored, mode=0o600)
    write_whole(public_path(private), canonical.dumps({"keyid": key.keyid, **key.to_dict()}))
    return key


def read(path: Path) -> Key:
    """The public key in a file that :func:`make` wrote.

    Raises:
        InvalidRequestError: There is none in it.
        TrustError: It is of a scheme that nobody believes.
    """
    with path.open("rb") as file:
        data = file.read(MAX_PUBLIC_BYTES + 1)
    try:
        key = _key(data)
    except (IntegrityError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidRequestError(
            f"{path}中没有用credit-gateway keys make生成的公钥 / "
            f"{path} holds no public key that was made by `credit-gateway keys make`.",
            hint="请指明 .pub.json 文件，切勿把私钥带到网关 / Name the .pub.json file; the private key stays away.",
        ) from error
    require_accepted([key])
    return key


def _key(data: bytes) -> Key:
    content = canonical.loads(data)
    if not isinstance(content, dict):
        raise TypeError("not an object")
    key = Key.from_dict(str(content.pop("keyid")), dict(content))
    if key.keyid != identifier_of(key) or len(data) > MAX_PUBLIC_BYTES:
        raise ValueError("not the identifier of this key")
    return key
