"""What `keys show` tells: who is trusted, where the halves lie, and what is to be put right."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from gateway.publishing.inventory import inventory
from gateway.publishing.key_cautions import cautions
from gateway.publishing.planning import Wanted
from tests.key_office import ZHAO, Office, now
from tests.real_gateway import LI, WANG


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office.make(tmp_path)) as made:
        yield made


def codes(office: Office, at: datetime | None = None) -> set[str]:
    return {each.code for each in cautions(inventory(office.home), at or now())}


def test_every_role_is_shown_with_its_keys_and_its_end(office: Office) -> None:
    found = inventory(office.home)
    assert [each.role for each in found.roles] == ["root", "timestamp", "snapshot", "targets", "catalogue"]
    assert [len(each.keys) for each in found.roles] == [3, 1, 1, 1, 2]
    assert [each.threshold for each in found.roles] == [2, 1, 1, 1, 2]
    assert all(each.version and each.expires_at for each in found.roles)
    assert {key.holder for key in found.role("catalogue").keys} == {LI, WANG}
    data = office.home.trust_root.read_bytes()
    assert found.digests["sha256"] == sha256(data).hexdigest()
    assert len(found.digests["sm3"]) == 64


def test_a_gateway_in_good_order_is_only_short_of_people(office: Office) -> None:
    assert codes(office) == {"no-spare-person"}
    office.add_person(ZHAO)
    assert codes(office) == set()


def test_root_keys_that_still_lie_on_the_gateway_are_named(office: Office) -> None:
    (office.home.keys / "root" / "root-1.pem").write_bytes(office.media(1)[0].read_bytes())
    found = inventory(office.home)
    assert found.root_keys_here == ("root-1.pem",)
    assert [key.is_here for key in found.role("root").keys].count(True) == 1
    assert {"root-keys-online", "key-readable"} <= codes(office)


def test_what_people_must_renew_is_spoken_of_two_months_before(office: Office) -> None:
    assert not {"root-ends", "catalogue-ends"} & codes(office, now() + timedelta(days=300))
    assert {"root-ends", "catalogue-ends"} <= codes(office, now() + timedelta(days=306))
    assert {"root-ends", "catalogue-ends"} <= codes(office, now() + timedelta(days=400))


def test_a_missing_key_is_named(office: Office) -> None:
    (office.home.keys / "online" / "snapshot.pem").unlink()
    (office.home.keys / "people" / f"{LI}.pem").unlink()
    assert {"online-key-missing", "person-key-missing"} <= codes(office)


def test_a_ceremony_that_is_not_finished_is_spoken_of(office: Office) -> None:
    signed = office.request(Wanted(rotate=True))
    assert "request-open" in codes(office)
    office.accept(signed)
    assert "request-open" not in codes(office)
    office.home.trust_root.write_bytes(office.first_root)
    assert "root-file-outdated" in codes(office)
    office.change(Wanted())
    assert "root-file-outdated" not in codes(office)


def test_a_key_that_a_broken_off_ceremony_has_not_moved_up_yet_is_not_missing(office: Office) -> None:
    class PowerCutError(BaseException):
        pass

    def cut(step: str) -> None:
        if step == "promote snapshot":
            raise PowerCutError

    with pytest.raises(PowerCutError):
        office.change(Wanted(rotate=True), watch=cut)
    assert codes(office) == {"no-spare-person", "root-file-outdated"}


def test_a_gateway_that_has_not_published_is_shown_too(tmp_path: Path) -> None:
    from tests.real_gateway import RealGateway

    made = RealGateway.make(tmp_path)
    found = inventory(made.home)
    made.close()
    assert [each.version for each in found.roles] == [1, None, None, None, None]
