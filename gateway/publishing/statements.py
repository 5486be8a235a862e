"""What a publication says of itself (发布声明): made from what was read, and held against the one before.

Which publication may follow which is one rule, :mod:`credit_sdk.publication.succession`, and replicas go by the same.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import TypedDict

from credit_sdk.errors import ShrunkenError
from credit_sdk.publication.statement import CatalogueStatement, ListStatement, PaceStatement, Publication
from credit_sdk.publication.succession import is_shrunken, require_successor, shrunken_lists
from gateway.publishing.builder import MapDraft
from gateway.registry.editions import Edition
from gateway.settings import GatewaySettings


class _FromSettings(TypedDict):
    origin: str
    pace: PaceStatement
    canary: str
    max_loss_percent: int


class Statements:
    """Writes the statements of one gateway.

    Args:
        settings: Its settings, part of which every statement repeats.
    """

    def __init__(self, settings: GatewaySettings) -> None:
        self._repeated: _FromSettings = {
            "origin": settings.origin,
            "pace": PaceStatement(
                poll_s=settings.poll_s,
                heartbeat_s=settings.heartbeat_s,
                fresh_s=settings.fresh_s,
                aging_s=settings.aging_s,
            ),
            "canary": settings.canary,
            "max_loss_percent": settings.max_loss_percent,
        }

    def drafted(
        self,
        draft: MapDraft,
        law: Edition,
        declared: Mapping[str, date],
        *,
        serial: int,
        last: Publication | None,
        now: datetime,
    ) -> Publication:
        """The statement of a map, a law and what was declared complete."""
        peaks = {name: stated.peak for name, stated in last.lists.items()} if last else {}
        return Publication(
            serial=serial,
            map_root=draft.root.name,
            shape=draft.shape,
            subjects=draft.subjects,
            entries=sum(draft.entries.values()),
            lists={
                name: ListStatement(
                    entries=draft.entries.get(name, 0),
                    complete_as_of=declared.get(name),
                    peak=max(draft.entries.get(name, 0), peaks.get(name, 0)),
                )
                for name in sorted(draft.entries.keys() | declared.keys())
            },
            allowed_losses=last.allowed_losses if last else {},
            catalogue=CatalogueStatement(digest=law.digest, length=law.length_bytes),
            pack=last.pack if last else None,
            published_at=now,
            **self._repeated,
        )

    def is_outdated(self, last: Publication, law: Edition, declared: Mapping[str, date]) -> bool:
        """Whether law, declarations or settings are others than the last statement says."""
        stated = {name: each.complete_as_of for name, each in last.lists.items() if each.complete_as_of}
        return (
            last.catalogue.digest != law.digest
            or stated != declared
            or last != last.model_copy(update={**self._repeated})
        )


def says_nothing_new(offered: Publication, last: Publication) -> bool:
    """Whether a publication would say nothing that the last one does not say."""
    particulars = {"serial": last.serial, "published_at": last.published_at}
    return offered.serial == last.serial + 1 and offered.model_copy(update=particulars) == last


def with_allowed_losses(
    offered: Publication, last: Publication | None, allowed: Collection[str], ended: Mapping[str, int]
) -> Publication:
    """The publication as it may follow the last one, and every one before.

    A list may lose much at once because an operator says so, or because the calendar ended its entries. What it lost in
    small steps, each of them ordinary, is signed as allowed too: a replica that was away sees it as one.

    Args:
        offered: The publication.
        last: The one it is to follow, None before the first.
        allowed: Lists that an operator lets lose more than usual. Where serials are passed over, replicas may hold what
            this registry has forgotten: then all of them are named.
        ended: By list, how many of the entries it loses the calendar ended.

    Raises:
        ShrunkenError: A list would lose too much.
        IntegrityError: The origin is another; replicas of the first one would refuse it.
    """
    if last is None:
        return offered
    bound = last.max_loss_percent
    held = {name: stated.entries for name, stated in offered.lists.items()}
    lost = shrunken_lists(last, offered)
    by_calendar = [
        name
        for name in lost
        if not is_shrunken(last.lists[name].entries, held.get(name, 0) + ended.get(name, 0), bound)
    ]
    by_steps = [
        name
        for name, stated in offered.lists.items()
        if name not in lost and is_shrunken(stated.peak, stated.entries, bound)
    ]
    by_operator = allowed if offered.serial > last.serial + 1 else [name for name in lost if name in allowed]
    named = {*by_calendar, *by_steps, *by_operator}
    offered = offered.model_copy(
        update={
            "allowed_losses": {**offered.allowed_losses, **dict.fromkeys(sorted(named), offered.serial)},
            "lists": {
                name: stated.model_copy(update={"peak": stated.entries}) if name in named else stated
                for name, stated in offered.lists.items()
            },
        }
    )
    try:
        require_successor(last, offered)
    except ShrunkenError as refused:
        meant = " ".join(f"--allow-shrink {name}" for name in shrunken_lists(last, offered))
        raise ShrunkenError(
            str(refused), hint=f"确属如此时 / If it is meant: credit-gateway publish HOME {meant}"
        ) from refused
    return offered


def allowed_in(statement: Publication) -> tuple[str, ...]:
    """Lists that were allowed to lose more than usual in this very publication."""
    return tuple(name for name, serial in statement.allowed_losses.items() if serial == statement.serial)
