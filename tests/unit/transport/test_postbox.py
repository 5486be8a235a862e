"""Receipts on their way back count for the row they were given for, once, and are forgotten when they are known."""

import json
import stat
from hashlib import sha256
from pathlib import Path

import pytest

from credit_sdk.errors import GatewayRefusedError, IntegrityError, OutboxError
from credit_sdk.transport.postbox import Answers, Noted, Postbox, Postboxes, answer

OUTBOX = "0195f0a0-0000-4000-8000-000000000001"
ROWS = {seq: f'{{"seq": {seq}, "id": "d-{seq}"}}' for seq in (1, 2, 3)}


def noted(seq: int, text: str) -> Noted:
    return Noted(sha256(ROWS[seq].encode()).hexdigest(), text)


def body(outbox: str = OUTBOX, kind: str = "records", *seqs: int) -> bytes:
    rows = ", ".join(ROWS[seq] for seq in seqs or ROWS)
    return f'{{"outbox": "{outbox}", "{kind}": [{rows}]}}'.encode()


@pytest.fixture
def postbox() -> Postbox:
    said = Answers(receipts={1: noted(1, "r1"), 3: noted(1, "of another row")}, gaps=[(2, 2)])
    return Postbox(OUTBOX, records=said)


def test_answers_as_the_gateway_would_for_the_rows_it_has_seen(postbox: Postbox) -> None:
    said = json.loads(answer(postbox, "/v1/checks", body()))
    assert said == {"receipts": [{"seq": 1, "receipt": "r1"}], "gaps": [[2, 2]]}


def test_another_kind_or_outbox_gets_no_receipt(postbox: Postbox) -> None:
    assert json.loads(answer(postbox, "/v1/outcomes", body(OUTBOX, "outcomes")))["receipts"] == []
    assert json.loads(answer(postbox, "/v1/checks", body(OUTBOX[:-1] + "2"))) == {"receipts": []}
    assert json.loads(answer(None, "/v1/checks", body())) == {"receipts": []}


def test_a_refused_row_is_refused_again_and_no_other(postbox: Postbox) -> None:
    postbox.records.refused[2] = noted(2, "out of scope")
    with pytest.raises(GatewayRefusedError, match="out of scope") as refused:
        answer(postbox, "/v1/checks", body())
    assert refused.value.status == 409
    assert json.loads(answer(postbox, "/v1/checks", body(OUTBOX, "records", 1, 3)))["receipts"]


def test_a_bundle_answers_no_questions(postbox: Postbox) -> None:
    with pytest.raises(GatewayRefusedError, match="answers no /v1/check"):
        answer(postbox, "/v1/check", b"{}")


def test_forgets_what_the_other_side_does_not_ask_for_any_more(postbox: Postbox) -> None:
    postbox.records.refused[2] = noted(2, "x")
    postbox.records.forget_up_to(2, but={2: "row"})
    assert (set(postbox.records.receipts), set(postbox.records.refused)) == ({3}, {2})


def test_is_kept_for_each_outbox_and_read_back(tmp_path: Path, postbox: Postbox) -> None:
    kept = Postboxes(tmp_path)
    assert kept.every() == []
    assert kept.of(OUTBOX) == Postbox(OUTBOX)
    kept.keep(postbox)
    assert kept.every() == [postbox]
    assert stat.S_IMODE((tmp_path / "carried").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "carried").iterdir()] == [f"{OUTBOX}.json"]


def test_says_when_it_cannot_be_kept_or_read(tmp_path: Path, postbox: Postbox) -> None:
    (tmp_path / "carried").touch()
    with pytest.raises(OutboxError, match="cannot be kept"):
        Postboxes(tmp_path).keep(postbox)
    with pytest.raises(IntegrityError, match="cannot be read"):
        Postbox.from_bytes(b'{"outbox": "x", "records": {"receipts": {"0": ["a", "b"]}}}')
