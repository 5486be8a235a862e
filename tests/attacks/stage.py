"""The stage of an attack: a publisher, a line that may be hostile, and a real client that has synced once."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from credit_sdk import CreditClient
from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.client.clock import Clock, now_utc
from credit_sdk.client.setup import set_up
from credit_sdk.model.listing import SubjectRecord
from credit_sdk.model.term import civil_day
from credit_sdk.settings import Settings
from credit_sdk.testing.builders import entry, subject
from credit_sdk.testing.law import LISTS, fictional_law
from credit_sdk.testing.publisher import VALIDITY, Publisher
from credit_sdk.transport.http import HttpTransport
from tests.attacks.line import Line
from tests.replica_host import ago, now

MATTER = "procurement.award"
BARRING, CROWDED = "procurement-serious", "wage-arrears"
LISTED, NEWLY_LISTED, UNLISTED = subject(1), subject(2), subject(9_999)
ENTRIES = 100
"""On the crowded list; twenty of them are the most that may go at once."""

SERIAL = 5
KEY = "key-that-must-not-go-elsewhere"


@dataclass(frozen=True)
class Answers:
    """What the client says of three subjects, and on what it says so."""

    listed: str
    newly_listed: str
    unlisted: str
    serial: int
    map_root: str
    law: str


def law(edition: str) -> bytes:
    """The law for tests in an edition of its own."""
    document = Catalogue.from_bytes(fictional_law()).document
    return document.model_copy(update={"edition": edition}).to_bytes()


def barred() -> SubjectRecord:
    """A record that bars from :data:`MATTER`."""
    return SubjectRecord((entry(BARRING),))


class Stage:
    """Everything in one place.

    Args:
        folder: For the client's directory.
        timeout_s: How long the client waits for the gateway.
    """

    def __init__(self, folder: Path, *, timeout_s: float = 10.0) -> None:
        self.home = folder / "home"
        self.timeout_s = timeout_s
        self.publisher = Publisher(law("first"), root_threshold=2, catalogue_threshold=2, online_threshold=2)
        self.publisher.declared.update(dict.fromkeys(LISTS, civil_day(now())))
        for number in range(ENTRIES):
            self.publisher.records[subject(100 + number)] = SubjectRecord((entry(CROWDED, id=f"w-{number}"),))
        self.publisher.records[LISTED] = barred()
        self.publisher.publish(ago(minutes=10), serial=SERIAL)
        self.signers = {role: list(keys) for role, keys in self.publisher.signers.items()}
        self.records = dict(self.publisher.records)
        self.line = Line(self.publisher.files)
        self.elsewhere = Line(self.publisher.files)
        trust = folder / "root.json"
        trust.write_bytes(self.publisher.trust_root)
        settings = Settings(home=self.home, gateway_url=self.line.url, api_key=SecretStr(KEY), trust=trust)
        with self.transport() as transport:
            set_up(settings, clock=now_utc, transport=transport)
        self.client = self.opened()

    def transport(self) -> HttpTransport:
        """The real way to the gateway."""
        return HttpTransport(self.line.url, KEY, timeout_s=self.timeout_s)

    def opened(self, *, clock: Clock = now_utc) -> CreditClient:
        """The client in another process."""
        return CreditClient.open(self.home, background=False, clock=clock, transport=self.transport())

    def restart(self, *, clock: Clock = now_utc) -> None:
        """End the client's process and start another."""
        self.client.close()
        self.client = self.opened(clock=clock)

    def answers(self) -> Answers:
        """What the client says."""
        said = [self.client.check(each, MATTER) for each in (LISTED, NEWLY_LISTED, UNLISTED)]
        evidence = said[0].evidence
        listed, newly_listed, unlisted = (each.verdict.value for each in said)
        return Answers(listed, newly_listed, unlisted, evidence.serial, evidence.map_root, evidence.catalogue_digest)

    def publish(self, *, at: datetime | None = None, serial: int | None = None) -> None:
        """Publish the next serial: one more subject is barred, and the law has another edition."""
        self.publisher.records[NEWLY_LISTED] = barred()
        self.publisher.catalogue = law("later")
        self.publisher.publish(at or now(), serial=serial)

    def peace(self) -> None:
        """The attack is over, and the publisher holds its keys, lists and clock again."""
        self.line.tricks.clear()
        self.timeout_s = 10.0
        publisher = self.publisher
        publisher.signers = {role: list(keys) for role, keys in self.signers.items()}
        publisher.validity = dict(VALIDITY)
        publisher.records = dict(self.records)
        publisher.origin, publisher.max_loss_percent = "credit.example/test", 20
        publisher.declared = dict.fromkeys(LISTS, civil_day(datetime.now(UTC)))
        reached = len(list((self.home / "trust/metadata/root_history").iterdir()))
        for path in [path for path in publisher.files if path.endswith("root.json")]:
            if int(path.removeprefix("metadata/").removesuffix(".root.json")) > reached:
                del publisher.files[path]
        publisher.versions["root"] = reached
        publisher.rotate_root(now())
        publisher.records[NEWLY_LISTED] = barred()
        publisher.catalogue = law("after the attack")
        publisher.publish(now(), serial=SERIAL + 10)

    def close(self) -> None:
        """End the client and both servers."""
        self.client.close()
        self.line.close()
        self.elsewhere.close()
