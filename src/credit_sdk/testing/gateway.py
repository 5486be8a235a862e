"""A gateway for the tests of a host: a publication signed for real, in memory, and all that was delivered to it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Self, Unpack

from msgspec.structs import replace
from pydantic import SecretStr

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.coverage import Coverage
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.view import Pace, State
from credit_sdk.client import CreditClient
from credit_sdk.client.clock import Clock, now_utc
from credit_sdk.client.setup import set_up
from credit_sdk.errors import CallerError, GatewayRefusedError
from credit_sdk.model.finding import Principal
from credit_sdk.model.listing import SubjectRecord, Waiver
from credit_sdk.model.measure import Role
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from credit_sdk.settings import Settings
from credit_sdk.testing.builders import EntryFields, entry
from credit_sdk.testing.law import fictional_law
from credit_sdk.testing.memory import MemoryTransport
from credit_sdk.testing.publisher import Publisher

Row = Mapping[str, object]

API_KEY = "fake-gateway-key"


class FakeGateway:
    """A gateway in memory (测试网关).

    Every list of the law is covered until :meth:`uncover` says otherwise, so that an unlisted subject is ``CLEAR``.
    What is listed or removed takes effect with :meth:`publish`, at once in every client opened here.

    Args:
        catalogue: Bytes of a law catalogue; None for a small fictional law (:mod:`credit_sdk.testing.law`).
        clock: Tells the instant of publication; signatures are made for it.

    Attributes:
        publisher: The keys, records and files, for tests that need more.
        transport: The line to it, for tests that cut it.
    """

    def __init__(self, *, catalogue: bytes | None = None, clock: Clock = now_utc) -> None:
        self._clock = clock
        self.publisher = Publisher(catalogue=catalogue or fictional_law())
        self._law = Catalogue.from_bytes(self.publisher.catalogue)
        self.transport = MemoryTransport(self.publisher.files, self._check_online)
        self._clients: list[CreditClient] = []
        self._persons: dict[Subject, SubjectRecord] = {}
        self.cover(*(each.id for each in self._law.document.lists))

    def list(self, subject: Subject | str, list_id: str, **fields: Unpack[EntryFields]) -> str:
        """Put a subject on a list; the id of the entry."""
        who = _parsed(subject)
        held = self._records(who).get(who, SubjectRecord())
        fields.setdefault("id", f"{list_id}-{len(held.entries) + 1}-{who.code[-6:]}")
        added = entry(list_id, **fields)
        others = tuple(each for each in held.entries if each.id != added.id)
        self._records(who)[who] = replace(held, entries=(*others, added))
        return added.id

    def remove(self, subject: Subject | str, entry_id: str) -> None:
        """Take an entry off its list (移出).

        Raises:
            LookupError: There is no such entry.
        """
        who = _parsed(subject)
        held = self._records(who).get(who, SubjectRecord())
        others = tuple(each for each in held.entries if each.id != entry_id)
        if len(others) == len(held.entries):
            raise LookupError(f"{who} has no entry {entry_id}")
        self._records(who)[who] = replace(held, entries=others)
        if not others and not held.waivers:
            del self._records(who)[who]

    def waive(self, subject: Subject | str, matter: str, measure: str, *, until: date) -> None:
        """Grant a waiver (豁免) to a subject that is on some list, as if a second person had confirmed it.

        What a client reports as waived is granted by nobody here: at a gateway it waits for that person.
        """
        who = _parsed(subject)
        held = self._records(who).get(who, SubjectRecord())
        waiver = Waiver(
            matter=matter,
            measure=measure,
            until_on=until,
            by="测试人员",
            reason="测试豁免",
            document_no="测批〔2026〕1号",
        )
        self._records(who)[who] = replace(held, waivers=(*held.waivers, waiver))

    def cover(self, *lists: str, complete_as_of: date | None = None) -> None:
        """Declare lists complete as of a day, today unless given."""
        day = complete_as_of or civil_day(self._clock())
        self.publisher.declared.update(dict.fromkeys(lists, day))

    def uncover(self, *lists: str) -> None:
        """Withdraw the declaration of lists: they are not covered any more."""
        for list_id in lists:
            self.publisher.declared.pop(list_id, None)

    def publish(self) -> int:
        """Sign and publish the state as it stands, and bring every client opened here to it; the serial."""
        every_list = tuple(self._law.on(civil_day(self._clock())).lists)
        publication = self.publisher.publish(self._clock(), allowing_losses=every_list)
        self.transport.announce(publication.serial)
        for client in self._clients:
            client.sync()
        return publication.serial

    def open_client(self, directory: Path, *, background: bool = False) -> CreditClient:
        """A client in ``directory`` (made when missing) that has taken over the publication; closed with the gateway.

        Args:
            directory: Its home, for example pytest's ``tmp_path``; opened again it keeps its replica and outbox.
            background: Whether it follows publications and delivers by itself, as in production.
        """
        if self.publisher.publication is None:
            self.publish()
        if not (directory / "settings.json").exists():
            trust = directory.with_name(f"{directory.name}.root.json")
            trust.parent.mkdir(parents=True, exist_ok=True)
            trust.write_bytes(self.publisher.trust_root)
            settings = Settings(
                home=directory, gateway_url="http://fake-gateway.example", api_key=SecretStr(API_KEY), trust=trust
            )
            set_up(settings, transport=self.transport, clock=self._clock)
            trust.unlink()
        client = CreditClient.open(directory, background=background, clock=self._clock, transport=self.transport)
        self._clients.append(client)
        return client

    @property
    def checks(self) -> Sequence[Row]:
        """The check records delivered so far, each once."""
        return tuple(self.transport.intake["records"].rows.values())

    @property
    def outcomes(self) -> Sequence[Row]:
        """The outcomes delivered so far, each once."""
        return tuple(self.transport.intake["outcomes"].rows.values())

    def close(self) -> None:
        """Close every client opened here."""
        while self._clients:
            self._clients.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _records(self, subject: Subject) -> dict[Subject, SubjectRecord]:
        return self._persons if subject.is_natural_person else self.publisher.records

    def _check_online(self, request: Mapping[str, object]) -> bytes:
        principals = request.get("principals")
        facts = request.get("facts")
        case = request.get("case")
        now = self._clock()
        on = request.get("on")
        try:
            return evaluate(
                Subject.parse(str(request["subject"])),
                str(request["matter"]),
                date.fromisoformat(on) if isinstance(on, str) else civil_day(now),
                _OnlineView(self, self._law, now),
                now,
                principals=[
                    Principal(Subject.parse(str(each["subject"])), Role(str(each["role"])))
                    for each in (principals if isinstance(principals, list) else [])
                ],
                facts=facts if isinstance(facts, dict) else None,
                case=case if isinstance(case, str) else None,
                decision_id=str(request.get("id") or "00000000-0000-7000-8000-000000000000"),
            ).to_json()
        except CallerError as refused:
            raise GatewayRefusedError(str(refused), status=HTTPStatus.UNPROCESSABLE_ENTITY) from refused


class _OnlineView:
    """What the gateway itself sees: natural persons too."""

    def __init__(self, gateway: FakeGateway, law: Catalogue, now: datetime) -> None:
        publication = gateway.publisher.publication
        self._records = {**gateway.publisher.records, **gateway._persons}
        self.state = State(
            origin=gateway.publisher.origin,
            serial=publication.serial if publication else 0,
            map_root=publication.map_root if publication else "",
            published_at=publication.published_at if publication else None,
            contact_at=now,
            pace=Pace(fresh_s=300, aging_s=3600),
            catalogue=law,
            coverage={
                name: Coverage(complete_as_of=day, entries=0) for name, day in gateway.publisher.declared.items()
            },
            holds_persons=True,
        )

    def record(self, subject: Subject) -> SubjectRecord | None:
        """What is known about a subject."""
        return self._records.get(subject)


def _parsed(subject: Subject | str) -> Subject:
    return subject if isinstance(subject, Subject) else Subject.parse(subject)
