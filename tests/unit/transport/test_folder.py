"""The way through a folder: the same files, the same errors, nothing outside the folder."""

from pathlib import Path

import pytest

from credit_sdk.errors import GatewayRefusedError, GatewayUnreachableError, IntegrityError
from credit_sdk.transport import Transport
from credit_sdk.transport.folder import FolderTransport


@pytest.mark.parametrize("inner", ["", "distribution"])
def test_reads_the_files_of_a_distribution(tmp_path: Path, inner: str) -> None:
    file = tmp_path / inner / "metadata/timestamp.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"data")
    transport: Transport = FolderTransport(tmp_path)
    assert transport.fetch("metadata/timestamp.json", max_bytes=4) == b"data"
    with pytest.raises(IntegrityError, match="more than the 3 bytes"):
        transport.fetch("metadata/timestamp.json", max_bytes=3)
    with pytest.raises(GatewayRefusedError, match="There is no metadata/9") as refused:
        transport.fetch("metadata/9.root.json", max_bytes=9)
    assert refused.value.status == 404
    with pytest.raises(GatewayRefusedError):
        transport.fetch("metadata", max_bytes=9)


@pytest.mark.parametrize("path", ["../secret", "a/../../secret", "/etc/passwd", ""])
def test_reads_nothing_outside_the_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "inside").mkdir()
    with pytest.raises(IntegrityError):
        FolderTransport(tmp_path / "inside").fetch(path, max_bytes=99)


def test_a_folder_that_is_gone_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(GatewayUnreachableError, match="There is no folder"):
        FolderTransport(tmp_path / "usb").fetch("metadata/timestamp.json", max_bytes=9)


def test_nobody_tells_when_a_folder_is_exchanged(tmp_path: Path) -> None:
    assert FolderTransport(tmp_path).pulse(3, 25) is None


def test_what_is_handed_in_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(GatewayUnreachableError, match="no gateway behind the folder") as refused:
        FolderTransport(tmp_path).post("/v1/outcomes", b"{}")
    assert "credit bundle export" in refused.value.hint
    assert list(tmp_path.iterdir()) == []
