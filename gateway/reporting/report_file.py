"""Credit reports as files (报告文件): the JSON file, the seal in a PDF, and what verifying either establishes.

The JSON file is canonical JSON of the format ``credit-report-file/1``: ``report``, ``seal``, ``code``, ``roots``. A PDF
carries its seal in one comment line before the last ``startxref``, which readers pass over; what is signed is the file
without that line. So every other byte is covered, the words on the pages as well.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from credit_sdk.errors import IntegrityError
from credit_sdk.model import canonical
from gateway.publishing.files import Folder
from gateway.publishing.keyring import Keyring
from gateway.reporting.seal import (
    MAX_ROOTS,
    PAGES_FORMAT,
    STATEMENT_FORMAT,
    Json,
    Signed,
    carried_roots,
    not_genuine,
    require_signed,
    root_reached,
    sign,
)

FILE_FORMAT = "credit-report-file/1"
MAX_FILE_BYTES = 16 * 1024 * 1024
_COMMENT = b"%credit-report-seal "
_BEFORE = b"startxref"
_PDF = b"%PDF-"


@dataclass(frozen=True, slots=True)
class SignedReport:
    """A report with its signature and the roots that bear it out (已签名报告).

    Attributes:
        report: What it says, ready for canonical JSON.
        seal: The signature under its digest.
        roots: The trust roots after the first.
    """

    report: Json
    seal: Signed
    roots: tuple[Json, ...]

    @property
    def number(self) -> str:
        """报告编号."""
        return str(self.seal.statement["number"])

    @property
    def digest(self) -> str:
        """SHA-256 of the report's canonical JSON, hex."""
        return str(self.seal.statement["digest"])

    @property
    def code(self) -> str:
        """验证码."""
        return self.seal.code

    def to_bytes(self) -> bytes:
        """The JSON file."""
        return canonical.dumps(
            {
                "format": FILE_FORMAT,
                "report": dict(self.report),
                "seal": self.seal.written(),
                "code": self.code,
                "roots": [dict(each) for each in self.roots],
            }
        )


@dataclass(frozen=True, slots=True)
class VerifiedReport:
    """What a file that holds establishes (验证结果).

    Attributes:
        kind: ``json`` or ``pdf``.
        report: What it says; None for a PDF, whose pages say it.
    """

    kind: str
    number: str
    code: str
    digest: str
    issued_at: str
    root_version: int
    report: Mapping[str, object] | None = None


def signed_report(folder: Folder, keyring: Keyring, report: Json, now: datetime) -> SignedReport:
    """Sign a report.

    Raises:
        SettingsError: The key that the trust root names is not here.
    """
    statement = {
        "format": STATEMENT_FORMAT,
        "number": report["number"],
        "digest": sha256(canonical.dumps(dict(report))).hexdigest(),
        "issued_at": report["issued_at"],
    }
    return SignedReport(report, sign(folder, keyring, statement, now), tuple(carried_roots(folder)))


def sealed_pages(folder: Folder, keyring: Keyring, made: SignedReport, pages: bytes, now: datetime) -> bytes:
    """A PDF with its seal in it.

    Raises:
        SettingsError: The key that the trust root names is not here.
    """
    statement = {
        "format": PAGES_FORMAT,
        "number": made.number,
        "digest": made.digest,
        "pages": sha256(pages).hexdigest(),
    }
    content = {
        "pages": sign(folder, keyring, statement, now).written(),
        "report": made.seal.written(),
        "roots": [dict(each) for each in made.roots],
    }
    line = _COMMENT + base64.b64encode(canonical.dumps(content)) + b"\n"
    at = pages.rindex(_BEFORE)
    return pages[:at] + line + pages[at:]


def verify_file(data: bytes, pinned: bytes) -> VerifiedReport:
    """Whether a file is a report that the gateway of this trust root issued, and what it establishes.

    Raises:
        TrustError: It is not, or was changed since.
    """
    if len(data) > MAX_FILE_BYTES:
        raise not_genuine("it is larger than any report")
    return _verified_pages(data, pinned) if data.startswith(_PDF) else _verified_json(data, pinned)


def _verified_json(data: bytes, pinned: bytes) -> VerifiedReport:
    content = _read(data, {"format", "report", "seal", "code", "roots"})
    report, seal = content["report"], Signed.read(content["seal"])
    if content["format"] != FILE_FORMAT or not isinstance(report, dict):
        raise not_genuine("it has another form")
    version = _believed(pinned, content["roots"], seal, STATEMENT_FORMAT)
    digest = sha256(canonical.dumps(report)).hexdigest()
    stated = (seal.statement["digest"], seal.statement["number"], seal.statement["issued_at"], content["code"])
    if stated != (digest, report.get("number"), report.get("issued_at"), seal.code):
        raise not_genuine("what it says is not what was signed")
    return _established("json", seal, version, report)


def _verified_pages(data: bytes, pinned: bytes) -> VerifiedReport:
    at = data.rfind(_COMMENT)
    end = data.find(b"\n", at) + 1
    if at < 0 or not end or not data[end:].startswith(_BEFORE) or data.rindex(_BEFORE) != end:
        raise not_genuine("the PDF carries no seal where it must stand")
    try:
        sealed = base64.b64decode(data[at + len(_COMMENT) : end - 1], validate=True)
    except binascii.Error as error:
        raise not_genuine("the seal in the PDF cannot be read") from error
    content = _read(sealed, {"pages", "report", "roots"})
    pages, seal = Signed.read(content["pages"]), Signed.read(content["report"])
    _believed(pinned, content["roots"], pages, PAGES_FORMAT)
    version = _believed(pinned, content["roots"], seal, STATEMENT_FORMAT)
    same = all(pages.statement.get(name) == seal.statement[name] for name in ("number", "digest"))
    if not same or pages.statement.get("pages") != sha256(data[:at] + data[end:]).hexdigest():
        raise not_genuine("its pages are not those that were signed")
    return _established("pdf", seal, version)


def _read(data: bytes, keys: set[str]) -> dict[str, object]:
    try:
        content = canonical.loads(data)
    except IntegrityError as error:
        raise not_genuine("it is neither a PDF nor JSON in the one spelling of a report file") from error
    if not isinstance(content, dict) or content.keys() != keys:
        raise not_genuine("it has another form")
    return dict(content)


def _believed(pinned: bytes, roots: object, signed: Signed, form: str) -> int:
    if not isinstance(roots, list) or len(roots) > MAX_ROOTS:
        raise not_genuine("its trust roots have another form")
    root = root_reached(pinned, roots)
    require_signed(root, signed)
    if signed.statement.get("format") != form:
        raise not_genuine("something else was signed")
    version: int = root.version
    return version


def _established(kind: str, seal: Signed, version: int, report: Mapping[str, object] | None = None) -> VerifiedReport:
    said = seal.statement
    return VerifiedReport(
        kind=kind,
        number=str(said["number"]),
        code=seal.code,
        digest=str(said["digest"]),
        issued_at=str(said["issued_at"]),
        root_version=version,
        report=report,
    )
