"""A law that knows commitments, and fictional companies that make some."""

import dataclasses
import json
from datetime import date, timedelta
from typing import Any

from credit_sdk.catalogue.catalogue import CatalogueDocument
from gateway.registry.commitments import NewCommitment, Publicity
from gateway.registry.performance_finding import PerformanceFinding, PerformanceStatus
from tests.real_gateway import LI, NOW, WANG, RealGateway, company, law

GREEN_CHANNEL = "service.green-channel"
AUTHORITY = "虚构市行政审批局"
AUTHORITY_CODE = "11630000015000185Y"
MADE_ON = date(2026, 2, 3)


def law_of_commitments(edition: str = "2026-03-承诺", *, breach_list: bool = True) -> bytes:
    """The small law of the other tests, with a matter that accepts commitments and what follows from broken ones."""
    document: dict[str, Any] = json.loads(law(edition))
    known_list, known_matter, known_measure = (document[name][0] for name in ("lists", "matters", "measures"))
    names = ["false-commitment"] + ["commitment-breach"] * breach_list
    for name in names:
        version = {**known_list["versions"][0], "title": name, "list_class": "by-entry"}
        document["lists"].append({"id": name, "versions": [version]})
    matter = {**known_matter["versions"][0], "title": "绿色通道", "persons": False, "commitments": ["1", "2", "3"]}
    document["matters"].append({"id": GREEN_CHANNEL, "versions": [matter]})
    applies = [{"lists": ["false-commitment"], "matters": [GREEN_CHANNEL], "strength": "limit"}]
    if breach_list:
        applies.append({"lists": ["commitment-breach"], "matters": [GREEN_CHANNEL], "strength": "scrutinise"})
    measure = {
        **known_measure["versions"][0],
        "title": "不适用告知承诺",
        "measure_class": "B",
        "applies": applies,
    }
    document["measures"].append({"id": "b3-01", "versions": [measure]})
    for name in ("lists", "matters", "measures"):
        document[name].sort(key=lambda each: str(each["id"]))
    return CatalogueDocument.model_validate(document).to_bytes()


def with_commitments(registry: RealGateway, *, breach_list: bool = True) -> RealGateway:
    """The gateway under that law."""
    registry.publisher.adopt_catalogue(
        law_of_commitments(breach_list=breach_list), LI, WANG, NOW + timedelta(seconds=1)
    )
    return registry


def commitment(number: int = 1, **changes: Any) -> NewCommitment:  # noqa: ANN401 - any of the fields
    """What a fictional company commits itself to."""
    made = NewCommitment(
        subject=company(number),
        committer=f"虚构公司{number}",
        type="1",
        matter=GREEN_CHANNEL,
        cause="申请虚构许可",
        content="三十日内达到许可条件",
        liability="未达到条件的，撤销许可并记入信用记录",
        made_on=MADE_ON,
        authority=AUTHORITY,
        authority_code=AUTHORITY_CODE,
        publicity=Publicity.PUBLIC,
    )
    return dataclasses.replace(made, **changes)


def breach(**changes: Any) -> PerformanceFinding:  # noqa: ANN401 - any of the fields
    """A finding that a commitment was not performed, with all it needs."""
    made = PerformanceFinding(
        status=PerformanceStatus.UNFULFILLED,
        determined_on=date(2026, 3, 1),
        authority=AUTHORITY,
        authority_code=AUTHORITY_CODE,
        document_no="虚审认〔2026〕1号",
        unperformed="未达到许可条件",
        liability_pursued="撤销许可",
        notice_given_on=date(2026, 2, 20),
    )
    return dataclasses.replace(made, **changes)
