"""The main job, end to end, on a fictional province: 发起 → 响应 → 执行 → 反馈, and a repair.

Everything here goes through the public commands and the public library, each in its own process, as in an office.
``python -m examples.demo`` runs once and tidies up; ``--serve`` leaves the gateway running with the addresses to try.
"""

import argparse
import json
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import httpx

from examples import cast, messy_files, office

OPERATOR, REVIEWER = "jingban", "fuhe"


def main() -> int:
    """Run the story; the chapters are in the order an office would take them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--serve", action="store_true", help="keep the gateway running afterwards")
    parser.add_argument("--port", type=int, default=8600)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="credit-demo-") as scratch:
        _story(Path(scratch), port=options.port, keep_serving=options.serve)
    return 0


def _story(scratch: Path, *, port: int, keep_serving: bool) -> None:
    home, replica = scratch / "gateway", scratch / "replica"

    _chapter("一、建库", "a gateway with a fictional province; every subject in it is invented")
    made = office.gateway("init", str(home), "--demo")
    print(f"   网关已建立，操作员 {made['operators']}；随附法律目录已采用；数据为虚构省份")

    with office.serving(home, port) as address:
        key = str(office.gateway("clients", "add", str(home), "demo-desks", "--matters", "*")["api_key"])
        office.library("init", str(replica), "--gateway", address, "--key", key, "--trust", str(made["trust_root"]))
        status = office.library("status", str(replica))
        print(f"   副本已同步：序号 {status['serial']}，状态根 {str(status['map_root'])[:16]}…")

        _chapter("二、发起", "one operator imports messy files, another confirms")
        _import_messy_files(home, scratch, replica)

        _chapter("三、响应与执行", "host systems ask in their own process and act on the answer")
        office.run("examples.desks", "decide", str(replica))

        _chapter("四、反馈", "what was done came back; the loop in figures")
        print("   " + json.dumps(_loop(address, key), ensure_ascii=False, indent=2).replace("\n", "\n   "))

        _chapter("五、信用修复", "a repair is granted by two people; the same company is clear again")
        _repair(home, replica)
        office.gateway("ledger", "verify", str(home))
        print("   台账已核验：逐条连续，未被改动")

        _chapter("六、可以试试", "addresses to try while `make serve` runs")
        for path in ("/healthz", "/readyz", "/openapi.json", "/v1/catalogue", f"/v1/subjects/{cast.HONEST.code}"):
            print(f"   {address}{path}")
        if keep_serving:
            print(f"   API key（Authorization: Bearer …）: {key}\n   replica: {replica}\n   Ctrl-C 结束", flush=True)
            signal.sigwait({signal.SIGINT, signal.SIGTERM})


def _import_messy_files(home: Path, scratch: Path, replica: Path) -> None:
    batches = {}
    for list_id, content in messy_files.messy_files(datetime.now().astimezone().date()).items():
        file = scratch / f"{list_id}.csv"
        file.write_bytes(content)
        batch = office.gateway("entries", "import", str(home), str(file), "--list", list_id, "--by", OPERATOR)
        print(f"   {file.name}：接受 {batch['accepted']} 行，退回 {batch['rejected']} 行")
        for line in _rejections(batch):
            print(f"      {line}")
        batches[list_id] = str(batch["batch"])
    # The last one confirmed is the one waited for: when it is enforced, so are the others.
    last = batches.pop("judgment-defaulter")
    with office.awaiting(replica, cast.BUILDER.code, "procurement.award", "DENY") as watching:
        for batch_id in batches.values():
            office.gateway("entries", "confirm", str(home), batch_id, "--by", REVIEWER)
        confirmed = office.gateway("entries", "confirm", str(home), last, "--by", REVIEWER)
        print(f"   复核确认，到另一进程按此执行：{watching.reached_at() - _instant(confirmed):.2f} 秒")


def _repair(home: Path, replica: Path) -> None:
    entries = office.gateway("entries", "list", str(home), "--subject", cast.BUILDER.code)["entries"]
    assert isinstance(entries, list)
    with office.awaiting(replica, cast.BUILDER.code, "procurement.award", "CLEAR") as watching:
        granted = [
            office.gateway(
                *("repairs", "grant", str(home), str(entry["id"]), "--by", OPERATOR, "--confirmed-by", REVIEWER),
                *("--reason", "已履行义务并公开作出信用承诺", "--document", "虚修复〔2026〕1号"),
            )
            for entry in entries
            if entry["state"] == "published"
        ]
        seconds = watching.reached_at() - _instant(granted[-1])
    print(f"   准予修复 {len(granted)} 条；{cast.BUILDER.name}再次核查为 CLEAR，用时 {seconds:.2f} 秒")


def _rejections(batch: Mapping[str, object]) -> Iterator[str]:
    reasons = batch["reasons"]
    assert isinstance(reasons, list)
    for reason in reasons:
        yield f"第 {'、'.join(map(str, reason['first_rows']))} 行：{reason['example']}"


def _loop(address: str, key: str) -> object:
    """The figures, once the outcomes have arrived; delivery takes about a second."""
    deadline = time.monotonic() + 20
    while True:
        answer = httpx.get(f"{address}/v1/loop", headers={"Authorization": f"Bearer {key}"}, timeout=5)
        figures = answer.raise_for_status().json()
        if figures["total"]["answered"] or time.monotonic() > deadline:
            return figures["total"]
        time.sleep(0.2)


def _instant(answer: Mapping[str, object]) -> float:
    return datetime.fromisoformat(str(answer["at"])).timestamp()


def _chapter(title: str, english: str) -> None:
    print(f"\n══ {title} · {english}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
