"""Registering commitments (信用承诺登记): all the fields of the national table, and a code that nobody else has.

The code (信用承诺编码, C20) is the region of the accepting authority (6), the day the commitment was made (8) and a
serial (6). The serial is raised in one statement of the database, so that no two commitments share a code however many
are registered at a time. The same commitment sent twice is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from credit_sdk.errors import InvalidSubjectError
from credit_sdk.model.scheme import IdentifierScheme
from credit_sdk.model.subject import Subject
from credit_sdk.model.term import civil_day
from gateway.accounts import OperatorRole, require_operator
from gateway.database.columns import canonical_json
from gateway.database.engine import insert_missing
from gateway.database.tables import commitment_serials, commitments, subjects
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import ConflictError, InvalidActError, NotFoundError
from gateway.registry.commitment_law import INSTEAD_OF_SOMETHING, TYPE_TITLES, CommitmentLaw
from gateway.registry.persons import RegistryKeys
from gateway.registry.titles import field_title
from gateway.registry.wording import written

_LAST_SERIAL = 999_999
_NONE_BEFORE = date(1949, 10, 1)
"""An earlier day is a slip of the pen, and would not fill the eight places it has in the code."""


class Publicity(StrEnum):
    """To whom a commitment may be shown (公开类型): 可向社会公开 / 特定范围内公开 / 不可公开."""

    PUBLIC = "public"
    RESTRICTED = "restricted"
    NONE = "none"


class CommitmentState(StrEnum):
    """Whether it is still looked after (监管状态): 监管中 / 监管完成."""

    SUPERVISED = "supervised"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class NewCommitment:
    """A commitment as it is handed in (信用承诺书).

    Attributes:
        committer: Name of whoever makes it (承诺人), at most 200 characters.
        type: 1 to 6, or 0 for another.
        matter: The matter it is made in; needed for types 1 to 3.
        cause / content / liability: 承诺事由 (512), 承诺内容 (4000), 违诺责任 (4000 characters).
        made_on / valid_until: 作出日期 and 有效期; the last day counts.
        authority / authority_code: 受理单位 (200) and its unified social credit code.
    """

    subject: Subject
    committer: str
    type: str
    matter: str
    cause: str
    content: str
    liability: str
    made_on: date
    authority: str
    authority_code: str
    publicity: Publicity
    valid_until: date | None = None
    remark: str = ""


_LIMITS = {"committer": 200, "cause": 512, "content": 4000, "liability": 4000, "authority": 200, "remark": 512}
_REQUIRED = ("committer", "cause", "content", "liability", "authority")


@dataclass(frozen=True, slots=True)
class Registered:
    """What registration gave.

    Attributes:
        is_repeated: Whether it had been registered before; nothing was created then.
    """

    code: str
    is_repeated: bool


def register(work: UnitOfWork, keys: RegistryKeys, new: NewCommitment, *, by: str) -> Registered:
    """Register a commitment (信用承诺登记).

    Raises:
        FourEyesError: ``by`` is no operator.
        InvalidActError: A field is missing, too long or contradicts another; the matter does not accept the type.
        NotFoundError: The law knows no such matter.
        ConflictError: The subject made a false commitment that is not repaired; or the day's serials are used up.
    """
    require_operator(work.connection, by, OperatorRole.OPERATOR)
    _require_whole(new, civil_day(work.at))
    region, authority_code = _region(new.authority_code)
    law = CommitmentLaw.load(work.connection, civil_day(work.at))
    law.require_accepted(new.matter, new.type)
    key = keys.key_of(new.subject)
    content = _content_of(new, authority_code)
    digest = _digest(content, key)
    known = work.connection.scalar(select(commitments.c.code).where(commitments.c.content_sha256 == digest))
    if known:
        return Registered(known, is_repeated=True)
    if new.type in INSTEAD_OF_SOMETHING:
        _require_eligible(work.connection, law, key, new, civil_day(work.at))
    _keep_subject(work.connection, key, new)
    code = f"{region}{new.made_on:%Y%m%d}{_next_serial(work.connection, region, new.made_on):06d}"
    work.connection.execute(
        insert(commitments).values(
            **content,
            code=code,
            subject_key=key,
            state=CommitmentState.SUPERVISED,
            is_person=new.subject.is_natural_person,
            content_sha256=digest,
            registered_by=by,
            registered_at=work.at,
        )
    )
    work.ledger.append(
        "commitment:record:register",
        by,
        {
            "commitment": code,
            "type": new.type,
            "matter": new.matter,
            "authority": written(new.authority),
            "sha256": digest,
        },
    )
    return Registered(code, is_repeated=False)


def require_commitment(connection: Connection, code: str) -> Row[Any]:
    """The row of a commitment.

    Raises:
        NotFoundError: No such commitment.
    """
    row = connection.execute(select(commitments).where(commitments.c.code == code)).first()
    if row is None:
        raise NotFoundError(
            f"没有信用承诺{code} / There is no commitment {code}.",
            hint="查看承诺：credit-gateway commitments list HOME / Find it with that command.",
        )
    return row


def _require_whole(new: NewCommitment, today: date) -> None:
    if new.type not in TYPE_TITLES:
        raise InvalidActError(
            f"没有承诺类型{new.type!r} / {new.type!r} is no type of commitment.",
            hint="类型 / Types: " + ", ".join(f"{type_} {title}" for type_, title in TYPE_TITLES.items()) + ".",
        )
    for name in _REQUIRED:
        if not getattr(new, name).strip():
            raise InvalidActError(
                f"信用承诺缺少{field_title(name)}，约束不了任何人 / A commitment without its {name} binds nobody.",
                hint=f"请填写{field_title(name)} / State the {name}.",
            )
    for name, limit in _LIMITS.items():
        if len(getattr(new, name)) > limit:
            raise InvalidActError(
                f"信用承诺的{field_title(name)}最多{limit}字 / "
                f"The {name} of a commitment has at most {limit} characters.",
                hint="请缩短后重试 / Shorten it.",
            )
    if new.subject.is_masked:
        raise InvalidActError(
            "号码有遮盖的，无法识别主体，不能登记承诺 / "
            "A number with hidden characters identifies nobody, so no commitment can be kept under it.",
            hint="请填写完整号码 / Give the whole number.",
        )
    if new.made_on > today:
        raise InvalidActError(
            f"承诺作出日期{new.made_on}晚于今天 / A commitment made on {new.made_on} has not been made yet.",
            hint="请核对作出日期 / See to the day.",
        )
    if new.made_on < _NONE_BEFORE:
        raise InvalidActError(
            f"承诺作出日期{new.made_on}过早，不可信 / No commitment was made on {new.made_on}.",
            hint="请核对作出日期 / See to the day.",
        )
    if new.valid_until is not None and new.valid_until < new.made_on:
        raise InvalidActError(
            f"承诺于{new.made_on}作出，有效期不能止于{new.valid_until} / "
            f"A commitment made on {new.made_on} cannot have ended on {new.valid_until}.",
            hint="请核对有效期 / See to the last day.",
        )


def _region(authority_code: str) -> tuple[str, str]:
    """The region in the code of the accepting authority, and that code as it is written."""
    try:
        found = Subject.parse(authority_code)
    except InvalidSubjectError as error:
        raise InvalidActError(
            "受理单位的统一社会信用代码不正确 / "
            "The accepting authority is named by its unified social credit code, which is wrong here.",
            hint=error.hint or "请核对受理单位代码 / See to the code.",
        ) from error
    if found.scheme is not IdentifierScheme.USCC or not found.code[2:8].isdecimal():
        raise InvalidActError(
            "受理单位代码须为统一社会信用代码，所填为其他号码 / "
            "The accepting authority is named by its unified social credit code; this is another number.",
            hint="请填写18位统一社会信用代码 / Give the code of 18 characters.",
        )
    return found.code[2:8], found.code


def _content_of(new: NewCommitment, authority_code: str) -> dict[str, str | date | None]:
    return {
        "committer": written(new.committer),
        "type": new.type,
        "matter": new.matter,
        "cause": written(new.cause),
        "content": written(new.content),
        "liability": written(new.liability),
        "made_on": new.made_on,
        "valid_until": new.valid_until,
        "authority": written(new.authority),
        "authority_code": authority_code,
        "publicity": new.publicity.value,
        "remark": written(new.remark),
    }


def _digest(content: Mapping[str, str | date | None], key: bytes) -> str:
    written = {name: value.isoformat() if isinstance(value, date) else value for name, value in content.items()}
    return sha256(canonical_json({**written, "subject": key.hex()}).encode()).hexdigest()


def _require_eligible(connection: Connection, law: CommitmentLaw, key: bytes, new: NewCommitment, on: date) -> None:
    found = law.withheld(connection, key, new.matter, on)
    if found is not None:
        raise ConflictError(
            f"该主体曾作出虚假承诺（{found.document_no}，条目{found.entry}），尚未修复，"
            f"适用{found.measure}“{found.title}”（{found.basis}） / "
            f"The subject made a false commitment ({found.document_no}, entry {found.entry}) that is not repaired: "
            f"until then the measure {found.measure} {found.title} applies ({found.basis}).",
            hint="请按一般程序办理，或先申请信用修复；信用修复型承诺不受影响 / Handle it by the ordinary procedure, or "
            "let the subject apply for repair; a commitment for repair (type 4) stays possible.",
        )


def _keep_subject(connection: Connection, key: bytes, new: NewCommitment) -> None:
    subject = new.subject
    row = {
        "key": key,
        "scheme": subject.scheme.value,
        "code": None if subject.is_natural_person else subject.code,
        "masked": subject.masked,
        "name": written(new.committer),
        "kind": subject.kind.value,
    }
    insert_missing(connection, subjects, [row], key=("key",))


def _next_serial(connection: Connection, region: str, on: date) -> int:
    first = {"region": region, "on": on, "last": 0}
    insert_missing(connection, commitment_serials, [first], key=("region", "on"))
    table = commitment_serials.c
    serial = connection.scalar(
        update(commitment_serials)
        .where(table.region == region, table.on == on, table.last < _LAST_SERIAL)
        .values(last=table.last + 1)
        .returning(table.last)
    )
    if serial is None:
        raise ConflictError(
            f"行政区划{region}在{on}的{_LAST_SERIAL}个编码已用完 / "
            f"Region {region} has used up its {_LAST_SERIAL} codes of {on}.",
            hint="请核对作出日期 / See to the day the commitment was made.",
        )
    return int(serial)
