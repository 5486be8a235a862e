"""The answer of a receipt, decided anew from what the receipt carries."""

import json
import lzma
from datetime import datetime

from tests.conformance.evaluator.answer import Source, decide
from tests.conformance.evaluator.forms import Json, canonical, require
from tests.conformance.evaluator.subject import PERSON, Principal, Subject, recognised


def decided_anew(receipt: bytes, root_json: bytes) -> bytes:
    """The answer that follows from what a receipt carries, to compare with the one that it states."""
    law, evidence = (json.loads(each) for each in lzma.decompress(receipt[36:], lzma.FORMAT_XZ).split(b"\n"))
    stated, files = evidence["decision"], [json.loads(each) for each in evidence["files"].values()]
    root = max((json.loads(root_json), *evidence["roots"]), key=lambda each: int(each["signed"]["version"]))
    signed = [each["signed"] for each in (root, evidence["timestamp"], *files)]
    proofs = {each["key"]: each["record"] for each in evidence["proofs"]}
    looked_at: set[str] = set()

    def record(key: str) -> bytes | None:
        require(key in proofs, "a record that the answer rests on is not proved")
        looked_at.add(key)
        return None if proofs[key] is None else bytes.fromhex(proofs[key])

    expires_at = min(signed, key=lambda each: datetime.fromisoformat(each["expires"]))["expires"]
    contact_at = evidence["timestamp"]["signed"]["x-credit-signed-at"]
    publication = {**evidence["publication"], "contact_at": contact_at, "expires_at": expires_at}
    source = Source(law, publication, record, stated["evidence"]["library_version"])
    beside = [Principal(each["role"], beside_in(each["subject"])) for each in stated["principals"]]
    decided = canonical(decide(source, stated, recognised(stated["subject"]["code"]), beside))
    require(looked_at == proofs.keys(), "a proof that the answer does not rest on")
    return decided


def beside_in(stated: Json) -> Subject:
    """A person's digits are hidden, and no rule needs them."""
    if stated["kind"] != PERSON:
        return recognised(stated["code"])
    return Subject(stated["scheme"], stated["code"], PERSON, stated["warnings"])
