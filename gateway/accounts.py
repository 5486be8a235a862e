"""Accounts: operators (经办、复核、管理员) who act in the registry, and clients whose systems ask it.

Four eyes: whoever drafts needs the role ``operator``, whoever confirms the role ``reviewer``, and they are two people.
One person may hold both roles, never both sides of one act; the database refuses that as well.

A client's key is ``credit_<key id>_<secret>``: 256 random bits of secret, shown once. Only its SHA-256 is kept, which
for a random secret is as good as a slow hash and lets every request be checked.
"""

import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from gateway.database.tables import clients, operators
from gateway.database.unit_of_work import UnitOfWork
from gateway.problems import AccessRefusedError, ConflictError, FourEyesError, InvalidActError, NotFoundError

EVERY_MATTER = "*"
DRAFTING = "entries.draft"
"""What a key must be granted, beside matters, to hand determinations in; ``*`` does not include it."""
DESK, AUTHORITY = "desk", "authority"
"""Channels (渠道) that are no client's: brought to the desk (窗口), or done by the determining authority itself."""
_NAME = re.compile(r"[^\W_][\w.\-]{0,63}")
_KEY = re.compile(r"credit_([0-9a-f]{16})_([0-9A-Za-z_\-]{43})")


class OperatorRole(StrEnum):
    """What an operator may do: 经办 drafts, 复核 confirms, 管理员 manages accounts."""

    OPERATOR = "operator"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who acts in the registry."""

    name: str
    display_name: str
    roles: frozenset[OperatorRole]
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Client:
    """A host system that holds a key.

    Attributes:
        matters: Matters its key reaches; ``*`` for every matter.
    """

    name: str
    key_id: str
    matters: frozenset[str]
    created_at: datetime
    revoked_at: datetime | None

    def may_ask(self, matter: str) -> bool:
        """Whether its key reaches this matter."""
        return EVERY_MATTER in self.matters or matter in self.matters

    def require_drafting(self) -> None:
        """Refuse a key that may ask but not hand determinations in.

        Raises:
            AccessRefusedError: Not granted; every matter together does not include it.
        """
        if DRAFTING not in self.matters:
            raise AccessRefusedError(
                f"{self.name}的密钥没有登记认定的权限 / The key of {self.name} may not hand determinations in.",
                hint="请管理员另发可登记认定的密钥：clients add --drafts / Ask for a key made with that option.",
                is_known=True,
            )

    def require(self, matter: str) -> None:
        """Refuse a matter its key does not reach.

        Raises:
            AccessRefusedError: Out of scope.
        """
        if not self.may_ask(matter):
            raise AccessRefusedError(
                f"{self.name}的密钥未获授权办理事项{matter} / "
                f"The key of {self.name} does not reach the matter {matter}.",
                hint="请管理员扩大授权事项 / Ask the gateway's administrator for this matter.",
                is_known=True,
            )


def add_operator(
    work: UnitOfWork, name: str, *, display_name: str = "", roles: Collection[OperatorRole], actor: str
) -> Operator:
    """Enter an operator.

    Raises:
        InvalidActError: The name cannot be used, or no role is given.
        ConflictError: The name is taken.
    """
    _require_usable(name)
    if not roles:
        raise InvalidActError(
            f"{name}至少须有一个角色 / {name} needs at least one role.",
            hint=f"可选 / One of: {', '.join(OperatorRole)}.",
        )
    if _operator_row(work.connection, name):
        raise ConflictError(
            f"操作员{name}已存在 / There is an operator {name} already.", hint="请换一个名称 / Choose another name."
        )
    ordered = sorted(set(roles))
    work.connection.execute(
        insert(operators).values(
            name=name, display_name=display_name or name, roles=list(ordered), created_at=work.at, disabled_at=None
        )
    )
    work.ledger.append("operator:account:add", actor, {"operator": name, "roles": list(ordered)})
    return Operator(name, display_name or name, frozenset(ordered), work.at, None)


def disable_operator(work: UnitOfWork, name: str, *, actor: str) -> None:
    """End what an operator may do (停用), at once; what they did stands, and what they drafted nobody can confirm.

    Raises:
        NotFoundError: No such operator who may still act.
    """
    ended = work.connection.execute(
        update(operators).where(operators.c.name == name, operators.c.disabled_at.is_(None)).values(disabled_at=work.at)
    )
    if ended.rowcount == 0:
        raise NotFoundError(
            f"没有仍可办理业务的操作员{name} / There is no operator {name} who may still act.",
            hint="查看操作员：credit-gateway operators list HOME / List them with that command.",
        )
    work.ledger.append("operator:account:disable", actor, {"operator": name})


def all_operators(connection: Connection) -> tuple[Operator, ...]:
    """Every operator, by name."""
    return tuple(_operator(row) for row in connection.execute(select(operators).order_by(operators.c.name)))


def require_operator(connection: Connection, name: str, role: OperatorRole = OperatorRole.OPERATOR) -> Operator:
    """The operator of that name, who must hold the role.

    Raises:
        FourEyesError: Unknown, disabled, or without the role.
    """
    row = _operator_row(connection, name)
    if row is not None and row.disabled_at is not None:
        raise FourEyesError(
            f"{name}的账号已停用，其办理的事项不再生效 / "
            f"The account of {name} was disabled, so nothing of theirs takes effect any more.",
            hint="其未复核的批次请放弃后由他人重新办理 / Discard what they drafted; let somebody else hand it in.",
        )
    if row is None:
        raise FourEyesError(
            f"{name}不是本网关的操作员 / {name} is not an operator of this gateway.",
            hint="查看操作员：credit-gateway operators list HOME / List them with that command.",
        )
    found = _operator(row)
    if role not in found.roles:
        raise FourEyesError(
            f"{name}没有办理此事所需的角色{role} / {name} does not hold the role {role}, which this act needs.",
            hint="请由有该角色的人办理 / Let somebody with that role do it.",
        )
    return found


def require_two(connection: Connection, by: str, confirmed_by: str) -> None:
    """Refuse an act that is not one operator's and another one's (双人复核).

    Raises:
        FourEyesError: The same person twice, or one without the role.
    """
    if by == confirmed_by:
        raise FourEyesError(
            f"{by}不能复核自己经办的事项 / {by} cannot confirm an act of their own: this needs a second person.",
            hint="请由另一人复核 / Let another person confirm it.",
        )
    require_operator(connection, by, OperatorRole.OPERATOR)
    require_operator(connection, confirmed_by, OperatorRole.REVIEWER)


def add_client(work: UnitOfWork, name: str, matters: Collection[str], *, actor: str) -> str:
    """Enter a client; its key, which is not kept and cannot be shown again.

    Raises:
        InvalidActError: The name cannot be used, or no matter is given.
        ConflictError: The name is taken.
    """
    _require_usable(name)
    if name.casefold() in {DESK, AUTHORITY}:
        raise InvalidActError(
            f"“{name}”是保留名称，不能用作系统名 / {name} stands for what came through no system.",
            hint="请换一个名称 / Choose another name.",
        )
    scope = sorted({matter.strip() for matter in matters if matter.strip()})
    if not scope:
        raise InvalidActError(
            f"{name}的密钥至少须授权一个事项 / The key of {name} must reach at least one matter.",
            hint='用逗号分隔事项，或 "*" / Separate matters by commas, or "*" for all.',
        )
    if work.connection.execute(select(clients.c.name).where(clients.c.name == name)).first():
        raise ConflictError(
            f"客户端{name}已存在，名称不重复使用，以便记录始终可查 / "
            f"There is a client {name} already; a name is never used twice, so that records stay attributable.",
            hint="请换一个名称 / Choose another name.",
        )
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    work.connection.execute(
        insert(clients).values(
            name=name,
            key_id=key_id,
            key_hash=_hashed(secret),
            matters=scope,
            created_at=work.at,
            revoked_at=None,
        )
    )
    work.ledger.append("client:key:issue", actor, {"client": name, "key_id": key_id, "matters": scope})
    return f"credit_{key_id}_{secret}"


def revoke_client(work: UnitOfWork, name: str, *, actor: str) -> None:
    """End a client's key at once.

    Raises:
        NotFoundError: No such client with a valid key.
    """
    ended = work.connection.execute(
        update(clients).where(clients.c.name == name, clients.c.revoked_at.is_(None)).values(revoked_at=work.at)
    )
    if ended.rowcount == 0:
        raise NotFoundError(
            f"没有持有效密钥的客户端{name} / There is no client {name} with a valid key.",
            hint="查看客户端：credit-gateway clients list HOME / List them with that command.",
        )
    work.ledger.append("client:key:revoke", actor, {"client": name})


def all_clients(connection: Connection) -> tuple[Client, ...]:
    """Every client, by name."""
    return tuple(_client(row) for row in connection.execute(select(clients).order_by(clients.c.name)))


def authenticate(connection: Connection, api_key: str) -> Client:
    """The client whose key this is.

    Raises:
        AccessRefusedError: No such key, or it was revoked. Which of the two is not said.
    """
    parts = _KEY.fullmatch(api_key)
    if parts:
        row = connection.execute(select(clients).where(clients.c.key_id == parts[1])).first()
        if row and hmac.compare_digest(row.key_hash, _hashed(parts[2])) and row.revoked_at is None:
            return _client(row)
    raise AccessRefusedError(
        "API密钥在本网关无效 / The API key is not valid here.",
        hint="请向网关管理员申请密钥 / Ask the gateway's administrator for a key.",
    )


def _hashed(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def _require_usable(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidActError(
            f"{name!r}不能作为名称 / {name!r} cannot be a name here.",
            hint="名称只含文字、数字、. - _，不超过64字 / Use letters, digits, '.', '-', '_', at most 64.",
        )


def _operator_row(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(operators).where(operators.c.name == name)).first()


def _operator(row: Row[Any]) -> Operator:
    roles = frozenset(OperatorRole(role) for role in row.roles)
    return Operator(row.name, row.display_name, roles, row.created_at, row.disabled_at)


def _client(row: Row[Any]) -> Client:
    return Client(row.name, row.key_id, frozenset(row.matters), row.created_at, row.revoked_at)
