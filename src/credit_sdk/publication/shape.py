"""Shape (分层): how a map is cut into objects, chosen by the publisher; bits of the key per level of objects.

With ``[6, 6]`` the root object names 64 objects, each of which names 64 leaf objects of about ``count / 4096`` records.
One change costs its reader one leaf object, so they hold at most 256 records on average, some 35 kB compressed. A map
that shrinks keeps its shape until they hold an eighth of that: otherwise one whose count swings around a power of two
would be cut anew every time.
"""

RECORDS_PER_OBJECT = 256
_LEVEL_BITS = 6
_SLACK_BITS = 2

Shape = tuple[int, ...]


def choose_shape(count: int, *, held: Shape | None = None, per_object: int = RECORDS_PER_OBJECT) -> Shape:
    """The shape for a map of ``count`` records.

    Args:
        count: Number of records.
        held: The shape it has now, or None for a new map; it is kept while it does.
        per_object: Records a leaf object holds at most, on average.
    """
    depth = (max(count - 1, 0) // per_object).bit_length()
    if held is not None and depth <= sum(held) <= depth + _SLACK_BITS:
        return held
    levels = -(-depth // _LEVEL_BITS)
    if not levels:
        return ()
    share, rest = divmod(depth, levels)
    return tuple(share + (1 if level < rest else 0) for level in range(levels))
