"""A person's key needs this gateway's secret; an organisation's is the one it is published under."""

import pytest

from credit_sdk.errors import InvalidSubjectError, SettingsError
from credit_sdk.model.subject import Subject
from gateway.registry.persons import RegistryKeys
from gateway.settings import GatewayHome
from tests.real_gateway import RealGateway, company

PERSON = Subject.parse("639900199003070115")


def test_an_organisation_keeps_its_published_key(sqlite_registry: RealGateway) -> None:
    keys = RegistryKeys.load(sqlite_registry.home)
    assert keys.key_of(company(1)) == company(1).key
    assert keys.lookup_keys(company(1)) == company(1).lookup_keys


def test_a_persons_key_depends_on_the_secret() -> None:
    one, other = RegistryKeys(b"1" * 32), RegistryKeys(b"2" * 32)
    assert one.key_of(PERSON) != other.key_of(PERSON)
    assert one.key_of(PERSON) != PERSON.key
    assert one.lookup_keys(PERSON) == (one.key_of(PERSON),)


def test_a_masked_person_has_no_key() -> None:
    with pytest.raises(InvalidSubjectError):
        RegistryKeys(b"1" * 32).key_of(Subject.parse("639900********0115"))


def test_the_secret_is_for_the_owner_only(sqlite_registry: RealGateway) -> None:
    assert sqlite_registry.home.persons_key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "00", "no hex"])
def test_refuses_a_damaged_secret(sqlite_registry: RealGateway, content: str) -> None:
    home: GatewayHome = sqlite_registry.home
    home.persons_key.write_text(content)
    with pytest.raises(SettingsError, match="persons"):
        RegistryKeys.load(home)
    home.persons_key.unlink()
    with pytest.raises(SettingsError, match="persons"):
        RegistryKeys.load(home)
