"""``law …``: checking, comparing and adopting the law as data (法律目录)."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Connection, select

from credit_sdk.catalogue.catalogue import CatalogueDocument
from gateway.accounts import require_two
from gateway.commands.terminal import AS_JSON, HOME, answer, desk
from gateway.database.columns import Json
from gateway.database.tables import catalogues
from gateway.database.unit_of_work import reading
from gateway.drafting.adoption import compile_law, compiled, shipped_law_directory
from gateway.drafting.complaint import LawRefusedError
from gateway.drafting.differ import differences
from gateway.drafting.reader import SEALED_FILE, read_law
from gateway.drafting.seal import seal
from gateway.publishing.ceremony import ceremony
from gateway.publishing.release import Publisher


@click.group()
def law() -> None:
    """法律目录：检查、比较、采用 / The law as data: check, compare, adopt."""


@law.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@AS_JSON
def check(directory: Path | None, as_json: bool) -> None:
    """检查法律目录文件，逐条指出问题。

    Check law files; names every complaint with file and line. Without DIR: the law that comes with the gateway.
    """
    try:
        made = compiled(compile_law(directory or shipped_law_directory()))
    except LawRefusedError as refused:
        complaints: list[Json] = [
            {"file": each.file, "line": each.line, "message": each.message_zh, "remedy": each.remedy_zh}
            for each in refused.complaints
        ]
        answer({"complaints": complaints}, [str(each) for each in refused.complaints], as_json=as_json)
        raise
    document = made.document
    content: dict[str, Json] = {
        "complaints": [],
        "edition": document.edition,
        "digest": made.digest,
        "lists": len(document.lists),
        "measures": len(document.measures),
        "matters": len(document.matters),
        "instruments": len(document.instruments),
    }
    answer(
        content,
        [
            f"检查通过 / checked: {document.edition}  {made.digest}",
            f"名单 {len(document.lists)}，措施 {len(document.measures)}，事项 {len(document.matters)}",
        ],
        as_json=as_json,
    )


@law.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@AS_JSON
def diff(old: Path, new: Path, as_json: bool) -> None:
    """比较两个法律目录，一句话一处变化 / Compare two law directories, one sentence a change."""
    sentences = differences(compile_law(old), compile_law(new))
    answer({"changes": list(sentences)}, sentences or ["没有变化 / no change"], as_json=as_json)


@law.command()
@HOME
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who adopts")
@click.option("--confirmed-by", required=True, metavar="REVIEWER", help="复核人 / the second person")
@AS_JSON
def adopt(home: Path, *, directory: Path, by: str, confirmed_by: str, as_json: bool) -> None:
    """采用一个法律目录，由两人签名；随下次发布生效。

    Adopt a law directory, signed by two people; it takes effect with the next publication.
    """
    with desk(home) as open_desk:
        with reading(open_desk.engine) as connection:
            require_two(connection, by, confirmed_by)
            previous = _adopted(connection)
        made = compiled(compile_law(directory, previous=previous))
        sentences = differences(previous, made.document) if previous else ()
        Publisher(open_desk.home, open_desk.engine).adopt_catalogue(made.data, by, confirmed_by, datetime.now(UTC))
    sealed, said = _sealed(directory)
    answer(
        {"edition": made.document.edition, "digest": made.digest, "changes": list(sentences), "sealed": sealed},
        [f"已采用 / adopted: {made.document.edition}  {made.digest}", *sentences, *said],
        as_json=as_json,
    )


@law.command()
@HOME
@click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who signs")
@click.option("--confirmed-by", required=True, metavar="REVIEWER", help="复核人 / the second person")
@AS_JSON
def sign(home: Path, *, by: str, confirmed_by: str, as_json: bool) -> None:
    """由两人对现行法律目录重新签名：临近到期，或有人的密钥须吊销。

    Have two people sign the law in force again: its signatures near their end, or somebody's key is to be revoked.
    """
    now = datetime.now(UTC)
    with desk(home) as open_desk, ceremony(open_desk.home, open_desk.engine, now) as held:
        digests = held.sign_law_again(by, confirmed_by, now)
    answer(
        {"digests": list(digests), "signed_by": [by, confirmed_by]},
        [f"已由 {by}、{confirmed_by} 重新签名 / signed again: {digest}" for digest in digests],
        as_json=as_json,
    )


def _sealed(directory: Path) -> tuple[int, list[str]]:
    """How many blocks were sealed in the directory, and what to say about it."""
    try:
        new = len(seal(read_law(directory)))
    except OSError as error:
        # The adoption stands, whether or not the folder can be written: the next one is compared with it anyway.
        return 0, [f"未能写入封存记录 / {SEALED_FILE} could not be written: {error.strerror}"]
    return new, [f"已封存{new}个块 / blocks sealed: {new}"] if new else []


def _adopted(connection: Connection) -> CatalogueDocument | None:
    data = connection.scalar(select(catalogues.c.document).order_by(catalogues.c.adopted_at.desc()).limit(1))
    return None if data is None else CatalogueDocument.model_validate_json(data)
