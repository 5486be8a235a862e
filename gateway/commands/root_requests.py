"""``keys request``, ``sign``, ``accept``, ``make``: a change of trust with root keys that stay where they are."""

from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.commands.keys import FILE, YES, changing, require_operators, wanted_of
from gateway.commands.terminal import AS_JSON, HOME, answer, desk
from gateway.commands.trust_wording import agree, change_lines, changes_json, require_absent, tell_accepted
from gateway.database.columns import Json, instant_text
from gateway.publishing import public_keys
from gateway.publishing.ceremony import ceremony
from gateway.publishing.files import write_whole
from gateway.publishing.keyring import load_key
from gateway.publishing.root_request import RootRequest


@click.command()
@HOME
@click.argument("file", type=FILE)
@click.option("--rotate", "rotating", is_flag=True, help="同时更换在线密钥 / replace the online keys, too")
@changing
@AS_JSON
def request(
    home: Path,
    *,
    file: Path,
    rotating: bool,
    grant: tuple[str, ...],
    revoke: tuple[str, ...],
    add: tuple[Path, ...],
    drop: tuple[str, ...],
    threshold: int | None,
    as_json: bool,
) -> None:
    """把待签的信任根写入文件，带到离线的根密钥处；尚不生效。

    Write the next trust root to FILE, to be signed where the root keys are; nothing changes yet.
    """
    now = datetime.now(UTC)
    require_absent(file)
    wanted = wanted_of(grant, revoke, add, drop, threshold, rotate=rotating)
    with desk(home) as open_desk:
        require_operators(open_desk.engine, wanted.grant)
        with ceremony(open_desk.home, open_desk.engine, now) as held:
            made = held.planning.request(wanted, now)
            write_whole(file, made.to_bytes())
    _tell_request(made, file, now, as_json=as_json)


@click.command()
@click.argument("file", type=FILE)
@click.option("--key", "root_keys", required=True, multiple=True, type=FILE, metavar="KEY", help="根密钥 / root key")
@YES
@AS_JSON
def sign(file: Path, *, root_keys: tuple[Path, ...], yes: bool, as_json: bool) -> None:
    """在离线机上签名；先逐项显示所签内容。

    Sign a request where the root key is; shows what is signed before it asks. Needs no gateway and no network.
    """
    now = datetime.now(UTC)
    asked = RootRequest.read(file)
    signers = [load_key(path, f"the root key {path.name}") for path in root_keys]
    signed = asked.signed_with(signers)
    agree(change_lines(asked.before.signed, asked.root.signed, asked.names, now), "签名 / Sign this?", yes=yes)
    write_whole(file, signed.to_bytes())
    _tell_request(signed, file, now, as_json=as_json)


@click.command()
@HOME
@click.argument("files", metavar="FILE...", required=True, nargs=-1, type=FILE)
@YES
@AS_JSON
def accept(home: Path, *, files: tuple[Path, ...], yes: bool, as_json: bool) -> None:
    """取回已签的信任根并启用；可同时提交多份分别签名的副本。

    Take a signed trust root into force; copies that were signed in different places add up.
    """
    now = datetime.now(UTC)
    first, *others = [RootRequest.read(path) for path in files]
    for each in others:
        first = first.merged_with(each)
    first.require_signed()
    with desk(home) as open_desk:
        shown = change_lines(first.before.signed, first.root.signed, first.names, now)
        agree(shown, "启用 / Put it into force?", yes=yes)
        with ceremony(open_desk.home, open_desk.engine, now) as held:
            done = held.accept(first, now)
        tell_accepted(open_desk, done, as_json=as_json)


@click.command()
@click.argument("file", type=FILE)
@AS_JSON
def make(file: Path, *, as_json: bool) -> None:
    """在离线机上造一把根密钥：私钥留下，只带走公钥文件。

    Make a root key where it will stay: FILE holds the private half, only the other file travels.
    """
    key = public_keys.make(file)
    public = public_keys.public_path(file)
    answer(
        {"private": str(file), "public": str(public), "keyid": key.keyid},
        [
            f"私钥（留在此处） / private, stays here: {file}",
            f"公钥（带到网关） / public: {public}",
            f"标识 / id: {key.keyid}",
        ],
        as_json=as_json,
    )


def _tell_request(made: RootRequest, file: Path, now: datetime, *, as_json: bool) -> None:
    before, after = made.before.signed, made.root.signed
    content: dict[str, Json] = {
        "file": str(file),
        "root_version": after.version,
        "expires_at": instant_text(after.expires),
        "changes": changes_json(before, after),
        "signed_by": list(made.signed_by),
        "missing": made.missing,
    }
    said = [*change_lines(before, after, made.names, now)] if not made.signed_by else []
    if made.missing:
        said.append(
            f"还需 {made.missing} 把根密钥签名 / signatures still needed: {made.missing}（keys sign {file} --key …）"
        )
    else:
        said.append(f"签名已足，请带回网关 / signed by enough, take it back: keys accept HOME {file}")
    answer(content, said, as_json=as_json)
