"""What publishing did, for commands, logs and tests."""

from dataclasses import dataclass, field

from gateway.publishing.removal import Removed


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What publishing did (发布结果).

    Attributes:
        serial: Serial that is served now; 0 before the first publication.
        map_root: Its root, hex.
        is_new: False when there was nothing to publish.
        changed_subjects: Records that differ from the publication before.
        objects_written: Objects new in the distribution; ``bytes_written`` their size, compressed.
        is_whole: Whether the whole map was built anew.
        allowed_losses: Lists that were allowed to lose more than usual in it.
        removed: Superseded files that were removed behind it.
        seconds: How long it took.
    """

    serial: int
    map_root: str
    is_new: bool
    changed_subjects: int = 0
    objects_written: int = 0
    bytes_written: int = 0
    is_whole: bool = False
    allowed_losses: tuple[str, ...] = ()
    removed: Removed = field(default_factory=Removed)
    seconds: float = 0.0
