"""Numbers of natural persons in what the listed ask for and commit themselves to: none is kept, none is said."""

import logging
from datetime import timedelta

import pytest

from gateway.database.unit_of_work import reading, unit_of_work
from gateway.registry.lifecycle import revoke
from gateway.registry.self_declarations import items_of
from tests.attacks.person_story import BESIDE, LISTED_PERSON, MISTYPED, OTHER, Story, searched, typed
from tests.commitment_case import AUTHORITY_CODE, GREEN_CHANNEL, with_commitments
from tests.real_gateway import LI, LISTED, NOW, WANG, company, entry_id
from tests.unit.gateway.feedback.test_intake import OUTBOX, check_record

WAYS = typed(OTHER)
TWO = ["--by", LI, "--confirmed-by", WANG]
ON_A_DOCUMENT = [*TWO, "--reason", f"因{WAYS[2]}", "--document", f"虚{WAYS[3]}号"]
CONTENT = {
    "committer": f"王某{WAYS[0]}",
    "cause": f"事由{WAYS[1]}",
    "content": f"内容{WAYS[2]}",
    "liability": f"责任{WAYS[3]}",
    "authority": f"某局{WAYS[4]}",
    "remark": f"附{WAYS[5]}",
}
REST = {"matter": GREEN_CHANNEL, "made_on": "2026-02-03", "authority_code": AUTHORITY_CODE, "publicity": "public"}


def entry(number: int) -> str:
    return entry_id(company(number).key, LISTED)


def object_(story: Story) -> None:
    """Through a system and at the desk; one decided, one withdrawn."""
    body = {"entry": entry(1), "about": "content", "applicant": f"王某{WAYS[0]}", "grounds": f"我是{WAYS[1]}"}
    body |= {"needs_verification": f"须核{WAYS[2]}", "by": LI}
    filed = story.posts("/v1/objections", body, status=201)
    wrong = {**body, "by": MISTYPED, "entry": LISTED_PERSON}
    story.posts("/v1/objections", wrong, status=403)
    story.posts("/v1/objections", {**wrong, "by": LI}, status=404)
    home = story.gateway.home.path
    done = ["--upheld", "--remedy", "other", "--to-do", f"由{WAYS[4]}办理", *ON_A_DOCUMENT]
    assert story.types("objections", "decide", home, filed["objection"], *done) == 0
    said = ["--about", "period", "--applicant", WAYS[5], "--grounds", WAYS[2], "--by", LI]
    assert story.types("objections", "file", home, entry(1), *said) == 0
    (number,) = [each["objection"] for each in story.listed("objections") if each["state"] == "filed"]
    assert story.types("objections", "withdraw", home, number, "--by", LI, "--reason", f"因{WAYS[3]}") == 0
    assert story.types("objections", "withdraw", home, OTHER, "--by", LI, "--reason", "无") == 1
    story.gets("/v1/objections", status=200)


def ask_for_repair(story: Story) -> None:
    """One supplemented, granted and voided, one refused, one declined, one withdrawn."""
    home = story.gateway.home.path
    body = {"applicant": f"王某{WAYS[0]}", "proof": f"缴款{WAYS[1]}", "commitment": f"承诺{WAYS[2]}", "by": LI}
    of = {number: story.posts("/v1/repairs", {**body, "entry": entry(number)}, status=201) for number in range(1, 5)}
    one, two, three, four = (each["repair"] for each in of.values())
    by, why = ["--by", LI], ["--reason", f"因{WAYS[4]}"]
    assert story.types("repairs", "supplement", home, one, *by, "--missing", f"缺{WAYS[5]}") == 0
    assert story.types("repairs", "supply", home, one, *by, "--proof", WAYS[0], "--commitment", WAYS[1]) == 0
    assert story.types("repairs", "accept", home, one, *by) == 0
    assert story.types("repairs", "grant", home, entry(1), *ON_A_DOCUMENT) == 0
    assert story.types("repairs", "void", home, one, *ON_A_DOCUMENT) == 0
    assert story.types("repairs", "accept", home, two, *by) == 0
    assert story.types("repairs", "deny", home, two, *ON_A_DOCUMENT) == 0
    assert story.types("repairs", "decline", home, three, *by, *why) == 0
    assert story.types("repairs", "withdraw", home, four, *by, *why) == 0
    assert story.types("repairs", "list", home, "--json") == 0
    story.gets("/v1/repairs", status=200)


def commit(story: Story) -> None:
    """Of a company and of a person; performed, broken and not found; and what a company says of itself."""
    home, person = story.gateway.home.path, f"{LISTED_PERSON[:17]}{LISTED_PERSON[17:].lower()}"
    body = {**CONTENT, **REST, "type": "1", "by": LI}
    subjects = (company(6).code, person)
    made = {each: story.posts("/v1/commitments", {**body, "subject": each}, status=201) for each in subjects}
    story.posts("/v1/commitments", {**body, "subject": MISTYPED, "type": BESIDE}, status=400)
    story.posts("/v1/commitments", {**body, "subject": company(6).code, "matter": OTHER}, status=404)
    found = {"status": "partly", "determined_on": "2026-03-01", "notice_given_on": "2026-02-20", "by": LI}
    found |= {"authority": f"某局{WAYS[0]}", "authority_code": AUTHORITY_CODE, "document_no": f"虚{WAYS[1]}号"}
    found |= {"unperformed": f"未{WAYS[2]}", "liability_pursued": f"追究{WAYS[3]}"}
    for subject, answer in made.items():
        code = answer["commitment"]
        story.posts(f"/v1/commitments/{code}/performance", found, status=202)
        assert story.types("commitments", "reject", home, code, "--by", WANG, "--reason", f"因{WAYS[4]}") == 0
        story.posts(f"/v1/commitments/{code}/performance", found, status=202)
        assert story.types("commitments", "confirm", home, code, "--by", WANG) == 0, subject
    code = made[company(6).code]["commitment"]
    item = ["--category", "qualification", "--title", f"资质{WAYS[0]}", "--content", f"持有人{WAYS[1]}"]
    item += ["--declared-on", "2026-02-04", "--commitment", code, "--by", LI]
    assert story.types("subjects", "declare", home, company(6).code, *item) == 0
    with reading(story.gateway.engine) as connection:
        (declared,) = items_of(connection, [company(6).key])
    assert story.types("subjects", "verify", home, declared.id, "--by", WANG, "--reason", f"已看{WAYS[2]}") == 0
    assert story.types("subjects", "show", home, company(6).code) == 0
    assert story.types("commitments", "list", home, "--json") == 0
    story.gets("/v1/commitments", status=200)


def look_again(story: Story) -> None:
    """A check leaned on an entry that was wrong; the owner says what it did."""
    record = check_record(1, entries=(entry(5),), subject=company(5).code)
    story.posts("/v1/checks", {"outbox": OUTBOX, "records": [{**record, "case": f"案{WAYS[5]}"}]}, status=200)
    with unit_of_work(story.gateway.engine, at=NOW + timedelta(seconds=3)) as work:
        revoke(work, entry(5), by=LI, confirmed_by=WANG, reason=f"误列{WAYS[0]}", document_no=f"虚{WAYS[1]}号")
    home = story.gateway.home.path
    (notice,) = story.listed("notices")
    said = {"by": f"张某{WAYS[2]}", "done": f"已通知{WAYS[3]}"}
    path = f"/v1/notices/{notice['id']}/acknowledgement"
    story.posts(path, said, status=200)
    story.posts(path, {**said, "done": OTHER}, status=409)
    story.gets("/v1/notices", status=200)
    assert story.types("deadlines", home, "--json") == 0


def test_no_number_is_left_of_objections_repairs_commitments_and_notices(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    story.key = story.gateway.client("财政部门", ["*", "entries.draft"])
    with_commitments(story.gateway)
    story.gateway.list_companies(range(1, 6))
    story.gateway.publish(2)
    with caplog.at_level(logging.DEBUG):
        object_(story)
        ask_for_repair(story)
        commit(story)
        look_again(story)
        story.gateway.publish(60)
    story.said.append(("log", caplog.text.encode()))
    places = list(story.places())
    assert {found for place, data in places for found in searched(place, data)} == set()
    filled = {
        "objections",
        "repairs",
        "commitments",
        "commitment_performances",
        "self_declarations",
        "acknowledgements",
    }
    assert {f"table {each}" for each in filled} <= {place for place, _ in places}
