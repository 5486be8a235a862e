"""``ledger …``: proving that what was done was not edited afterwards (台账)."""

from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.commands.failure import FAILED
from gateway.commands.terminal import AS_JSON, HOME, Desk, answer, desk
from gateway.database.columns import Json
from gateway.database.unit_of_work import snapshot
from gateway.ledger import checkpoints as kept_checkpoints
from gateway.ledger.note import MAX_NOTE_BYTES, Checkpoint, opened
from gateway.ledger.proofs import MAX_PROOF_BYTES, Proof, prove_growth, prove_line, require_holds
from gateway.ledger.replay import compare
from gateway.ledger.verify import verify as verify_ledger
from gateway.problems import CheckpointError
from gateway.publishing.checkpoints import Checkpoints, followed, published_roots, signing_keys
from gateway.publishing.files import Folder
from gateway.publishing.keyring import Keyring

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_MAX_ROOT_BYTES = 1024 * 1024


@click.group()
def ledger() -> None:
    """台账 / The ledger."""


@ledger.command()
@HOME
@click.option(
    "--checkpoint",
    "held",
    type=_FILE,
    multiple=True,
    help="他处保存的检查点，可多次 / a checkpoint kept elsewhere; may be repeated",
)
@AS_JSON
def verify(home: Path, *, held: tuple[Path, ...], as_json: bool) -> None:
    """核验台账：改动、删除、调换、插入都会指出，并核对条目状态。

    Recompute the whole chain, hold checkpoints against it, and compare every entry with what the ledger says.
    """
    with desk(home) as open_desk, snapshot(open_desk.engine) as connection:
        standing = verify_ledger(connection, _held(open_desk, held))
        found = compare(connection)
    content: dict[str, Json] = {
        "verified": not found.differences,
        "rows": standing.rows,
        "digest": standing.digest,
        "root": standing.root.hex(),
        "checkpoints": standing.checkpoints,
        "entries": found.entries,
        "contents": found.contents,
        "differences": [{"about": each.about, "ledger": each.stated, "held": each.held} for each in found.differences],
    }
    said = [
        f"台账完好，共 {standing.rows} 行，检查点 {standing.checkpoints} 个 / verified",
        f"末行摘要 / digest of the last row: {standing.digest}",
        f"树根 / root of the tree: {standing.root.hex()}",
        f"已核对条目 {found.entries} 个，不一致 {len(found.differences)} 处 / entries compared, differences",
        f"其中与台账摘要核对内容的条目和豁免 {found.contents} 个 / contents held against digests in the ledger",
    ]
    said += [
        f"不一致 / differs: {each.about}：台账 / ledger: {each.stated}；登记 / held: {each.held}"
        for each in found.differences
    ]
    answer(content, said, as_json=as_json)
    if found.differences:
        click.get_current_context().exit(FAILED)


@ledger.command()
@HOME
@AS_JSON
def checkpoint(home: Path, *, as_json: bool) -> None:
    """制作并公布台账检查点；请在网关之外保存。

    Sign what the ledger holds now and publish it; keep it somewhere else.
    """
    with desk(home) as open_desk:
        making = Checkpoints(open_desk.home, open_desk.engine, Keyring(open_desk.home.keys))
        made = making.make(datetime.now(UTC))
    answer(
        {"size": made.size, "root": made.root.hex(), "file": str(making.newest_file), "checkpoint": made.note},
        [made.note],
        as_json=as_json,
    )


@ledger.command()
@HOME
@click.argument("seq", type=click.IntRange(1), required=False)
@click.option(
    "--from", "size", type=click.IntRange(1), metavar="SIZE", help="自该行数起只增未改 / it only grew since SIZE rows"
)
@AS_JSON
def prove(home: Path, *, seq: int | None, size: int | None, as_json: bool) -> None:
    """证明某行在台账中，或台账自某一行数起只增未改。

    Print a proof that a row stands in the ledger, or that the ledger only grew since it had so many rows.
    """
    if (seq is None) == (size is None):
        raise click.UsageError("请写行号或 --from 其一 / name either a row or --from")
    with desk(home) as open_desk:
        made = Checkpoints(open_desk.home, open_desk.engine, Keyring(open_desk.home.keys)).make(datetime.now(UTC))
        roots = published_roots(Folder(open_desk.home.distribution))[1:]
        with snapshot(open_desk.engine) as connection:
            kept = kept_checkpoints.last(connection) or made
            proof = (
                prove_line(connection, seq, kept, roots) if seq else prove_growth(connection, size or 0, kept, roots)
            )
    # The proof is JSON, for programs and people alike.
    click.echo(proof.to_bytes().decode())


@ledger.command()
@click.argument("proof", type=_FILE)
@click.option("--trust", type=_FILE, required=True, metavar="FILE", help="信任根 root.json / the trust root")
@click.option(
    "--checkpoint", "held", type=_FILE, metavar="FILE", help="自己保存的较早检查点 / an earlier checkpoint you kept"
)
@AS_JSON
def check(proof: Path, *, trust: Path, held: Path | None, as_json: bool) -> None:
    """离线核验台账证明，只需信任根。

    Check a proof offline, with the trust root alone.
    """
    offered = Proof.from_bytes(_bytes(proof, MAX_PROOF_BYTES))
    roots = followed(_bytes(trust, _MAX_ROOT_BYTES), offered.roots)
    stated = opened(offered.checkpoint, signing_keys(roots[-1:]))
    before = opened(_text(held), signing_keys(roots)) if held else None
    require_holds(offered, stated, before)
    content: dict[str, Json] = {
        "kind": offered.kind,
        "origin": stated.origin,
        "size": stated.size,
        "root": stated.root.hex(),
        "seq": offered.seq,
        "line": offered.line,
        "from_size": offered.from_size,
        "from_root": offered.from_root,
    }
    shown = f"第 {offered.seq} 行在台账中 / row {offered.seq} stands in the ledger: {offered.line}"
    if offered.kind == "consistency":
        shown = f"自 {offered.from_size} 行（{offered.from_root}）起只增未改 / the ledger only grew since then"
    answer(content, [shown, f"检查点 / checkpoint: {stated.origin} {stated.size} {stated.root.hex()}"], as_json=as_json)


def _held(open_desk: Desk, files: tuple[Path, ...]) -> list[Checkpoint]:
    """The checkpoints to be held against the ledger: those named, and the one that is served."""
    first, *later = published_roots(Folder(open_desk.home.distribution))
    keys = signing_keys(followed(first.encode(), later))
    served = Checkpoints(open_desk.home, open_desk.engine, Keyring(open_desk.home.keys)).newest_file
    return [opened(_text(each), keys) for each in (*files, *([served] if served.exists() else []))]


def _text(path: Path) -> str:
    try:
        return _bytes(path, MAX_NOTE_BYTES).decode()
    except UnicodeDecodeError:
        raise CheckpointError(
            f"{path}不是检查点 / {path} is no checkpoint.", hint="请核对文件 / Name the right file."
        ) from None


def _bytes(path: Path, at_most: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(at_most + 1)
    if len(data) > at_most:
        raise CheckpointError(
            f"{path}超过{at_most}字节 / {path} is larger than {at_most} bytes.",
            hint="请核对文件 / Name the right file.",
        )
    return data
