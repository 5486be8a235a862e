"""What a next trust root changes (信任根变更): the rules, without files, locks or clocks.

1. A root follows from the one before: version plus one, and nothing changes in it that people cannot be shown: keys and
   thresholds of the five roles, and the day it ends.
2. There is at least one root key more than must sign, so that the loss of one is no catastrophe.
3. Two people at least sign the law, and as many as must are always left.
4. No key stands in two roles: who steals one gets one.
"""

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from securesystemslib.formats import encode_canonical
from securesystemslib.signer import Key
from tuf.api.metadata import Role, Root

from credit_sdk.errors import InvalidRequestError, TrustError
from credit_sdk.publication.schemes import require_accepted
from credit_sdk.publication.signers import LAW_SIGNERS_FIELD, LawSigners
from credit_sdk.publication.statement import CATALOGUE_ROLE
from gateway.database.columns import Json
from gateway.problems import ConflictError
from gateway.publishing import roles
from gateway.publishing.roles import People

ROLES = ("root", "timestamp", "snapshot", "targets", CATALOGUE_ROLE)
LEAST_THRESHOLD = 2
"""Signatures a trust root and a law need at the least: one person alone changes neither."""
SHORTEST_KEYID = 8
"""Characters by which a key may be named."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be changed; nothing but the day it ends, unless given.

    Attributes:
        online: New keys by online role.
        grant: Keys that shall sign the law, too.
        revoke: Identifiers of keys that shall sign the law no more.
        add_root: Keys that shall sign trust roots, too.
        drop_root: Identifiers of root keys, or their beginnings, that shall not count any more.
        threshold: How many root keys must sign.
    """

    online: Mapping[str, Key] = field(default_factory=dict)
    grant: Sequence[Key] = ()
    revoke: Collection[str] = ()
    add_root: Sequence[Key] = ()
    drop_root: Collection[str] = ()
    threshold: int | None = None


@dataclass(frozen=True, slots=True)
class RoleChange:
    """What changes in one role: keys by identifier, and how many of how many must sign."""

    role: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    keys: int
    threshold: int
    threshold_before: int

    @property
    def is_any(self) -> bool:
        """Whether anything changes in the role."""
        return bool(self.gained or self.lost) or self.threshold != self.threshold_before

    def to_json(self) -> Json:
        """For the ledger and for programs."""
        return {"role": self.role, "gained": list(self.gained), "lost": list(self.lost), "threshold": self.threshold}


def next_root(root: Root, change: Change, now: datetime) -> Root:
    """The root that follows, not signed yet.

    Args:
        root: The root in force.
        change: What is to be changed.
        now: From when on the year counts for which it is to last.

    Raises:
        InvalidRequestError: A key is not there to be dropped, or there already.
        ConflictError: Too few keys would be left.
        TrustError: A key is of a scheme that nobody believes.
    """
    after = copy.deepcopy(root)
    after.version = root.version + 1
    after.expires = now.replace(microsecond=0) + roles.ROOT_LASTS
    for role, key in change.online.items():
        for old in list(after.roles[role].keyids):
            after.revoke_key(old, role)
        after.add_key(key, role)
    _change_root_keys(after, change)
    people = roles.pinned(root)
    left = {keyid: key for keyid, key in people.keys.items() if keyid not in change.revoke}
    _require_people(len(left) + len(change.grant), people.threshold)
    for keyid in people.keys:
        del after.keys[keyid]
    roles.pin(after, People({**left, **{key.keyid: key for key in change.grant}}, people.threshold))
    require_sound(after)
    return after


def require_sound(root: Root) -> None:
    """Refuse a root that leaves too few keys, lets one key stand in two roles, or names a scheme nobody believes.

    Raises:
        ConflictError: Too few keys.
        InvalidRequestError: A key in two roles.
        TrustError: A scheme that is not believed, or an identifier that is not the key's own.
    """
    require_accepted(root.keys.values())
    for keyid, key in root.keys.items():
        if keyid != identifier_of(key):
            raise TrustError(
                f"标识{keyid[:16]}…与其密钥不符，无从核对 / "
                f"the identifier {keyid[:16]}… is not that of the key it stands for, so nobody could compare it.",
                hint="请勿签名，并联系网关管理员 / Do not sign it; ask the administrator where it comes from.",
            )
    named = keys_by_role(root)
    role = root.roles["root"]
    if not LEAST_THRESHOLD <= role.threshold < len(role.keyids):
        raise ConflictError(
            f"{len(role.keyids)}把根密钥中须{role.threshold}把签名，不够稳妥："
            f"至少须{LEAST_THRESHOLD}把签名，且另有一把备用，以防丢失 / "
            f"{len(role.keyids)} root keys of which {role.threshold} must sign are not safe: at least "
            f"{LEAST_THRESHOLD} must sign, and there must be one more than must, so that one can be lost.",
            hint="请同时增加根密钥或调整门限：credit-gateway keys change HOME --add FILE --threshold N / "
            "Add a root key at the same time.",
        )
    people = LawSigners.from_field(root.unrecognized_fields.get(LAW_SIGNERS_FIELD))
    _require_people(len(people.keyids), people.threshold)
    every = [keyid for keyids in named.values() for keyid in keyids]
    if len(every) != len(set(every)) or set(every) != root.keys.keys():
        raise InvalidRequestError(
            "一把密钥将担任两个角色或没有角色，失窃一把即失去更多 / "
            "a key would stand in two roles, or in none, so who steals one would have more.",
            hint="每个角色使用各自的密钥 / Use a key of its own for each role.",
        )


def identifier_of(key: Key) -> str:
    """The identifier of a public key: the SHA-256 of what it says of itself."""
    content = {"keytype": key.keytype, "scheme": key.scheme, "keyval": key.keyval}
    return sha256((encode_canonical(content) or "").encode()).hexdigest()


def keys_by_role(root: Root) -> dict[str, tuple[str, ...]]:
    """Identifiers of the keys of each role, those that sign the law among them."""
    named = {role: tuple(root.roles[role].keyids) for role in ROLES if role != CATALOGUE_ROLE}
    return {**named, CATALOGUE_ROLE: LawSigners.from_field(root.unrecognized_fields.get(LAW_SIGNERS_FIELD)).keyids}


def threshold_of(root: Root, role: str) -> int:
    """How many keys of a role must sign."""
    if role == CATALOGUE_ROLE:
        return LawSigners.from_field(root.unrecognized_fields.get(LAW_SIGNERS_FIELD)).threshold
    return root.roles[role].threshold


def changes(before: Root, after: Root) -> tuple[RoleChange, ...]:
    """What a root changes, role by role; roles that stay as they are too."""
    old, new = keys_by_role(before), keys_by_role(after)
    return tuple(
        RoleChange(
            role=role,
            gained=tuple(keyid for keyid in new[role] if keyid not in old[role]),
            lost=tuple(keyid for keyid in old[role] if keyid not in new[role]),
            keys=len(new[role]),
            threshold=threshold_of(after, role),
            threshold_before=threshold_of(before, role),
        )
        for role in ROLES
    )


def require_shown(before: Root, after: Root) -> None:
    """Refuse a root in which something changes that :func:`changes` does not show.

    Raises:
        TrustError: It does not follow from the one before, or hides something.
    """
    stripped = []
    for root in (before, after):
        shown = copy.deepcopy(root)
        shown.version, shown.expires, shown.keys = 0, before.expires, {}
        shown.unrecognized_fields.pop(LAW_SIGNERS_FIELD, None)
        for role in shown.roles.values():
            role.keyids, role.threshold = [], 1
        stripped.append(shown.to_dict())
    if after.version != before.version + 1 or stripped[0] != stripped[1] or _swapped(before, after):
        raise TrustError(
            "该请求改动了无法展示的内容，未签名 / "
            "the request changes something that cannot be shown, so nothing was signed.",
            hint="请勿签名，并联系网关管理员 / Do not sign it; ask the gateway's administrator where it comes from.",
        )


def _require_people(count: int, threshold: int) -> None:
    if not LEAST_THRESHOLD <= threshold <= count:
        raise ConflictError(
            f"将只剩{count}人，其中须{threshold}人签署法律目录；至少须{LEAST_THRESHOLD}人，否则再也无法采纳法律目录 / "
            f"{count} people would be left of whom {threshold} sign the law; at least {LEAST_THRESHOLD} must sign, or "
            "no law could be adopted any more.",
            hint="请先增加一名签署人：credit-gateway operators add HOME NAME --role reviewer / Add a person first.",
        )


def _swapped(before: Root, after: Root) -> bool:
    """Whether an identifier stands for another key than before."""
    return any(before.keys[keyid] != key for keyid, key in after.keys.items() if keyid in before.keys)


def _change_root_keys(after: Root, change: Change) -> None:
    for beginning in change.drop_root:
        found = [keyid for keyid in after.roles["root"].keyids if keyid.startswith(beginning.lower())]
        if len(beginning) < SHORTEST_KEYID or len(found) != 1:
            raise InvalidRequestError(
                f"{beginning!r}对应{len(found)}把根密钥，未作任何变更 / "
                f"{beginning!r} names {len(found)} root keys, so nothing was changed.",
                hint=f"请用 credit-gateway keys show HOME 查看标识，至少写{SHORTEST_KEYID}位 / "
                "Name one by its identifier or the beginning of it.",
            )
        after.revoke_key(found[0], "root")
    for key in change.add_root:
        if key.keyid in after.keys:
            raise InvalidRequestError(
                f"密钥{key.keyid[:16]}…已在信任根中 / the key {key.keyid[:16]}… stands in the trust root already.",
                hint="请另造一把密钥：credit-gateway keys make FILE / Make another key.",
            )
        after.add_key(key, "root")
    keyids, threshold = after.roles["root"].keyids, after.roles["root"].threshold
    after.roles["root"] = Role(keyids, change.threshold or threshold)
