"""The `--json` answers of the commands have the fields that `docs/reference/commands.md` names."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from credit_sdk.cli import run as run_library
from credit_sdk.model.term import civil_day
from credit_sdk.testing import FakeGateway
from credit_sdk.testing.gateway import API_KEY
from gateway.cli import run
from gateway.drafting.adoption import shipped_law_directory
from tests.docs import markdown
from tests.flows.served import served

SECTIONS = markdown.sections(markdown.REFERENCE / "commands.md")
ROWS = """统一社会信用代码,认定部门,文书号,认定日期
916301007105500078,虚构市法院,虚1号,2026-01-05
无,虚构市法院,虚2号,2026-01-05
"""
SUBJECT, WHY = ("--applicant", "虚构公司", "--grounds", "并非本公司"), ("--reason", "经核查", "--document", "虚异1号")
BY, TWO = ("--by", "jingban"), ("--by", "jingban", "--confirmed-by", "fuhe")
SHARES = """  - from: 2026-04-01
    title: 抽查比例
    title_en: Shares
    matter: supervision.inspection
    grade_a_per_mille: 500
    grade_b_per_mille: 500
    grade_c_per_mille: 500
    grade_d_per_mille: 500
    ungraded_per_mille: 500
    basis:
      - instrument: double-random-58-2015
    source: 虚构
    confidence: verified
"""
ONLY_SOMETIMES = {"missing", "missing_rows"}


def documented(name: str) -> set[str]:
    """The fields at the top level; what stands in braces lies below."""
    _, _, stated = SECTIONS[f"`{name}`"].partition("`--json`:")
    sentence = re.sub(r"\{[^}]*\}", "", stated.partition("\n\n")[0])
    return {field.removesuffix("[]") for field in markdown.code(sentence) if not field.startswith("-")}


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    """Run a command, which must succeed; its answer."""
    code = run([*words, "--json"])
    output = capsys.readouterr()
    assert code == 0, output.err or output.out
    found: dict[str, object] = json.loads(output.out)
    return found


def with_shares(folder: Path) -> Path:
    """The law that ships, with made-up shares in force."""
    directory = Path(shutil.copytree(shipped_law_directory(), folder / "law"))
    with (directory / "shares" / "supervision-inspection.yaml").open("a", encoding="utf-8") as shares:
        shares.write(SHARES)
    return directory


def test_the_answers_have_the_fields_that_are_documented(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, file = str(tmp_path / "gateway"), tmp_path / "rows.csv"
    file.write_text(ROWS, encoding="utf-8")
    seen: dict[str, set[str]] = {}

    def says(command: str, *arguments: str) -> dict[str, object]:
        found = answer(capsys, *command.split(), *arguments)
        seen[f"credit-gateway {command}"] = set(found)
        return found

    says("init", home)
    batch = str(says("entries import", home, str(file), "--list", "judgment-defaulter", *BY)["batch"])
    says("entries confirm", home, batch, "--by", "fuhe")
    says("entries batches", home)
    says("entries report", home, batch)
    says("entries quality", home, "--from", "2026-01-01", "--until", "2026-12-31")
    says("entries proposals", home)
    says("entries formats")
    says("entries template", "plain", str(tmp_path / "template.xlsx"))
    says("lists declare", home, "judgment-defaulter", "--complete-as-of", "2026-01-05", *TWO)
    says("lists show", home)
    says("publish", home)
    entries = says("entries list", home)["entries"]
    assert isinstance(entries, list)
    entry = str(entries[0]["id"])
    number = str(says("objections file", home, entry, "--about", "content", *SUBJECT, "--by", "jingban")["objection"])
    says("objections list", home)
    says("objections withdraw", home, number, "--by", "jingban", "--reason", "已核对")
    other = str(
        answer(capsys, "objections", "file", home, entry, "--about", "period", *SUBJECT, "--by", "jingban")["objection"]
    )
    says("objections decide", home, other, "--rejected", *TWO, *WHY)
    says("entries shield", home, entry, *TWO, *WHY)
    says("entries unshield", home, entry, *TWO, *WHY)
    entry = str(says("entries correct", home, entry, "--set", "fact=虚构", *TWO, *WHY)["replaced_by"])
    says("entries lapse", home)
    asks = ("--applicant", "虚构公司", "--by", "jingban")
    by_one = ("--by", "jingban", "--reason", "不符合条件")
    for ending in ("decline", "withdraw"):
        number = str(says("repairs apply", home, entry, *asks)["repair"])
        says("repairs supplement", home, number, "--missing", "信用承诺书", "--by", "jingban")
        says("repairs supply", home, number, "--commitment", "虚诺1号", "--proof", "履行完毕", "--by", "jingban")
        says(f"repairs {ending}", home, number, *by_one)
    number = str(answer(capsys, "repairs", "apply", home, entry, *asks, "--proof", "x", "--commitment", "y")["repair"])
    says("repairs accept", home, number, "--by", "jingban")
    says("repairs deny", home, number, *TWO, *WHY)
    says("repairs list", home)
    says("repairs grant", home, entry, *TWO, *WHY)
    granted = answer(capsys, "repairs", "list", home, "--state", "granted")["repairs"]
    assert isinstance(granted, list)
    says("repairs void", home, granted[0]["repair"], *TWO, *WHY)
    says("repairs grant", home, entry, *TWO, "--reason", "已履行", "--document", "虚修复1号")
    says("entries revoke", home, entry, *TWO, "--reason", "认定被撤销", "--document", "虚撤1号")
    file.write_text(ROWS.replace("虚1号", "虚3号"), encoding="utf-8")
    other = str(says("entries import", home, str(file), "--list", "judgment-defaulter", *BY)["batch"])
    says("entries discard", home, other, *BY, "--reason", "误传")
    _commit(says, home)
    made = says("reports issue", home, "916301007105500078", "--data", str(tmp_path / "report.json"))
    says("reports check", home, str(made["number"]), str(made["code"]))
    says("reports verify", str(tmp_path / "report.json"), "--trust", str(Path(home) / "trust" / "root.json"))
    says("clients add", home, "platform", "--matters", "*")
    says("clients list", home)
    says("clients revoke", home, "platform")
    says("operators add", home, "guanli", "--role", "administrator")
    says("operators list", home)
    says("operators disable", home, "guanli")
    request, root_keys = str(tmp_path / "request.json"), Path(home) / "keys" / "root"
    both = [word for number in (1, 2) for word in ("--key", str(root_keys / f"root-{number}.pem"))]
    says("law sign", home, *TWO)
    says("keys show", home)
    for command in ("rotate", "renew"):
        says(f"keys {command}", home, "--yes")
    made = says("keys make", str(tmp_path / "root-4.pem"))
    says("keys request", home, request, "--add", str(made["public"]))
    says("keys sign", request, *both, "--yes")
    says("keys accept", home, request, "--yes")
    says("keys change", home, "--revoke", "guanli", "--yes")
    says("law check")
    says("upgrade", home)
    backup = str(tmp_path / "backup.zip")
    says("backup", home, backup, "--with-keys")
    says("restore", backup, str(tmp_path / "restored"), *TWO)
    says("ledger verify", home)
    number_file = tmp_path / "number"
    number_file.write_text("639900199003070115", encoding="utf-8")
    asked = ("--by", "jingban", "--number-file", str(number_file))
    says("persons queries", home, *asked, "--proof", "居民身份证")
    why = ("--purpose", "核查", "--legal-basis", "CONSENT", "--basis-document", "授权书1号")
    says("persons entries", home, *asked, *why)
    says("persons expire", home, *TWO)
    role = ("--role", "legal-representative", "--named", "--source", "虚1号", "--number-file", str(number_file))
    named = says("responsible state", home, entries[0]["id"], *role, *TWO)["stated"]
    assert isinstance(named, dict)
    says("responsible withdraw", home, str(named["id"]), *TWO, "--reason", "误登")
    bodies = ("12630000440000004F", "11630000015000185Y")
    says("superiors set", home, *bodies, *TWO, "--name", "虚构省厅", "--source", "虚编1号")
    says("superiors show", home)
    file.write_text(ROWS.replace("916301007105500078", bodies[0]).replace("虚1号", "虚5号"), encoding="utf-8")
    batch = str(says("entries import", home, str(file), "--list", "judgment-defaulter", *BY)["batch"])
    says("entries confirm", home, batch, "--by", "fuhe")
    notices = says("superiors notices", home)["notices"]
    assert isinstance(notices, list)
    says("superiors acknowledge", home, notices[0]["entry"], "--acknowledged-by", "某处", "--reply", "虚函1号", *BY)
    file.write_text("信用代码,等级\n916301007105500078,A\n", encoding="utf-8")
    days = ("--source", "虚构", "--from", "2026-05-01", "--until", "2099-12-31")
    grades = str(says("grades import", home, str(file), *days, *BY)["file"])
    says("grades confirm", home, grades, "--by", "fuhe")
    says("grades list", home)
    says("grades show", home, "916301007105500078")
    says("law adopt", home, str(with_shares(tmp_path)), *TWO)
    today = civil_day(datetime.now(UTC)).isoformat()
    draw = ("--matter", "supervision.inspection", "--seed-source", "虚构彩票", "--on", today, *BY)
    says("draw announce", home, *draw)
    drawn = str(says("draw hold", home, *draw, "--seed", "01")["draw"])
    says("draw list", home)
    says("draw export", home, drawn, str(tmp_path / "draw.json"))
    says("draw verify", str(tmp_path / "draw.json"))
    for command in ("deadlines", "notices list", "standing"):
        says(command, home)
    says("ledger checkpoint", home)
    proof = tmp_path / "proof.json"
    proof.write_text(json.dumps(answer(capsys, "ledger", "prove", home, "1")), encoding="utf-8")
    says("ledger check", str(proof), "--trust", str(Path(home) / "trust" / "root.json"))

    wrong = {
        name: (fields, documented(name))
        for name, fields in seen.items()
        if not fields <= documented(name) or documented(name) - fields - ONLY_SOMETIMES
    }
    assert wrong == {}


def _commit(says: Callable[..., dict[str, object]], home: str) -> None:
    stated = ("--type", "1", "--matter", "service.green-channel", "--made-on", "2026-01-05", "--publicity", "public")
    where = ("--authority", "虚构局", "--authority-code", "11630000015000185Y")
    texts = ("--committer", "虚构公司", "--cause", "虚构许可", "--content", "内容", "--liability", "责任")
    code = says("commitments register", home, "916301007105500078", *stated, *where, *texts, *BY)["commitment"]
    finding = ("--status", "partly", "--determined-on", "2026-01-05", "--authority", "虚构局", "--document", "虚1号")
    details = ("--unperformed", "其一", "--liability-pursued", "责令改正", "--notice-given-on", "2026-01-05")
    for decision in (("reject", "--reason", "证据不足"), ("confirm",)):
        says("commitments perform", home, str(code), *finding, *details, *BY)
        says(f"commitments {decision[0]}", home, str(code), "--by", "fuhe", *decision[1:])
    says("commitments list", home)
    says("commitments matters", home)
    texts = ("--category", "charity", "--title", "捐赠", "--content", "捐赠图书", "--declared-on", "2026-01-05")
    item = says("subjects declare", home, "916301007105500078", *texts, "--commitment", str(code), *BY)["item"]
    says("subjects verify", home, str(item), "--by", "fuhe", "--reason", "已见凭证")
    says("subjects show", home, "916301007105500078")
    says("subjects link", home, "630100100000015", "916301007105500078", *TWO, *WHY)
    says("subjects links", home)
    says("subjects proposals", home)
    says("subjects unlink", home, "630100100000015", *TWO, *WHY)


def test_the_answers_of_the_library_have_the_fields_that_are_documented(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replica, files = tmp_path / "replica", tmp_path / "distribution"
    with FakeGateway() as fake:
        fake.list("916301007105500078", "judgment-defaulter")
        fake.publish()
        fake.open_client(replica).close()
        for name, data in fake.publisher.files.items():
            (files / name).parent.mkdir(parents=True, exist_ok=True)
            (files / name).write_bytes(data)
    settings = replica / "settings.json"
    settings.write_text(settings.read_text("utf-8").replace("http://fake-gateway.example", str(files)), "utf-8")
    rows, output = tmp_path / "rows.csv", tmp_path / "answers.csv"
    rows.write_text("subject_code\n916301007105500078\n", encoding="utf-8")

    def says(command: str, *arguments: str) -> dict[str, object]:
        run_library([command, str(replica), *arguments, "--json"])
        found: dict[str, object] = json.loads(capsys.readouterr().out)
        if command != "check":
            assert found.keys() == documented(f"credit {command}"), command
        return found

    decision = says("check", "916301007105500078", "procurement.award")
    says("report", str(decision["id"]), "a1-06", "--applied", "虚采1号")
    says("screen", str(rows), "--matter", "procurement.award", "--output", str(output))
    says("sync")
    says("status")
    says("doctor")
    added = set(output.read_text("utf-8-sig").splitlines()[0].split(",")) - {"subject_code"}
    sentence = SECTIONS["`credit screen`"].partition("Columns added:")[2]
    assert set(markdown.code(sentence)) == added


def test_the_answers_of_an_exchange_have_the_fields_that_are_documented(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here, there, trust = str(tmp_path / "connected"), str(tmp_path / "isolated"), tmp_path / "root.json"
    bundle, out = str(tmp_path / "bundle.zip"), str(tmp_path / "out.jsonl")
    with FakeGateway() as fake, served(fake) as url:
        fake.publish()
        trust.write_bytes(fake.publisher.trust_root)
        run_library(["init", here, "--gateway", url, "--key", API_KEY, "--trust", str(trust)])
        run_library(["init", there, "--gateway", "none", "--trust", str(trust)])
        capsys.readouterr()
        for command, *arguments in (
            ("fetch", here, bundle),
            ("import", there, bundle),
            ("export", there, out),
            ("deliver", here, out),
        ):
            run_library(["bundle", command, *arguments, "--json"])
            found: dict[str, object] = json.loads(capsys.readouterr().out)
            assert found.keys() == documented(f"credit bundle {command}"), command


def test_the_home_of_a_gateway_is_as_documented(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "gateway"
    answer(capsys, "init", str(home))
    answer(capsys, "publish", str(home))
    text = markdown.sections(markdown.REFERENCE / "settings.md")["The home of a gateway"]
    documented_names = {markdown.first_code(row[0]) for row in markdown.rows(text)}
    assert {name.partition("/")[0] for name in documented_names} == {path.name for path in home.iterdir()}
    assert all((home / name).exists() for name in documented_names)


def test_the_keys_lie_where_the_guide_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "gateway"
    answer(capsys, "init", str(home))
    guide = markdown.read(markdown.DOCS / "how-to" / "keys.md")
    named = {markdown.first_code(row[0]) for row in markdown.rows(guide)}
    places = {name.removeprefix("HOME/") for name in named if name.startswith("HOME/")}
    assert all((home / place).exists() for place in places)
    assert {path.name for path in (home / "keys").iterdir()} <= {Path(place).name for place in places}
