"""Live confirmation (实时核实) at the gateway, so bounded that a host never feels a gateway that is away.

1. A check waits at most so many seconds, whatever holds the answer up: name, connection, or byte after byte. The asking
   is done by a thread of its own, which may be left behind; what it brings late is kept for the next check.
2. Nothing is tried again. After a failure nobody asks for a while; of the first who ask then, one alone does.
3. Checks of the same question share one call, and for a short while one answer.
4. So many calls are under way at most, those left behind included.

What may be confirmed, and by what answer, is :mod:`credit_sdk.catalogue.confirmation`.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from weakref import ref

from cachetools import TTLCache

from credit_sdk.catalogue import confirmation
from credit_sdk.client.follower import Failures
from credit_sdk.client.line import Line
from credit_sdk.client.online import check_online
from credit_sdk.errors import CreditError, GatewayRefusedError, GatewayUnreachableError, IntegrityError
from credit_sdk.model.citation import Bilingual
from credit_sdk.model.decision import Decision
from credit_sdk.model.matter import MatterVersion

KEPT_S = 30.0
"""How long an answer serves those who ask the same."""

KEPT_MAX = 1024
PAUSE_S = 15.0
"""How long nobody asks after a failure."""

CALLS_MAX = 8

_ALL_MATTERS = ""
_PAUSES_MAX = 256

_NO_LINE = Bilingual(zh="本机不与网关联网", en="there is no line to a gateway here")
_PAUSED = Bilingual(
    zh="网关方才没有应答，稍后再问", en="the gateway did not answer a moment ago and is asked again in a while"
)
_CROWDED = Bilingual(zh="正在核实的请求过多", en="too many questions are under way")
_UNREACHABLE = Bilingual(zh="网关没有应答", en="the gateway did not answer")
_REFUSED = Bilingual(zh="网关拒绝答复", en="the gateway refused to answer")
_UNUSABLE = Bilingual(zh="网关的答复不可用", en="the gateway's answer cannot be used")


@dataclass(slots=True)
class _Call:
    """One question under way; whoever asks the same waits for it too.

    Attributes:
        answer: What came, with the instant at which it was asked; or why nothing did.
    """

    done: Event = field(default_factory=Event)
    answer: "_Answer | CreditError | None" = None


@dataclass(frozen=True, slots=True)
class _Answer:
    decision: Decision
    asked_at_s: float


class LiveDesk:
    """Where an adverse answer on old data is confirmed, one question at a time.

    Args:
        line: The way to the gateway.
        failures: Where it is noted that nobody answers.
        timeout_s: Longest that a check waits.
        timer: Seconds that only go forward.
    """

    def __init__(
        self, line: Line, failures: Failures, *, timeout_s: float, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._line = line
        self._failures = failures
        self._timeout_s = timeout_s
        self._timer = timer
        self._begin()
        _begin_anew_after_fork(self)

    def settled(self, local: Decision, law: MatterVersion) -> Decision:
        """The gateway's answer where it confirms the bar, else the one made here; either says which, and why.

        Args:
            local: An answer that awaits confirmation.
            law: The matter's.
        """
        if not self._line.is_online:
            return confirmation.unconfirmed(local, _NO_LINE)
        if confirmation.concerns_person(local):
            return confirmation.unconfirmed(local, confirmation.PERSON)
        answer = self._answer(local)
        if isinstance(answer, Bilingual):
            return confirmation.unconfirmed(local, answer)
        why = confirmation.contradiction(local, answer.decision)
        waited_s = self._timer() - answer.asked_at_s
        if why is None and confirmation.is_within(answer.decision, waited_s, law.adverse_max_age_s):
            return confirmation.confirmed(local, answer.decision)
        return confirmation.unconfirmed(local, why or confirmation.NOT_FRESH, answer.decision)

    def _answer(self, local: Decision) -> _Answer | Bilingual:
        """What the gateway says or said a moment ago, or why there is nothing of it."""
        key = _question(local)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                return kept
            call = self._under_way.get(key)
            if call is None:
                if (reason := self._reason_not_to_ask(local.matter)) is not None:
                    return reason
                call = _Call()
                try:
                    Thread(target=self._ask, args=(local, key, call), name="credit-confirmation", daemon=True).start()
                except RuntimeError:  # no room for a thread, or the process ends
                    return _CROWDED
                self._under_way[key] = call
                self._calls += 1
        if not call.done.wait(self._timeout_s):
            return self._given_up(key, call)
        return call.answer if isinstance(call.answer, _Answer) else _reason(call.answer)

    def _reason_not_to_ask(self, matter: str) -> Bilingual | None:
        if self._pauses.get(_ALL_MATTERS) or self._pauses.get(matter):
            return _PAUSED
        if self._is_in_doubt and self._under_way:
            return _PAUSED
        return _CROWDED if self._calls >= CALLS_MAX else None

    def _ask(self, local: Decision, key: object, call: _Call) -> None:
        """In a thread of its own."""
        asked_at_s = self._timer()
        try:
            call.answer = self._asked(local, asked_at_s)
        finally:
            with self._lock:
                self._calls -= 1
                is_awaited = self._under_way.get(key) is call
                if is_awaited:
                    del self._under_way[key]
                self._note(local.matter, key, call.answer, is_awaited=is_awaited)
            call.done.set()

    def _asked(self, local: Decision, asked_at_s: float) -> _Answer | CreditError:
        try:
            # Of no case: what it says is shared by all cases that ask the same.
            decision = check_online(
                self._line.transport,
                local.subject,
                local.matter,
                local.on,
                None,
                principals=local.principals,
                facts=dict(local.facts),
                case=None,
            )
        except CreditError as error:
            return error
        if dict(decision.facts) != dict(local.facts) or decision.principals != local.principals:
            return IntegrityError(
                "the gateway answered about other facts or principals, so the answer is not used.",
                hint="Look for a proxy between this system and the gateway that keeps answers.",
            )
        return _Answer(decision, asked_at_s)

    def _note(self, matter: str, key: object, answer: _Answer | CreditError | None, *, is_awaited: bool) -> None:
        if isinstance(answer, _Answer):
            self._kept[key] = answer
            if is_awaited:
                self._is_in_doubt = False
                self._failures.clear()
        elif is_awaited:
            # What is refused in one matter may be answered in another.
            is_refused = isinstance(answer, GatewayRefusedError)
            self._pauses[matter if is_refused else _ALL_MATTERS] = True
            self._is_in_doubt = not is_refused
            if answer is not None:
                self._failures.note(answer)

    def _given_up(self, key: object, call: _Call) -> Bilingual:
        """Leave a call behind that takes too long; the first of those who wait notes it for all."""
        with self._lock:
            if self._under_way.get(key) is call:
                del self._under_way[key]
                self._pauses[_ALL_MATTERS] = True
                self._is_in_doubt = True
                self._failures.note(
                    GatewayUnreachableError(
                        f"The gateway did not confirm within {self._timeout_s:g} s; answers go on from what is held.",
                        hint="Check the network and the gateway; it is tried again by itself.",
                    )
                )
        return _UNREACHABLE

    def _begin(self) -> None:
        self._lock: Lock = Lock()
        self._kept: TTLCache[object, _Answer] = TTLCache(KEPT_MAX, KEPT_S, self._timer)
        self._pauses: TTLCache[str, bool] = TTLCache(_PAUSES_MAX, PAUSE_S, self._timer)
        self._under_way: dict[object, _Call] = {}
        self._is_in_doubt = False
        self._calls = 0


def _question(local: Decision) -> object:
    return (local.subject, local.matter, local.on, local.facts, local.principals, local.evidence.serial)


def _reason(error: CreditError | None) -> Bilingual:
    if isinstance(error, GatewayRefusedError):
        return _REFUSED
    return _UNREACHABLE if error is None or isinstance(error, GatewayUnreachableError) else _UNUSABLE


def _begin_anew_after_fork(desk: LiveDesk) -> None:
    weak = ref(desk)

    def begin() -> None:
        if (alive := weak()) is not None:
            alive._begin()

    os.register_at_fork(after_in_child=begin)
