"""Shape (分层): how a map is cut into objects, chosen by the publisher; bits of the key per level of objects.

With ``[6, 6]`` the root object names 64 objects, each of which names 64 leaf objects of about ``count / 4096`` records.
A shape is kept while leaf objects stay between a quarter and four times the size aimed at: otherwise a map whose count
swings around a power of two would be cut anew, and sent anew, every time.
"""

from credit_sdk.publication.merkle import Position

RECORDS_PER_OBJECT = 256
_LEVEL_BITS = 6
_SLACK_BITS = 2

Shape = tuple[int, ...]


def choose_shape(count: int, *, held: Shape | None = None, per_object: int = RECORDS_PER_OBJECT) -> Shape:
    """The shape for a map of ``count`` records.

    Args:
        count: Number of records.
        held: The shape it has now, or None for a new map; it is kept while it does.
        per_object: Records a leaf object should hold.
    """
    depth = max(0, (max(count, 1) // per_object).bit_length() - 1)
    if held is not None and abs(sum(held) - depth) <= _SLACK_BITS and (held or count <= per_object << _SLACK_BITS):
        return held
    levels = -(-depth // _LEVEL_BITS)
    if not levels:
        return ()
    share, rest = divmod(depth, levels)
    return tuple(share + (1 if level < rest else 0) for level in range(levels))


def level_at(shape: Shape, position: Position) -> int:
    """Which level of ``shape`` begins at ``position``; ``len(shape)`` for leaf objects."""
    depth = 0
    for level, bits in enumerate(shape):
        if depth == position.depth:
            return level
        depth += bits
    return len(shape)
