"""Checks whose answers are vectors: what was asked, of which law and which records, all read from the file itself."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from msgspec.structs import replace

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.coverage import Coverage
from credit_sdk.catalogue.evaluate import evaluate
from credit_sdk.catalogue.group import evaluate_group
from credit_sdk.catalogue.view import Pace, State
from credit_sdk.model import canonical
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
from tests.conformance import corners, numbers, published, statute
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
    "lists": {name: {"complete_as_of": DAY.isoformat(), "entries": 1} for name in (*LISTS, *statute.LISTS)},
}


def _asked(name: str, who: str, matter: str = "procurement.award", **more: object) -> Json:
    return corners.asked(name, who, matter, **{"law": "plain", **more})


def _without(name: str) -> Json:
    return {"lists": {id: stated for id, stated in PUBLICATION["lists"].items() if id != name}}


QUESTIONS: tuple[Json, ...] = (
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
    _asked("a required list is not covered", UNLISTED.code, publication=_without("procurement-serious")),
    _asked("on data too old to punish", LISTED.code, decided_at=(NOW + timedelta(hours=30)).isoformat()),
    _asked("on data too old to clear", UNLISTED.code, decided_at=(NOW + timedelta(hours=20)).isoformat()),
    _asked("after the signatures ended", UNLISTED.code, decided_at=(NOW + timedelta(days=3)).isoformat()),
)


QUESTIONS += corners.QUESTIONS
LAWS = {"plain": fictional_law, "statute": statute.statute}
_ID = "019503d8-0000-7000-8000-{:012d}"


@dataclass(frozen=True)
class StatedView:
    """Lists and law as a file of vectors states them."""

    state: State
    records: Mapping[str, str]

    def record(self, subject: Subject) -> SubjectRecord | None:
        """What stands at the key of a subject."""
        found = self.records.get(subject.key.hex())
        return None if found is None else records.decode(bytes.fromhex(found))


@lru_cache(maxsize=4)
def _catalogue(law: bytes) -> Catalogue:
    return Catalogue.from_bytes(law)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _view(file: Json, asked: Json) -> StatedView:
    stated = {**file["publication"], **asked["publication"]}
    days = {name: each["complete_as_of"] for name, each in stated["lists"].items()}
    state = State(
        catalogue=_catalogue(canonical.dumps(file["laws"][asked["law"]])) if stated["serial"] else None,
        origin=stated["origin"],
        serial=stated["serial"],
        map_root=stated["map_root"],
        published_at=_instant(stated["published_at"]),
        contact_at=_instant(stated["contact_at"]),
        expires_at=_instant(stated["expires_at"]),
        pace=Pace(**stated["pace"]),
        coverage={
            name: Coverage(None if days[name] is None else date.fromisoformat(days[name]), each["entries"])
            for name, each in stated["lists"].items()
        },
        holds_persons=asked.get("persons_held", False),
    )
    return StatedView(state, file["records"])


def answer(file: Json, asked: Json) -> bytes:
    """The canonical JSON that answers a question, from nothing but what stands in the file.

    Raises:
        CreditError: The question is refused.
    """
    return evaluate(
        Subject.parse(asked["subject"]),
        asked["matter"],
        date.fromisoformat(asked["on"]),
        _view(file, asked),
        datetime.fromisoformat(asked["decided_at"]),
        principals=[Principal(Subject.parse(each["subject"]), Role(each["role"])) for each in asked["principals"]],
        facts=asked["facts"],
        case=asked["case"],
        decision_id=asked["id"],
    ).to_json()


def answer_for_group(file: Json, asked: Json) -> bytes:
    """The canonical JSON that answers a question about a consortium."""
    return evaluate_group(
        [Subject.parse(each) for each in asked["members"]],
        asked["matter"],
        date.fromisoformat(asked["on"]),
        _view(file, asked),
        datetime.fromisoformat(asked["decided_at"]),
        facts=asked["facts"],
        case=asked["case"],
        decision_ids=asked["member_ids"],
        decision_id=asked["id"],
    ).to_json()


def decisions() -> Json:
    """Checks and the canonical JSON that answers them: laws, what is published at which key, and what was asked.

    ``law`` names a law; ``publication`` of a check is what is otherwise in the publication; ``map_root`` is made up;
    ``persons_held`` as at the gateway. No question in ``refused`` has an answer. ``subjects`` are what
    typed numbers stand for, ``no_subjects`` are none.
    """
    held = {**HELD, **{Subject.parse(code): record for code, record in published.HELD.items()}}
    laws = {name: law() for name, law in LAWS.items()}
    file: Json = {
        "laws": {name: json.loads(law) for name, law in laws.items()},
        "law_sha256": {name: sha256(law).hexdigest() for name, law in laws.items()},
        "library_version": LIBRARY_VERSION,
        "publication": PUBLICATION,
        "records": {who.key.hex(): records.encode(record).hex() for who, record in held.items()},
        "decisions": copy.deepcopy(list(QUESTIONS)),
        "groups": copy.deepcopy(list(corners.GROUPS)),
        "refused": copy.deepcopy(list(corners.REFUSED)),
        "subjects": numbers.recognised(),
        "no_subjects": list(numbers.NONE),
    }
    for number, each in enumerate((*file["decisions"], *file["groups"], *file["refused"])):
        each["asked"]["id"] = _ID.format(number)
        if "members" in each["asked"]:
            each["asked"]["member_ids"] = [
                _ID.format(1000 * number + place) for place, _ in enumerate(each["asked"]["members"])
            ]
    for answered, questions in ((answer, file["decisions"]), (answer_for_group, file["groups"])):
        for each in questions:
            text = answered(file, each["asked"])
            each.update(verdict=json.loads(text)["verdict"], text=text.decode(), sha256=sha256(text).hexdigest())
    return file
