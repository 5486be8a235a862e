"""Somebody reads all that the gateway keeps and says, and looks for the numbers of natural persons in it."""

import json
import logging
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from credit_sdk.errors import CreditError
from credit_sdk.model import identifier
from credit_sdk.model.subject import Subject
from gateway.database.tables import entries, ledger, person_queries
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry import determinations, lifecycle
from gateway.registry.persons import RegistryKeys
from tests.attacks.person_story import BESIDE, LISTED_PERSON, MISTYPED, OTHER, Found, Story, old, searched, typed
from tests.real_gateway import LI, LISTED, NOW, WANG, company

OUTBOX = "6f8b5b0e-3a51-4d0e-9a4b-0d6c2b8f4f10"
WARRANT = {"purpose": "任职核查", "legal_basis": "STATUTORY_DUTY", "basis_document": "公司法第一百七十八条"}


def row(code: str, number: int, **others: str) -> tuple[str, ...]:
    said = {"name": "虚构个人", "authority": "虚构市财政局", "fact": "提供虚假材料", "extra": "", **others}
    document = said.get("document", f"虚财罚〔2026〕{number}号")
    return (code, said["name"], said["authority"], document, "2026-01-05", "2028-01-04", said["fact"], said["extra"])


def a_life_with_persons(story: Story, tmp_path: Path) -> None:
    """Import, confirm, publish, check, report, end, look up; with a number wherever a slip could put one."""
    gateway, ways = story.gateway, typed(OTHER)
    wrong = MISTYPED[:-1] + ("0" if MISTYPED[-1] != "0" else "1")
    rows = [row(each, number) for number, each in enumerate(typed(LISTED_PERSON)[:5])]
    rows += [row(company(1).code, 20 + number, fact=f"与{each}共谋", extra=each) for number, each in enumerate(ways)]
    rows += [row(company(2).code, 30, name=BESIDE, authority=f"某局{BESIDE}", document=f"虚{BESIDE}号")]
    rows += [row(each, 40) for each in (wrong, old(MISTYPED), f"{MISTYPED[:10]}O{MISTYPED[11:]}")]
    rows += [row("无", 41, extra=MISTYPED), row(company(3).code, 42, fact=LISTED_PERSON.lower())]
    batch = story.imports(rows, f"名单{LISTED_PERSON}.csv")
    with unit_of_work(gateway.engine, at=NOW) as work:
        determinations.confirm(work, batch, by=WANG)
    gateway.publish()

    check = {"subject": LISTED_PERSON.lower(), "matter": "company.officer"}
    stated = {**WARRANT, "purpose": f"核查{LISTED_PERSON}", "basis_document": f"授权书{ways[2]}"}
    story.posts("/v1/check", check, status=400)
    answer = story.posts("/v1/check", {**check, **stated, "case": f"案{LISTED_PERSON}"}, status=200)
    assert (answer["verdict"], answer["findings"][0]["confirmation_by_person"]) == ("REVIEW", True)
    beside = [{"subject": BESIDE, "role": "legal-representative"}]
    story.posts("/v1/check", {**check, "subject": company(9).code, "principals": beside, **WARRANT}, status=200)
    story.posts("/v1/check", {**check, **WARRANT, "principals": beside * 2}, status=400)
    for each in (wrong, old(MISTYPED), f"{MISTYPED}9", f"姓名{MISTYPED}"):
        story.posts("/v1/check", {**check, "subject": each, **WARRANT}, status=400)
    story.posts("/v1/check", {"subject": {"number": MISTYPED}, "matter": MISTYPED, MISTYPED: 1}, status=400)
    story.posts("/v1/screen", {"subjects": [*typed(LISTED_PERSON), wrong], "matter": "company.officer"}, status=200)
    for route in ("/v1/subjects/", "/v1/entries?subject=", "/v1/entries?"):
        story.gets(f"{route}{LISTED_PERSON}", status=400)

    told = {"seq": 1, "subject": LISTED_PERSON, "matter": "company.officer", "case": ways[4]}
    at = NOW.isoformat()
    record = {**told, "id": "d1", "on": "2026-03-02", "serial": 1, "map_root": "", "verdict": "REVIEW"}
    record |= {"digest": "0" * 64, "decided_at": at}
    sheet = {**record, "seq": 2, "id": "0190f5d2-0000-7000-8002-000000000000", "subjects": [BESIDE, OTHER]}
    del sheet["subject"]
    story.posts("/v1/checks", {"outbox": OUTBOX, "records": [record, sheet]}, status=200)
    outcome = {**told, "decision_id": "d1", "entry": "e1", "measure": "a1-05", "list": LISTED, "state": "waived"}
    outcome |= {"document": f"文{ways[1]}", "reason": f"因{ways[2]}", "by": ways[3], "until_on": "2027-01-01"}
    story.posts("/v1/outcomes", {"outbox": OUTBOX, "outcomes": [{**outcome, "reported_at": at}]}, status=200)

    with reading(gateway.engine) as connection:
        listed = connection.scalars(select(entries.c.id).where(entries.c.is_person, entries.c.state == "published"))
        entry = listed.first()
    assert entry
    stated_so = {"by": LI, "confirmed_by": WANG, "reason": f"{ways[2]}已履行", "document_no": f"虚{ways[0]}号"}
    with unit_of_work(gateway.engine, at=NOW) as work:
        lifecycle.remove(work, entry, **stated_so)
    name_and_grade(story, tmp_path)
    held = tmp_path / "number"
    held.write_text(LISTED_PERSON.lower(), encoding="utf-8")
    asked = ["--by", LI, "--number-file", held]
    home = gateway.home.path
    assert story.types("persons", "queries", home, *asked, "--proof", f"居民身份证{LISTED_PERSON}") == 0
    why = ["--purpose", f"找{ways[5]}", "--legal-basis", "CONSENT", "--basis-document", ways[4]]
    assert story.types("persons", "entries", home, *asked, *why) == 0
    assert story.types("entries", "list", home, "--subject", LISTED_PERSON) == 2
    assert story.types("entries", "list", home, "--json") == 0
    assert story.types("entries", "show", home, entry) == 0
    held.write_text(wrong, encoding="utf-8")
    assert story.types("persons", "entries", home, *asked, *why) == 2
    gateway.publish(60)


def name_and_grade(story: Story, tmp_path: Path) -> None:
    """Name a person with an entry and look at it; put numbers where grades, superiors and populations are stated."""
    home, held, two = story.gateway.home.path, tmp_path / "named", ["--by", LI, "--confirmed-by", WANG]
    with reading(story.gateway.engine) as connection:
        (entry, *_) = connection.scalars(
            select(entries.c.id).where(~entries.c.is_person, entries.c.state == "published")
        )
    held.write_text(BESIDE, encoding="utf-8")
    words = [home, entry, "--role", "legal-representative", "--named", "--source", f"决定{OTHER}", "--name", BESIDE]
    assert story.types("responsible", "state", *words, *two, "--number-file", held) == 0
    assert story.types("responsible", "state", *words, *two, "--number-file", held) == 1
    assert story.types("entries", "show", home, entry) == 0
    assert story.types("superiors", "show", home, "--body", BESIDE) == 2
    assert story.types("superiors", "set", home, BESIDE, OTHER, "--name", OTHER, "--source", OTHER, *two) == 2
    assert story.types("grades", "show", home, OTHER) == 2
    sheet = tmp_path / f"等级{OTHER}.csv"
    sheet.write_text(f"信用代码,等级\n{company(1).code},A\n{OTHER},B\n{MISTYPED.lower()},B\n", encoding="utf-8")
    period = ["--from", "2026-01-01", "--until", "2026-12-31", "--by", LI]
    assert story.types("grades", "import", home, sheet, "--source", f"来源{OTHER}", *period) == 0
    asked = ["--matter", "procurement.award", "--seed-source", OTHER, "--on", "2026-03-02", "--by", LI]
    assert story.types("draw", home, *asked, "--seed", OTHER, "--population", sheet) == 1


def test_no_number_is_anywhere_in_files_tables_answers_output_or_logs(
    story: Story, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        a_life_with_persons(story, tmp_path)
    story.said.append(("log", caplog.text.encode()))
    places = list(story.places())
    found = {found for place, data in places for found in searched(place, data)}
    assert found == set()
    names = {place for place, _ in places}
    assert {"table ledger", "table person_queries", "table rejected_rows", "table outcomes", "log"} <= names


@pytest.mark.parametrize("way", range(6))
def test_the_search_would_find_a_number_however_it_is_written(way: int) -> None:
    text = f"[{typed(OTHER)[way]}]"
    for data in (text.encode(), text.encode("gb18030"), text.encode("utf-16-le"), Subject.parse(OTHER).key):
        assert list(searched("here", data)) == [Found("here", OTHER)]


def candidates(masked: str) -> Iterator[str]:
    """Every number that a masked one could be: not more than the days on which somebody may be born."""
    day = date(1980, 1, 1)
    while day < date(1991, 1, 1):
        number = f"{masked[:6]}{day:%Y%m%d}{masked[14:]}"
        if identifier.is_resident_number(number):
            yield number
        day += timedelta(days=1)


def test_a_copied_database_cannot_be_searched_by_trying_numbers(story: Story) -> None:
    """The masked number leaves a few thousand candidates; without the secret none of them can be told from another."""
    story.gateway.list_person(LISTED_PERSON)
    story.gateway.publish()
    story.posts("/v1/check", {"subject": LISTED_PERSON, "matter": "company.officer", **WARRANT}, status=200)
    with reading(story.gateway.engine) as connection:
        query = connection.execute(select(person_queries)).one()
        lines = connection.execute(select(ledger.c.payload)).scalars().all()
    tried = list(candidates(query.masked))
    assert LISTED_PERSON in tried
    held = b"".join(data for _, data in story.places())
    for number in tried:
        key = Subject.parse(number).key
        for guess in (
            key,
            sha256(key).digest(),
            sha256(number.encode()).digest(),
            RegistryKeys(b"0" * 32).key_of(Subject.parse(number)),
        ):
            assert guess not in held
            assert guess.hex().encode() not in held
    # With the secret, which the copy lacks, the same search would end at once.
    with_secret = RegistryKeys.load(story.gateway.home)
    assert [each for each in tried if with_secret.key_of(Subject.parse(each)) == query.subject_key] == [LISTED_PERSON]
    assert query.masked in json.dumps(lines, ensure_ascii=False)


def test_a_key_that_may_ask_about_tenders_cannot_ask_about_persons_for_a_post(story: Story) -> None:
    story.gateway.list_person(LISTED_PERSON)
    story.gateway.publish()
    story.key = story.gateway.client("招标平台", ["procurement.award"])
    story.posts("/v1/check", {"subject": LISTED_PERSON, "matter": "company.officer", **WARRANT}, status=403)
    with reading(story.gateway.engine) as connection:
        assert connection.execute(select(person_queries)).all() == []


def test_a_number_that_is_no_persons_reaches_nobody(story: Story, tmp_path: Path) -> None:
    held = tmp_path / "number"
    held.write_text(company(1).code, encoding="utf-8")
    words = ["--by", LI, "--proof", "居民身份证", "--number-file", held]
    assert story.types("persons", "queries", story.gateway.home.path, *words) == 2
    with pytest.raises(CreditError):
        RegistryKeys(b"1" * 32).key_of(Subject.parse("119900********0115"))
