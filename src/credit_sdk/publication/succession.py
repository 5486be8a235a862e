"""Succession (接续): which publication may follow which.

The gateway judges by it before signing, a replica before taking over.

1. The origin stays; lists of another gateway belong into another replica.
2. The serial never goes back, and the same serial always means the same content (a pack may be added later). Only when
   the root has replaced every key that could sign the one held, the order begins anew: whoever had stolen the old keys
   may have signed any serial, and under the new ones nothing older can have been signed.
3. A list of some size that loses more than ``max_loss_percent`` of its entries at once is taken for an accident, unless
   the publisher signed that it may, in a serial after the one held: whoever was away then takes the loss over later.
   The bound is the one of the publication *held*: what comes new cannot loosen the rule that judges it.
"""

from credit_sdk.errors import IntegrityError, RollbackError, ShrunkenError
from credit_sdk.publication.statement import Publication

SMALLEST_LIST_GUARDED = 20
"""Entries; of a shorter list every single removal would be a large share."""


def require_successor(held: Publication | None, offered: Publication, *, are_keys_new: bool = False) -> None:
    """Refuse ``offered`` unless it may follow ``held``.

    Args:
        held: What is held, None where nothing is.
        offered: What is to follow.
        are_keys_new: Whether no key that could sign ``held`` could sign ``offered``.

    Raises:
        IntegrityError: Of another origin, or the same serial with other content.
        RollbackError: Older than what is held.
        ShrunkenError: A list lost more than it was allowed to.
    """
    if held is None:
        return
    if offered.origin != held.origin:
        raise IntegrityError(
            f"The publication is of {offered.origin}, but what is held is of {held.origin}; lists are not mixed.",
            hint="Check the gateway's address and its setting origin; another origin needs replicas of its own.",
        )
    if offered.serial < held.serial and not are_keys_new:
        raise RollbackError(
            f"The gateway offers publication {offered.serial}, older than {held.serial} which is held and stays.",
            hint="If the gateway was restored from a backup, let it publish again with a serial above the one held.",
        )
    if offered.serial == held.serial and not are_keys_new:
        if offered.model_copy(update={"pack": None}) != held.model_copy(update={"pack": None}):
            raise IntegrityError(
                f"Publication {offered.serial} was published twice with different content; the first one stays.",
                hint="Two gateways share one origin, or one was restored from a backup: give it a new serial.",
            )
        return
    lost = shrunken_lists(held, offered, are_keys_new=are_keys_new)
    if lost:
        raise ShrunkenError(
            f"Publication {offered.serial} loses over {held.max_loss_percent} % of {', '.join(lost)} and was refused.",
            hint="If it is meant, the publisher signs that these lists may lose so much; if not, an import went wrong.",
        )


def shrunken_lists(held: Publication, offered: Publication, *, are_keys_new: bool = False) -> tuple[str, ...]:
    """Lists that lose more entries than they were allowed to since ``held``, sorted."""
    # Where the order of serials began anew, the one held stands nowhere in it.
    since = 0 if are_keys_new else held.serial
    return tuple(
        name
        for name, before in sorted(held.lists.items())
        if offered.allowed_losses.get(name, 0) <= since
        and is_shrunken(before.entries, _entries(offered, name), held.max_loss_percent)
    )


def is_shrunken(before: int, after: int, max_loss_percent: int) -> bool:
    """Whether a list of so many entries lost more than may be an ordinary change."""
    return before >= SMALLEST_LIST_GUARDED and after * 100 < before * (100 - max_loss_percent)


def _entries(publication: Publication, name: str) -> int:
    stated = publication.lists.get(name)
    return stated.entries if stated else 0
