"""What a publication reaches (可达文件): which files of the distribution belong to it, by path below the folder.

Trust roots, the law, its signatures and the checkpoints of the ledger are not spoken of here: people signed them or a
proof may need them years later, and they are kept for ever. So is ``timestamp.json``, of which there is one.
"""

import re
from collections.abc import Iterator

from credit_sdk.publication import objects, pack
from credit_sdk.publication.merkle import TOP, Extent
from credit_sdk.publication.objects import Inner
from credit_sdk.publication.shape import Shape
from credit_sdk.publication.statement import PUBLICATION_TARGET, Publication
from credit_sdk.publication.tree import root_node
from gateway.publishing.builder import MapDraft, StoredObjects
from gateway.publishing.chain import Chain, digest_of
from gateway.publishing.files import Folder

_GOES = re.compile(
    r"objects/(?:(?P<start>[0-9a-f]{2})/(?P=start)[0-9a-f]{62}|packs/[0-9a-f]{64})"
    r"|metadata/[1-9][0-9]{0,18}\.(?:snapshot|targets)\.json"
    rf"|targets/[0-9a-f]{{64}}\.{re.escape(PUBLICATION_TARGET)}"
)
_UNFINISHED = re.compile(r"(?:objects/(?:[0-9a-f]{2}|packs)|metadata|targets)/\.[0-9A-Za-z.]{1,160}\.[0-9a-f]{8}")


def may_go(path: str) -> bool:
    """Whether a file is of a kind that is removed once it is superseded, or was left unfinished by a publisher."""
    return bool(_GOES.fullmatch(path) or _UNFINISHED.fullmatch(path))


def signed_files(chain: Chain) -> set[str]:
    """The files by which a publication is signed and stated, and its pack."""
    statement = Publication.from_bytes(chain.statement)
    files = {
        f"metadata/{chain.snapshot.version}.snapshot.json",
        f"metadata/{chain.targets.version}.targets.json",
        f"targets/{digest_of(chain.statement)}.{PUBLICATION_TARGET}",
    }
    return files | ({pack.path_of(statement.pack.map_root)} if statement.pack else set())


def replacement(before: Chain | None, statement: Publication, draft: MapDraft) -> tuple[set[str], set[str]]:
    """What a publication that follows on the one that is served supersedes, and what it needs anew."""
    anew = {objects.path_of(name) for name in draft.anew}
    if statement.pack:
        anew.add(pack.path_of(statement.pack.map_root))
    gone = {objects.path_of(name) for name in draft.superseded} | (signed_files(before) if before else set())
    return gone - anew, anew


def reached(folder: Folder, chain: Chain) -> set[str]:
    """Every file that the publication which is served reaches; leaf objects are named and not read.

    Raises:
        IntegrityError: An inner object of its map is missing or damaged.
    """
    statement = Publication.from_bytes(chain.statement)
    return signed_files(chain) | {
        objects.path_of(name) for name in _objects(statement.map_root, statement.subjects, statement.shape, folder)
    }


def _objects(map_root: str, subjects: int, shape: Shape, folder: Folder) -> Iterator[str]:
    source = StoredObjects(folder)
    pending = [(TOP, root_node(bytes.fromhex(map_root), subjects), 0)]
    while pending:
        position, node, level = pending.pop()
        if node.extent is Extent.NONE:
            continue
        yield node.name
        # A single record lies in a leaf object at whatever level; below the last level there are no others.
        if node.extent is Extent.ONE or level == len(shape):
            continue
        found = objects.placed(source.read(node.name), node, position)
        if isinstance(found, Inner):
            children = enumerate(found.children)
            pending.extend((position.child(found.bits, index), child, level + 1) for index, child in children)
