"""Moments worked out (时点推算) from a state, and kept with it."""

from datetime import date, datetime

from credit_sdk.catalogue import reasons, request, ruling
from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.catalogue.coverage import CoverageFound
from credit_sdk.catalogue.freshness import age_of, steady_span
from credit_sdk.catalogue.law import MatterLaw
from credit_sdk.catalogue.moment import Answer, Moment
from credit_sdk.catalogue.view import State
from credit_sdk.model.evidence import Evidence
from credit_sdk.model.release import LIBRARY_VERSION


def worked_out(state: State, catalogue: Catalogue, matter: str, on: date, now: datetime) -> Moment:
    """The moment of a state at ``now`` about subjects whose records it would hold; kept with the state.

    Args:
        state: Lists and law, not empty.
        catalogue: Its law.
        matter: Id of the matter.
        on: The civil day asked about.
        now: The instant of the check, in UTC.

    Raises:
        UnknownMatterError: The law in force on ``on`` knows no such matter.
        InvalidRequestError: The day is out of reach.
    """
    on = request.day_within_reach(on)
    law = catalogue.on(on).matter(matter)
    moment = _moment(state, law, on, now, law.stated.of(state.coverage))
    state.moments[law.id] = moment
    return moment


def where_not_held(state: State, catalogue: Catalogue, matter: str, on: date, now: datetime) -> Moment:
    """The same about a natural person, where records of persons are not held: nothing is covered. Not kept."""
    on = request.day_within_reach(on)
    law = catalogue.on(on).matter(matter)
    return _moment(state, law, on, now, CoverageFound(law.stated.none.lists, missing=()))


def _moment(state: State, law: MatterLaw, on: date, now: datetime, covered: CoverageFound) -> Moment:
    age, version = age_of(state, now), law.version
    doubts = ruling.doubts_about_data(covered.missing, age, version.clear_max_age_s)
    verdict = ruling.verdict_of((), doubts)
    from_at, until_at = steady_span(state, now)
    return Moment(
        law=law,
        on=on,
        from_at=from_at,
        until_at=until_at,
        evidence=Evidence(
            origin=state.origin,
            serial=state.serial,
            map_root=state.map_root,
            catalogue_digest=state.catalogue.digest if state.catalogue else "",
            published_at=state.published_at,
            contact_at=state.contact_at,
            age_s=age.age_s,
            freshness=age.state,
            coverage=covered.lists,
            library_version=LIBRARY_VERSION,
        ),
        is_aged=not age.is_within(version.adverse_max_age_s),
        doubts=doubts,
        silence=Answer(
            verdict=verdict,
            notices=tuple(dict.fromkeys((*doubts, *version.notices))),
            why=reasons.why(verdict, on, law, (), doubts),
        ),
        facts=dict(law.defaults),
    )
