"""Files appear whole or not at all."""

from pathlib import Path
from threading import Thread

import pytest

from gateway.publishing.files import MANY_FILES, Folder, write_whole


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = [bytes([number]) * 50_000 for number in range(8)]
    write_whole(path, contents[0])

    def write(data: bytes) -> None:
        for _ in range(20):
            write_whole(path, data, durable=False)

    writers = [Thread(target=write, args=(data,)) for data in contents]
    for writer in writers:
        writer.start()
    seen = {path.read_bytes() for _ in range(200)}
    for writer in writers:
        writer.join()
    assert seen <= set(contents)
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_leaves_nothing_behind_when_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    with pytest.raises(OSError, match="place"):
        write_whole(tmp_path / "place", b"data")
    assert [each.name for each in tmp_path.iterdir()] == ["place"]


def test_objects_lie_under_the_first_two_digits_of_their_name(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    names = [f"{number:064x}" for number in range(MANY_FILES + 1)]
    assert folder.write_objects((name, b"x" * 10) for name in names) == (len(names), 10 * len(names))
    assert folder.read_object(names[5]) == b"x" * 10
    assert folder.object_path("ab" + "0" * 62) == tmp_path / "objects" / "ab" / ("ab" + "0" * 62)
    assert folder.read_object("f" * 64) is None


def test_a_target_lies_under_its_hash(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    digest = folder.write_target("publication.json", b"{}")
    assert folder.read_target("publication.json", digest) == b"{}"
    assert (tmp_path / "targets" / f"{digest}.publication.json").exists()
