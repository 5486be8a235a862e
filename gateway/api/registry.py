"""``GET /v1/subjects/…``, ``/v1/entries`` and ``/v1/catalogue``: what is published, for people's systems to show."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from http import HTTPStatus

from flask import Response, request
from flask_openapi3 import APIBlueprint, Tag

from credit_sdk.catalogue.catalogue import Catalogue, CatalogueDocument
from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.listing import Entry
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from gateway.api.commitment_models import CommitmentAnswer
from gateway.api.context import gateway
from gateway.api.door import open_to_all
from gateway.api.feedback import json_of
from gateway.api.models import (
    CatalogueQuery,
    CoveredList,
    EntriesPage,
    EntriesQuery,
    EntryAnswer,
    SubjectFound,
    SubjectPath,
    SubjectsFound,
    SubjectsQuery,
    WaiverAnswer,
)
from gateway.api.problem import KEYED, responses
from gateway.api.publicity import PublicityAnswer
from gateway.api.subject_models import DeclaredAnswer, FormerNameAnswer, SubjectFile
from gateway.database.unit_of_work import reading
from gateway.problems import NotFoundError
from gateway.publishing.canary import CANARY_LIST
from gateway.publishing.listing import published_entries
from gateway.registry import editions
from gateway.registry.periods import PeriodLaw
from gateway.registry.publicity import Listed, publicity_of
from gateway.registry.replies import publicity_json
from gateway.registry.same_subject import known_today
from gateway.registry.subject_file import subject_file as file_of
from gateway.registry.subjects import find_subjects

routes = APIBlueprint(
    "registry",
    __name__,
    abp_tags=[Tag(name="registry", description="公示")],
    abp_security=[{"api_key": []}],
    abp_responses=responses(*KEYED),
    url_prefix="/v1",
)


@routes.get("/subjects", responses={HTTPStatus.OK: SubjectsFound})
def subjects(query: SubjectsQuery) -> Response:
    """Organisations with published entries whose name begins or began so (主体查询). A name finds, it never matches."""
    with reading(gateway().engine) as connection:
        found = find_subjects(connection, query.name, only_published=True, limit=query.limit)
    return json_of(
        SubjectsFound(
            subjects=tuple(
                SubjectFound(
                    subject=each.code,
                    name=each.name,
                    kind=each.kind,
                    entries=sum(each.entries.values()),
                    former_numbers=each.former_numbers,
                    former_names=each.former_names,
                )
                for each in found
            )
        )
    )


@routes.get("/subjects/<uscc>", responses={HTTPStatus.OK: SubjectFile})
def subject_file(path: SubjectPath) -> Response:
    """The file of one organisation (信用档案): every published entry with where it comes from."""
    here = gateway()
    subject = Subject.parse(path.uscc)
    if subject.is_natural_person or subject.is_masked:
        raise InvalidRequestError(
            "只有机构设有信用档案，并须写明完整代码 / There are files of organisations only, by their whole number.",
            hint="自然人请用 POST /v1/check 并写明目的和依据 / Ask about a person with POST /v1/check.",
        )
    with here.views.open() as view, reading(here.engine) as connection:
        subject = known_today(connection, subject)
        record = view.record(subject)
        today = civil_day(here.now())
        held = file_of(connection, subject, today)
        titles = _titles(view.state.catalogue, today)
        coverage = view.state.coverage
        periods = _periods(view.state.catalogue)
    entries = (
        [each for each in record.entries if each.list != CANARY_LIST and not _is_over(each, today)] if record else []
    )
    return json_of(
        SubjectFile(
            subject=subject.code,
            name=held.name,
            former_names=tuple(
                FormerNameAnswer(name=each.name, stated_on=each.stated_on, document_no=each.document_no)
                for each in held.former_names
            ),
            former_numbers=held.former_numbers,
            kind=subject.kind.value,
            serial=view.state.serial,
            map_root=view.state.map_root,
            published_at=view.state.published_at,
            entries=tuple(_entry(each, subject.code, held.name, titles, periods) for each in entries),
            waivers=tuple(
                WaiverAnswer(
                    matter=each.matter,
                    measure=each.measure,
                    until_on=each.until_on,
                    by=each.by,
                    reason=each.reason,
                    document_no=each.document_no,
                )
                for each in (record.waivers if record else ())
            ),
            commitments=tuple(CommitmentAnswer.model_validate(each) for each in held.commitments),
            self_declared=tuple(DeclaredAnswer.model_validate(asdict(each)) for each in held.declarations),
            covered_lists=tuple(
                CoveredList(list=name, complete_as_of=each.complete_as_of)
                for name, each in sorted(coverage.items())
                if each.complete_as_of is not None and name != CANARY_LIST
            ),
        )
    )


@routes.get("/entries", responses={HTTPStatus.OK: EntriesPage})
def entries(query: EntriesQuery) -> Response:
    """Published entries of organisations, page by page (公示条目)."""
    here = gateway()
    subject = Subject.parse(query.subject) if query.subject else None
    if subject is not None and (subject.is_natural_person or subject.is_masked):
        raise InvalidRequestError(
            "只能查询机构，并须写明完整代码 / Only organisations can be asked for, by their whole number."
        )
    with here.views.open() as view, reading(here.engine) as connection:
        today = civil_day(here.now())
        titles = _titles(view.state.catalogue, today)
        periods = _periods(view.state.catalogue)
        if query.list and view.state.catalogue is not None:
            _require_list(query.list, titles)
        found = published_entries(
            connection,
            today,
            list_id=query.list,
            subject=subject,
            authority=query.authority,
            after=query.after,
            limit=query.limit + 1,
        )
    page = found[: query.limit]
    return json_of(
        EntriesPage(
            entries=tuple(_entry(each.entry, each.code, each.name, titles, periods) for each in page),
            next=page[-1].entry.id if len(found) > query.limit else None,
        )
    )


@routes.get("/catalogue", responses={HTTPStatus.OK: CatalogueDocument})
@open_to_all
def catalogue(query: CatalogueQuery) -> Response:
    """The law (法律目录): as published, or what is in force on a day by the edition in effect on it.

    Of a day before the first adoption the first edition speaks; of a day to come the one that waits for it.
    """
    document, named = _published_law() if query.on is None else _law_of(query.on)
    response = Response(document.to_bytes(), content_type="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(named)
    response.make_conditional(request)
    return response


def _published_law() -> tuple[CatalogueDocument, str]:
    with gateway().views.open() as view:
        law = view.state.catalogue
    if law is None:
        raise _no_law()
    return law.document, law.digest


def _law_of(on: date) -> tuple[CatalogueDocument, str]:
    with reading(gateway().engine) as connection:
        edition = editions.in_effect(connection, on) or editions.first(connection)
        if edition is None:
            raise _no_law()
        document = CatalogueDocument.model_validate_json(editions.document_of(connection, edition.digest))
    return in_force(document, on), f"{edition.digest}-{on}"


def _no_law() -> NotFoundError:
    return NotFoundError(
        "本网关尚未发布法律目录 / No law has been published here yet.", hint="请稍后再试 / Try again later."
    )


def in_force(document: CatalogueDocument, on: date) -> CatalogueDocument:
    """The document with only those versions that are in force on a day."""
    return document.model_copy(
        update={
            name: tuple(
                thing.model_copy(update={"versions": versions})
                for thing in getattr(document, name)
                if (versions := tuple(version for version in thing.versions if version.covers(on)))
            )
            for name in ("instruments", "lists", "measures", "matters", "periods", "shares")
        }
    )


def _is_over(entry: Entry, on: date) -> bool:
    """Terms end by the calendar, whether or not anybody has removed the entry."""
    return entry.term.until_on is not None and entry.term.until_on < on


def _require_list(list_id: str, titles: Mapping[str, str]) -> None:
    if list_id not in titles:
        raise NotFoundError(
            "已发布的法律目录中没有该名单；这不等于名单为空 / "
            "The law as published knows no list of that name, which is not the same as an empty one.",
            hint=f"已知名单 / Known: {', '.join(sorted(titles))}.",
        )


def _periods(law: Catalogue | None) -> PeriodLaw:
    return PeriodLaw.of(law.document) if law is not None else PeriodLaw([], [], [])


def _titles(law: Catalogue | None, on: date) -> dict[str, str]:
    if law is None:
        return {}
    return {
        each.id: next((version.title for version in each.versions if version.covers(on)), each.versions[-1].title)
        for each in law.document.lists
    }


def _entry(entry: Entry, code: str, name: str, titles: dict[str, str], periods: PeriodLaw) -> EntryAnswer:
    return EntryAnswer(
        id=entry.id,
        list=entry.list,
        list_title=titles.get(entry.list, entry.list),
        subject=code,
        subject_name=name,
        severity=entry.severity.value,
        authority=entry.authority,
        authority_code=entry.authority_code,
        document_no=entry.document_no,
        determined_on=entry.determined_on,
        term_from=entry.term.from_on,
        term_until=entry.term.until_on,
        fact=entry.fact,
        basis=entry.basis,
        objection_on=entry.objection_on,
        publicity=PublicityAnswer.model_validate(publicity_json(publicity_of(Listed.entry(entry), periods))),
    )
