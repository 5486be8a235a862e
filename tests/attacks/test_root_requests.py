"""A gateway in other hands asks the root keys to sign: whoever signs sees all of it, or is not asked at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from securesystemslib.signer import CryptoSigner

from credit_sdk.errors import CreditError, InvalidRequestError, TrustError
from credit_sdk.model import canonical
from credit_sdk.model.canonical import JsonValue
from gateway.commands.trust_wording import change_lines
from gateway.problems import ConflictError
from gateway.publishing.planning import Wanted
from gateway.publishing.root_change import identifier_of
from gateway.publishing.root_request import MAX_REQUEST_BYTES, RootRequest
from tests.key_office import Office, now
from tests.real_gateway import LI


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office.make(tmp_path)
    yield made
    made.close()


class Forged:
    """A request that is changed on its way."""

    def __init__(self, request: RootRequest) -> None:
        self._content = canonical.loads(request.to_bytes())

    def at(self, *path: str) -> dict[str, JsonValue]:
        """The object at a place."""
        found = self._content
        for name in path:
            assert isinstance(found, dict)
            found = found[name]
        assert isinstance(found, dict)
        return found

    def read(self) -> RootRequest:
        """What the machine with the root key makes of it."""
        return RootRequest.from_bytes(canonical.dumps(self._content))


@pytest.fixture
def forged(office: Office) -> Forged:
    return Forged(office.request(Wanted(rotate=True), keys=()))


def test_the_forgers_tools_work(forged: Forged) -> None:
    assert forged.read().missing == 2


def test_every_key_that_gains_or_loses_trust_is_shown_in_full(office: Office) -> None:
    request = office.request(Wanted(rotate=True), keys=())
    shown = "\n".join(change_lines(request.before.signed, request.root.signed, request.names, now()))
    before, after = request.before.signed, request.root.signed
    for role in ("timestamp", "snapshot", "targets"):
        assert f"失去信任 loses trust:  {before.roles[role].keyids[0]}" in shown
        assert f"获得信任 gains trust: {after.roles[role].keyids[0]}" in shown
    assert "第1版 → 第2版" in shown
    assert f"{after.expires.date().isoformat()}（365 天 days）" in shown


def test_another_key_under_a_known_identifier_is_not_shown_as_unchanged(forged: Forged) -> None:
    keys = forged.at("root", "signed", "keys")
    keyid = next(iter(forged.at("before", "signed", "keys").keys() & keys.keys()))
    public = CryptoSigner.generate_ed25519().public_key.to_dict()
    keys[keyid] = {"keytype": "ed25519", "scheme": "ed25519", "keyval": public["keyval"]}
    with pytest.raises(TrustError, match="cannot be shown"):
        forged.read()


def test_a_new_key_under_an_identifier_that_is_not_its_own_is_refused(forged: Forged) -> None:
    """Somebody reads the identifier out on the telephone; it must be that of the key."""
    keys, role = forged.at("root", "signed", "keys"), forged.at("root", "signed", "roles", "timestamp")
    assert isinstance(role["keyids"], list)
    keys["ab" * 32] = keys.pop(str(role["keyids"][0]))
    role["keyids"] = ["ab" * 32]
    with pytest.raises(TrustError, match="is not that of the key it stands for"):
        forged.read()


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        (("root", "signed"), "x-other", "hidden"),
        (("root", "signed"), "consistent_snapshot", False),
        (("root", "signed"), "version", 3),
        (("root", "signed"), "spec_version", "1.0.1"),
        (("root", "signed", "roles", "timestamp"), "x-other", "hidden"),
    ],
)
def test_what_cannot_be_shown_is_not_signed(
    forged: Forged, path: tuple[str, ...], name: str, value: str | bool | int
) -> None:
    forged.at(*path)[name] = value
    with pytest.raises(CreditError) as refused:
        forged.read()
    assert isinstance(refused.value, TrustError | InvalidRequestError)


def test_a_root_in_force_that_nobody_signed_is_no_beginning(forged: Forged) -> None:
    """Otherwise the change could be shown against a root of the forger's own, and look harmless."""
    forged.at("before")["signatures"] = []
    with pytest.raises(InvalidRequestError, match="is no request for a trust root"):
        forged.read()


@pytest.mark.parametrize(("role", "threshold"), [("root", 1), ("root", 3)])
def test_a_threshold_that_makes_one_key_enough_or_every_key_needed_is_refused(
    forged: Forged, role: str, threshold: int
) -> None:
    forged.at("root", "signed", "roles", role)["threshold"] = threshold
    with pytest.raises(ConflictError, match="are not safe"):
        forged.read()


def test_a_law_of_one_person_is_refused(forged: Forged) -> None:
    forged.at("root", "signed", "x-credit-catalogue")["threshold"] = 1
    with pytest.raises(ConflictError, match="at least 2 must sign"):
        forged.read()


def test_one_key_in_two_roles_is_refused(forged: Forged) -> None:
    timestamp, snapshot = (forged.at("root", "signed", "roles", role) for role in ("timestamp", "snapshot"))
    assert isinstance(timestamp["keyids"], list)
    del forged.at("root", "signed", "keys")[str(timestamp["keyids"][0])]
    timestamp["keyids"] = snapshot["keyids"]
    with pytest.raises(InvalidRequestError, match="in two roles, or in none"):
        forged.read()


def test_a_key_of_a_scheme_that_nobody_believes_is_refused(forged: Forged) -> None:
    key = CryptoSigner(ec.generate_private_key(ec.SECP256R1())).public_key
    assert key.keyid == identifier_of(key)
    forged.at("root", "signed", "keys")[key.keyid] = key.to_dict()
    forged.at("root", "signed", "roles", "timestamp")["keyids"] = [key.keyid]
    with pytest.raises(TrustError, match="ecdsa/ecdsa-sha2-nistp256, which is not believed here"):
        forged.read()


@pytest.mark.parametrize("name", ["\x1b[2J李", "a\nb", "", "x" * 65])
def test_a_name_cannot_draw_on_the_terminal_of_whoever_signs(forged: Forged, name: str) -> None:
    names = forged.at("names")
    names[next(iter(names))] = name
    with pytest.raises(InvalidRequestError):
        forged.read()


def test_a_stranger_signs_nothing(office: Office) -> None:
    request = office.request(Wanted(), keys=())
    with pytest.raises(InvalidRequestError, match="is no root key of this gateway"):
        request.signed_with([office.keyring.person(LI)])


def test_a_signature_that_is_not_good_does_not_count_and_is_not_published(office: Office) -> None:
    forged = Forged(office.request(Wanted(), keys=(1, 2)))
    signatures = forged.at("root")["signatures"]
    assert isinstance(signatures, list)
    first = signatures[0]
    assert isinstance(first, dict)
    first["sig"] = "00" * 64
    request = forged.read()
    assert (len(request.signed_by), request.missing) == (1, 1)
    with pytest.raises(ConflictError, match="1 more signatures"):
        office.accept(request)
    assert str(first["keyid"]) not in request.root_bytes().decode().partition('"signed":')[0]


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"<html>", b'{"format":"credit-root-request/1"}', bytes(100)])
def test_any_other_file_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(InvalidRequestError, match="is no request for a trust root") as refused:
        RootRequest.from_bytes(data)
    assert "\n" not in refused.value.line


def test_an_endless_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "request.json"
    path.write_bytes(b" " * (MAX_REQUEST_BYTES + 2))
    with pytest.raises(InvalidRequestError):
        RootRequest.read(path)
