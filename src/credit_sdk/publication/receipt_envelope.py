r"""The envelope of a receipt (回执封装): two parts in one compressed stream, under a seal.

``CR1\n`` ‖ SHA-256 of what follows ‖ xz( law ‖ ``\n`` ‖ evidence ). The law is the signed file as it was published,
byte for byte; the evidence is everything else, canonical JSON. Neither contains a line end.

They share one stream because an answer quotes the law: behind it, the evidence takes a third less. xz, because it
reaches back over the whole law, which deflate with its 32 kB does not. The seal stands in front, so that what follows
can be unpacked with tools every machine has. It is no signature: it makes every changed byte show.
"""

from hashlib import sha256

from credit_sdk.errors import IntegrityError, SettingsError
from credit_sdk.publication.statement import MAX_CATALOGUE_BYTES

MAGIC = b"CR1\n"
HEAD_BYTES = len(MAGIC) + 32
MAX_EVIDENCE_BYTES = 4 * 1024 * 1024
"""Before compression; the evidence of one subject has some ten thousand."""
MAX_PLAIN_BYTES = MAX_CATALOGUE_BYTES + 1 + MAX_EVIDENCE_BYTES
MAX_RECEIPT_BYTES = MAX_PLAIN_BYTES

_BETWEEN = b"\n"
_WINDOW_MIN_BYTES = 1024 * 1024
_WINDOW_MAX_BYTES = 8 * 1024 * 1024
_READER_MEMORY_BYTES = 2 * _WINDOW_MAX_BYTES
_HINT = "Take it again from the case file, byte for byte; if it was kept so, it is not what was issued."


def sealed(law: bytes, evidence: bytes) -> bytes:
    """Both parts as they are handed over.

    Raises:
        SettingsError: This Python cannot compress so.
    """
    body = packed(law + _BETWEEN + evidence)
    return MAGIC + sha256(body).digest() + body


def packed(plain: bytes) -> bytes:
    """Compressed as in an envelope; of the law alone, this is what it adds to a receipt.

    Raises:
        SettingsError: This Python cannot compress so.
    """
    try:
        import lzma
    except ImportError as error:
        raise _without_xz() from error
    window = min(max(_WINDOW_MIN_BYTES, 1 << len(plain).bit_length()), _WINDOW_MAX_BYTES)
    filters = [{"id": lzma.FILTER_LZMA2, "preset": lzma.PRESET_DEFAULT | lzma.PRESET_EXTREME, "dict_size": window}]
    return lzma.compress(plain, lzma.FORMAT_XZ, lzma.CHECK_CRC32, filters=filters)


def opened(data: bytes) -> tuple[bytes, bytes]:
    """Law and evidence of what was handed over; neither is believed yet.

    Raises:
        IntegrityError: It is no receipt, or was changed since it was issued.
        SettingsError: This Python cannot unpack it.
    """
    if len(data) > MAX_RECEIPT_BYTES:
        raise IntegrityError(f"The receipt has {len(data)} bytes; {MAX_RECEIPT_BYTES} is the most.", hint=_HINT)
    if not data.startswith(MAGIC):
        raise IntegrityError(
            "The file is no receipt of a check.", hint="Name the receipt itself, not the decision or the report."
        )
    seal, body = data[len(MAGIC) : HEAD_BYTES], data[HEAD_BYTES:]
    if sha256(body).digest() != seal:
        raise IntegrityError("The receipt was changed or cut since it was issued, so it proves nothing.", hint=_HINT)
    law, between, evidence = _unpacked(body).partition(_BETWEEN)
    if not between or len(law) > MAX_CATALOGUE_BYTES or len(evidence) > MAX_EVIDENCE_BYTES:
        raise IntegrityError("The receipt is not made of a law and the evidence.", hint=_HINT)
    return law, evidence


def _unpacked(body: bytes) -> bytes:
    try:
        import lzma
    except ImportError as error:
        raise _without_xz() from error
    stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_READER_MEMORY_BYTES)
    try:
        plain = stream.decompress(body, MAX_PLAIN_BYTES + 1)
    except (lzma.LZMAError, EOFError) as error:
        raise IntegrityError(f"The receipt cannot be unpacked ({error}).", hint=_HINT) from error
    if len(plain) > MAX_PLAIN_BYTES or not stream.eof or stream.unused_data:
        raise IntegrityError("The receipt unpacks to more, or to less, than a receipt holds.", hint=_HINT)
    return plain


def _without_xz() -> SettingsError:
    """A Python that was built without liblzma does everything but this."""
    return SettingsError(
        "This Python was built without xz (the module lzma), so receipts can be neither issued nor verified.",
        hint="Install the development files of liblzma (xz-devel, liblzma-dev) and build Python again.",
    )
