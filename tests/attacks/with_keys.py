"""Attacks by whoever holds keys, or what a publisher that went wrong does to its own hosts."""

from datetime import timedelta
from functools import partial
from typing import Any

from tuf.api.metadata import Metadata, Snapshot, Targets, Timestamp

from credit_sdk.errors import (
    GatewayUnreachableError,
    IntegrityError,
    LawError,
    RollbackError,
    ShrunkenError,
    TrustError,
)
from credit_sdk.publication.statement import MAX_STATEMENT_BYTES, PUBLICATION_TARGET
from credit_sdk.testing.builders import subject
from tests.attacks.attack import Attack
from tests.attacks.stage import BARRING, CROWDED, LISTED, SERIAL, Stage, barred, law
from tests.attacks.stolen_keys import path_of, resign, signer
from tests.replica_host import now

ROLES = ("timestamp", "snapshot", "targets", "catalogue", "root")
LONG_AGO = timedelta(seconds=-1)


def _publish_lower(stage: Stage) -> None:
    stage.publish(serial=SERIAL - 1)


def _publish_twice(stage: Stage) -> None:
    stage.publish(serial=SERIAL)


def _serve_earlier_signatures(stage: Stage) -> None:
    earlier = dict(stage.publisher.files)
    stage.publisher.heartbeat(now())
    stage.client.sync()
    stage.publisher.files.update(earlier)


def _name_an_earlier_snapshot(stage: Stage) -> None:
    earlier = Metadata[Timestamp].from_bytes(stage.publisher.files["metadata/timestamp.json"]).signed.snapshot_meta
    stage.publisher.publish(now(), serial=SERIAL + 1)
    stage.client.sync()
    resign(stage.publisher, "timestamp", lambda role: setattr(role, "snapshot_meta", earlier))


def _name_earlier_targets(stage: Stage) -> None:
    snapshot = stage.publisher.files[path_of(stage.publisher, "snapshot")]
    earlier = Metadata[Snapshot].from_bytes(snapshot).signed.meta["targets.json"]
    stage.publisher.publish(now(), serial=SERIAL + 1)
    stage.client.sync()
    resign(stage.publisher, "snapshot", lambda role: role.meta.update({"targets.json": earlier}))


def _sign_with_strangers_keys(stage: Stage, role: str) -> None:
    stage.publisher.signers[role] = [signer() for _ in stage.publisher.signers[role]]
    _sign_anew(stage, role)


def _sign_with_one_key_of_two(stage: Stage, role: str) -> None:
    stage.publisher.signers[role] = stage.publisher.signers[role][:1]
    _sign_anew(stage, role)


def _sign_law_without_people(stage: Stage, keys: int) -> None:
    people = stage.publisher.signers["catalogue"]
    stage.publisher.signers["catalogue"] = [*people[:keys], *(signer() for _ in people[keys:])]
    resign(stage.publisher, "catalogue", lambda _: None)


def _sign_expired(stage: Stage, role: str) -> None:
    stage.publisher.validity[role] = LONG_AGO
    _sign_anew(stage, role)


def _sign_anew(stage: Stage, role: str) -> None:
    if role == "root":
        stage.publisher.rotate_root(now())
    stage.publish()


def _leave_a_gap_between_roots(stage: Stage) -> None:
    stage.publisher.rotate_root(now(), roles=["timestamp", "snapshot", "targets"])
    missing = path_of(stage.publisher, "root")
    stage.publisher.rotate_root(now(), roles=["timestamp", "snapshot", "targets"])
    del stage.publisher.files[missing]
    stage.publish()


def _give_a_root_a_later_version(stage: Stage) -> None:
    stage.publisher.rotate_root(now())
    skipped = path_of(stage.publisher, "root")
    stage.publisher.rotate_root(now())
    stage.publisher.files[skipped] = stage.publisher.files[path_of(stage.publisher, "root")]


def _state_a_law_that_is_not_the_one(stage: Stage) -> None:
    stage.publish()
    assert stage.publisher.publication is not None
    stage.publisher.catalogue = law("another")
    stage.publisher.sign(stage.publisher.publication.to_bytes(), now())


def _adopt_a_law_that_cannot_be_used(stage: Stage) -> None:
    stage.publisher.catalogue = b'{"format":"credit-catalogue/1"}'
    stage.publisher.publish(now())


def _announce_a_giant(stage: Stage) -> None:
    def edit(role: Targets) -> None:
        role.targets[PUBLICATION_TARGET].length = MAX_STATEMENT_BYTES + 1

    resign(stage.publisher, "targets", edit)


def _name_an_oddity(stage: Stage, oddity: object) -> None:
    """In the place of the key of somebody who signs the law."""

    def edit(role: Targets) -> None:
        assert role.delegations is not None
        assert role.delegations.roles is not None
        keyids: Any = role.delegations.roles["catalogue"].keyids
        keyids[0] = oddity

    resign(stage.publisher, "targets", edit)


def _hash_to_an_escape(stage: Stage) -> None:
    """Of a terminal: whoever reads the log would read something else."""

    def edit(role: Targets) -> None:
        role.targets[PUBLICATION_TARGET].hashes = {"sha256": "\x1b[2J\r\n" + "x" * 5000}

    resign(stage.publisher, "targets", edit)


def _publish_as_another_origin(stage: Stage) -> None:
    stage.publisher.origin = "credit.example/other"
    stage.publish()


def _empty_every_list(stage: Stage) -> None:
    stage.publisher.records.clear()
    stage.publisher.publish(now())


def _shrink_a_list(stage: Stage) -> None:
    for number in range(21):
        del stage.publisher.records[subject(100 + number)]
    stage.publisher.publish(now())


def _shrink_with_an_override_for_another_list(stage: Stage) -> None:
    stage.publisher.records = {LISTED: barred()}
    stage.publisher.publish(now(), allowing_losses=[BARRING])


def _shrink_with_a_bound_of_its_own(stage: Stage) -> None:
    stage.publisher.max_loss_percent = 100
    _empty_every_list(stage)


def _count_entries_of_one_list_for_another(stage: Stage) -> None:
    """So that a list that was emptied seems to be covered and full."""
    stage.publish()
    publication = stage.publisher.publication
    assert publication is not None
    stated = dict(publication.lists)
    for name, more in ((CROWDED, -1), ("judgment-defaulter", 1)):
        stated[name] = stated[name].model_copy(update={"entries": stated[name].entries + more})
    stage.publisher.sign(publication.model_copy(update={"lists": stated}).to_bytes(), now())


def _state_a_list_twice(stage: Stage) -> None:
    """Covered for one reader and not for another."""
    stage.publish()
    assert stage.publisher.publication is not None
    twice = b'"lists":{"tax-b":{"complete_as_of":"2026-01-01","entries":0},"tax-b":{"complete_as_of":null,"entries":0},'
    stage.publisher.sign(stage.publisher.publication.to_bytes().replace(b'"lists":{', twice), now())


def _publish_a_nest(stage: Stage) -> None:
    stage.publisher.sign(b"[" * 100_000 + b"]" * 100_000, now())


ATTACKS = (
    Attack("rollback to a lower serial under newer signatures", _publish_lower, RollbackError, "older than 5"),
    Attack("rollback to other content of the same serial", _publish_twice, IntegrityError, "published twice"),
    Attack("rollback to earlier signatures", _serve_earlier_signatures, TrustError, "older than what was seen"),
    Attack("rollback of the snapshot by the timestamp", _name_an_earlier_snapshot, TrustError, "older than what was"),
    Attack("rollback of the targets by the snapshot", _name_earlier_targets, TrustError, "older than what was seen"),
    *(
        Attack(
            f"{role} signed with a stranger's keys",
            partial(_sign_with_strangers_keys, role=role),
            TrustError,
            "lets a key sign the law that" if role == "catalogue" else "not signed by the keys this replica trusts",
        )
        for role in ROLES
    ),
    *(
        Attack(
            f"{role} signed with one key of two",
            partial(_sign_with_one_key_of_two, role=role),
            TrustError,
            "cannot be|not signed by the keys",
        )
        for role in ROLES
        if role != "catalogue"
    ),
    *(
        Attack(
            f"law signed by {keys} of two people and strangers",
            partial(_sign_law_without_people, keys=keys),
            TrustError,
            "not signed by the keys",
        )
        for keys in (0, 1)
    ),
    *(
        Attack(
            f"{role} expired",
            partial(_sign_expired, role=role),
            TrustError,
            f"have ended .*{role}.* is expired",
        )
        for role in ROLES
    ),
    Attack("a gap in the chain of roots", _leave_a_gap_between_roots, TrustError, "not signed by the keys"),
    Attack("a root of a later version in place of the next", _give_a_root_a_later_version, TrustError, "."),
    Attack("a law that is not the one stated", _state_a_law_that_is_not_the_one, IntegrityError, "do not belong tog"),
    Attack("a law that cannot be used", _adopt_a_law_that_cannot_be_used, LawError, "."),
    Attack("a statement announced as a giant", _announce_a_giant, TrustError, "is announced with 262145 bytes"),
    Attack("a statement that is a nest of brackets", _publish_a_nest, IntegrityError, "not canonical JSON"),
    Attack("a statement that states a list twice", _state_a_list_twice, IntegrityError, "not canonical JSON"),
    Attack("entries counted for another list", _count_entries_of_one_list_for_another, IntegrityError, "states .* but"),
    Attack("law signed by a number", partial(_name_an_oddity, oddity=7), TrustError, "does not name .7…"),
    Attack("law signed by nothing", partial(_name_an_oddity, oddity=None), TrustError, "does not name .None…"),
    Attack("law signed by an escape", partial(_name_an_oddity, oddity="\x1b[2J"), TrustError, "does not name .'.x1b"),
    Attack("a statement hashed to an escape", _hash_to_an_escape, GatewayUnreachableError, "InvalidURL"),
    Attack("lists of another origin", _publish_as_another_origin, IntegrityError, "lists are not mixed"),
    Attack("every list emptied", _empty_every_list, ShrunkenError, f"loses over 20 % of {CROWDED}"),
    Attack("a list shrunken", _shrink_a_list, ShrunkenError, f"loses over 20 % of {CROWDED}"),
    Attack(
        "a list shrunken with an override for another",
        _shrink_with_an_override_for_another_list,
        ShrunkenError,
        f"loses over 20 % of {CROWDED}",
    ),
    Attack(
        "lists emptied under a bound that allows it", _shrink_with_a_bound_of_its_own, ShrunkenError, "loses over 20 %"
    ),
)
