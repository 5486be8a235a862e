"""A file that a command is to write: new, and in a folder that is there; refused before anything is done for it."""

from pathlib import Path

from gateway.problems import ConflictError, NotFoundError


def require_new(file: Path) -> None:
    """Refuse a file that cannot become a new one.

    Raises:
        NotFoundError: There is no such folder.
        ConflictError: The file is there already.
    """
    if not file.parent.is_dir():
        raise NotFoundError(
            f"没有文件夹{file.parent} / There is no folder {file.parent}.", hint="请先建立该文件夹 / Make it first."
        )
    if file.exists():
        raise ConflictError(
            f"{file}已存在，不覆盖已有文件 / {file} is there already, and is not written over.",
            hint="请换一个文件名 / Choose another name.",
        )
