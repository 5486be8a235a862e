"""Flow *keys* (密钥): who is trusted changes, and no host notices. Each line of `docs/how-to/keys.md` has its story."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from credit_sdk import CreditClient
from credit_sdk.errors import SettingsError
from gateway.problems import ConflictError
from gateway.publishing.planning import Wanted
from gateway.publishing.public_keys import make, public_path, read
from gateway.publishing.root_request import RootRequest
from tests.key_office import Office, answers, now


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office.make(tmp_path)) as made:
        yield made


@pytest.fixture
def host(office: Office) -> Iterator[CreditClient]:
    """A host that was set up on the first day."""
    with office.host("host") as client:
        yield client


def test_the_root_is_renewed_and_nothing_else_changes(office: Office, host: CreditClient) -> None:
    office.change(Wanted())
    assert answers(host)
    at = now() + timedelta(days=300)
    done = office.change(Wanted(), at=at)
    assert (done.root.version, done.root.expires) == (3, at + timedelta(days=365))
    assert not any(each.is_any for each in done.changes)


def test_root_keys_sign_elsewhere_and_never_come_to_the_gateway(office: Office, host: CreditClient) -> None:
    signed = office.request(Wanted(rotate=True), keys=(3, 1))
    assert office.root.signed.version == 1
    assert answers(host)
    assert office.accept(signed).is_new
    assert answers(host)
    assert list((office.home.keys / "root").iterdir()) == []
    assert not office.accept(signed).is_new, "handed in twice, it changes nothing"
    assert office.root.signed.version == 2


def test_copies_signed_in_two_places_add_up(office: Office) -> None:
    one = office.request(Wanted(), keys=(1,))
    key = office.keyring.load_root(*office.media(3))
    other = RootRequest(one.before, type(one.root)(one.root.signed), one.names).signed_with([key])
    for alone in (one, other):
        with pytest.raises(ConflictError, match="1 more signatures of root keys are needed"):
            office.accept(alone)
    assert office.accept(one.merged_with(other)).is_new


def test_of_two_requests_only_the_one_made_from_the_root_in_force_is_taken(office: Office) -> None:
    late = office.request(Wanted(rotate=True))
    office.change(Wanted())
    with pytest.raises(ConflictError, match="follows trust root 1; another one, version 2, is in force"):
        office.accept(late)
    first = office.request(Wanted(rotate=True))
    office.request(Wanted(rotate=True))
    with pytest.raises(ConflictError, match="a later one has replaced it"):
        office.accept(first)


def test_the_threshold_is_raised_with_keys_to_spare(office: Office, host: CreditClient) -> None:
    with pytest.raises(ConflictError, match="3 root keys of which 3 must sign are not safe"):
        office.change(Wanted(threshold=3))
    new = [office.folder / "media" / f"root-{number}.pem" for number in (4, 5)]
    for path in new:
        make(path)
    with pytest.raises(ConflictError, match="1 more signatures"):
        office.change(Wanted(threshold=3, add_root=[read(public_path(path)) for path in new]))
    office.change(Wanted(threshold=3, add_root=[read(public_path(path)) for path in new]), keys=(1, 2, 3))
    assert answers(host)
    with pytest.raises(SettingsError, match="3 root keys are needed to change keys and 2 are here"):
        office.change(Wanted(rotate=True))
    office.change(Wanted(rotate=True), keys=(1, 4, 5))
    assert answers(host)
