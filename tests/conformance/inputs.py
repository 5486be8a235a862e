"""What the vectors are computed from: fixed days, instants, companies and entries."""

from datetime import UTC, date, datetime
from hashlib import sha256

from credit_sdk.model.listing import Entry, Severity, Waiver
from credit_sdk.model.term import Term
from credit_sdk.testing import subject

DAY = date(2026, 3, 4)
NOW = datetime(2026, 3, 4, 2, 0, 5, tzinfo=UTC)
CONTACT = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
LISTED, UNLISTED = subject(1), subject(2)
ENTRY = Entry(
    id="e-1",
    list="judgment-defaulter",
    severity=Severity.SERIOUS,
    authority="虚构市中级人民法院",
    authority_code="",
    document_no="（2026）虚0101执1号",
    determined_on=date(2026, 1, 5),
    term=Term(date(2026, 1, 5), date(2028, 1, 4)),
    fact="有履行能力而拒不履行",
    fact_digest=sha256("有履行能力而拒不履行".encode()).digest(),
    fields={"fine_yuan": 2_000_000, "kinds": ("罚款", "警告"), "is_final": True},
)
BEFORE_1970 = Entry(
    id="e-0",
    list="tax-a",
    severity=Severity.NONE,
    authority="虚构省税务局",
    authority_code="11630000",
    document_no="",
    determined_on=date(1969, 12, 31),
    term=Term(date(1969, 12, 31)),
    fact="",
    fact_digest=bytes(32),
    objection_on=date(2026, 2, 1),
)
WAIVER = Waiver("procurement.award", "", date(2026, 12, 31), "虚构市财政局", "唯一供应商", "虚财豁〔2026〕1号")
