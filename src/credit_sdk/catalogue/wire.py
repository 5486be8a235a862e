"""Decisions as bytes and back (核查结论的传输格式).

A reader accepts exactly what a writer produces: whatever was read is written again and must give the same bytes, so an
added, missing or altered key cannot pass unseen. A natural person's number comes back masked, as it was written.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import NoReturn, TypeVar

from credit_sdk.errors import IntegrityError
from credit_sdk.model import canonical
from credit_sdk.model.canonical import JsonValue
from credit_sdk.model.citation import Basis, Bilingual, InstrumentLevel
from credit_sdk.model.decision import Decision, GroupDecision
from credit_sdk.model.decision_json import DECISION_FORMAT
from credit_sdk.model.evidence import CoverageState, Evidence, Freshness, ListCoverage
from credit_sdk.model.finding import Finding, ListReference, MeasureReference, Principal, Softening, SofteningReason
from credit_sdk.model.identifier import MASK
from credit_sdk.model.listing import Entry, FieldValue, Severity, Waiver
from credit_sdk.model.measure import MeasureClass, Role, Strength
from credit_sdk.model.scheme import IdentifierScheme, SubjectKind, SubjectWarning
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import Term
from credit_sdk.model.verdict import Verdict

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_MAX_CODE_CHARACTERS = 32


def to_json(decision: Decision | GroupDecision) -> bytes:
    """The canonical bytes of a decision; ``recorded`` is not in them."""
    return decision.to_json()


def from_json(data: bytes) -> Decision:
    """The decision about one subject that ``data`` was written from.

    Raises:
        IntegrityError: These are not the bytes of a decision in the format ``credit-decision/1``.
    """
    try:
        decision = _decision(_Object(canonical.loads(data)))
        is_same = decision.to_json() == data
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        _refuse(error)
    if not is_same:
        _refuse(None)
    return decision


def _refuse(cause: Exception | None) -> NoReturn:
    raise IntegrityError(
        f"the bytes are not a decision in the format {DECISION_FORMAT}, or were changed after it was written.",
        hint="Take the decision from its receipt again, byte for byte.",
    ) from cause


class _Object:
    """A JSON object whose values are asked for by key and type; any other type is an error."""

    def __init__(self, value: JsonValue) -> None:
        if not isinstance(value, dict):
            raise TypeError("not an object")
        self.value = value

    def text(self, key: str) -> str:
        value = self.value[key]
        if not isinstance(value, str):
            raise TypeError(key)
        return value

    def integer(self, key: str) -> int:
        value = self.value[key]
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(key)
        return value

    def truth(self, key: str) -> bool:
        value = self.value[key]
        if not isinstance(value, bool):
            raise TypeError(key)
        return value

    def word(self, key: str, words: type[E]) -> E:
        return words(self.text(key))

    def day(self, key: str) -> date:
        return date.fromisoformat(self.text(key))

    def instant(self, key: str) -> datetime:
        return datetime.fromisoformat(self.text(key))

    def part(self, key: str, read: "Callable[[_Object], T]") -> T:
        return read(_Object(self.value[key]))

    def parts(self, key: str, read: "Callable[[_Object], T]") -> tuple[T, ...]:
        return tuple(read(_Object(value)) for value in self.array(key))

    def array(self, key: str) -> list[JsonValue]:
        value = self.value[key]
        if not isinstance(value, list):
            raise TypeError(key)
        return value

    def maybe(self, key: str, read: "Callable[[str], T]") -> T | None:
        return None if self.value[key] is None else read(key)


def _decision(json: _Object) -> Decision:
    if json.text("format") != DECISION_FORMAT:
        raise ValueError("another format")
    return Decision(
        _id=json.text("id"),
        verdict=json.word("verdict", Verdict),
        subject=json.part("subject", _subject),
        matter=json.text("matter"),
        matter_title=json.text("matter_title"),
        on=json.day("on"),
        findings=json.parts("findings", _finding),
        incentives=json.parts("incentives", _finding),
        withheld=json.parts("withheld", _finding),
        notices=json.parts("notices", _bilingual),
        _why=Bilingual(zh=json.text("why"), en=json.text("why_en")),
        evidence=json.part("evidence", _evidence),
        decided_at=json.instant("decided_at"),
        case=json.maybe("case", json.text),
        facts=json.part("facts", _facts),
        principals=json.parts("principals", _principal),
    )


def _facts(json: _Object) -> tuple[tuple[str, bool | int | str], ...]:
    return tuple((name, _fact(json.value[name])) for name in sorted(json.value))


def _fact(value: JsonValue) -> bool | int | str:
    if isinstance(value, bool | int | str):
        return value
    raise TypeError("a fact is true or false, an integer or a text")


def _subject(json: _Object) -> Subject:
    code = json.text("code")
    if not 0 < len(code) <= _MAX_CODE_CHARACTERS:
        raise ValueError("no number of a subject is that long")
    return Subject(
        scheme=json.word("scheme", IdentifierScheme),
        code=code,
        kind=json.word("kind", SubjectKind),
        warnings=tuple(SubjectWarning(word) for word in _texts(json.array("warnings"))),
        is_masked=MASK in code,
    )


def _texts(values: Iterable[JsonValue]) -> tuple[str, ...]:
    return tuple(value for value in values if isinstance(value, str))


def _principal(json: _Object) -> Principal:
    return Principal(subject=json.part("subject", _subject), role=json.word("role", Role))


def _finding(json: _Object) -> Finding:
    list_id = json.text("list")
    return Finding(
        entry=_entry(_Object(json.value["entry"]), list_id),
        list=ListReference(list_id, json.text("list_title"), json.text("list_title_en")),
        measure=_measure(json),
        strength=json.word("strength", Strength),
        statutory_strength=json.word("statutory_strength", Strength),
        basis=json.parts("basis", _basis),
        way_out=json.part("way_out", _bilingual),
        objection_to=json.part("objection_to", _bilingual),
        softenings=json.parts("softenings", _softening),
        waiver=json.maybe("waiver", lambda key: json.part(key, _waiver)),
        remark=json.maybe("remark", lambda key: json.part(key, _bilingual)),
        through=json.maybe("through", lambda key: json.part(key, _principal)),
        confirmation_by_person=json.truth("confirmation_by_person"),
        member=json.maybe("member", json.integer),
    )


def _measure(json: _Object) -> MeasureReference:
    return MeasureReference(
        id=json.text("measure"),
        title=json.text("measure_title"),
        title_en=json.text("measure_title_en"),
        heading=json.text("measure_heading"),
        measure_class=json.word("measure_class", MeasureClass),
        content=json.part("measure_content", _bilingual),
        implementing_body=json.text("implementing_body"),
    )


def _entry(json: _Object, list_id: str) -> Entry:
    return Entry(
        id=json.text("id"),
        list=list_id,
        severity=json.word("severity", Severity),
        authority=json.text("authority"),
        authority_code=json.text("authority_code"),
        document_no=json.text("document_no"),
        determined_on=json.day("determined_on"),
        term=Term(json.day("term_from"), json.maybe("term_until", json.day)),
        fact=json.text("fact"),
        fact_digest=bytes.fromhex(json.text("fact_digest")),
        basis=json.text("basis"),
        objection_on=json.maybe("objection_on", json.day),
        fields=json.part("fields", lambda fields: {name: _field(value) for name, value in fields.value.items()}),
    )


def _field(value: JsonValue) -> FieldValue:
    return _texts(value) if isinstance(value, list) else _fact(value)


def _basis(json: _Object) -> Basis:
    return Basis(
        instrument=json.text("instrument"),
        title=json.text("title"),
        title_en=json.text("title_en"),
        number=json.text("number"),
        level=json.word("level", InstrumentLevel),
        article=json.text("article"),
        quote=json.text("quote"),
    )


def _softening(json: _Object) -> Softening:
    return Softening(
        reason=json.word("reason", SofteningReason),
        from_strength=json.word("from", Strength),
        to_strength=json.word("to", Strength),
        detail=json.part("detail", _bilingual),
    )


def _waiver(json: _Object) -> Waiver:
    return Waiver(
        matter=json.text("matter"),
        measure=json.text("measure"),
        until_on=json.day("until_on"),
        by=json.text("by"),
        reason=json.text("reason"),
        document_no=json.text("document_no"),
    )


def _evidence(json: _Object) -> Evidence:
    return Evidence(
        origin=json.text("origin"),
        serial=json.integer("serial"),
        map_root=json.text("map_root"),
        catalogue_digest=json.text("catalogue_digest"),
        published_at=json.maybe("published_at", json.instant),
        contact_at=json.maybe("contact_at", json.instant),
        age_s=json.maybe("age_s", json.integer),
        freshness=json.word("freshness", Freshness),
        coverage=json.parts("coverage", _coverage),
        library_version=json.text("library_version"),
    )


def _coverage(json: _Object) -> ListCoverage:
    return ListCoverage(
        list=json.text("list"),
        title=json.text("title"),
        state=json.word("state", CoverageState),
        complete_as_of=json.maybe("complete_as_of", json.day),
        entries=json.integer("entries"),
        required=json.truth("required"),
    )


def _bilingual(json: _Object) -> Bilingual:
    return Bilingual(zh=json.text("zh"), en=json.text("en"))
