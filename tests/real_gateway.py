"""A small gateway for tests: a real registry, real keys, a law of three lists, fictional companies."""

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, insert

from credit_sdk.catalogue.catalogue import CatalogueDocument
from credit_sdk.model import identifier
from credit_sdk.model.subject import Subject
from credit_sdk.publication.statement import Publication
from gateway import create_app
from gateway.accounts import OperatorRole, add_client, add_operator
from gateway.api.context import EXTENSION
from gateway.database.engine import insert_missing, open_engine
from gateway.database.schema import migrate
from gateway.database.tables import coverage, entries, subjects
from gateway.database.unit_of_work import unit_of_work
from gateway.publishing.chain import served
from gateway.publishing.files import Folder
from gateway.publishing.founding import create_keys
from gateway.publishing.release import Publisher
from gateway.publishing.report import PublishReport
from gateway.registry.lifecycle import grant_repair, remove
from gateway.registry.persons import RegistryKeys
from gateway.settings import GatewayHome, GatewaySettings

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from flask_openapi3 import OpenAPI

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
LI, WANG = "李经办", "王复核"

LISTED = "procurement-serious"
HONOUR = "tax-a"
UNDECLARED = "judgment-defaulter"


def company(number: int) -> Subject:
    """The fictional company of that number, in Qinghai."""
    organisation = f"F{number:07d}"
    body = f"91630000{organisation}{identifier.organisation_check_character(organisation)}"
    check = identifier.uscc_check_character(body)
    assert check
    return Subject.parse(body + check)


def law(edition: str = "2026-03") -> bytes:
    """A law of two lists and three measures, as it is published."""
    span = {"from_on": "2020-01-01", "source": "fictional"}
    text = {"zh": "按规定办理", "en": "as provided"}
    basis = [{"instrument": "procurement-law", "article": "第七十七条"}]

    def credit_list(id: str, title: str, kind: str) -> dict[str, object]:
        version = {
            **span,
            "title": title,
            "title_en": id,
            "list_class": kind,
            "authority": "财政部门",
            "basis": basis,
            "persons": True,
            "removal": text,
            "objection_to": text,
        }
        return {"id": id, "versions": [version]}

    def measure(id: str, kind: str, strength: str, lists: list[str], matters: list[str]) -> dict[str, object]:
        version = {
            **span,
            "measure_class": kind,
            "heading": "限制参加政府采购活动",
            "title": f"措施{id}",
            "title_en": id,
            "content": text,
            "basis": basis,
            "implementing_body": "采购人",
            "applies": [{"lists": lists, "matters": matters, "strength": strength}],
        }
        return {"id": id, "versions": [version]}

    def matter(id: str, title: str, *, persons: bool = False) -> dict[str, object]:
        version = {
            **span,
            "title": title,
            "title_en": id,
            "basis": basis,
            "required_lists": [LISTED],
            "adverse_max_age_s": 86400,
            "clear_max_age_s": 3600,
            "persons": persons,
        }
        return {"id": id, "versions": [version]}

    return CatalogueDocument.model_validate(
        {
            "edition": edition,
            "instruments": [
                {
                    "id": "procurement-law",
                    "versions": [
                        {
                            **span,
                            "title": "中华人民共和国政府采购法",
                            "title_en": "Government Procurement Law",
                            "level": "law",
                            "issued_by": "全国人民代表大会常务委员会",
                        }
                    ],
                }
            ],
            "lists": [
                credit_list(UNDECLARED, "失信被执行人", "serious"),
                credit_list(LISTED, "政府采购严重违法失信行为记录名单", "serious"),
                credit_list(HONOUR, "纳税信用A级纳税人", "honour"),
            ],
            "measures": [
                measure("a1-05", "A", "bar", [LISTED], ["company.officer", "procurement.award"]),
                measure("i01", "incentive", "favour", [HONOUR], ["procurement.award"]),
            ],
            "matters": [
                matter("company.officer", "董监高任职", persons=True),
                matter("procurement.award", "政府采购中标（成交）前核查"),
            ],
        }
    ).to_bytes()


@dataclasses.dataclass
class RealGateway:
    """A gateway in a folder, with two operators and an adopted law; nothing is published yet."""

    home: GatewayHome
    engine: Engine

    @classmethod
    def make(cls, folder: Path, *, database: str = "", **settings: int | str) -> "RealGateway":
        """Set one up."""
        home = GatewayHome.create(
            folder / "home", GatewaySettings.model_validate({"origin": "青海虚构", "database": database, **settings})
        )
        engine = open_engine(home.database_url)
        migrate(engine)
        create_keys(home, [LI, WANG], NOW)
        RegistryKeys.create(home)
        with unit_of_work(engine, at=NOW) as work:
            add_operator(work, LI, roles=[OperatorRole.OPERATOR], actor="init")
            add_operator(work, WANG, roles=[OperatorRole.REVIEWER, OperatorRole.OPERATOR], actor="init")
        made = cls(home, engine)
        made.publisher.adopt_catalogue(law(), LI, WANG, NOW)
        return made

    @property
    def publisher(self) -> Publisher:
        """A publisher of its own, as another process would have."""
        return Publisher(self.home, self.engine)

    @property
    def folder(self) -> Folder:
        """What is published."""
        return Folder(self.home.distribution)

    def publish(self, after_s: float = 0, *, allow_shrink: Sequence[str] = ()) -> PublishReport:
        """Publish so many seconds after the beginning."""
        return self.publisher.publish(NOW + timedelta(seconds=after_s), allow_shrink=allow_shrink)

    def served(self) -> Publication:
        """The statement that ``timestamp.json`` leads to."""
        chain = served(self.folder)
        assert chain
        return Publication.from_bytes(chain.statement)

    def app(self, after_s: float = 5) -> "OpenAPI":
        """The application, whose clock stands so many seconds after the beginning."""
        return create_app(self.home, now=lambda: NOW + timedelta(seconds=after_s))

    def close(self) -> None:
        """Leave nothing open."""
        self.engine.dispose()

    @contextmanager
    def asked(self, after_s: float = 5, *, key: str = "") -> Iterator["FlaskClient"]:
        """A client of the application, with a key that reaches every matter unless one is given."""
        app = self.app(after_s)
        asking = app.test_client()
        asking.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key or self.client()}"
        try:
            yield asking
        finally:
            app.extensions[EXTENSION].engine.dispose()

    def client(self, name: str = "电子招投标平台", matters: Sequence[str] = ("*",)) -> str:
        """The API key of a new client."""
        with unit_of_work(self.engine, at=NOW) as work:
            return add_client(work, name, matters, actor="test")

    def declare(self, list_id: str = LISTED, on: date = TODAY) -> None:
        """Declare a list complete."""
        row = {"list": list_id, "complete_as_of": on, "declared_by": LI, "confirmed_by": WANG, "at": NOW}
        with unit_of_work(self.engine, at=NOW) as work:
            insert_missing(work.connection, coverage, [row], key=("list",))

    def list_companies(self, numbers: Sequence[int], list_id: str = LISTED) -> None:
        """Put companies on a list, confirmed."""
        self._list([(company(each), company(each).key) for each in numbers], list_id)

    def list_person(self, number: str, list_id: str = LISTED) -> None:
        """Put a natural person on a list, under the registry's own key."""
        person = Subject.parse(number)
        self._list([(person, RegistryKeys.load(self.home).key_of(person))], list_id)

    def _list(self, listed: Sequence[tuple[Subject, bytes]], list_id: str) -> None:
        with unit_of_work(self.engine, at=NOW) as work:
            rows = [
                {
                    "key": key,
                    "scheme": subject.scheme.value,
                    "code": None if subject.is_natural_person else subject.code,
                    "masked": subject.masked,
                    "name": f"虚构公司{subject.masked[-6:]}",
                    "kind": subject.kind.value,
                }
                for subject, key in listed
            ]
            insert_missing(work.connection, subjects, rows, key=("key",))
            work.connection.execute(
                insert(entries),
                [
                    {
                        "id": entry_id(key, list_id),
                        "subject_key": key,
                        "list": list_id,
                        "severity": "serious" if list_id == LISTED else "none",
                        "authority": "虚构市财政局",
                        "authority_code": "",
                        "document_no": f"虚财罚〔2026〕{key.hex()[:4]}号",
                        "basis": "《中华人民共和国政府采购法》第七十七条",
                        "determined_on": date(2026, 1, 5),
                        "term_from": date(2026, 1, 5),
                        "term_until": date(2028, 1, 4),
                        "fact": "提供虚假材料谋取中标",
                        "fields": {},
                        "extra": {},
                        "content_sha256": sha256(key).hexdigest(),
                        "state": "published",
                        "drafted_by": LI,
                        "drafted_at": NOW,
                        "confirmed_by": WANG,
                        "confirmed_at": NOW,
                        "is_person": subject.is_natural_person,
                    }
                    for subject, key in listed
                ],
            )
            work.mark_changed([key for subject, key in listed if not subject.is_natural_person])

    def repair(self, number: int, at: datetime = NOW) -> str:
        """Grant the repair of a company's entry; the entry."""
        entry = entry_id(company(number).key, LISTED)
        with unit_of_work(self.engine, at=at) as work:
            grant_repair(work, entry, by=LI, confirmed_by=WANG, reason="已履行", document_no="虚财修〔2026〕1号")
        return entry

    def remove(self, numbers: Sequence[int], list_id: str = LISTED) -> None:
        """End entries, as the registry does."""
        with unit_of_work(self.engine, at=NOW) as work:
            for each in numbers:
                remove(
                    work,
                    entry_id(company(each).key, list_id),
                    by=LI,
                    confirmed_by=WANG,
                    reason="期满",
                    document_no="虚财〔2026〕9号",
                )


def entry_id(key: bytes, list_id: str) -> str:
    """The id these tests give the entry of a subject on a list."""
    return f"{list_id}-{key.hex()[:12]}"
