"""A gateway whose root keys lie on media elsewhere, and hosts that follow it: what tests of keys are told with."""

import dataclasses
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tuf.api.metadata import Metadata, Root

from credit_sdk import CreditClient, Verdict
from credit_sdk.client.setup import set_up
from credit_sdk.settings import Settings
from gateway.accounts import OperatorRole, add_operator
from gateway.database.engine import open_engine
from gateway.database.schema import migrate
from gateway.database.unit_of_work import unit_of_work
from gateway.publishing.ceremony import Accepted, ceremony, change_trust
from gateway.publishing.founding import create_keys
from gateway.publishing.keyring import ONLINE_ROLES, Keyring
from gateway.publishing.planning import Wanted
from gateway.publishing.root_request import RootRequest
from gateway.publishing.steps import Observer, unobserved
from gateway.registry.persons import RegistryKeys
from gateway.settings import GatewayHome, GatewaySettings
from tests.real_gateway import LI, WANG, RealGateway, company, law

ZHAO = "赵第三人"
LISTED = company(1)
AWARD = "procurement.award"


def now() -> datetime:
    """The real clock: python-tuf reads it too."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclasses.dataclass
class Office:
    """A gateway that has published once, two of its people, and three root keys on three media.

    Attributes:
        folder: Where everything of this test lies.
        gateway: The gateway.
        first_root: The trust root of its first day, as the first hosts were given it.
    """

    folder: Path
    gateway: RealGateway
    first_root: bytes

    @classmethod
    def make(
        cls, folder: Path, *, database: str = "", people: Sequence[str] = (LI, WANG), companies: Sequence[int] = (1,)
    ) -> "Office":
        """Set one up by the real clock."""
        home = GatewayHome.create(
            folder / "gateway", GatewaySettings.model_validate({"origin": "青海虚构", "database": database})
        )
        engine = open_engine(home.database_url)
        migrate(engine)
        at = now()
        create_keys(home, people, at)
        RegistryKeys.create(home)
        with unit_of_work(engine, at=at) as work:
            for name in people:
                add_operator(work, name, roles=[OperatorRole.OPERATOR, OperatorRole.REVIEWER], actor="init")
        gateway = RealGateway(home, engine)
        gateway.publisher.adopt_catalogue(law(), LI, WANG, at)
        if companies:
            gateway.list_companies(companies)
        gateway.publisher.publish(at)
        shutil.move(home.keys / "root", folder / "media")
        (home.keys / "root").mkdir()
        return cls(folder, gateway, home.trust_root.read_bytes())

    @property
    def home(self) -> GatewayHome:
        """The gateway's folder."""
        return self.gateway.home

    @property
    def keyring(self) -> Keyring:
        """The keys on the gateway, as they lie there now."""
        return Keyring(self.home.keys)

    @property
    def root(self) -> Metadata[Root]:
        """The newest trust root that is served."""
        versions = [int(path.name.partition(".")[0]) for path in self.gateway.folder.metadata.glob("*.root.json")]
        return Metadata[Root].from_file(str(self.gateway.folder.metadata / f"{max(versions)}.root.json"))

    def media(self, *numbers: int) -> list[Path]:
        """Files of root keys, on their media."""
        return [self.folder / "media" / f"root-{number}.pem" for number in numbers]

    def change(
        self,
        wanted: Wanted,
        *,
        keys: Sequence[int] = (1, 2),
        watch: Observer = unobserved,
        at: datetime | None = None,
    ) -> Accepted:
        """One ceremony with root keys at hand."""
        return change_trust(self.home, self.gateway.engine, wanted, at or now(), keys=self.media(*keys), watch=watch)

    def request(self, wanted: Wanted, *, keys: Sequence[int] = (1, 2)) -> RootRequest:
        """What the root keys are to sign, signed by these, as it comes back from them."""
        with ceremony(self.home, self.gateway.engine, now()) as held:
            asked = held.planning.request(wanted, now())
        signers = [self.keyring.load_root(path) for path in self.media(*keys)]
        return RootRequest.from_bytes(asked.signed_with(signers).to_bytes())

    def accept(self, request: RootRequest) -> Accepted:
        """Take a request in that was signed elsewhere."""
        with ceremony(self.home, self.gateway.engine, now()) as held:
            return held.accept(request, now())

    def sign_law_again(self, by: str, confirmed_by: str) -> None:
        """Two people sign the law again, as it is."""
        with ceremony(self.home, self.gateway.engine, now()) as held:
            held.sign_law_again(by, confirmed_by, now())

    def add_person(self, name: str) -> None:
        """A further operator, who may sign the law at once."""
        with unit_of_work(self.gateway.engine) as work:
            add_operator(work, name, roles=[OperatorRole.OPERATOR, OperatorRole.REVIEWER], actor="test")
        self.change(Wanted(grant=[name]))
        self.gateway.publisher.heartbeat(now())

    def host(self, name: str, *, root: bytes | None = None) -> CreditClient:
        """A host that is set up now with a trust root, the first one unless given."""
        trust = self.folder / f"{name}.root.json"
        trust.write_bytes(self.first_root if root is None else root)
        settings = Settings(home=self.folder / name, gateway_url=str(self.home.distribution), trust=trust)
        set_up(settings, clock=now)
        return CreditClient.open(self.folder / name, background=False, clock=now)

    def close(self) -> None:
        """Leave nothing open."""
        self.gateway.close()


class PowerCutError(BaseException):
    """The power fails in the middle."""


def answers(client: CreditClient) -> bool:
    """Whether a host follows without a word and judges by what is published."""
    client.sync()
    status = client.status()
    return status.sync.error is None and client.check(LISTED, AWARD).verdict is Verdict.DENY


def online_keyids(office: Office) -> dict[str, str]:
    """The online key of each role that the trust root names."""
    return {role: office.root.signed.roles[role].keyids[0] for role in ONLINE_ROLES}
