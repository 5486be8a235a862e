"""A gateway that remembers everything it ever said, and a search for the numbers of natural persons in it."""

import io
import json
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from credit_sdk.model import identifier
from credit_sdk.model.subject import Subject
from gateway.cli import run
from gateway.database.tables import metadata
from gateway.database.unit_of_work import reading
from gateway.intake.imports import import_file
from tests.real_gateway import LI, LISTED, NOW, RealGateway


def resident(region: str, born_on: str, sequence: str) -> str:
    body = f"{region}{born_on}{sequence}"
    return f"{body}{identifier.resident_check_character(body)}"


# A region that never was, so nobody has these numbers; one of them ends in X.
LISTED_PERSON = next(
    number for each in range(1, 99) if (number := resident("119900", "19900307", f"{each:03d}")).endswith("X")
)
BESIDE, MISTYPED, OTHER = (resident("119900", "19810523", each) for each in ("011", "022", "033"))
NUMBERS = (LISTED_PERSON, BESIDE, MISTYPED, OTHER)


def old(number: str) -> str:
    """The number as it was written until 1999, in fifteen digits."""
    return number[:6] + number[8:17]


def typed(number: str) -> tuple[str, ...]:
    """The ways people type a number."""
    wide = "".join(chr(ord(each) + 0xFEE0) for each in number)
    return (
        number,
        number.lower(),
        f"{number[:6]} {number[6:14]} {number[14:]}",
        f"{number[:6]}-{number[6:14]}-{number[14:].lower()}",
        wide,
        old(number),
    )


class Found(NamedTuple):
    place: str
    number: str


def searched(place: str, data: bytes) -> Iterator[Found]:
    """Where in some bytes a number stands, however it is written, or the key anybody could compute of it."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from searched(f"{place}!{name}", archive.read(name))
    texts = [data.decode(encoding, errors="ignore") for encoding in ("utf-8", "gb18030", "utf-16-le")]
    plain = [unicodedata.normalize("NFKC", text).upper() for text in texts]
    joined = [text.translate({ord(each): None for each in " -\t\u3000"}) for text in plain]
    for number in NUMBERS:
        key = Subject.parse(number).key
        wanted = (number[:17], old(number), key.hex().upper(), sha256(number.encode()).hexdigest().upper())
        if key in data or any(each in text for each in wanted for text in (*plain, *joined)):
            yield Found(place, number)


class Story:
    """A gateway, and everything it ever said."""

    def __init__(self, gateway: RealGateway, capsys: pytest.CaptureFixture[str]) -> None:
        self.gateway = gateway
        self.key = gateway.client()
        self.said: list[tuple[str, bytes]] = []
        self._capsys = capsys

    def posts(self, route: str, body: Mapping[str, object], *, status: int) -> dict[str, Any]:
        """Send a request and keep the answer."""
        with self.gateway.asked(key=self.key) as asked:
            answer = asked.post(route, json=body)
            self.said.append((f"answer of {route}", answer.data + str(answer.headers).encode()))
            assert answer.status_code == status, answer.text
            answered: dict[str, Any] = answer.get_json()
            return answered

    def gets(self, route: str, *, status: int) -> None:
        with self.gateway.asked(key=self.key) as asked:
            answer = asked.get(route)
            self.said.append((f"answer of {route[:12]}", answer.data))
            assert answer.status_code == status, answer.text

    def types(self, *words: object) -> int:
        """Type a command and keep what it prints."""
        code = run([*map(str, words)])
        printed = self._capsys.readouterr()
        self.said.append((f"output of {words[0]} {words[1]}", (printed.out + printed.err).encode()))
        return code

    def listed(self, name: str) -> list[dict[str, Any]]:
        """All of one kind, as the command lists them."""
        assert self.types(name, "list", self.gateway.home.path, "--json") == 0
        found: list[dict[str, Any]] = json.loads(self.said[-1][1])[name]
        return found

    def imports(self, rows: Sequence[Sequence[str]], name: str = "名单.csv") -> str:
        titles = ("统一社会信用代码", "名称", "认定部门", "文书号", "认定日期", "截止日期", "事实", "备注")
        path = self.gateway.home.path.parent / name
        path.write_text("\n".join(",".join(row) for row in (titles, *rows)) + "\n", encoding="utf-8")
        home, engine = self.gateway.home, self.gateway.engine
        batch = import_file(home, engine, path, LISTED, by=LI, at=NOW).batch
        path.unlink()
        return batch

    def places(self) -> Iterator[tuple[str, bytes]]:
        """All that can be copied: files, tables, answers, output."""
        for path in sorted(self.gateway.home.path.rglob("*")):
            if path.is_file():
                yield str(path.relative_to(self.gateway.home.path)), path.read_bytes()
        with reading(self.gateway.engine) as connection:
            for table in metadata.sorted_tables:
                for row in connection.execute(select(table)):
                    values = [value.hex() if isinstance(value, bytes) else str(value) for value in row]
                    yield f"table {table.name}", "\n".join(values).encode()
        yield from self.said
