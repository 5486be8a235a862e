"""Attacks by whoever holds no key: a mirror, a proxy, a portal, the network."""

from collections.abc import Callable, Iterable, Iterator

from credit_sdk.errors import CreditError, GatewayRefusedError, GatewayUnreachableError, IntegrityError, TrustError
from credit_sdk.publication import objects
from credit_sdk.testing.publisher import Publisher
from tests.attacks import line
from tests.attacks.attack import Attack
from tests.attacks.line import Trick
from tests.attacks.stage import Stage, law
from tests.attacks.stolen_keys import path_of
from tests.replica_host import now

PARTS = {
    "root": "metadata/?.root.json",
    "timestamp": "metadata/timestamp.json",
    "snapshot": "metadata/?.snapshot.json",
    "targets": "metadata/?.targets.json",
    "catalogue": "metadata/?.catalogue.json",
    "statement": "targets/*.publication.json",
    "law": "targets/*.catalogue.json",
    "object": "objects/??/*",
}
"""Everything a sync fetches when there is a new root, a new law and new entries."""

ONE_OF_A_KIND = ("timestamp", "statement", "object")
"""Metadata, a target and an object: for what is done to the answer before anybody looks into it."""

UNSIGNED = {"root", "timestamp"}
"""Named by no hash: what came is judged by its signatures alone."""


def _meddled(part: str, trick: Trick) -> Callable[[Stage], None]:
    def launch(stage: Stage) -> None:
        stage.publisher.rotate_root(now())
        stage.publish()
        stage.line.tricks.append((PARTS[part], trick))

    return launch


def _each(
    what: str,
    trick: Trick,
    refused: type[CreditError],
    because: str,
    *,
    parts: Iterable[str] = ONE_OF_A_KIND,
    timeout_s: float = 10.0,
) -> Iterator[Attack]:
    return (Attack(f"{part} {what}", _meddled(part, trick), refused, because, timeout_s) for part in parts)


def _changed(what: str, trick: Trick, parts: Iterable[str] = ONE_OF_A_KIND) -> Iterator[Attack]:
    for part in parts:
        kind: type[CreditError] = TrustError if part in UNSIGNED else IntegrityError
        yield Attack(f"{part} {what}", _meddled(part, trick), kind, ".")


def _redirected(code: int) -> Attack:
    def launch(stage: Stage) -> None:
        stage.publish()
        elsewhere = line.status(code, Location=f"{stage.elsewhere.url}/distribution/metadata/timestamp.json")
        stage.line.tricks.append(("*", elsewhere))

    return Attack(f"redirect {code} to elsewhere", launch, GatewayRefusedError, "sends elsewhere")


def _hang_up(stage: Stage) -> None:
    def trick(handler: line.Handler, _: bytes) -> None:
        handler.connection.close()

    stage.line.tricks.append(("*", trick))


def _mix(role: str) -> Callable[[Stage], None]:
    """What is served for a role is what was served for it before."""

    def launch(stage: Stage) -> None:
        earlier = stage.publisher.files[path_of(stage.publisher, role)]
        stage.publish()
        stage.publisher.files[path_of(stage.publisher, role)] = earlier

    return launch


def _mix_statements(stage: Stage) -> None:
    earlier = [data for path, data in stage.publisher.files.items() if path.endswith("publication.json")]
    stage.publish()
    stage.line.tricks.append((PARTS["statement"], line.instead(lambda _: earlier[0])))


def _mix_objects(stage: Stage) -> None:
    assert stage.publisher.publication is not None
    earlier = stage.publisher.files[objects.path_of(stage.publisher.publication.map_root)]
    stage.publish()
    stage.line.tricks.append((PARTS["object"], line.instead(lambda _: earlier)))


def _state_coverage_without_a_signature(stage: Stage) -> None:
    """Lists that nobody declared are said to be complete."""
    stage.publisher.declared.clear()
    stage.publish()
    covering = line.instead(lambda data: data.replace(b'"complete_as_of":null', b'"complete_as_of":"2026-01-01"'))
    stage.line.tricks.append((PARTS["statement"], covering))


def _impersonate(stage: Stage) -> None:
    stranger = Publisher(law("stranger"), dict(stage.publisher.records))
    for _ in range(3):
        stranger.publish(now())
    stranger.rotate_root(now())
    stage.publisher.files.update(stranger.files)


SLOW = "answers too slowly|did not answer within"

ATTACKS = (
    Attack("snapshot of an earlier publication", _mix("snapshot"), IntegrityError, "not the one that was signed"),
    Attack("targets of an earlier publication", _mix("targets"), IntegrityError, "not the one that was signed"),
    Attack("law of an earlier publication", _mix("catalogue"), IntegrityError, "not the one that was signed"),
    Attack("statement of an earlier publication", _mix_statements, IntegrityError, "not the one that was signed|long"),
    Attack("objects of an earlier publication", _mix_objects, IntegrityError, "."),
    Attack("another gateway in this one's place", _impersonate, TrustError, "not signed by the keys"),
    Attack("coverage that nobody signed", _state_coverage_without_a_signature, IntegrityError, "longer|not the one"),
    Attack("a signature counted twice", _meddled("timestamp", line.instead(line.twice_signed)), TrustError, "."),
    Attack("the line cut", _hang_up, GatewayUnreachableError, "cannot be reached"),
    *(_redirected(code) for code in (301, 302, 303, 307, 308)),
    *_changed("with a flipped bit", line.instead(line.flipped), PARTS),
    *_changed("truncated", line.instead(lambda data: data[: len(data) // 2]), PARTS),
    *_changed("empty", line.instead(lambda _: b"")),
    *_changed("replaced by a page that says it is none", line.instead(lambda _: line.PAGE)),
    *_changed("replaced by a nest of brackets", line.nested),
    *_each("without end", line.endless, IntegrityError, "longer than it may be|more than the", parts=PARTS),
    *_each("replaced by a page", line.page, GatewayUnreachableError, "sent a web page"),
    *_each("replaced by a packed bomb", line.packed_bomb, GatewayUnreachableError, "packed"),
    *_each("cut off by the line", line.cut, GatewayUnreachableError, "cannot be reached"),
    *_each("dripping", line.dripping, GatewayUnreachableError, SLOW, timeout_s=0.3),
    *_each("announced for ever", line.endless_head, GatewayUnreachableError, "cannot be reached|did not answer"),
    Attack(
        "a head that drips", _meddled("timestamp", line.dripping_head), GatewayUnreachableError, SLOW, timeout_s=0.3
    ),
    Attack(
        "an object that is a bomb",
        _meddled("object", line.instead(lambda _: objects.compress(bytes(line.BOMB_BYTES)))),
        IntegrityError,
        "unpacks to more than",
    ),
    *_each("answered with 404", line.status(404), GatewayRefusedError, "404", parts=[*PARTS][1:]),
    *_each("answered with 500", line.status(500), GatewayUnreachableError, "500"),
    *_each("answered with 304", line.status(304), GatewayRefusedError, "304"),
    *(
        Attack(f"everything answered with {code}", _meddled("timestamp", line.status(code)), kind, str(code))
        for code, kind in (
            (400, GatewayRefusedError),
            (401, GatewayRefusedError),
            (403, GatewayRefusedError),
            (410, GatewayRefusedError),
            (429, GatewayUnreachableError),
            (502, GatewayUnreachableError),
            (503, GatewayUnreachableError),
        )
    ),
)
