"""``draw …``: random draws that anyone can run again (双随机抽取). ``draw HOME`` is ``draw hold HOME``."""

from datetime import date
from pathlib import Path

import click

from gateway.commands.new_files import require_new
from gateway.commands.terminal import AS_JSON, HOME, CivilDay, answer, desk, table
from gateway.database.columns import Json
from gateway.database.unit_of_work import reading, unit_of_work
from gateway.problems import IntakeError
from gateway.registry import draws
from gateway.registry.draw import MAX_DOCUMENT_BYTES, population_sha256
from gateway.registry.draw import verify as run_again

_MATTER = click.option("--matter", required=True, metavar="MATTER", help="事项 / the matter, supervision.inspection")
_ON = click.option("--on", required=True, type=CivilDay(), metavar="DATE", help="抽取日 / the day of the draw")
_SOURCE = click.option(
    "--seed-source",
    required=True,
    metavar="TEXT",
    help="种子来源，事先公告，人人可查 / where everybody can look the seed up, announced before",
)
_POPULATION = click.option(
    "--population",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="抽取范围，默认为当日有等级的全部主体 / among whom; all that have a grade unless given",
)
_BY = click.option("--by", required=True, metavar="OPERATOR", help="经办人 / who acts")


class _DrawGroup(click.Group):
    """``draw HOME …`` without the word ``hold`` is what offices type most."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            return super().resolve_command(ctx, ["hold", *args])
        return super().resolve_command(ctx, args)


@click.group(cls=_DrawGroup)
def draw() -> None:
    """双随机抽取：公告、抽取、公开、复核。

    Random draws that anyone can run again.
    """


@draw.command()
@HOME
@_MATTER
@_SOURCE
@_ON
@_POPULATION
@_BY
@AS_JSON
def announce(
    home: Path, *, matter: str, seed_source: str, on: date, population: Path | None, by: str, as_json: bool
) -> None:
    """在种子产生之前公告：在谁中间抽、种子取自哪里。

    Fix among whom will be drawn and where the seed will come from, before it is known. Publish what is printed.
    """
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        among = draws.population_of(work.connection, on, population)
        digest = draws.announce(work, among, matter=matter, on=on, seed_source=seed_source, by=by)
    answer(
        {"matter": matter, "on": on.isoformat(), "size": len(among), "population_sha256": digest},
        [
            f"抽取范围 / population: {len(among)}  {digest}",
            f"种子来源 / source of the seed: {seed_source.strip()}",
            "请在种子产生之前公布以上各项 / Publish these before the seed is known.",
        ],
        as_json=as_json,
    )


@draw.command()
@HOME
@_MATTER
@click.option("--seed", required=True, metavar="TEXT", help="公开的种子，照录 / the public seed, as published")
@_SOURCE
@_ON
@_POPULATION
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="公开文件 / what to publish",
)
@_BY
@AS_JSON
def hold(
    home: Path,
    *,
    matter: str,
    seed: str,
    seed_source: str,
    on: date,
    population: Path | None,
    output: Path | None,
    by: str,
    as_json: bool,
) -> None:
    """按公开种子抽取并留痕；任何人可用公开文件重算。

    Draw from a public seed and record it. Anyone runs the published document again with `draw verify`.
    """
    if output is not None:
        require_new(output)
    with desk(home) as open_desk, unit_of_work(open_desk.engine) as work:
        among = draws.population_of(work.connection, on, population)
        origin = open_desk.home.settings.origin
        id, data = draws.hold(
            work, among, origin=origin, matter=matter, on=on, seed=seed, seed_source=seed_source, by=by
        )
    said = run_again(data)
    if output is not None:
        _write(output, data, id)
    groups: list[Json] = [
        {"grade": each.grade, "size": each.size, "per_mille": each.per_mille, "drawn": each.drawn}
        for each in said.groups
    ]
    lines = [f"抽取 {id}：{len(said.population)} 中抽 {len(said.drawn)} / drawn", *said.drawn]
    if not said.announced_at:
        lines.append("提示：抽取范围未经事先公告 / Not announced beforehand: nobody can tell what came first.")
    answer(
        {
            "draw": id,
            "population_sha256": population_sha256(among),
            "announced_at": said.announced_at,
            "groups": groups,
            "drawn": said.drawn,
            "document": str(output) if output else "",
        },
        lines,
        as_json=as_json,
    )


@draw.command("list")
@HOME
@AS_JSON
def list_draws(home: Path, *, as_json: bool) -> None:
    """列出已办的抽取，新的在前。

    List the draws that were held, newest first.
    """
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        found = draws.all_draws(connection)
    shown = ("draw", "matter", "on", "seed", "seed_source", "drawn", "population_sha256")
    answer({"draws": found}, table(shown, [[each[name] for name in shown] for each in found]), as_json=as_json)


@draw.command()
@HOME
@click.argument("number", metavar="DRAW")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@AS_JSON
def export(home: Path, *, number: str, file: Path, as_json: bool) -> None:
    """把一次抽取的公开文件写入新文件。

    Write the document of a draw to a new file.
    """
    require_new(file)
    with desk(home) as open_desk, reading(open_desk.engine) as connection:
        data = draws.published_draw(connection, number)
    file.write_bytes(data)
    answer({"draw": number, "document": str(file)}, [f"{number} → {file}"], as_json=as_json)


@draw.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@AS_JSON
def verify(file: Path, *, as_json: bool) -> None:
    """按公开文件重算一次抽取，不需要网关。

    Run a published draw again; needs no gateway.
    """
    with file.open("rb") as opened:
        said = run_again(opened.read(MAX_DOCUMENT_BYTES + 1))
    answer(
        {
            "verified": True,
            "origin": said.origin,
            "matter": said.matter,
            "on": said.on.isoformat(),
            "seed": said.seed,
            "seed_source": said.seed_source,
            "announced_at": said.announced_at,
            "population_sha256": said.population_sha256,
            "size": len(said.population),
            "drawn": said.drawn,
        },
        [
            f"一致：{len(said.population)} 中抽 {len(said.drawn)} / the same comes out",
            f"种子 {said.seed}（{said.seed_source}）；请核对种子和公告的范围摘要 {said.population_sha256}",
        ],
        as_json=as_json,
    )


def _write(file: Path, data: bytes, number: str) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise IntakeError(
            f"抽取{number}已办理，但公开文件未能写入{file}（{error.strerror}） / "
            f"The draw {number} was held, and its document could not be written to {file}.",
            hint=f"请另行导出：credit-gateway draw export HOME {number} FILE / Write it with that command.",
        ) from error
