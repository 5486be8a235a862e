"""Seals (封存) every block once adopted, so that an edited or removed old block shows.

``sealed.txt`` holds one line per block, ``measures/a1-06#1 sha256``, of the block's canonical content. Comments, order
of fields and line breaks are not sealed; every word that counts is.
"""

from collections.abc import Iterator
from hashlib import sha256

from credit_sdk.publication.canonical import dumps
from gateway.drafting.blocks import Block
from gateway.drafting.complaint import Complaint
from gateway.drafting.reader import SEALED_FILE, LawFile, LawFiles

_HEADING = "# 封存记录：由程序书写，请勿改动。每行一个已采用的块及其内容的SHA-256。\n"


def unsealed(law: LawFiles) -> tuple[str, ...]:
    """Names of the blocks that are not sealed yet, in file order."""
    return tuple(name for name, _, _ in _named(law) if name not in law.sealed)


def seal(law: LawFiles) -> tuple[str, ...]:
    """Append every block that is not sealed yet to ``sealed.txt``; the names of those appended.

    Call it when the law was adopted or released. Lines that stand there are never rewritten.
    """
    path = law.directory / SEALED_FILE
    digests = {name: _digest(block) for name, _, block in _named(law)}
    new = unsealed(law)
    if new:
        text = path.read_text(encoding="utf-8") if path.exists() else _HEADING
        path.write_text(text + "".join(f"{name} {digests[name]}\n" for name in new), encoding="utf-8")
    return new


def broken_seals(law: LawFiles) -> Iterator[Complaint]:
    """Sealed blocks that were edited, moved or removed since."""
    standing = {name: (file, block) for name, file, block in _named(law)}
    files = {f"{file.kind}/{file.id}": file for file in law.files}
    remedy = "恢复原来的块；变更写成文件末尾的新块"
    for name, digest in law.sealed.items():
        owner, _, number = name.partition("#")
        if name in standing:
            file, block = standing[name]
            if _digest(block) != digest:
                yield file.sheet.complaint(block.place, f"已采用的第{number}块被改动", remedy)
        elif owner in files:
            # A block that cannot be read has its own complaint; one that is gone is said here.
            written = files[owner].sheet.content.get("blocks")
            if isinstance(written, list) and number.isdigit() and len(written) < int(number):
                yield files[owner].sheet.complaint(("blocks",), f"已采用的第{number}块被删除", remedy)
        else:
            yield Complaint(f"{owner}.yaml", 1, "已采用的文件被删除或改名", "恢复原文件；终止写成end块")


def _named(law: LawFiles) -> Iterator[tuple[str, LawFile, Block]]:
    for file in law.files:
        for block in file.blocks:
            yield f"{file.kind}/{file.id}#{block.number}", file, block


def _digest(block: Block) -> str:
    return sha256(dumps(block.content)).hexdigest()
