"""Makes the law files into the one document that is adopted (采用): the pure part, without database or keys."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from credit_sdk.catalogue.catalogue import CatalogueDocument
from credit_sdk.model.citation import Instrument
from credit_sdk.model.listing import CreditList
from credit_sdk.model.matter import Matter, Period
from credit_sdk.model.measure import Measure
from credit_sdk.model.supervision import InspectionShares
from credit_sdk.publication.canonical import dumps
from gateway.drafting.checker import check_adopted, check_law
from gateway.drafting.complaint import Complaint, LawRefusedError
from gateway.drafting.reader import EDITION_FILE, LawFiles, read_law

SHIPPED_LAW = Path(__file__).parents[1] / "law"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A checked law, as bytes.

    Attributes:
        document: What the bytes say.
        data: Canonical bytes, as they are adopted and published.
        digest: SHA-256 of ``data``, hex; the name of this state of the law.
    """

    document: CatalogueDocument
    data: bytes
    digest: str


def shipped_law_directory() -> Path:
    """The directory of the law that comes with the gateway."""
    return SHIPPED_LAW


def compile_law(directory: Path, *, previous: CatalogueDocument | None = None) -> CatalogueDocument:
    """The catalogue document of a law directory.

    Args:
        directory: Where ``edition.yaml`` lies.
        previous: The catalogue adopted before; what it had in force must still stand.

    Raises:
        LawRefusedError: The files cannot be adopted; ``.complaints`` says everything that is wrong.
    """
    law = read_law(directory)
    complaints = [*check_law(law), *(check_adopted(law, previous) if previous is not None else ())]
    if complaints:
        raise LawRefusedError(sorted(set(complaints)))
    return _document(law)


def compiled(document: CatalogueDocument) -> Compiled:
    """The document with its canonical bytes and digest."""
    data = dumps(document.model_dump(mode="json"))
    return Compiled(document, data, sha256(data).hexdigest())


def _document(law: LawFiles) -> CatalogueDocument:
    try:
        return CatalogueDocument(
            edition=law.edition,
            instruments=law.things(Instrument),
            lists=law.things(CreditList),
            measures=law.things(Measure),
            matters=law.things(Matter),
            periods=law.things(Period),
            shares=law.things(InspectionShares),
        )
    except ValidationError as error:
        # The checker should have said it in Chinese with a line; a rule of the document it does not know still refuses.
        message = f"目录不成立：{error.errors(include_url=False)[0]['msg']}"
        raise LawRefusedError([Complaint(EDITION_FILE, 1, message, "请检查所述事物")]) from error
