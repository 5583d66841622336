"""What each unit's letter says, the same for Word and PDF."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pingyi.explain import Explanation
from pingyi.office.issue import SIMULATED, Issue, chinese, proposed, signed
from pingyi.office.letters.ends import consequences, earlier, objection, rectification
from pingyi.office.letters.events import HAPPENINGS, happenings
from pingyi.office.letters.gain import Gains
from pingyi.office.letters.parts import Block, Letter, Line, numbered
from pingyi.office.letters.scores import results, standing_out, tree
from pingyi.office.letters.source import Source
from pingyi.office.letters.votes import Polls
from pingyi.report.book import Book

if TYPE_CHECKING:
    from pingyi.scenarios.years import Years

TITLE = "评议结果反馈"
OWN_ONLY = "仅供本单位使用，请勿外传"
NOT_LAST = "评议还没有结束，这是截至{day}的情况，不是最后结果"


def letters(book: Book, *, simulated: bool, confidential: bool, years: "Years | None" = None) -> Iterator[Letter]:
    """The letter of every unit of the roster, in the order of their ids.

    simulated: the facts are simulated, and every page says so. confidential: every page says that it is the unit's
    alone. years: this year beside the year before, where that is known.
    """
    source = Source(book)
    polls = Polls(source)
    writer = _Writer(source, polls, Gains(source, polls), years)
    notices = _notices(book, simulated, confidential)
    office = signed(book, Issue(simulated=simulated))
    for told in book.explanations:
        yield writer.letter(told, notices, office)


def _notices(book: Book, simulated: bool, confidential: bool) -> tuple[str, ...]:
    """What must be seen first."""
    early = NOT_LAST.format(day=chinese(book.day))
    said = {SIMULATED: simulated, OWN_ONLY: confidential, early: book.early}
    return (*(text for text, holds in said.items() if holds), *proposed(book))


class _Writer:
    """Writes letters from what is known of all units."""

    def __init__(self, source: Source, polls: Polls, gains: Gains, years: "Years | None") -> None:
        self.source, self.polls, self.gains, self.years = source, polls, gains, years

    def letter(self, told: Explanation, notices: tuple[str, ...], office: str) -> Letter:
        campaign = self.source.plan.campaign.title
        return Letter(
            unit=told.unit,
            name=told.name,
            campaign=campaign,
            title=TITLE,
            notices=notices,
            reference=f"{told.unit}　{told.name}",
            greeting=f"{self._whole_name(told)}：",
            blocks=(Line(self._opening(told)), *self._sections(told)),
            office=office,
        )

    def _whole_name(self, told: Explanation) -> str:
        organ = self.source.book.organs[told.unit]
        return f"{organ}{told.name}" if self.source.book.organs_tell and organ not in told.name else told.name

    def _opening(self, told: Explanation) -> str:
        campaign, day = self.source.plan.campaign, chinese(self.source.book.day)
        about = "，".join(f"{head}：{value}" for head, value in told.about.items() if value)
        known = f"（单位编号 {told.unit}{f'，{about}' if about else ''}）"
        document = campaign.document if "《" in campaign.document else f"《{campaign.document}》"
        return f"根据{document}，现将你单位{known}在{campaign.title}中的结果反馈如下。数据截至{day}。"

    def _sections(self, told: Explanation) -> tuple[Block, ...]:
        source, unit = self.source, told.unit
        return numbered(
            [
                ("得分、名次和名单", results(source, told)),
                ("各项得分与同类比较", tree(source, told)),
                ("较好和偏弱的项目", standing_out(source, told)),
                (HAPPENINGS, happenings(source, told)),
                ("评价情况", self.polls.blocks(unit)),
                ("结果运用", consequences(told)),
                ("问题整改和复评", rectification(source, unit)),
                ("往年情况", earlier(source, told, self.years)),
                ("再得 1 分要做到什么", self.gains.blocks(told)),
                ("异议的提出", objection(source, unit)),
            ]
        )
