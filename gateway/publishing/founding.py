"""The keys of a new gateway (建立密钥), and the first trust root, which hosts pin."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from credit_sdk.errors import InvalidRequestError, SettingsError
from gateway.publishing import roles
from gateway.publishing.files import Folder, write_whole
from gateway.publishing.keyring import Keyring
from gateway.publishing.roles import People
from gateway.publishing.scheme import CHOSEN, SignatureScheme
from gateway.settings import GatewayHome

ROOT_THRESHOLD = 2
PEOPLE_THRESHOLD = 2


def create_keys(home: GatewayHome, operators: Sequence[str], now: datetime, scheme: SignatureScheme = CHOSEN) -> Path:
    """Make every key of a new gateway and the trust root that replicas pin; the path of that root.

    Raises:
        SettingsError: There are keys already; new ones would cut every replica off.
        InvalidRequestError: Fewer than two operators: the law is signed by two people.
    """
    if (home.keys / "people.json").exists() or home.trust_root.exists():
        raise SettingsError(
            f"{home.path}已有密钥；另造新钥会使信任原密钥的副本全部失联 / "
            f"{home.path} has keys already; new ones would cut off every replica that trusts them.",
            hint="请换一个目录 / Use another folder.",
        )
    if len(set(operators)) < PEOPLE_THRESHOLD:
        raise InvalidRequestError(
            "法律目录须由两人签署，因此需要两名操作员 / the law is signed by two people, so two operators are needed.",
            hint="请指明两人 / Name two.",
        )
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
    data = roles.signed(root, signers)
    Folder(home.distribution).write_metadata(f"{root.version}.root.json", data)
    write_whole(home.trust_root, data)
    return home.trust_root
