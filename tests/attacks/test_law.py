"""The law is signed by people, and only the trust root says who they are: not the server, and not who robbed it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Root

from credit_sdk.errors import TrustError
from credit_sdk.publication.signers import LAW_SIGNERS_FIELD
from credit_sdk.replica import sync
from credit_sdk.replica.store import Replica
from credit_sdk.testing.publisher import Publisher
from credit_sdk.trust import roots
from tests.attacks.stolen_keys import StolenServerKeys, signed, signer, signer_under
from tests.replica_host import LAW, OTHER_LAW, Host, ago, many, now


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A replica that holds publication 1, whose law two people signed."""
    host = Host.at(tmp_path, Publisher(LAW, many(3), catalogue_threshold=2))
    host.publisher.publish(ago(hours=1))
    host.serve()
    host.sync()
    yield host
    host.replica.close()


@pytest.fixture
def robbed(host: Host) -> Iterator[Host]:
    """The same; whatever is tried, the law stays that of the people."""
    yield host
    host.replica.close()
    host.replica = Replica.open(host.home)
    with host.replica.view() as view:
        assert view.state.catalogue is not None
        assert view.state.catalogue.document.edition == "first"


def thief(host: Host) -> StolenServerKeys:
    return StolenServerKeys(host.publisher, OTHER_LAW)


def test_what_the_people_themselves_sign_is_taken_over(host: Host) -> None:
    """The forger's tools work: only who signs makes the difference."""
    thief(host).publish(host.publisher.signers["catalogue"], 2)
    host.serve()
    assert host.sync().serial == 2


def test_refuses_law_delegated_by_a_stolen_online_key(robbed: Host) -> None:
    thief(robbed).publish([signer(), signer()], 2)
    robbed.serve()
    with pytest.raises(TrustError, match="lets a key sign the law that the trust root does not name"):
        robbed.sync()


def test_refuses_a_strangers_key_beside_those_of_the_people(robbed: Host) -> None:
    one, _ = robbed.publisher.signers["catalogue"]
    thief(robbed).publish([one, signer()], 2)
    robbed.serve()
    with pytest.raises(TrustError, match="does not name"):
        robbed.sync()


def test_refuses_a_lower_threshold_than_the_root_asks_for(robbed: Host) -> None:
    """One person and the server together."""
    one, _ = robbed.publisher.signers["catalogue"]
    thief(robbed).publish([one], 1)
    robbed.serve()
    with pytest.raises(TrustError, match="asks for 1 signatures under the law where the trust root asks for 2"):
        robbed.sync()


def test_refuses_another_key_under_the_identifier_of_a_pinned_one(robbed: Host) -> None:
    people = [each.public_key.keyid for each in robbed.publisher.signers["catalogue"]]
    thief(robbed).publish([signer_under(keyid) for keyid in people], 2)
    robbed.serve()
    with pytest.raises(TrustError, match="puts another key in the place of"):
        robbed.sync()


def test_refuses_a_role_put_before_that_of_the_people(robbed: Host) -> None:
    people = [each.public_key for each in robbed.publisher.signers["catalogue"]]
    thief(robbed).publish([signer()], 1, role="amendments", beside=people)
    robbed.serve()
    with pytest.raises(TrustError, match="to another role than the people's"):
        robbed.sync()


def test_refuses_the_peoples_signatures_for_more_than_the_law(robbed: Host) -> None:
    thief(robbed).publish(robbed.publisher.signers["catalogue"], 2, paths=["*"])
    robbed.serve()
    with pytest.raises(TrustError, match="is not believed"):
        robbed.sync()


def test_takes_over_the_law_of_new_people_whom_a_new_root_names(host: Host) -> None:
    host.publisher.rotate_root(ago(minutes=50), roles=["catalogue"])
    host.publisher.rotate_root(ago(minutes=40), roles=["root", "targets"])
    host.publisher.catalogue = OTHER_LAW
    host.publisher.publish(now())
    host.serve()
    assert host.sync().serial == 2
    with host.replica.view() as view:
        assert view.state.catalogue is not None
        assert view.state.catalogue.document.edition == "later"


def test_refuses_the_law_of_people_whom_a_new_root_no_longer_names(robbed: Host) -> None:
    before = list(robbed.publisher.signers["catalogue"])
    robbed.publisher.rotate_root(ago(minutes=40), roles=["catalogue"])
    thief(robbed).publish(before, 2)
    robbed.serve()
    with pytest.raises(TrustError, match="does not name"):
        robbed.sync()


def test_refuses_new_people_whom_no_root_keys_named(robbed: Host) -> None:
    """The next root is made by the robber, too."""
    people = [signer(), signer()]
    robbed.publisher.signers["root"] = [signer(), signer()]
    robbed.publisher.signers["catalogue"] = people
    robbed.publisher.rotate_root(now())
    thief(robbed).publish(people, 2)
    robbed.serve()
    with pytest.raises(TrustError, match="not signed by the keys this replica trusts"):
        robbed.sync()


KEY = "0" * 64


@pytest.mark.parametrize(
    "field",
    [
        None,
        [],
        {},
        {"keyids": [], "threshold": 0},
        {"keyids": [], "threshold": 1},
        {"keyids": "all", "threshold": 1},
        {"keyids": [KEY], "threshold": True},
        {"keyids": [KEY], "threshold": 0},
        {"keyids": [KEY], "threshold": 2},
        {"keyids": [KEY, KEY], "threshold": 2},
        {"keyids": ["1" * 64, KEY], "threshold": 2},
        {"keyids": [KEY], "threshold": 1},
        {"keyids": [KEY], "threshold": 1, "or": "anybody"},
    ],
)
def test_refuses_a_root_that_does_not_say_who_signs_the_law(tmp_path: Path, field: object) -> None:
    publisher = Publisher(LAW, many(3))
    publisher.publish(now())
    root = Metadata[Root].from_bytes(publisher.trust_root).signed
    root.unrecognized_fields.pop(LAW_SIGNERS_FIELD)
    if field is not None:
        root.unrecognized_fields[LAW_SIGNERS_FIELD] = field
    data = signed(root, publisher.signers["root"])
    with pytest.raises(TrustError, match="sign the law"):
        roots.describe(data)
    publisher.files["metadata/1.root.json"] = data
    host = Host.at(tmp_path, publisher)
    host.serve()
    with host.replica, pytest.raises(TrustError, match="sign the law"):
        sync.trusted_refresh(host.home, host.transport, data).refresh()


def test_a_root_shows_who_signs_the_law(host: Host) -> None:
    shown: Mapping[str, roots.RoleKeys] = roots.describe(host.publisher.trust_root).roles
    people = sorted(each.public_key.keyid for each in host.publisher.signers["catalogue"])
    assert shown["catalogue"] == roots.RoleKeys(tuple(people), 2)
