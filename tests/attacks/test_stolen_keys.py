"""Keys in other hands: what a thief of each can do, and what ends it. The lines of `docs/how-to/keys.md`."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from http import HTTPStatus
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner, Signer
from tuf.api.metadata import Root

from credit_sdk import CreditClient, Verdict
from credit_sdk.errors import TrustError
from credit_sdk.publication.statement import CATALOGUE_ROLE, PUBLICATION_TARGET, CatalogueStatement, Publication
from gateway.accounts import revoke_client
from gateway.database.unit_of_work import unit_of_work
from gateway.problems import ConflictError
from gateway.publishing import roles
from gateway.publishing.chain import TIMESTAMP, digest_of, served
from gateway.publishing.keyring import LEAVING_LASTS, ONLINE_ROLES
from gateway.publishing.planning import Wanted
from gateway.publishing.public_keys import make, public_path, read
from gateway.publishing.root_change import Change, next_root
from tests.key_office import AWARD, LISTED, ZHAO, Office, now
from tests.real_gateway import LI, WANG, law

QIAN, SUN = "钱第四人", "孙第五人"
FAR_AHEAD = 2_000_000_000
"""A version no honest gateway reaches for decades."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office.make(tmp_path, people=(LI, WANG, ZHAO))) as made:
        yield made


@pytest.fixture
def host(office: Office) -> Iterator[CreditClient]:
    with office.host("host") as client:
        yield client


def online(office: Office) -> dict[str, Signer]:
    return {role: office.keyring.online(role) for role in ONLINE_ROLES}


def publish_falsely(
    office: Office,
    keys: Mapping[str, Signer],
    *,
    law_signers: tuple[Signer, ...] = (),
    version: int = FAR_AHEAD,
    people: roles.People | None = None,
) -> None:
    """Serve a publication of the thief's own: serial 2, and a law signed by ``law_signers`` if there are any."""
    folder, at = office.gateway.folder, now()
    chain = served(folder)
    assert chain
    false = Publication.from_bytes(chain.statement).model_copy(update={"serial": 2})
    snapshot_meta = chain.snapshot.meta[f"{CATALOGUE_ROLE}.json"].version
    catalogue = folder.read_metadata(f"{snapshot_meta}.{CATALOGUE_ROLE}.json")
    if law_signers:
        document = law("thief")
        folder.write_target("catalogue.json", document)
        stated = CatalogueStatement(digest=digest_of(document), length=len(document))
        false = false.model_copy(update={"catalogue": stated})
        catalogue = roles.signed(roles.new_catalogue(version, document, at), law_signers)
        folder.write_metadata(f"{version}.{CATALOGUE_ROLE}.json", catalogue)
    assert catalogue
    folder.write_target(PUBLICATION_TARGET, false.to_bytes())
    named = people or roles.pinned(office.root.signed)
    targets = roles.signed(roles.new_targets(version, false.to_bytes(), named, at), [keys["targets"]])
    folder.write_metadata(f"{version}.targets.json", targets)
    snapshot = roles.signed(roles.new_snapshot(version, targets, catalogue, at), [keys["snapshot"]])
    folder.write_metadata(f"{version}.snapshot.json", snapshot)
    folder.write_metadata(TIMESTAMP, roles.signed(roles.new_timestamp(version, snapshot, at), [keys["timestamp"]]))


def refused(host: CreditClient, serial: int = 1) -> str:
    """What a host says that follows no further; it still answers from what it held."""
    with pytest.raises(TrustError) as error:
        host.sync()
    assert host.check(LISTED, AWARD).verdict is Verdict.DENY
    assert host.status().serial == serial
    return error.value.line


def write_root(office: Office, root: Root, signers: list[Signer]) -> Path:
    """Serve a root as a thief would."""
    path = office.gateway.folder.metadata / f"{root.version}.root.json"
    path.write_bytes(roles.signed(root, signers))
    return path


def root_signers(office: Office, *numbers: int) -> list[Signer]:
    return [office.keyring.load_root(path) for path in office.media(*numbers)]


def test_an_online_key_stolen_signs_until_it_is_replaced_and_nothing_that_is_believed_afterwards(
    office: Office, host: CreditClient
) -> None:
    stolen = online(office)
    with office.host("robbed") as robbed:
        publish_falsely(office, stolen)
        robbed.sync()
        assert robbed.status().serial == 2, "until then a thief of all three is believed, but for the law"
    office.gateway.publisher.publish(now(), serial_above=2)
    office.change(Wanted(rotate=True))
    host.sync()
    publish_falsely(office, stolen, version=FAR_AHEAD + 10)
    assert "not signed by the keys" in refused(host, serial=3)


def test_an_online_key_stolen_and_run_far_ahead_with_does_not_shut_the_gateway_out(
    office: Office, host: CreditClient
) -> None:
    """Versions and serials begin anew with new keys; a serial may also go on above the one the thief made hosts see."""
    kept = (office.gateway.folder.metadata / TIMESTAMP).read_bytes()
    publish_falsely(office, online(office))
    host.sync()
    assert host.status().serial == 2
    (office.gateway.folder.metadata / TIMESTAMP).write_bytes(kept)
    assert "older than what was seen before" in refused(host, serial=2)
    office.change(Wanted(rotate=True))
    host.sync()
    assert host.status().serial == 1
    assert office.gateway.publisher.publish(now(), serial_above=7).serial == 8
    host.sync()
    assert host.status().serial == 8
    office.gateway.list_companies([2])
    assert office.gateway.publisher.publish(now()).serial == 9


def test_an_online_key_stolen_is_of_no_use_to_the_hour_it_still_signs_in(office: Office, host: CreditClient) -> None:
    """It signs beside the new one so that nobody is disturbed; alone it counts for nothing from the first second on."""
    stolen = online(office)
    office.change(Wanted(rotate=True))
    host.sync()
    office.gateway.publisher.heartbeat(now())
    publish_falsely(office, stolen)
    refused(host)
    office.gateway.publisher.heartbeat(now() + LEAVING_LASTS)
    assert len(office.keyring.online_signers("targets", now())) == 1


def test_what_somebody_put_into_the_folder_is_never_signed_by_the_gateway(office: Office, host: CreditClient) -> None:
    """A mirror that can write back, or whoever may write that one folder, has no keys; the heartbeat must lend none."""
    publish_falsely(office, {role: CryptoSigner.generate_ed25519() for role in ONLINE_ROLES})
    refused(host)
    office.gateway.publisher.heartbeat(now())
    host.sync()
    assert host.status().serial == 1


def test_what_a_thief_published_is_not_signed_with_the_new_keys(office: Office, host: CreditClient) -> None:
    publish_falsely(office, online(office))
    with pytest.raises(ConflictError, match="publication 2 is served, and the registry knows nothing of it") as error:
        office.change(Wanted(rotate=True))
    assert "--serial-above 2" in error.value.hint
    assert office.keyring.next_online() == {}, "refused before a key was made"
    office.gateway.publisher.publish(now(), serial_above=2)
    office.change(Wanted(rotate=True))
    host.sync()
    assert host.status().serial == 3


def test_one_root_key_stolen_changes_nobody(office: Office, host: CreditClient) -> None:
    mine = CryptoSigner.generate_ed25519()
    false = next_root(office.root.signed, Change(online={"timestamp": mine.public_key}), now())
    path = write_root(office, false, root_signers(office, 1))
    assert "not signed by the keys" in refused(host)
    write_root(office, false, [*root_signers(office, 1), mine])
    refused(host)
    path.unlink()
    new = office.folder / "media" / "root-4.pem"
    make(new)
    stolen = root_signers(office, 1)[0].public_key.keyid
    office.change(Wanted(drop_root=[stolen], add_root=[read(public_path(new))]), keys=(2, 3))
    host.sync()
    false = next_root(office.root.signed, Change(online={"timestamp": mine.public_key}), now())
    write_root(office, false, root_signers(office, 1, 2))
    assert "not signed by the keys" in refused(host), "the one that was dropped does not make up for a second"


def test_two_root_keys_stolen_are_everything_and_only_a_new_root_by_hand_helps(
    office: Office, host: CreditClient
) -> None:
    kept = (office.gateway.folder.metadata / TIMESTAMP).read_bytes()
    mine = {role: CryptoSigner.generate_ed25519() for role in ONLINE_ROLES}
    keys = {role: each.public_key for role, each in mine.items()}
    takeover = write_root(office, next_root(office.root.signed, Change(online=keys), now()), root_signers(office, 1, 2))
    publish_falsely(office, dict(mine))
    host.sync()
    assert host.status().serial == 2, "the thief is the gateway now"
    takeover.unlink()
    (office.gateway.folder.metadata / TIMESTAMP).write_bytes(kept)
    new = [office.folder / "media" / f"root-{number}.pem" for number in (4, 5)]
    for path in new:
        make(path)
    stolen = [each.public_key.keyid for each in root_signers(office, 1, 2)]
    office.change(Wanted(drop_root=stolen, add_root=[read(public_path(path)) for path in new]), keys=(1, 2, 4, 5))
    refused(host, serial=2)
    with office.host("again", root=office.home.trust_root.read_bytes()) as again:
        assert again.check(LISTED, AWARD).verdict is Verdict.DENY


def test_an_operators_key_stolen_makes_no_law_not_even_with_the_servers_keys(
    office: Office, host: CreditClient
) -> None:
    publish_falsely(office, online(office), law_signers=(office.keyring.person(WANG),))
    assert "not signed by the keys" in refused(host)


def test_an_operators_key_stolen_and_revoked_does_not_make_up_for_a_second_signature(
    office: Office, host: CreditClient
) -> None:
    stolen, other = office.keyring.person(WANG), office.keyring.person(ZHAO)
    before = roles.pinned(office.root.signed)
    office.sign_law_again(LI, ZHAO)
    office.change(Wanted(revoke=[WANG]))
    host.sync()
    publish_falsely(office, online(office), law_signers=(stolen, other))
    assert "not signed by the keys" in refused(host)
    publish_falsely(office, online(office), law_signers=(stolen, other), people=before, version=FAR_AHEAD + 1)
    assert "lets a key sign the law that the trust root does not name" in refused(host)


def test_two_operators_keys_stolen_make_law_for_whoever_has_the_servers_keys_too_until_they_are_revoked(
    office: Office, host: CreditClient
) -> None:
    stolen = tuple(office.keyring.person(name) for name in (WANG, ZHAO))
    publish_falsely(office, {role: CryptoSigner.generate_ed25519() for role in ONLINE_ROLES}, law_signers=stolen)
    assert "not signed by the keys" in refused(host), "without the server's keys nobody gets to see it"
    office.gateway.publisher.heartbeat(now())
    office.add_person(QIAN)
    office.sign_law_again(LI, QIAN)
    office.change(Wanted(revoke=[WANG, ZHAO]))
    host.sync()
    publish_falsely(office, online(office), law_signers=stolen, version=FAR_AHEAD + 10)
    assert "not signed by the keys" in refused(host)


def test_the_gateway_itself_stolen_is_won_back_with_the_root_keys_on_another_machine(
    office: Office, host: CreditClient
) -> None:
    """Online keys and people's keys lie in one folder: its thief publishes lists and law. The root he cannot change."""
    kept = (office.gateway.folder.metadata / TIMESTAMP).read_bytes()
    servers, people = online(office), tuple(office.keyring.person(name) for name in (LI, WANG))
    with office.host("robbed") as robbed:
        publish_falsely(office, servers, law_signers=people)
        robbed.sync()
        assert robbed.status().serial == 2
    (office.gateway.folder.metadata / TIMESTAMP).write_bytes(kept)
    for name in (QIAN, SUN):
        office.add_person(name)
    office.sign_law_again(QIAN, SUN)
    office.change(Wanted(rotate=True))
    office.change(Wanted(revoke=[LI, WANG, ZHAO]))
    host.sync()
    publish_falsely(office, servers, law_signers=people)
    assert "not signed by the keys" in refused(host)
    publish_falsely(office, online(office), law_signers=people, version=FAR_AHEAD + 1)
    assert "not signed by the keys" in refused(host)


def test_an_api_key_stolen_is_refused_from_the_moment_it_is_revoked(office: Office) -> None:
    key = office.gateway.client("被盗平台")
    with office.gateway.asked(key=key) as asking:
        body = {"subject": LISTED.code, "matter": AWARD}
        assert asking.post("/v1/check", json=body).status_code == HTTPStatus.OK
        with unit_of_work(office.gateway.engine) as work:
            revoke_client(work, "被盗平台", actor="test")
        assert asking.post("/v1/check", json=body).status_code == HTTPStatus.UNAUTHORIZED
