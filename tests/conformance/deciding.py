"""Checks whose answers are vectors: what was asked, of which law and which records, all read from the file itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from msgspec.structs import replace

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.coverage import Coverage
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.view import Pace, State
from credit_sdk.model.finding import Principal
from credit_sdk.model.identifier import resident_check_character
from credit_sdk.model.listing import SubjectRecord, Waiver
from credit_sdk.model.measure import Role
from credit_sdk.model.release import LIBRARY_VERSION
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import Term
from credit_sdk.publication import records
from credit_sdk.testing import subject
from credit_sdk.testing.law import LISTS, fictional_law
from tests.conformance.inputs import CONTACT, DAY, ENTRY, LISTED, NOW, UNLISTED

Json = dict[str, Any]

_PERSON = "63010219800101112"
PERSON = _PERSON + (resident_check_character(_PERSON) or "")
OBJECTING, LAPSED, WAIVED, HONOURED = (subject(number) for number in (3, 4, 5, 6))


HELD: Mapping[Subject, SubjectRecord] = {
    LISTED: SubjectRecord((ENTRY,)),
    OBJECTING: SubjectRecord((replace(ENTRY, objection_on=date(2026, 2, 1)),)),
    LAPSED: SubjectRecord((replace(ENTRY, term=Term(date(2024, 1, 5), date(2026, 3, 3))),)),
    WAIVED: SubjectRecord(
        (ENTRY,), (Waiver("procurement.award", "a1-06", date(2026, 12, 31), "虚构市财政局", "唯一供应商", ""),)
    ),
    HONOURED: SubjectRecord((replace(ENTRY, id="h-1", list="tax-a", authority="虚构省税务局"),)),
}

PUBLICATION: Json = {
    "origin": "credit.example/vectors",
    "serial": 7,
    "map_root": "ab" * 32,
    "published_at": CONTACT.isoformat(),
    "contact_at": CONTACT.isoformat(),
    "expires_at": (CONTACT + timedelta(days=2)).isoformat(),
    "pace": {"fresh_s": 300, "aging_s": 3600},
    "lists": {name: {"complete_as_of": DAY.isoformat(), "entries": 1} for name in LISTS},
}


def _asked(name: str, who: str, matter: str = "procurement.award", **more: object) -> Json:
    asked = {"subject": who, "matter": matter, "on": DAY.isoformat(), "decided_at": NOW.isoformat()}
    return {"name": name, "asked": {**asked, "facts": {}, "principals": [], "case": None, "uncovered": [], **more}}


QUESTIONS = (
    _asked("listed", LISTED.code),
    _asked("not listed", UNLISTED.code, case="青采2026-17"),
    _asked(
        "through a principal",
        UNLISTED.code,
        "company.officer",
        principals=[{"role": "legal-representative", "subject": LISTED.code}],
    ),
    _asked(
        "a person beside the subject",
        UNLISTED.code,
        "company.officer",
        principals=[{"role": "candidate", "subject": PERSON}],
    ),
    _asked("a natural person, in no map", PERSON, "company.officer"),
    _asked("the fact has its default", LISTED.code, "tendering.award"),
    _asked("the fact is stated otherwise", LISTED.code, "tendering.award", facts={"statutory_tender": False}),
    _asked("under objection", OBJECTING.code),
    _asked("on the last day of the term", LAPSED.code, on="2026-03-03"),
    _asked("on the day after the term", LAPSED.code),
    _asked("waived", WAIVED.code),
    _asked("with an incentive", HONOURED.code),
    _asked("a required list is not covered", UNLISTED.code, uncovered=["procurement-serious"]),
    _asked("on data too old to punish", LISTED.code, decided_at=(NOW + timedelta(hours=30)).isoformat()),
    _asked("on data too old to clear", UNLISTED.code, decided_at=(NOW + timedelta(hours=20)).isoformat()),
    _asked("after the signatures ended", UNLISTED.code, decided_at=(NOW + timedelta(days=3)).isoformat()),
)


@dataclass(frozen=True)
class StatedView:
    """Lists and law as a file of vectors states them."""

    state: State
    records: Mapping[str, str]

    def record(self, subject: Subject) -> SubjectRecord | None:
        """What stands at the key of a subject."""
        found = self.records.get(subject.key.hex())
        return None if found is None else records.decode(bytes.fromhex(found))


def answer(file: Json, number: int) -> bytes:
    """The canonical JSON that answers a question, from nothing but what stands in the file."""
    asked = file["decisions"][number]["asked"]
    law = json.dumps(file["law"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    stated = file["publication"]
    state = State(
        catalogue=Catalogue.from_bytes(law),
        origin=stated["origin"],
        serial=stated["serial"],
        map_root=stated["map_root"],
        published_at=datetime.fromisoformat(stated["published_at"]),
        contact_at=datetime.fromisoformat(stated["contact_at"]),
        expires_at=datetime.fromisoformat(stated["expires_at"]),
        pace=Pace(**stated["pace"]),
        coverage={
            name: Coverage(date.fromisoformat(each["complete_as_of"]), each["entries"])
            for name, each in stated["lists"].items()
            if name not in asked["uncovered"]
        },
        holds_persons=False,
    )
    return evaluate(
        Subject.parse(asked["subject"]),
        asked["matter"],
        date.fromisoformat(asked["on"]),
        StatedView(state, file["records"]),
        datetime.fromisoformat(asked["decided_at"]),
        principals=[Principal(Subject.parse(each["subject"]), Role(each["role"])) for each in asked["principals"]],
        facts=asked["facts"],
        case=asked["case"],
        decision_id=f"019503d8-0000-7000-8000-{number:012d}",
    ).to_json()


def decisions() -> Json:
    """Checks and the canonical JSON that answers them: the law, what is published at which key, and what was asked.

    ``uncovered`` are lists left out of the publication for that check; ``map_root`` is made up; ids count the checks.
    """
    law = fictional_law()
    file: Json = {
        "law": json.loads(law),
        "law_sha256": sha256(law).hexdigest(),
        "library_version": LIBRARY_VERSION,
        "publication": PUBLICATION,
        "records": {who.key.hex(): records.encode(record).hex() for who, record in HELD.items()},
        "decisions": [dict(each) for each in QUESTIONS],
    }
    for number, each in enumerate(file["decisions"]):
        text = answer(file, number)
        each.update(verdict=json.loads(text)["verdict"], text=text.decode(), sha256=sha256(text).hexdigest())
    return file
