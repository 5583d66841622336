"""What the machine refuses (a full disk, a file that somebody holds, …), said in Chinese with what to do about it.

The one place where such failures get their words: from an exception here, or from the text that another process left of
one.
"""

import re

from pingyi.common.faults import PingyiError

KINDS = (
    (r"no space left|\b(os error|errno) 28\b|disk quota|\berrno 122\b", "磁盘满了", "请腾出空间"),
    (r"read-only file system|\b(os error|errno) 30\b", "这个位置只能读、不能写", "请换到可以写的位置，或解除只读"),
    (r"permission denied|not permitted|\b(os error|errno) 1?[13]\b", "没有写入或读取的权限", "请检查文件夹的权限"),
    (r"file too large|\b(os error|errno) 27\b", "文件超过了系统允许的大小", "请放宽限制，或换一个磁盘"),
    (r"input/output error|\b(os error|errno) 5\b", "磁盘读写出错", "请检查磁盘，并从备份核对资料"),
    (r"too many open files|\b(os error|errno) 24\b", "打开的文件太多", "请关闭一些程序"),
    (r"file ?name too long|\b(os error|errno) 36\b", "文件名太长", "请换一个较短的名字或位置"),
    (r"could not set lock on file", "数据库正被另一个程序使用", "请关闭打开着它的笔记本或命令"),
    (r"not a valid duckdb|corrupt|checksum|deserializ", "数据库文件损坏", "请重新运行，不带 --resume"),
    (r"out of memory|cannot allocate memory|\b(os error|errno) 12\b", "内存不够", "请关闭一些程序"),
    (r"cannot import name|no module named", "程序文件读不出来或不完整", "请检查磁盘，必要时重新安装程序"),
    (r"no such file or directory|\b(os error|errno) 2\b", "找不到文件或文件夹", "请检查是否被移走或改名"),
)
"""What the text of a failure contains, what it means, and what to do; the first that fits."""

HOLDER = re.compile(r"held in (\S+) \(PID (\d+)\)")
PATH = re.compile(r"[\"'“]?((?:/|[A-Za-z]:\\)[^\"'”:]+)")


class Trouble(PingyiError):
    """The machine refused something; nothing that was finished is touched."""

    exit_code = 14


def told(error: BaseException | str) -> str | None:
    """What to say of such a failure, with the file where it is known; nothing where it is of another kind.

    error: an exception, or the text that one left elsewhere.
    """
    text = error if isinstance(error, str) else _text(error)
    for pattern, what, do in KINDS:
        if text is not None and re.search(pattern, text, re.IGNORECASE):
            return f"{what}{_by(text)}{_where(text)}；{do}，然后再试。"
    return None


def is_lock(error: BaseException) -> bool:
    """Whether a database is held by somebody, who may let go of it."""
    return "could not set lock" in str(error).lower()


def _text(error: BaseException) -> str | None:
    """The text of a failure of the machine; what our own code got wrong is not for the office to mend."""
    if isinstance(error, MemoryError):
        return "out of memory"
    outside = isinstance(error, OSError | ImportError) or type(error).__module__.startswith(
        ("_duckdb", "duckdb", "polars")
    )
    return f"{error}" if outside else None


def _by(text: str) -> str:
    holder = HOLDER.search(text)
    return f"（进程编号 {holder[2]}）" if holder else ""


def _where(text: str) -> str:
    path = PATH.search(HOLDER.sub("", text))
    return f"：{path[1].strip()}" if path else ""
