"""What a replica notes beside the map (副本附注): statement, law, counts and contact, each in one spelling."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from credit_sdk.errors import ReplicaDamagedError
from credit_sdk.replica.rules import Contact

FORMAT = b"credit-replica/1"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class _Contact(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    contact_us: int
    expires_us: dict[str, int]
    signers: tuple[str, ...] = ()


class _State(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    activation: int
    contact: _Contact | None


@dataclass
class Counts:
    """What is stored, counted (计数).

    Attributes:
        subjects: Records.
        entries: Entries by list.
    """

    subjects: int = 0
    entries: Counter[str] = field(default_factory=Counter)


class _Counts(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    subjects: int
    entries: dict[str, int]


_encoder = msgspec.msgpack.Encoder(order="sorted")
_state_decoder = msgspec.msgpack.Decoder(_State)
_counts_decoder = msgspec.msgpack.Decoder(_Counts)


def encode_state(activation: int, contact: Contact | None) -> bytes:
    """Number of the takeover and last contact, as they are stored: one note, for checks to read once each state."""
    stored = None
    if contact is not None:
        expires = {role: _us(instant) for role, instant in contact.expires.items()}
        stored = _Contact(_us(contact.contact_at), expires, tuple(sorted(contact.signers)))
    return _encoder.encode(_State(activation, stored))


def decode_state(data: bytes | None) -> tuple[int, Contact | None]:
    """Number of the takeover, 0 before the first, and last contact.

    Raises:
        ReplicaDamagedError: They cannot be read.
    """
    if data is None:
        return 0, None
    try:
        found = _state_decoder.decode(data)
        if found.contact is None:
            return found.activation, None
        expires = {role: _instant(us) for role, us in found.contact.expires_us.items()}
        signers = frozenset(found.contact.signers)
        return found.activation, Contact(_instant(found.contact.contact_us), expires, signers)
    except (msgspec.DecodeError, UnicodeDecodeError, OverflowError) as error:
        raise damaged("its last contact cannot be read") from error


def encode_counts(counts: Counts) -> bytes:
    """Counts as they are stored."""
    return _encoder.encode(_Counts(counts.subjects, dict(+counts.entries)))


def decode_counts(data: bytes | None) -> Counts:
    """Stored counts; none are zero.

    Raises:
        ReplicaDamagedError: They cannot be read.
    """
    if data is None:
        return Counts()
    try:
        found = _counts_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise damaged("its counts cannot be read") from error
    return Counts(found.subjects, Counter(found.entries))


def damaged(what: str) -> ReplicaDamagedError:
    """The error for notes that contradict each other."""
    return ReplicaDamagedError(
        f"The replica is damaged: {what}; nothing is answered from it.",
        hint="Move the folder `replica` aside and run `credit sync`; everything is fetched anew.",
    )


def _us(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def _instant(us: int) -> datetime:
    return _EPOCH + us * _MICROSECOND
