"""The flow *publish* (发布), end to end: an independent verifier follows what the gateway signed, on both databases."""

import urllib.parse
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
import time_machine
from tuf.api.exceptions import DownloadHTTPError, ExpiredMetadataError, RepositoryError
from tuf.ngclient import FetcherInterface, Updater

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.errors import SettingsError
from credit_sdk.publication import merkle, objects, pack, records, tree
from credit_sdk.publication.statement import CATALOGUE_TARGET, PUBLICATION_TARGET, Publication
from gateway.publishing.builder import StoredObjects
from gateway.publishing.ceremony import change_trust
from gateway.publishing.keyring import Keyring
from gateway.publishing.planning import Wanted
from tests.real_gateway import LI, LISTED, NOW, WANG, RealGateway, company, law


class FolderFetcher(FetcherInterface):
    """Reads the distribution folder as a static server would hand it out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = self._folder / urllib.parse.urlparse(url).path.lstrip("/")
        if not path.is_file():
            raise DownloadHTTPError("not found", 404)
        return iter([path.read_bytes()])


class Verifier:
    """A replica reduced to its verification: python-tuf with the trust root it was given on the first day."""

    def __init__(self, real: RealGateway, folder: Path) -> None:
        self._real = real
        self._root = real.home.trust_root.read_bytes()
        self._folder = folder
        (folder / "metadata").mkdir(parents=True)
        (folder / "targets").mkdir()

    def refreshed(self, after_s: float) -> tuple[Publication, Catalogue]:
        """What the gateway published, as verified so many seconds after the beginning."""
        with time_machine.travel(NOW + timedelta(seconds=after_s), tick=False):
            updater = Updater(
                str(self._folder / "metadata"),
                "http://gateway/metadata/",
                str(self._folder / "targets"),
                "http://gateway/targets/",
                fetcher=FolderFetcher(self._real.home.distribution),
                bootstrap=self._root,
            )
            updater.refresh()
            found = {}
            for name in (PUBLICATION_TARGET, CATALOGUE_TARGET):
                target = updater.get_targetinfo(name)
                assert target
                found[name] = Path(updater.download_target(target)).read_bytes()
        publication = Publication.from_bytes(found[PUBLICATION_TARGET])
        catalogue = Catalogue.from_bytes(found[CATALOGUE_TARGET])
        assert publication.catalogue.digest == catalogue.digest
        return publication, catalogue


@pytest.fixture(params=["sqlite", "postgresql"])
def real(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RealGateway]:
    url: str = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else ""
    made = RealGateway.make(tmp_path, database=url)
    yield made
    made.close()


@pytest.fixture
def verifier(real: RealGateway, tmp_path: Path) -> Verifier:
    return Verifier(real, tmp_path / "replica")


def lists_of(real: RealGateway, publication: Publication, number: int) -> list[str]:
    """Lists on which a company stands, read through verified objects."""
    key = company(number).key
    node, found = publication.root, None
    for difference in tree.differing(_Nothing(), node, StoredObjects(real.folder)):
        if isinstance(difference, tree.LeafDifference):
            objects.require_node(merkle.subtree(difference.records, difference.position.depth), difference.node)
            found = dict(difference.records).get(key, found)
    return list(records.lists_of(found)) if found else []


class _Nothing:
    """A replica that holds nothing."""

    def node(self, position: merkle.Position) -> merkle.Node:
        return merkle.NOTHING


def test_from_determination_to_what_every_replica_believes(real: RealGateway, verifier: Verifier) -> None:
    real.publish()
    publication, catalogue = verifier.refreshed(1)
    assert (publication.serial, catalogue.document.edition) == (1, "2026-03")

    real.list_companies(range(40))
    real.declare()
    real.publish(2)
    publication, _ = verifier.refreshed(3)
    assert lists_of(real, publication, 7) == [LISTED]
    assert lists_of(real, publication, 99) == []

    real.remove([7])
    real.publisher.adopt_catalogue(law("2026-04"), LI, WANG, NOW + timedelta(seconds=4))
    real.publish(5)
    publication, catalogue = verifier.refreshed(6)
    assert lists_of(real, publication, 7) == []
    assert (publication.serial, catalogue.document.edition) == (3, "2026-04")


def test_the_pack_holds_the_whole_map(real: RealGateway) -> None:
    real.list_companies(range(60))
    real.publish()
    publication = real.served()
    assert publication.pack
    data = real.folder.pack_path(publication.pack.map_root).read_bytes()
    held = {
        key
        for difference in pack.read([data], publication.root)
        if isinstance(difference, tree.LeafDifference)
        for key, _ in difference.records
    }
    assert {company(number).key for number in range(60)} < held


def test_new_online_keys_are_followed_from_the_root_of_the_first_day(real: RealGateway, verifier: Verifier) -> None:
    real.publish()
    verifier.refreshed(1)
    change_trust(real.home, real.engine, Wanted(rotate=True), NOW + timedelta(seconds=2))
    assert verifier.refreshed(3)[0].serial == 1


def test_a_heartbeat_keeps_replicas_from_expiring(real: RealGateway, verifier: Verifier) -> None:
    real.publish()
    verifier.refreshed(1)
    with pytest.raises(ExpiredMetadataError):
        verifier.refreshed(2 * 86400)
    real.publisher.heartbeat(NOW + timedelta(days=2))
    assert verifier.refreshed(2 * 86400 + 1)[0].serial == 1


def test_the_gateway_alone_cannot_change_the_law(real: RealGateway, verifier: Verifier) -> None:
    keys = Keyring(real.home.keys)
    online = keys.online("targets")
    real.publisher.adopt_catalogue(law("2026-05"), LI, WANG, NOW)
    newest = max(real.folder.metadata.glob("*.catalogue.json"), key=lambda path: int(path.name.partition(".")[0]))
    from tuf.api.metadata import Metadata, Targets

    signed_by_people = newest.read_bytes()
    forged = Metadata[Targets].from_bytes(signed_by_people)
    forged.signatures.clear()
    forged.sign(online)
    newest.write_bytes(forged.to_bytes())
    with pytest.raises(SettingsError, match="is not signed by enough of the people"):
        real.publish()
    # Nor does it help to publish first and put the forged one in its place afterwards.
    newest.write_bytes(signed_by_people)
    real.publish()
    newest.write_bytes(forged.to_bytes())
    with pytest.raises(RepositoryError):
        verifier.refreshed(1)


def test_four_publishers_at_once_make_one_line_of_serials(real: RealGateway) -> None:
    real.list_companies(range(8))
    real.publish()
    threads = []
    for number in range(100, 104):
        real.list_companies([number])
        threads.append(Thread(target=real.publish, args=(number,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    real.publish(200)
    publication = real.served()
    assert publication.lists[LISTED].entries == 12
    assert 2 <= publication.serial <= 5
