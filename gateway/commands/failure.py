"""A failure of a command as one line: what happened and what to do, Chinese first where a person can act."""

import errno
import os
import sys
from collections.abc import Sequence

import click
from sqlalchemy.exc import DBAPIError

from credit_sdk.errors import CallerError, CreditError, InvalidSubjectError
from gateway.intake.values import without_personal_numbers

FAILED = 1
USAGE = 2

_FREE_SPACE = "磁盘已满，本次未保存任何内容；请腾出空间后重试 / Nothing was stored; free some space and try again."
_OWN_ACCOUNT = "请以网关所属账户运行，并检查文件权限 / Run it as the account that owns the gateway's folder."
_FROM_BACKUP = "请保留原文件，从备份恢复 / Keep the file as it is and restore the database from the backup."
_AGAIN = "另有操作正在写入，请稍后重试 / Somebody else is writing; try again shortly."
_CONNECTION = "请检查数据库是否运行、磁盘是否已满 / See that the database runs and its disk has room."
_BY_NUMBER = {
    errno.ENOSPC: _FREE_SPACE,
    errno.EDQUOT: _FREE_SPACE,
    errno.EFBIG: _FREE_SPACE,
    errno.EACCES: _OWN_ACCOUNT,
    errno.EPERM: _OWN_ACCOUNT,
    errno.EROFS: "磁盘为只读 / The disk is read-only.",
    errno.ENOENT: "请核对路径 / Check the path.",
    errno.ENOTDIR: "请核对路径 / Check the path.",
    errno.EISDIR: "请指明文件 / Name a file.",
}
_IN_CHINESE = {
    errno.ENOENT: "文件或文件夹不存在",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "是文件夹，不是文件",
    errno.EEXIST: "文件已存在",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出磁盘配额",
    errno.EFBIG: "文件过大",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘为只读",
}
_BY_WORDS = {
    "malformed": _FROM_BACKUP,
    "not a database": _FROM_BACKUP,
    "is locked": _AGAIN,
    "is full": _FREE_SPACE,
    "disk I/O": _FREE_SPACE,
    "readonly": _OWN_ACCOUNT,
    "unable to open": _OWN_ACCOUNT,
}


def require_text(arguments: Sequence[str]) -> None:
    """Refuse words that are no text before anything is begun: no database could keep them, nobody could read them.

    Raises:
        click.UsageError: A terminal sent another encoding than the one this machine is set to.
    """
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            readable = argument.encode(errors="replace").decode()
            raise click.UsageError(
                f"“{readable[:40]}”不是UTF-8文字，请把终端编码设为UTF-8后重新输入 / "
                "This is not UTF-8: set the terminal to it and type the words again"
            ) from None


def line_of(failure: Exception) -> tuple[str, int]:
    """The line that tells of a failure, without personal numbers that somebody typed, and the exit code."""
    line, code = _told(failure)
    return without_personal_numbers(line), code


def _told(failure: Exception) -> tuple[str, int]:
    match failure:
        case click.UsageError():
            usage = f"（{failure.ctx.command_path} --help）" if failure.ctx else ""
            return f"用法错误 Usage: {failure.format_message()}{usage}", USAGE
        case click.ClickException():
            return f"错误 Error: {failure.format_message()}", FAILED
        case click.Abort():
            return "已中止 Stopped.", FAILED
        case CallerError():
            what = "主体代码不正确 / " if isinstance(failure, InvalidSubjectError) else ""
            return f"输入有误 Input: {what}{failure.line}", USAGE
        case CreditError():
            return f"错误 Error: {failure.line}", FAILED
        case DBAPIError():
            # Only what the driver says: the statement and its parameters belong in no log.
            said = str(failure.orig).rstrip(".")
            hint = next((hint for words, hint in _BY_WORDS.items() if words in said), _CONNECTION)
            return f"数据库错误 Database: {said}. {hint}", FAILED
        case BrokenPipeError():
            _let_output_go()
            return "", FAILED
        case OSError():
            if failure.errno == errno.ENOSPC:
                _let_output_go()
            where = f"{failure.filename}: " if failure.filename else ""
            hint = _BY_NUMBER.get(failure.errno or 0, "")
            said = f"{_IN_CHINESE.get(failure.errno or 0, '读写失败')} / {failure.strerror or failure}"
            return f"错误 Error: {where}{said}. {hint}", FAILED
    raise failure


def _let_output_go() -> None:
    """Nobody can read the output any more; Python would complain once more when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
