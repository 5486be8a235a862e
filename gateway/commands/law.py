"""``law …``: checking, comparing and adopting the law as data (法律目录)."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from credit_sdk.catalogue.catalogue import Catalogue
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from gateway.accounts import require_two
from gateway.commands.terminal import AS_JSON, HOME, CivilDay, answer, desk, table
from gateway.database.columns import Json
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.drafting.adoption import compile_law, compiled, shipped_law_directory
from gateway.drafting.complaint import LawRefusedError
from gateway.drafting.differ import differences
from gateway.drafting.reader import SEALED_FILE, read_law
from gateway.drafting.seal import seal
from gateway.feedback.trial import MAX_LAST, try_law
from gateway.publishing.ceremony import ceremony
from gateway.publishing.release import Publisher
from gateway.registry import editions
from gateway.registry.editions import last_adopted

STAGES = {
    "in-effect": "现行 in effect",
    "waiting": "待生效 waiting",
    "past": "已被取代 past",
    "withdrawn": "已撤回 withdrawn",
}


@click.group()
def law() -> None:
    """法律目录：检查、比较、采用。

    The law as data: check, compare, adopt.
    """


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
    """比较两个法律目录，一句话一处变化。

    Compare two law directories, one sentence a change.
    """
    sentences = differences(compile_law(old), compile_law(new))
    answer({"changes": list(sentences)}, sentences or ["没有变化 / no change"], as_json=as_json)


@law.command()
@HOME
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who adopts")
@click.option("--confirmed-by", required=True, metavar="REVIEWER", help="复核人 / the second person")
@click.option(
    "--effective-on",
    type=CivilDay(),
    metavar="DATE",
    help="生效日；缺省为随下次发布生效 / first day in effect, else with the next publication",
)
@AS_JSON
def adopt(home: Path, *, directory: Path, by: str, confirmed_by: str, effective_on: date | None, as_json: bool) -> None:
    """采用一个法律目录，由两人签名；随下次发布或自生效日起生效。

    Adopt a law directory, signed by two people; it takes effect with the next publication, or on a day.
    """
    now = datetime.now(UTC)
    with desk(home) as open_desk:
        with reading(open_desk.engine) as connection:
            require_two(connection, by, confirmed_by)
            previous = last_adopted(connection)
        made = compiled(compile_law(directory, previous=previous))
        sentences = differences(previous, made.document) if previous else ()
        Publisher(open_desk.home, open_desk.engine).adopt_catalogue(
            made.data, by, confirmed_by, now, effective_on=effective_on
        )
    sealed, said = _sealed(directory)
    day = effective_on or civil_day(now)
    answer(
        {
            "edition": made.document.edition,
            "digest": made.digest,
            "effective_on": day.isoformat(),
            "changes": list(sentences),
            "sealed": sealed,
        },
        [
            f"已采用 / adopted: {made.document.edition}  {made.digest}",
            f"自{day}起生效 / in effect from {day}",
            *sentences,
            *said,
        ],
        as_json=as_json,
    )


@law.command("try")
@HOME
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--last",
    default=10_000,
    type=click.IntRange(1, MAX_LAST),
    show_default=True,
    help="最近多少条核查记录 / how many records of checks",
)
@AS_JSON
def try_out(home: Path, *, directory: Path, last: int, as_json: bool) -> None:
    """试算：若采用该法律目录，哪些已作出的核查结论会改变。

    Replay the last recorded checks against a candidate law and list those it would change. Adopts nothing.
    """
    with desk(home) as open_desk:
        candidate = Catalogue.from_bytes(compiled(compile_law(directory)).data)
        stand_in = Subject.parse(open_desk.home.settings.canary)
        with reading(open_desk.engine) as connection:
            done = try_law(connection, candidate, last=last, stand_in=stand_in)
    content: dict[str, Json] = {
        "edition": candidate.document.edition,
        "digest": candidate.digest,
        "replayed": done.replayed,
        "unchanged": done.unchanged,
        "changed": done.changed,
        "not_reproducible": done.not_reproducible,
        "verdicts": [
            {"before": before, "after": after, "times": times}
            for (before, after), times in sorted(done.verdicts.items())
        ],
        "changes": [
            {
                "client": each.client,
                "decision_id": each.decision_id,
                "case": each.case,
                "matter": each.matter,
                "on": each.on.isoformat(),
                "subject": each.subject,
                "before": each.before,
                "after": each.after,
                "gone": list(each.gone),
                "new": list(each.new),
                "why": each.why,
            }
            for each in done.changes
        ],
    }
    lines = [
        (
            f"重新核查 {done.replayed} 件：不变 {done.unchanged} 件，改变 {done.changed} 件 / "
            f"decided anew: {done.unchanged} stay, {done.changed} change"
        ),
    ]
    if done.not_reproducible:
        lines.append(
            f"另有 {done.not_reproducible} 件记录不足以重现（案件事实、有关人员、数据时效未存），未作比较 / "
            f"{done.not_reproducible} records do not suffice and were not compared"
        )
    lines += [
        f"{each.matter}  {each.case or each.decision_id}  {each.subject}  {each.before} → {each.after}  {each.why}"
        for each in done.changes
    ]
    answer(content, lines, as_json=as_json)


@law.command()
@HOME
@click.argument("digest")
@click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who withdraws")
@click.option("--confirmed-by", required=True, metavar="REVIEWER", help="复核人 / the second person")
@click.option("--reason", required=True, metavar="TEXT", help="理由 / why")
@AS_JSON
def withdraw(home: Path, *, digest: str, by: str, confirmed_by: str, reason: str, as_json: bool) -> None:
    """撤回一个尚未到生效日的版本。

    Withdraw an edition whose day has not come. DIGEST may be the beginning of it.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        done = editions.withdraw(work, digest, by=by, confirmed_by=confirmed_by, reason=reason)
    answer(
        {"digest": done.digest, "edition": done.edition, "effective_on": done.effective_on.isoformat()},
        [f"已撤回 / withdrawn: {done.edition}  {done.digest}"],
        as_json=as_json,
    )


@law.command("editions")
@HOME
@AS_JSON
def list_editions(home: Path, *, as_json: bool) -> None:
    """列出采用过的版本，后采用的在前。

    List every edition adopted, the last first.
    """
    today = civil_day(datetime.now(UTC))
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        current = editions.in_effect(connection, today)
        found = [(each, each.stage(today, current)) for each in editions.history(connection)]
    content: list[Json] = [{**each.summary(), "stage": stage} for each, stage in found]
    rows = [
        (each.digest[:16], each.edition, each.effective_on, STAGES[stage], each.adopted_by, each.confirmed_by)
        for each, stage in found
    ]
    titles = ("摘要 digest", "版本 edition", "生效日 effective on", "状态 stage", "经办 by", "复核 confirmed by")
    answer({"editions": content}, table(titles, rows), as_json=as_json)


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
