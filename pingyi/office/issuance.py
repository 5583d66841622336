"""How documents go out: what only the office knows of them, the marks they carry, and files that appear whole."""

import errno
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pingyi.common import wording
from pingyi.common.faults import PingyiError
from pingyi.report import answers
from pingyi.results.list_states import PROPOSED
from pingyi.results.result_tables import ResultTables

BLANK_DAY, BLANK_NUMBER = "××××年×月×日", "××〔××××〕×号"
"""Stand for what the office fills in."""


@dataclass(frozen=True, slots=True)
class Issue:
    """What only the office knows of a document; what is left empty stands as a blank to be filled in.

    simulated: the facts are simulated, and the document says so on its first page and on every further one.
    day: date of completion, as it is to be printed. number: the document's number. to: who is addressed.
    office: the name that issues and signs.
    """

    simulated: bool
    day: str = ""
    number: str = ""
    to: str = ""
    office: str = ""


SIMULATED = "模拟数据：评价、评分、事项等由程序生成，不代表任何真实单位的评议结果"
INTERNAL = "内部资料　注意保管"
UNPUBLISHED = "不向社会公布"


def first_page_marks(results: ResultTables, issue: Issue) -> list[str]:
    """What the first page must say before anything else."""
    found = [SIMULATED] if issue.simulated else []
    found += [INTERNAL, UNPUBLISHED] if results.plan.campaign.confidential else []
    found += [f"评议尚未结束：截至{chinese_date(results.day)}的情况，不是最后结果"] if results.early else []
    return found + undecided_lists(results)


def page_head(results: ResultTables, issue: Issue) -> str:
    """What every page says at its top; empty where there is nothing to warn of."""
    found = ["模拟数据"] if issue.simulated else []
    found += [INTERNAL, UNPUBLISHED] if results.plan.campaign.confidential else []
    found += [f"截至{chinese_date(results.day)}"] if results.early else []
    found += [PROPOSED] if results.undecided_lists else []
    return "　".join(found)


def undecided_lists(results: ResultTables) -> list[str]:
    """The mark that names the final lists nobody has decided yet."""
    titles = "、".join(rule.title for rule in results.undecided_lists)
    return [f"名单为{PROPOSED}：{titles}还没有登记决定"] if titles else []


def waiting_decisions(results: ResultTables) -> list[str]:
    """The mark that says what must be decided before a notice may go out."""
    waiting = answers.decisions(results, "decision")
    kinds = wording.joined(dict.fromkeys(one.what for one in waiting))
    return [f"未定稿：还有待决定的事项（{kinds}），明细见年度报告；定后重新计算再印发"] if waiting else []


def signing_office(results: ResultTables, issue: Issue) -> str:
    """The name that signs: the one given, else the plan's office with its place in front."""
    office, place = results.plan.campaign.office, results.plan.campaign.place
    if issue.office or place in office:
        return issue.office or office
    return place.removesuffix(office[0]) + office


def chinese_date(day: date) -> str:
    """A date as documents write it."""
    return f"{day.year}年{wording.day(day)}"


def date_span(start: date, end: date) -> str:
    """From one day to another; the year is said once where it is the same."""
    return f"{chinese_date(start)}至{wording.day(end) if start.year == end.year else chinese_date(end)}"


class NotWritten(PingyiError):
    """The documents could not be written; those that were there are as they were."""

    exit_code = 10


FRESH = ".new"
"""Ending of a document that is not whole yet."""


def write_documents(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write documents by name into a folder, which is made where it is missing: all of them or none.

    Raises: NotWritten.
    """
    paths = {folder / name: content for name, content in files.items()}
    at = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for at in paths:
            _refuse_open(at)
        for path, content in paths.items():
            at = _unfinished(path)
            with at.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for at in paths:
            os.replace(_unfinished(at), at)
    except OSError as error:
        raise NotWritten(f"写不进 {at}：{describe_os_error(error)}。原有的文件没有改动。") from error
    finally:
        for path in paths:
            with suppress(OSError):
                _unfinished(path).unlink(missing_ok=True)
    return list(paths)


def _unfinished(path: Path) -> Path:
    return path.with_name(path.name + FRESH)


def _refuse_open(path: Path) -> None:
    """Raises: OSError where a document is there and open in another program (Windows says so), or NotWritten."""
    if path.exists():
        path.open("r+b").close()
    # LibreOffice leaves a lock beside the file; Word and WPS leave one that lacks up to two letters of its name.
    for lock in (path.with_name(f".~lock.{path.name}#"), *(path.with_name("~$" + path.name[cut:]) for cut in range(3))):
        if lock.exists():
            raise NotWritten(
                f"写不进 {path}：文件正在 Word、WPS 或 LibreOffice 里打开，请关闭后再试"
                f"（如果没有人打开，删去 {lock.name}）。原有的文件没有改动。"
            )


OS_ERRORS = {
    errno.EACCES: "没有写入权限，或文件正在别的程序里打开，请关闭后再试",
    errno.EPERM: "没有写入权限，或文件正在别的程序里打开，请关闭后再试",
    errno.EROFS: "这个盘只能读",
    errno.ENOSPC: "磁盘满了",
    errno.ENOTDIR: "路径里有一段是文件，不是文件夹",
    errno.EEXIST: "那里已有同名的文件，不是文件夹",
    errno.EISDIR: "那里已有同名的文件夹",
}


def describe_os_error(error: OSError) -> str:
    """Why the machine refused to write a document."""
    return OS_ERRORS.get(error.errno or 0, f"系统提示 {error.strerror or error}")
