"""Who is the superior authority (上级主管机关) of a public body, or of a state-owned enterprise.

Two people set it, with the source that says so. Where nobody did it is not known: it is never guessed from the code or
the region. What superiors are told is in :mod:`gateway.registry.superior_notices`.
"""

from sqlalchemy import Connection, select, update

from credit_sdk.errors import InvalidRequestError
from credit_sdk.model.subject import Subject
from gateway.accounts import require_two
from gateway.database.columns import Json, instant_text
from gateway.database.engine import insert_or_update
from gateway.database.tables import superior_notices, superiors
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import InvalidActError
from gateway.registry.wording import written


def set_superior(
    work: UnitOfWork, body: Subject, superior: Subject, *, name: str, source: str, by: str, confirmed_by: str
) -> int:
    """Say which authority is superior to a body; how many waiting notices it will get.

    Raises:
        FourEyesError: Not two people with the right roles.
        InvalidRequestError: One of the two is not named by its unified social credit code, or they are one.
        InvalidActError: Name or source is missing.
    """
    require_two(work.connection, by, confirmed_by)
    body_code, superior_code = _code(body), _code(superior)
    if body_code == superior_code:
        raise InvalidRequestError(
            "单位不能是自己的上级 / A body is not its own superior.",
            hint="请填写上级主管机关的代码 / Give the code of the superior authority.",
        )
    name, source = written(name), written(source)
    if not (name and source):
        raise InvalidActError(
            "上级主管机关须有名称和来源 / The superior authority needs its name and the source that says so.",
            hint="请填写名称和来源，如三定方案文号 / State both, for example the document that sets it up.",
        )
    row = {"body": body_code, "superior": superior_code, "superior_name": name, "source": source}
    people = {"set_by": by, "confirmed_by": confirmed_by, "set_at": work.at}
    insert_or_update(work.connection, superiors, [{**row, **people}], key=("body",))
    waiting = work.connection.execute(
        update(superior_notices)
        .where(superior_notices.c.body == body_code, superior_notices.c.acknowledged_at.is_(None))
        .values(superior=superior_code, superior_name=name)
    ).rowcount
    work.ledger.append("superior:body:set", by, {**row, "confirmed_by": confirmed_by, "notices": waiting})
    return waiting


def superiors_set(connection: Connection, body: Subject | None = None) -> list[dict[str, Json]]:
    """Which superior authorities are known, of one body or of all, by code."""
    asked = select(superiors).order_by(superiors.c.body)
    if body is not None:
        asked = asked.where(superiors.c.body == _code(body))
    return [
        {
            "body": row.body,
            "superior": row.superior,
            "superior_name": row.superior_name,
            "source": row.source,
            "set_by": row.set_by,
            "confirmed_by": row.confirmed_by,
            "set_at": instant_text(row.set_at),
        }
        for row in connection.execute(asked)
    ]


def _code(body: Subject) -> str:
    if body.uscc is None:
        raise InvalidRequestError(
            f"{body.masked}不是统一社会信用代码，单位以统一社会信用代码区分 / "
            f"{body.masked} is no unified social credit code, and bodies are told apart by theirs.",
            hint="请填写18位统一社会信用代码 / Give the code of 18 characters.",
        )
    return body.uscc
