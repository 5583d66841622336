"""What an office decides about a document before it goes out, and the marks that it then carries."""

from dataclasses import dataclass
from datetime import date

from pingyi.common import wording
from pingyi.report import answers
from pingyi.report.book import Book
from pingyi.results.list_states import PROPOSED

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


def marks(book: Book, issue: Issue) -> list[str]:
    """What the first page must say before anything else."""
    found = [SIMULATED] if issue.simulated else []
    found += [INTERNAL, UNPUBLISHED] if book.plan.campaign.confidential else []
    found += [f"评议尚未结束：截至{chinese(book.day)}的情况，不是最后结果"] if book.early else []
    return found + proposed(book)


def proposed(book: Book) -> list[str]:
    """Which final lists nobody has decided yet."""
    titles = "、".join(rule.title for rule in book.undecided)
    return [f"名单为{PROPOSED}：{titles}还没有登记决定"] if titles else []


def running(book: Book, issue: Issue) -> str:
    """What every page says at its top; empty where there is nothing to warn of."""
    found = ["模拟数据"] if issue.simulated else []
    found += [INTERNAL, UNPUBLISHED] if book.plan.campaign.confidential else []
    found += [f"截至{chinese(book.day)}"] if book.early else []
    found += [PROPOSED] if book.undecided else []
    return "　".join(found)


def undecided(book: Book) -> str:
    """What must be decided before a notice may go out; empty where nothing waits."""
    waiting = answers.decisions(book, "decision")
    if not waiting:
        return ""
    kinds = wording.joined(dict.fromkeys(one.what for one in waiting))
    return f"未定稿：还有待决定的事项（{kinds}），明细见年度报告；定后重新计算再印发"


def chinese(day: date) -> str:
    """A date as documents write it."""
    return f"{day.year}年{wording.day(day)}"


def stretch(start: date, end: date) -> str:
    """From one day to another; the year is said once where it is the same."""
    return f"{chinese(start)}至{wording.day(end) if start.year == end.year else chinese(end)}"


def signed(book: Book, issue: Issue) -> str:
    """The name that signs: the one given, else the plan's office with its place in front."""
    office, place = book.plan.campaign.office, book.plan.campaign.place
    if issue.office or place in office:
        return issue.office or office
    return place.removesuffix(office[0]) + office
