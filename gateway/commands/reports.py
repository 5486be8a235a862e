"""``reports …``: issuing credit reports (信用报告), and checking them here and offline."""

from datetime import UTC, datetime
from pathlib import Path

import click

from credit_sdk.model.subject import Subject
from gateway.commands.new_files import require_new
from gateway.commands.particulars import value_words
from gateway.commands.terminal import AS_JSON, HOME, answer, desk
from gateway.database.columns import instant_text
from gateway.publishing.files import Folder, write_whole
from gateway.publishing.keyring import Keyring
from gateway.publishing.view import Views
from gateway.registry.persons import RegistryKeys
from gateway.reporting.issue import ReportDesk
from gateway.reporting.pages import page
from gateway.reporting.pdf import pdf
from gateway.reporting.report_file import MAX_FILE_BYTES, sealed_pages, verify_file


@click.group()
def reports() -> None:
    """信用报告：出具、查验 / Credit reports: issue and check."""


@reports.command()
@HOME
@click.argument("subject")
@click.option("--pdf", "pdf_file", type=click.Path(path_type=Path), metavar="FILE", help="写成 PDF / as PDF")
@click.option("--html", "html_file", type=click.Path(path_type=Path), metavar="FILE", help="写成网页 / as HTML")
@click.option("--data", "data_file", type=click.Path(path_type=Path), metavar="FILE", help="写成数据文件 / as JSON")
@click.option("--by", default="administrator", show_default=True, metavar="NAME", help="出具人 / who issues it")
@AS_JSON
def issue(
    home: Path,
    *,
    subject: str,
    pdf_file: Path | None,
    html_file: Path | None,
    data_file: Path | None,
    by: str,
    as_json: bool,
) -> None:
    """出具法人和非法人组织的公共信用信息报告。

    Issue the report of an organisation, numbered and signed, into at least one new file.
    """
    files = [each for each in (pdf_file, html_file, data_file) if each is not None]
    if not files or len(set(files)) < len(files):
        raise click.UsageError("请指明 --pdf、--html 或 --data 的新文件 / Name a new file for at least one of them.")
    for each in files:
        require_new(each)
    now = datetime.now(UTC)
    with desk(home) as opened:
        folder, keyring = Folder(opened.home.distribution), Keyring(opened.home.keys)
        views = Views(opened.engine, folder, RegistryKeys.load(opened.home))
        issuing = ReportDesk(opened.engine, views, folder, keyring, opened.home.settings.origin)
        made = issuing.issue(Subject.parse(subject), by=by, now=now)
        written: dict[Path, bytes] = {}
        if pdf_file is not None:
            written[pdf_file] = sealed_pages(folder, keyring, made, pdf(made), now)
        if html_file is not None:
            written[html_file] = page(made).encode()
        if data_file is not None:
            written[data_file] = made.to_bytes()
    for path, data in written.items():
        write_whole(path, data, mode=0o600)
    answer(
        {"number": made.number, "code": made.code, "digest": made.digest, "files": [str(each) for each in written]},
        [f"报告编号 / number {made.number}，验证码 / code {made.code}", *(str(each) for each in written)],
        as_json=as_json,
    )


@reports.command()
@HOME
@click.argument("number")
@click.argument("code")
@AS_JSON
def check(home: Path, *, number: str, code: str, as_json: bool) -> None:
    """凭报告编号和验证码查验。

    Whether a report was issued here, by its number and code.
    """
    with desk(home) as opened:
        folder = Folder(opened.home.distribution)
        views = Views(opened.engine, folder, RegistryKeys.load(opened.home))
        issuing = ReportDesk(opened.engine, views, folder, Keyring(opened.home.keys), opened.home.settings.origin)
        found = issuing.check(number, code, now=datetime.now(UTC))
    answer(
        {
            "number": found.number,
            "genuine": True,
            "digest": found.digest,
            "subject": found.subject,
            "name": found.name,
            "issued_at": instant_text(found.issued_at),
            "serial": found.serial,
            "superseded": found.is_superseded,
            "counts": dict(found.counts),
        },
        [
            f"报告 {found.number} 由本单位出具 / issued here：{found.name or '（名称未归集）'} {found.subject}",
            f"报告摘要 / digest {found.digest}",
            "此后信息已变化，请重新出具 / superseded" if found.is_superseded else "信息至今未变 / still what it says",
        ],
        as_json=as_json,
    )


@reports.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--trust", required=True, type=click.Path(path_type=Path), metavar="FILE", help="信任根 / the trust root")
@AS_JSON
def verify(*, file: Path, trust: Path, as_json: bool) -> None:
    """离线验证报告文件（PDF 或数据文件），只需信任根。

    Verify a report file offline, PDF or JSON, with nothing but the trust root. A page of HTML carries no seal.
    """
    found = verify_file(_bounded(file), _bounded(trust))
    answer(
        {
            "kind": found.kind,
            "number": found.number,
            "code": found.code,
            "digest": found.digest,
            "issued_at": found.issued_at,
            "root_version": found.root_version,
        },
        [
            f"真实，自出具以来未被改动 / genuine and unchanged：报告 {found.number}，验证码 {found.code}",
            f"报告摘要 / digest {found.digest}；出具时间 / issued {value_words('issued_at', found.issued_at)}",
            "此后信息是否变化，请凭编号和验证码向出具单位查验 / Ask the issuer whether it is superseded.",
        ],
        as_json=as_json,
    )


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES + 1)
