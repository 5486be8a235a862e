"""The `keys` commands as people type them: at the gateway, on the machine of a root key, and with wrong input."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gateway.cli import credit_gateway, run
from tests.key_office import Office
from tests.real_gateway import LI, WANG


@dataclass
class Desk:
    """The terminal of the gateway's administrator, and of whoever holds a root key."""

    office: Office
    capture: pytest.CaptureFixture[str]

    @property
    def home(self) -> str:
        return str(self.office.home.path)

    def keys(self, *numbers: int) -> list[str]:
        return [word for path in self.office.media(*numbers) for word in ("--key", str(path))]

    def file(self, name: str) -> str:
        return str(self.office.folder / name)

    def run(self, *words: str) -> tuple[int, str, str]:
        code = run(list(words))
        said = self.capture.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err

    def answer(self, *words: str) -> dict[str, Any]:
        code, out, err = self.run(*words, "--json")
        assert code == 0, err
        found: dict[str, Any] = json.loads(out)
        return found

    def refused(self, *words: str) -> str:
        code, out, err = self.run(*words)
        assert code in {1, 2}
        assert out == ""
        return err.splitlines()[-1]


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    with closing(Office.make(tmp_path)) as office:
        yield Desk(office, capsys)


def test_one_command_replaces_the_online_keys(desk: Desk) -> None:
    done = desk.answer("keys", "rotate", desk.home, *desk.keys(1, 2), "--yes")
    assert (done["root_version"], done["changed"]) == (2, True)
    assert [each["role"] for each in done["changes"]] == ["timestamp", "snapshot", "targets"]
    with desk.office.host("host") as host:
        assert host.status().serial == 1


def test_it_shows_what_will_happen_and_asks_first(desk: Desk) -> None:
    words = ["keys", "rotate", desk.home, *desk.keys(1, 2)]
    said_no = CliRunner().invoke(credit_gateway, words, input="n\n", standalone_mode=False)
    assert said_no.exit_code == 1
    assert "信任根 第1版 → 第2版" in said_no.output
    assert desk.office.root.signed.version == 1
    nobody = CliRunner().invoke(credit_gateway, words, input="", standalone_mode=False)
    assert "--yes" in str(nobody.exception)
    assert desk.office.root.signed.version == 1
    said_yes = CliRunner().invoke(credit_gateway, words, input="y\n", standalone_mode=False)
    assert said_yes.exit_code == 0
    assert desk.office.root.signed.version == 2


def test_keys_are_shown_with_what_is_to_be_put_right(desk: Desk) -> None:
    found = desk.answer("keys", "show", desk.home)
    assert (found["root_version"], found["root_keys_offline"]) == (1, True)
    assert [each["role"] for each in found["roles"]] == ["root", "timestamp", "snapshot", "targets", "catalogue"]
    assert {"role", "threshold", "version", "expires_at", "days", "keys"} == found["roles"][0].keys()
    assert [each["code"] for each in found["warnings"]] == ["no-spare-person"]
    shutil.copy(desk.office.media(1)[0], desk.office.home.keys / "root")
    assert not desk.answer("keys", "show", desk.home)["root_keys_offline"]
    _, out, _ = desk.run("keys", "show", desk.home)
    assert "根密钥仍在网关上（root-1.pem）" in out


def test_root_keys_sign_on_machines_of_their_own(desk: Desk) -> None:
    """One file goes round: two signatures on it, and it is taken in."""
    file = desk.file("request.json")
    made = desk.answer("keys", "request", desk.home, file, "--rotate")
    assert (made["root_version"], made["missing"], made["signed_by"]) == (2, 2, [])
    assert desk.refused("keys", "accept", desk.home, file, "--yes").startswith("错误 Error: 还需2个根密钥的签名")
    code, _, shown = desk.run("keys", "sign", file, *desk.keys(3), "--yes")
    assert code == 0
    assert "失去信任 loses trust" in shown
    assert "获得信任 gains trust" in shown
    assert desk.answer("keys", "sign", file, *desk.keys(1), "--yes")["missing"] == 0
    assert desk.answer("keys", "accept", desk.home, file, "--yes")["changed"]
    assert not desk.answer("keys", "accept", desk.home, file, "--yes")["changed"]


def test_two_copies_are_signed_at_once_and_handed_in_together(desk: Desk) -> None:
    one, other = desk.file("one.json"), desk.file("other.json")
    desk.answer("keys", "request", desk.home, one)
    shutil.copy(one, other)
    desk.answer("keys", "sign", one, *desk.keys(1), "--yes")
    desk.answer("keys", "sign", other, *desk.keys(2), "--yes")
    assert desk.answer("keys", "accept", desk.home, one, other, "--yes")["root_version"] == 2


def test_a_lost_root_key_is_replaced_by_one_that_was_made_elsewhere(desk: Desk) -> None:
    new = desk.file("root-4.pem")
    made = desk.answer("keys", "make", new)
    lost = desk.office.keyring.load_root(desk.office.media(3)[0]).public_key.keyid
    words = ["--add", made["public"], "--drop", lost]
    done = desk.answer("keys", "change", desk.home, *words, *desk.keys(1, 2), "--yes")
    assert done["changes"] == [{"role": "root", "gained": [made["keyid"]], "lost": [lost], "threshold": 2}]
    renewed = desk.answer("keys", "renew", desk.home, *desk.keys(1), "--key", new, "--yes")
    assert (renewed["root_version"], renewed["changes"]) == (3, [])


def test_a_persons_key_is_revoked_after_two_others_signed_the_law(desk: Desk) -> None:
    desk.answer("operators", "add", desk.home, "zhao", "--role", "reviewer", "--role", "operator", *desk.keys(1, 2))
    revoke = ["keys", "change", desk.home, "--revoke", WANG, *desk.keys(1, 2), "--yes"]
    assert "law sign HOME --by A --confirmed-by B" in desk.refused(*revoke)
    signed = desk.answer("law", "sign", desk.home, "--by", LI, "--confirmed-by", "zhao")
    assert signed["signed_by"] == [LI, "zhao"]
    assert [each["lost"] for each in desk.answer(*revoke)["changes"]] != [[]]
    granted = desk.answer("keys", "change", desk.home, "--grant", WANG, *desk.keys(1, 2), "--yes")
    assert len(granted["changes"][0]["gained"]) == 1


def test_an_operator_is_added_while_the_root_keys_are_elsewhere(desk: Desk) -> None:
    file = desk.file("zhao.json")
    added = desk.answer("operators", "add", desk.home, "zhao", "--role", "reviewer", "--request", file)
    assert added == {"operator": "zhao", "roles": ["reviewer"], "request": file}
    assert desk.refused("law", "sign", desk.home, "--by", LI, "--confirmed-by", "zhao").startswith(
        "错误 Error: 信任根没有列入zhao的密钥"
    )
    desk.answer("keys", "sign", file, *desk.keys(1, 2), "--yes")
    desk.answer("keys", "accept", desk.home, file, "--yes")
    desk.answer("law", "sign", desk.home, "--by", LI, "--confirmed-by", "zhao")


def test_an_operator_whose_key_is_refused_is_not_added_either(desk: Desk) -> None:
    desk.refused("operators", "add", desk.home, "zhao", "--role", "reviewer")
    operators = desk.answer("operators", "list", desk.home)["operators"]
    assert {each["operator"] for each in operators} == {LI, WANG}
    assert not (desk.office.home.keys / "people" / "zhao.pem").exists()


def test_an_api_key_lost(desk: Desk) -> None:
    """A name is never used twice: the old key ends, and the system gets one under a new name."""
    desk.answer("clients", "add", desk.home, "platform", "--matters", "*")
    desk.answer("clients", "revoke", desk.home, "platform")
    assert "There is a client platform already" in desk.refused(
        "clients", "add", desk.home, "platform", "--matters", "*"
    )
    assert desk.answer("clients", "add", desk.home, "platform-2", "--matters", "*")["api_key"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["keys", "show", "nowhere"], "is not the home of a gateway"),
        (["keys", "rotate", "HOME", "--yes"], "2 root keys are needed to change keys and 0 are here"),
        (["keys", "rotate", "HOME", "--key", "nowhere.pem", "--yes"], "is not at nowhere.pem"),
        (["keys", "rotate", "HOME", "--key", "HOME/gateway.toml", "--yes"], "holds no usable key"),
        (["keys", "change", "HOME", "--yes"], "未指明任何变更"),
        (["keys", "change", "HOME", "--grant", "nobody", "--yes"], "There is no operator nobody"),
        (["keys", "change", "HOME", "--add", "HOME/gateway.toml", "--yes"], "holds no public key"),
        (["keys", "change", "HOME", "--threshold", "0", "--yes"], "--threshold"),
        (["keys", "request", "HOME", "HOME/gateway.toml"], "is there already"),
        (["keys", "sign", "HOME/gateway.toml", "--key", "x", "--yes"], "is no request for a trust root"),
        (["keys", "sign", "nowhere.json", "--key", "x", "--yes"], "nowhere.json: 文件或文件夹不存在"),
        (["keys", "accept", "HOME", "HOME/gateway.toml", "--yes"], "is no request for a trust root"),
        (["keys", "accept", "HOME"], "FILE"),
        (["keys", "make", "HOME/gateway.toml"], "is there already"),
        (["law", "sign", "HOME", "--by", LI, "--confirmed-by", LI], "cannot confirm an act of their own"),
    ],
)
def test_wrong_input_is_refused_in_one_line(desk: Desk, words: list[str], said: str) -> None:
    assert said in desk.refused(*(word.replace("HOME", desk.home) for word in words))
    assert desk.office.root.signed.version == 1
