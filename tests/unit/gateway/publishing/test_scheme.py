"""The signature scheme is a seam: the gateway signs with another one unchanged, and hosts refuse it by policy."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from securesystemslib.signer import CryptoSigner, Signer
from tuf.api.metadata import Metadata, Root

from credit_sdk.errors import TrustError
from credit_sdk.trust import roots
from gateway.publishing.founding import create_keys
from gateway.publishing.keyring import Keyring
from gateway.publishing.release import Publisher
from gateway.publishing.scheme import CHOSEN, Ed25519
from tests.real_gateway import LI, NOW, WANG, RealGateway, law


class Ecdsa:
    """Another scheme, as a further one would be written."""

    def generate(self) -> tuple[Signer, bytes]:
        private = ec.generate_private_key(ec.SECP256R1())
        stored = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return CryptoSigner(private), stored

    def load(self, stored: bytes) -> Signer:
        key = load_pem_private_key(stored, None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return CryptoSigner(key)


def test_ed25519_is_chosen_in_one_place() -> None:
    assert isinstance(CHOSEN, Ed25519)


def test_a_gateway_runs_on_another_scheme_and_hosts_refuse_it_until_it_is_accepted(tmp_path: Path) -> None:
    real = RealGateway.make(tmp_path)
    (real.home.keys / "people.json").unlink()
    real.home.trust_root.unlink()
    path = create_keys(real.home, [LI, WANG], NOW, Ecdsa())
    publisher = Publisher(real.home, real.engine, scheme=Ecdsa())
    publisher.adopt_catalogue(law(), LI, WANG, NOW)
    assert publisher.publish(NOW).serial == 1
    root = Metadata[Root].from_file(str(path)).signed
    assert {key.keytype for key in root.keys.values()} == {"ecdsa"}
    online = Keyring(real.home.keys, Ecdsa()).online("timestamp").public_key
    assert online == root.keys[root.roles["timestamp"].keyids[0]]
    beat = Metadata.from_file(str(real.folder.metadata / "timestamp.json"))
    root.verify_delegate("timestamp", beat.signed_bytes, beat.signatures)
    with pytest.raises(TrustError, match="ecdsa/ecdsa-sha2-nistp256, which is not believed here"):
        roots.load(path)
    real.close()
