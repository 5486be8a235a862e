"""What a refresh establishes, what it asks for, and how a root is shown to people."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from securesystemslib.signer import CryptoSigner

from credit_sdk.errors import CreditError, GatewayRefusedError, IntegrityError, ReplicaError, SettingsError, TrustError
from credit_sdk.testing.publisher import VALIDITY, Publisher
from credit_sdk.transport.folder import FolderTransport
from credit_sdk.trust import roots
from credit_sdk.trust.refresh import TrustedRefresh
from tests.replica_host import LAW, OTHER_LAW, ago, many, now


class Counted(FolderTransport):
    """A folder that notes what is asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.asked: list[str] = []

    def fetch_stream(self, path: str, *, max_bytes: int, timeout_s: float | None = None) -> Iterator[bytes]:
        self.asked.append(path)
        return super().fetch_stream(path, max_bytes=max_bytes, timeout_s=timeout_s)


@pytest.fixture
def publisher() -> Publisher:
    return Publisher(LAW, many(3), root_threshold=2, catalogue_threshold=2)


def refresher(tmp_path: Path, publisher: Publisher) -> tuple[TrustedRefresh, Counted]:
    publisher.write(tmp_path / "served")
    transport = Counted(tmp_path / "served")
    trust = TrustedRefresh(tmp_path / "trust/metadata", tmp_path / "trust/targets", transport, publisher.trust_root)
    return trust, transport


def test_establishes_publication_law_and_instant(tmp_path: Path, publisher: Publisher) -> None:
    published = publisher.publish(at := ago(minutes=1))
    trusted = refresher(tmp_path, publisher)[0].refresh()
    assert trusted.publication == published
    assert (trusted.catalogue, trusted.signed_at) == (LAW, at)
    assert trusted.expires == {role: at.replace(microsecond=0) + span for role, span in VALIDITY.items()}
    assert trusted.expires_at == trusted.expires["timestamp"]


def test_a_refresh_that_finds_nothing_new_asks_for_two_small_files(tmp_path: Path, publisher: Publisher) -> None:
    publisher.publish(ago(minutes=1))
    trust, transport = refresher(tmp_path, publisher)
    trust.refresh()
    transport.asked.clear()
    trust.refresh()
    assert transport.asked == ["metadata/2.root.json", "metadata/timestamp.json"]


def test_an_unchanged_law_is_not_fetched_again(tmp_path: Path, publisher: Publisher) -> None:
    publisher.publish(ago(minutes=1))
    trust, transport = refresher(tmp_path, publisher)
    trust.refresh()
    publisher.publish(now())
    publisher.write(tmp_path / "served")
    transport.asked.clear()
    assert trust.refresh().publication.serial == 2
    assert not [path for path in transport.asked if "catalogue" in path]


def test_a_law_needs_as_many_signatures_as_its_role_asks_for(tmp_path: Path, publisher: Publisher) -> None:
    publisher.publish(ago(minutes=1))
    publisher.catalogue = OTHER_LAW
    both = publisher.signers["catalogue"]
    publisher.signers["catalogue"] = both[:1]
    publisher.publish(now())
    publisher.signers["catalogue"] = both
    assert publisher.publication is not None
    publisher.sign(publisher.publication.to_bytes(), now())
    with pytest.raises(TrustError, match="not signed by the keys"):
        refresher(tmp_path, publisher)[0].refresh()


def test_a_law_that_expired_is_refused(tmp_path: Path, publisher: Publisher) -> None:
    publisher.publish(now() - timedelta(days=366))
    publisher.rotate_root(now())
    publisher.publish(now())
    with pytest.raises(TrustError, match="have ended"):
        refresher(tmp_path, publisher)[0].refresh()


def test_a_statement_without_an_instant_is_refused(tmp_path: Path, publisher: Publisher) -> None:
    publisher.publish(now())
    publisher.sign(b'{"format":"credit-publication/1"}', now())
    with pytest.raises(IntegrityError, match="not usable"):
        refresher(tmp_path, publisher)[0].refresh()


def test_a_gateway_that_never_published_says_so(tmp_path: Path, publisher: Publisher) -> None:
    publisher.publish(now())
    root = publisher.trust_root
    (tmp_path / "served").mkdir()
    trust = TrustedRefresh(tmp_path / "metadata", tmp_path / "targets", FolderTransport(tmp_path / "served"), root)
    with pytest.raises(GatewayRefusedError, match=r"There is no metadata/timestamp\.json"):
        trust.refresh()


def test_a_folder_that_cannot_be_written_is_the_hosts_matter(tmp_path: Path, publisher: Publisher) -> None:
    publisher.publish(now())
    (tmp_path / "trust").write_text("a file where a folder should be")
    with pytest.raises(ReplicaError, match="cannot be used"):
        refresher(tmp_path, publisher)[0].refresh()


def test_spoiled_metadata_on_the_host_is_fetched_anew(tmp_path: Path, publisher: Publisher) -> None:
    publisher.publish(ago(minutes=1))
    trust, _ = refresher(tmp_path, publisher)
    trust.refresh()
    for file in (tmp_path / "trust/metadata").glob("*.json"):
        if not file.is_symlink():
            file.write_bytes(b"spoiled")
    for file in (tmp_path / "trust/targets").iterdir():
        file.write_bytes(b"spoiled")
    assert trust.refresh().publication.serial == 1


def test_a_root_is_shown_with_its_keys(tmp_path: Path, publisher: Publisher) -> None:
    publisher.publish(at := ago(minutes=1))
    file = tmp_path / "root.json"
    file.write_bytes(publisher.trust_root)
    shown = roots.describe(roots.load(file))
    assert (shown.version, shown.expires_at) == (1, at.replace(microsecond=0) + VALIDITY["root"])
    assert shown.roles["root"].threshold == 2
    assert shown.roles["timestamp"].keys == (publisher.signers["timestamp"][0].public_key.keyid,)


def test_the_root_in_force_is_the_newest_reached(tmp_path: Path, publisher: Publisher) -> None:
    publisher.publish(ago(minutes=2))
    trust, _ = refresher(tmp_path, publisher)
    assert roots.in_force(tmp_path / "trust", publisher.trust_root).version == 1
    publisher.rotate_root(ago(minutes=1), roles=["root"])
    publisher.write(tmp_path / "served")
    trust.refresh()
    assert roots.in_force(tmp_path / "trust", publisher.trust_root).version == 2


def test_refuses_a_file_that_is_no_root(tmp_path: Path, publisher: Publisher) -> None:
    publisher.publish(now())
    spoiled = publisher.trust_root.replace(b'"version":1', b'"version":2')
    assert spoiled != publisher.trust_root
    for data in (b"", b"{}", b"<html>", spoiled, publisher.files["metadata/timestamp.json"], bytes(300_000)):
        (tmp_path / "root.json").write_bytes(data)
        with pytest.raises(TrustError):
            roots.load(tmp_path / "root.json")
    with pytest.raises(SettingsError, match="cannot be read"):
        roots.load(tmp_path / "missing.json")


def with_a_scheme_nobody_believes(publisher: Publisher) -> CryptoSigner:
    """The publisher's next root names a key that python-tuf itself would verify; the signer of it."""
    weak = CryptoSigner(ec.generate_private_key(ec.SECP256R1()))
    publisher.signers["timestamp"] = [weak]
    publisher.rotate_root(now())
    return weak


def test_a_key_of_another_scheme_is_refused_though_the_root_keys_signed_for_it(
    tmp_path: Path, publisher: Publisher
) -> None:
    publisher.publish(ago(minutes=1))
    trust, _ = refresher(tmp_path, publisher)
    trust.refresh()
    with_a_scheme_nobody_believes(publisher)
    publisher.publish(now())
    publisher.write(tmp_path / "served")
    with pytest.raises(TrustError, match="ecdsa/ecdsa-sha2-nistp256, which is not believed here"):
        trust.refresh()
    with pytest.raises(TrustError, match="which is not believed here"):
        roots.describe(publisher.files["metadata/2.root.json"])


def test_every_refusal_is_one_line_with_a_remedy(tmp_path: Path, publisher: Publisher) -> None:
    publisher.publish(now() - timedelta(days=3))
    with pytest.raises(CreditError) as refused:
        refresher(tmp_path, publisher)[0].refresh()
    assert "\n" not in refused.value.line
    assert refused.value.hint
