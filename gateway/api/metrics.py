"""Figures for monitoring (监控指标), as Prometheus reads them: requests, and how fresh what is served is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from threading import Lock

from cachetools import TTLCache
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine

from credit_sdk.errors import SettingsError
from credit_sdk.model.term import civil_day
from gateway.database.unit_of_work import reading
from gateway.feedback.recall import open_notices
from gateway.feedback.repair_clock import repair_clocks, repair_times
from gateway.feedback.standing import law_today, standing_counts
from gateway.publishing.chain import heartbeat_of
from gateway.publishing.expiry import endings, expiries
from gateway.publishing.files import Folder
from gateway.publishing.view import Views
from gateway.registry.deadlines import counts
from gateway.registry.periods import PeriodLaw
from gateway.registry.time_limits import LawAct

_COUNTED_EVERY_S = 60


class Metrics:
    """The figures of one app; no state is shared with another app in the same process."""

    def __init__(
        self,
        views: Views,
        folder: Folder,
        now: Callable[[], datetime],
        engine: Engine,
        reminders: Mapping[LawAct, int],
    ) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Publication(views, folder, now))
        self._registry.register(_Loop(engine, now, reminders))
        self._requests = Counter(
            "credit_gateway_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "credit_gateway_request_seconds", "How long answers took.", ["route"], registry=self._registry
        )
        self._verdicts = Counter(
            "credit_gateway_checks", "Checks answered here.", ["matter", "verdict"], registry=self._registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def checked(self, matter: str, verdict: str, times: int = 1) -> None:
        """Count checks."""
        self._verdicts.labels(matter, verdict).inc(times)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)


class _Publication(Collector):
    def __init__(self, views: Views, folder: Folder, now: Callable[[], datetime]) -> None:
        self._views = views
        self._folder = folder
        self._now = now

    def collect(self) -> Iterable[Metric]:
        heartbeat = heartbeat_of(self._folder)
        yield GaugeMetricFamily("credit_gateway_serial", "Serial of the last publication.", value=self._views.serial())
        if heartbeat is not None:
            now = self._now()
            yield GaugeMetricFamily(
                "credit_gateway_heartbeat_age_seconds",
                "Age of the signed heartbeat.",
                value=(now - heartbeat.signed_at).total_seconds(),
            )
            yield GaugeMetricFamily(
                "credit_gateway_timestamp_expires_in_seconds",
                "How long the signed timestamp still holds.",
                value=(heartbeat.expires_at - now).total_seconds(),
            )
            yield from self._roles(now)

    def _roles(self, now: datetime) -> Iterator[Metric]:
        try:
            held = expiries(self._folder)
        except SettingsError:
            return  # a file of the chain is missing: no figures are the alarm, and /readyz says which
        left = GaugeMetricFamily(
            "credit_gateway_role_expires_in_seconds", "How long each signed role still holds.", labels=["role"]
        )
        warned = GaugeMetricFamily(
            "credit_gateway_role_warning", "1 where a signed role nears its end and somebody must act.", labels=["role"]
        )
        found = {ending.role for ending in endings(held, now)}
        for role, expires_at in held.items():
            left.add_metric([role], (expires_at - now).total_seconds())
            warned.add_metric([role], float(role in found))
        yield left
        yield warned


class _Loop(Collector):
    """What is left to do; counted at most once a minute, for it asks the whole registry."""

    def __init__(self, engine: Engine, now: Callable[[], datetime], reminders: Mapping[LawAct, int]) -> None:
        self._engine = engine
        self._now = now
        self._reminders = reminders
        self._held: TTLCache[str, tuple[Metric, ...]] = TTLCache(1, ttl=_COUNTED_EVERY_S)
        self._lock = Lock()

    def collect(self) -> Iterable[Metric]:
        with self._lock:
            if "counted" not in self._held:
                self._held["counted"] = tuple(self._counted())
            return self._held["counted"]

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: registering must not ask the registry."""
        return ()

    def _counted(self) -> Iterator[Metric]:
        today = civil_day(self._now())
        with reading(self._engine) as connection:
            waiting = counts(connection, PeriodLaw.load(connection, today, self._reminders), today)
            unread = sum(open_notices(connection).values())
            standing = sum(standing_counts(connection, law_today(connection, today), today).values())
            times = repair_times(repair_clocks(connection))
        deadlines = GaugeMetricFamily(
            "credit_gateway_deadlines", "What waits, by act and how it stands; open is all.", labels=["act", "state"]
        )
        for each in waiting:
            for state in ("open", "soon", "overdue", "unknown", "unlimited"):
                deadlines.add_metric([each.duty, state], getattr(each, state))
        yield deadlines
        yield GaugeMetricFamily("credit_gateway_open_notices", "Notices nobody acknowledged yet.", value=unread)
        yield GaugeMetricFamily("credit_gateway_standing_measures", "Measures applied without a basis.", value=standing)
        clock = GaugeMetricFamily(
            "credit_gateway_repair_seconds", "From the grant of the last repairs.", labels=["until", "figure"]
        )
        for name, seconds in asdict(times).items():
            figure, _, until = name.removesuffix("_s").partition("_")
            if name.endswith("_s") and seconds is not None:
                clock.add_metric([until, figure], seconds)
        yield clock
