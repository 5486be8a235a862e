"""Who is trusted changes only with the root keys, and hosts can follow every step."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Root

from credit_sdk.errors import InvalidRequestError, SettingsError, TrustError
from credit_sdk.publication.signers import LAW_SIGNERS_FIELD
from gateway.database.tables import ledger
from gateway.database.unit_of_work import reading
from gateway.problems import ConflictError, NotFoundError
from gateway.publishing.ceremony import ceremony, change_trust
from gateway.publishing.founding import create_keys
from gateway.publishing.keyring import Keyring
from gateway.publishing.lock import PublisherBusyError, only_publisher
from gateway.publishing.planning import Wanted
from gateway.settings import GatewayHome, GatewaySettings
from tests.key_office import ZHAO, Office
from tests.real_gateway import LI, NOW, WANG, RealGateway


@pytest.fixture
def home(tmp_path: Path) -> GatewayHome:
    return GatewayHome.create(tmp_path / "home", GatewaySettings())


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office.make(tmp_path)) as made:
        yield made


def newest(home: GatewayHome) -> Metadata[Root]:
    return Metadata[Root].from_file(str(home.trust_root))


def files(home: GatewayHome) -> dict[Path, bytes]:
    """Every file but the registry's."""
    return {path: path.read_bytes() for path in home.path.rglob("*.*") if path.is_file() and "sqlite" not in path.name}


def test_the_trust_root_is_signed_by_the_root_keys_and_names_the_online_ones(home: GatewayHome) -> None:
    path = create_keys(home, [LI, WANG], NOW)
    root = Metadata[Root].from_file(str(path))
    root.signed.verify_delegate("root", root.signed_bytes, root.signatures)
    assert root.signed.roles["root"].threshold == 2
    assert len(root.signed.roles["root"].keyids) == 3
    keyring = Keyring(home.keys)
    for role in ("timestamp", "snapshot", "targets"):
        assert root.signed.roles[role].keyids == [keyring.online(role).public_key.keyid]
    assert (home.distribution / "metadata" / "1.root.json").read_bytes() == path.read_bytes()


def test_refuses_to_make_keys_twice(home: GatewayHome) -> None:
    create_keys(home, [LI, WANG], NOW)
    before = {path: path.read_bytes() for path in home.keys.rglob("*.pem")}
    with pytest.raises(SettingsError, match="has keys already"):
        create_keys(home, [LI, WANG], NOW)
    assert {path: path.read_bytes() for path in home.keys.rglob("*.pem")} == before


@pytest.mark.parametrize("operators", [[], [LI], [LI, LI]])
def test_the_law_needs_two_people(home: GatewayHome, operators: list[str]) -> None:
    with pytest.raises(InvalidRequestError, match="two people"):
        create_keys(home, operators, NOW)


def test_the_trust_root_pins_who_signs_the_law(home: GatewayHome) -> None:
    create_keys(home, [LI, WANG], NOW)
    people = Keyring(home.keys).people()
    root = newest(home).signed
    keyids = sorted(people[name].keyid for name in (LI, WANG))
    assert root.unrecognized_fields == {LAW_SIGNERS_FIELD: {"keyids": keyids, "threshold": 2}}
    assert {root.keys[keyid].keyval["public"] for keyid in keyids} == {
        people[name].keyval["public"] for name in (LI, WANG)
    }


def test_a_further_person_is_pinned_by_a_root_that_follows_from_the_one_before(real: RealGateway) -> None:
    first = newest(real.home)
    change_trust(real.home, real.engine, Wanted(grant=[ZHAO]), NOW + timedelta(days=30))
    key = Keyring(real.home.keys).people()[ZHAO]
    second = newest(real.home)
    first.signed.verify_delegate("root", second.signed_bytes, second.signatures)
    assert (second.signed.version, second.signed.keys[key.keyid]) == (2, key)
    assert len(second.signed.unrecognized_fields[LAW_SIGNERS_FIELD]["keyids"]) == 3
    assert second.signed.unrecognized_fields[LAW_SIGNERS_FIELD]["threshold"] == 2
    assert (real.home.distribution / "metadata" / "2.root.json").read_bytes() == real.home.trust_root.read_bytes()
    change_trust(real.home, real.engine, Wanted(rotate=True), NOW + timedelta(days=31))
    assert key.keyid in newest(real.home).signed.unrecognized_fields[LAW_SIGNERS_FIELD]["keyids"]


@pytest.mark.parametrize("wanted", [Wanted(grant=[ZHAO]), Wanted(rotate=True), Wanted(), Wanted(revoke=[LI])])
def test_without_the_root_keys_nothing_is_changed_and_no_key_is_made(office: Office, wanted: Wanted) -> None:
    before = files(office.home)
    with pytest.raises(SettingsError, match="2 root keys are needed to change keys and 1 are here"):
        office.change(wanted, keys=(3,))
    with pytest.raises(SettingsError, match="2 root keys are needed to change keys and 0 are here") as refused:
        office.change(wanted, keys=())
    assert str(office.home.keys / "root") in refused.value.hint
    assert "keys request HOME FILE" in refused.value.hint
    assert files(office.home) == before


@pytest.mark.parametrize(
    ("wanted", "error", "words"),
    [
        (Wanted(grant=[LI]), InvalidRequestError, f"{LI} has a key already"),
        (Wanted(grant=["../x"]), InvalidRequestError, "cannot be the name of a key file"),
        (Wanted(revoke=["陌生人"]), InvalidRequestError, "陌生人 has no key that signs the law"),
        (Wanted(revoke=[LI]), ConflictError, "1 people would be left"),
        (Wanted(drop_root=["ab"]), InvalidRequestError, "names 0 root keys"),
        (Wanted(drop_root=["0" * 64]), InvalidRequestError, "names 0 root keys"),
        (Wanted(threshold=1), ConflictError, "at least 2 must sign"),
    ],
)
def test_what_cannot_be_done_is_refused_and_no_root_follows(
    office: Office, wanted: Wanted, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        office.change(wanted)
    assert office.root.signed.version == 1


def test_a_key_that_stands_in_the_root_is_not_added_to_it_again(office: Office) -> None:
    online = office.keyring.online("timestamp").public_key
    with pytest.raises(InvalidRequestError, match="stands in the trust root already"):
        office.change(Wanted(add_root=[online]))


def test_a_gateway_without_a_trust_root_says_so(real: RealGateway) -> None:
    (real.home.distribution / "metadata" / "1.root.json").unlink()
    with pytest.raises(SettingsError, match="there is no trust root"):
        change_trust(real.home, real.engine, Wanted(), NOW)


def test_every_change_of_trust_leaves_a_line_in_the_ledger(office: Office) -> None:
    office.change(Wanted(rotate=True))
    with reading(office.gateway.engine) as connection:
        rows = [row for row in connection.execute(ledger.select()) if row.act == "trust:root:accept"]
    assert [row.payload["version"] for row in rows] == [2]
    assert [each["role"] for each in rows[0].payload["changes"]] == ["timestamp", "snapshot", "targets"]


def test_a_root_that_ended_on_its_way_is_not_taken(office: Office) -> None:
    signed = office.request(Wanted())
    late = signed.root.signed.expires
    with (
        ceremony(office.home, office.gateway.engine, late) as held,
        pytest.raises(ConflictError, match="has expired already"),
    ):
        held.accept(signed, late)


def test_a_gateway_with_no_law_has_none_to_be_signed_again(tmp_path: Path) -> None:
    made = RealGateway.make(tmp_path)
    with made.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM adoptions")
    with ceremony(made.home, made.engine, NOW) as held, pytest.raises(NotFoundError, match="no law has been adopted"):
        held.sign_law_again(LI, WANG, NOW)
    made.close()


def test_a_law_adopted_but_not_published_yet_follows_the_one_that_was_signed_again(office: Office) -> None:
    """Versions of signed law never go back: the one that is served is signed first, the one to come after it."""
    from tests.key_office import now
    from tests.real_gateway import law

    office.gateway.publisher.adopt_catalogue(law("2026-06"), LI, WANG, now())
    office.sign_law_again(LI, WANG)
    with office.host("host") as host:
        office.gateway.publisher.publish(now())
        host.sync()
        assert host.status().serial == 2


def test_a_root_of_a_scheme_that_nobody_believes_is_not_made(office: Office) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from securesystemslib.signer import CryptoSigner

    key = CryptoSigner(ec.generate_private_key(ec.SECP256R1())).public_key
    with pytest.raises(TrustError, match="ecdsa/ecdsa-sha2-nistp256, which is not believed here"):
        office.change(Wanted(add_root=[key]))


def test_no_publisher_and_no_other_ceremony_runs_beside_one(registry: RealGateway, tmp_path: Path) -> None:
    with ceremony(registry.home, registry.engine, NOW):
        with pytest.raises(PublisherBusyError), only_publisher(registry.home.path, registry.engine, wait_s=0):
            pass
        if registry.engine.dialect.name == "postgresql":
            # Another host on the same database, with a folder and a lock file of its own.
            with pytest.raises(PublisherBusyError), only_publisher(tmp_path, registry.engine, wait_s=0):
                pass
    with only_publisher(registry.home.path, registry.engine, wait_s=0):
        pass
    change_trust(registry.home, registry.engine, Wanted(rotate=True), NOW)
    assert newest(registry.home).signed.version == 2
