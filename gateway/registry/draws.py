"""Holding a draw (随机抽取): among whom, by which law, from which seed; recorded before anybody hears the result.

The order of things keeps anybody from steering it: population and source of the seed are announced, then the seed
becomes known somewhere nobody here commands, then the draw is held. One population is drawn once for a matter and day.
What was announced binds: once a population was announced for a matter, day and seed, that seed draws no other, and
shares that were changed since draw nobody.
"""

import secrets
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.supervision import InspectionShareVersion
from credit_sdk.model.term import civil_day
from gateway.accounts import OperatorRole, require_operator
from gateway.database.columns import Json, instant_text
from gateway.database.tables import draw_announcements, draws
from gateway.database.unit_of_work import UnitOfWork
from gateway.intake.values import without_personal_numbers
from gateway.problems import ConflictError, IntakeError, InvalidActError, NotFoundError
from gateway.registry.draw import Draw, document_of, population_sha256, read, standard_code
from gateway.registry.editions import in_effect, law_in_effect
from gateway.registry.supervision import codes_in, grades_on

MAX_SEED_CHARACTERS = 500
_FILE = "shares/supervision-inspection.yaml"
_MAX_NAMED = 5


def population_of(connection: Connection, on: date, file: Path | None) -> list[tuple[str, str]]:
    """Among whom is drawn: the codes of a file, or everybody with a grade on that day; sorted, each once.

    Raises:
        IntakeError: The file cannot be read, or a row of it is no subject that takes part; then nobody is drawn.
        ConflictError: There is nobody.
    """
    graded = grades_on(connection, on)
    codes = set(graded)
    if file is not None:
        codes = set()
        refused = []
        for number, text in codes_in(file):
            try:
                codes.add(standard_code(text))
            except InvalidSubjectError as error:
                refused.append(f"第{number}行 row {number}：{error.hint} {error}")
        if refused:
            more = f" (and {len(refused) - _MAX_NAMED} more)" if len(refused) > _MAX_NAMED else ""
            raise IntakeError(
                f"抽取范围中有{len(refused)}行不能参加；略去不计就不是在全体中抽取 / "
                f"{len(refused)} rows of the population cannot take part, and leaving them out silently would be no "
                f"draw among all. {'；'.join(refused[:_MAX_NAMED])}{more}",
                hint="请更正或删去这些行后重试 / Correct or remove those rows.",
            )
    if not codes:
        raise ConflictError(
            f"{on}的抽取范围为空，无从抽取 / Nobody can be drawn: the population is empty on {on}.",
            hint="先导入等级（grades import），或用 --population 指明抽取范围 / Import grades, or name a population.",
        )
    return [(code, str(graded.get(code, ""))) for code in sorted(codes)]


def announce(
    work: UnitOfWork, population: Sequence[tuple[str, str]], *, matter: str, on: date, seed_source: str, by: str
) -> str:
    """Fix among whom will be drawn and where the seed will come from, before it is known; the population's digest.

    Raises:
        FourEyesError: Not an operator.
        InvalidActError: No source of the seed.
        ConflictError: This population was announced for the matter and day already.
    """
    require_operator(work.connection, by, OperatorRole.OPERATOR)
    source = _stated(seed_source, "source of the seed", "种子来源")
    shares, law = shares_in_force(work.connection, matter, on)
    digest = population_sha256(population)
    per_mille = _stated_shares(shares)
    row = {"matter": matter, "on_day": on, "population_sha256": digest, "seed_source": source, "shares": per_mille}
    try:
        work.connection.execute(insert(draw_announcements).values(**row, announced_by=by, announced_at=work.at))
    except IntegrityError:
        raise ConflictError(
            "该事项、该日的这一抽取范围已经公告 / This population was announced for the matter and the day already.",
            hint="一次公告只能有一个种子来源 / One announcement, one source.",
        ) from None
    told: dict[str, Json] = {"matter": matter, "on": on.isoformat(), "population_sha256": digest}
    told |= {"shares": per_mille, "law": law}
    work.ledger.append("draw:population:announce", by, {**told, "size": len(population), "seed_source": source})
    return digest


def hold(
    work: UnitOfWork,
    population: Sequence[tuple[str, str]],
    *,
    origin: str,
    matter: str,
    on: date,
    seed: str,
    seed_source: str,
    by: str,
) -> tuple[str, bytes]:
    """Draw, record it, and give the document to publish with its id.

    Raises:
        FourEyesError: Not an operator.
        InvalidActError: Seed or source is empty, the source is not the one announced, or the day has not come.
        NotFoundError: No such matter.
        ConflictError: No shares are in force, this population was drawn already, another one was announced for the
            same seed, or the shares were changed since the announcement.
    """
    require_operator(work.connection, by, OperatorRole.OPERATOR)
    seed, source = _stated(seed, "seed", "种子"), _stated(seed_source, "source of the seed", "种子来源")
    shares, law = shares_in_force(work.connection, matter, on)
    if on > civil_day(work.at):
        raise InvalidActError(
            f"抽取日{on}尚未到来，当日的等级和抽查比例还可能变化 / "
            f"The day of the draw, {on}, has not come: grades and shares of that day may still change.",
            hint="请在该日或之后抽取，此前只作公告（draw announce） / Draw on that day or later; announce before.",
        )
    per_mille = _stated_shares(shares)
    digest = population_sha256(population)
    announced = work.connection.execute(
        select(draw_announcements).where(
            draw_announcements.c.matter == matter,
            draw_announcements.c.on_day == on,
            draw_announcements.c.population_sha256 == digest,
        )
    ).first()
    if announced is not None and announced.seed_source != source:
        raise InvalidActError(
            "该抽取范围公告的是另一种子来源 / Another source of the seed was announced for this population.",
            hint=f"公告的来源 / It is: {announced.seed_source}",
        )
    if announced is None:
        _require_none_announced(work.connection, matter, on, source)
    elif announced.shares is not None and announced.shares != per_mille:
        raise ConflictError(
            "公告之后抽查比例有变化，种子对应什么已无从知道 / "
            "The shares were changed since this population was announced, so nobody could tell what the seed was for.",
            hint="请按现行比例重新公告，另用尚未产生的种子 / Announce again, with a seed still to come.",
        )
    announced_at = instant_text(announced.announced_at) if announced is not None else ""
    draw = Draw(origin, matter, on, seed, source, announced_at, law, per_mille, population)
    data = document_of(draw)
    id = f"{civil_day(work.at):%Y%m%d}-{secrets.token_hex(4)}"
    named: dict[str, Json] = {"seed": seed, "seed_source": source, "population_sha256": digest}
    document_sha256 = sha256(data).hexdigest()
    try:
        work.connection.execute(
            insert(draws).values(
                **named,
                id=id,
                matter=matter,
                on_day=on,
                shares=per_mille,
                result=read(data).drawn,
                document=data,
                document_sha256=document_sha256,
                drawn_by=by,
                drawn_at=work.at,
            )
        )
    except IntegrityError:
        raise ConflictError(
            "该事项、该日的这一范围已经抽取，不得反复抽取 / "
            "This population was drawn for the matter and the day already; drawing again until it pleases is no draw.",
            hint="查看：credit-gateway draw list HOME / Look at the draw that was held.",
        ) from None
    work.ledger.append(
        "draw:population:hold",
        by,
        {**named, "draw": id, "matter": matter, "on": on.isoformat(), "document_sha256": document_sha256},
    )
    return id, data


def _stated_shares(shares: InspectionShareVersion) -> dict[str, int]:
    return {grade: each for grade, each in shares.per_mille.items() if each is not None}


def _require_none_announced(connection: Connection, matter: str, on: date, source: str) -> None:
    """Refuse another population than the one announced: who adds or leaves out once the seed is known, chooses."""
    other = connection.scalar(
        select(draw_announcements.c.population_sha256).where(
            draw_announcements.c.matter == matter,
            draw_announcements.c.on_day == on,
            draw_announcements.c.seed_source == source,
        )
    )
    if other is not None:
        raise ConflictError(
            f"该种子公告的是另一抽取范围（{other}），现范围或其等级此后有变化 / "
            f"Another population was announced for this seed ({other}); this one, or its grades, changed since.",
            hint="请用公告的范围抽取，或者另行公告并用尚未产生的种子 / Draw among those announced, or announce anew.",
        )


def all_draws(connection: Connection, *, limit: int = 100) -> list[dict[str, Json]]:
    """Draws that were held, newest first."""
    found = connection.execute(select(draws).order_by(draws.c.drawn_at.desc(), draws.c.id).limit(limit))
    return [
        {
            "draw": row.id,
            "matter": row.matter,
            "on": row.on_day.isoformat(),
            "seed": row.seed,
            "seed_source": row.seed_source,
            "population_sha256": row.population_sha256,
            "document_sha256": row.document_sha256,
            "drawn": len(row.result),
            "drawn_by": row.drawn_by,
        }
        for row in found
    ]


def published_draw(connection: Connection, id: str) -> bytes:
    """The document of a draw that was held.

    Raises:
        NotFoundError: No such draw.
    """
    data: bytes | None = connection.scalar(select(draws.c.document).where(draws.c.id == id))
    if data is None:
        raise NotFoundError(
            f"没有抽取{id} / There is no draw {id}.", hint="查看：credit-gateway draw list HOME / List them."
        )
    return data


def shares_in_force(connection: Connection, matter: str, on: date) -> tuple[InspectionShareVersion, dict[str, str]]:
    """The shares by which is drawn, and which law they are from.

    Raises:
        NotFoundError: The law knows no such matter that day.
        ConflictError: No law was adopted, or it has no shares in force for the matter that day.
    """
    adopted, document = in_effect(connection, on), law_in_effect(connection, on)
    if adopted is None or document is None:
        raise ConflictError(
            f"{on}没有生效的法律目录 / No law is in effect on {on}.",
            hint="先采纳法律目录：credit-gateway law adopt / Adopt one with that command.",
        )
    if not any(each.id == matter and any(one.covers(on) for one in each.versions) for each in document.matters):
        raise NotFoundError(
            f"{on}的现行法律目录中没有事项{matter} / The law in force on {on} knows no matter {matter}.",
            hint="抽查事项 / For example supervision.inspection.",
        )
    for each in document.shares:
        for version in each.versions:
            if version.matter == matter and version.covers(on):
                law = {"catalogue_digest": adopted.digest, "edition": adopted.edition, "shares": each.id}
                return version, {**law, "from": version.from_on.isoformat()}
    raise ConflictError(
        f"{on}没有{matter}的现行抽查比例，不作推测 / "
        f"No inspection shares are in force for {matter} on {on}, and none are guessed.",
        hint=f"请在法律目录 {_FILE} 末尾写明各等级抽查比例并由两人采纳（law adopt）/ State them there, adopt the law.",
    )


def _stated(text: str, name: str, name_zh: str) -> str:
    stripped = text.strip()
    if not stripped or len(stripped) > MAX_SEED_CHARACTERS or without_personal_numbers(stripped) != stripped:
        raise InvalidActError(
            f"{name_zh}未填写、超过{MAX_SEED_CHARACTERS}字，或者含有个人号码 / "
            f"The {name} is empty, longer than {MAX_SEED_CHARACTERS} characters, or holds a personal number.",
            hint=f"请写明公开的{name_zh}，如某期彩票开奖号码 / State one that everybody can look up.",
        )
    return stripped
