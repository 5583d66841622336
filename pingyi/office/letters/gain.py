"""What one more point would take: how many places it gains, and what it means in votes or in events of a leaf."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from pingyi.common import wording
from pingyi.explain import Explanation, Placing
from pingyi.office.letters import gain_events as by_events
from pingyi.office.letters import gain_votes as by_votes
from pingyi.office.letters.chain import above, worth
from pingyi.office.letters.grid import grid
from pingyi.office.letters.parts import Block, Column, Line
from pingyi.office.letters.source import Source
from pingyi.office.letters.votes import Polls
from pingyi.plan import Component

MOST = 6
"""So many leaves are told, those first in which most is to be gained."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What it takes in one leaf. open: how much can be gained, in points of what is ranked."""

    leaf: str
    texts: tuple[str, ...]
    open: Fraction


class Gains:
    """What one more point would take, for every unit of a source."""

    def __init__(self, source: Source, polls: Polls) -> None:
        """Look at a source and its votes."""
        self.source, self.polls = source, polls

    def blocks(self, told: Explanation) -> list[Block]:
        """The places that one more point gains, and what it takes in the leaves that are ranked."""
        ranked = [one for one in told.placings if one.place is not None]
        if not ranked:
            return []
        columns = [Column("指标", 44), Column("要增加 1 分", 116)]
        rows = [(one.leaf, "".join(one.texts)) for one in self._advice(told, ranked)]
        places: list[Block] = [Line(self._places(told.unit, one), "item") for one in ranked]
        return [*places, *grid(columns, list(rows)), *([Line(NOTE, "note")] if rows else [])]

    def _places(self, unit: str, placing: Placing) -> str:
        """How many units one more point passes: those less than a point ahead."""
        own = self.source.totals[placing.standing, unit]
        if own["place"] == 1:
            return f"{placing.name}：已是第 1 名。"
        others = self.source.ranked[placing.standing, own["group"]]
        passed = sum(row["place"] < own["place"] and row["total"] < own["total"] + 1 for row in others)
        if not passed:
            nearest = min(row["total"] for row in others if row["place"] < own["place"])
            return f"{placing.name}：前一个单位高 {wording.shown(nearest - own['total'])} 分，再得 1 分名次不变。"
        return f"{placing.name}：再得 1 分，其他单位得分不变，可前进 {passed} 名，到第 {own['place'] - passed} 名。"

    def _advice(self, told: Explanation, ranked: list[Placing]) -> list[Advice]:
        """The leaves in which most can be gained, in the order of what that is."""
        targets = {one.id: one.of for one in self.source.plan.standings}
        roots = [targets[one.standing] for one in reversed(ranked)]
        found = [advice for part in told.parts if (advice := self._leaf(told.unit, part.component, roots))]
        return sorted(found, key=lambda one: -one.open)[:MOST]

    def _leaf(self, unit: str, id: str, roots: list[str]) -> Advice | None:
        """What it takes in a leaf that one of the ranked components counts; the last standing comes first."""
        leaf = self.source.plan.component(id)
        root = next((root for root in roots if root in above(self.source, id)), None)
        row = self.source.marks[id, unit]
        if root is None or leaf.of or row["marks"] is None or row["flag"] == "unmeasured":
            return None
        if self.source.scope[id, unit]["imported"]:
            return None
        texts = tuple(self._texts(unit, leaf))
        each = worth(self.source, unit, id, root)
        lost = (row["full_marks"] - row["marks"]) if row["full_marks"] is not None else Fraction(1)
        weighed = Fraction(lost) * (1 if each is None else each)
        told = (*texts, *self._worth(root, each)) if texts else ()
        return Advice(leaf.title, told, weighed) if told else None

    def _texts(self, unit: str, leaf: Component) -> Iterator[str]:
        if leaf.ratings:
            yield from by_votes.texts(self.source, self.polls, unit, leaf)
        if leaf.events:
            yield from by_events.texts(self.source, unit, leaf)

    def _worth(self, root: str, each: Fraction | None) -> Iterator[str]:
        """What a point of the leaf is worth where it is not a point of what is ranked."""
        if each is not None and each != 1:
            title = self.source.plan.component(root).title
            yield f"本项 1 分折合{title} {wording.plain(wording.rounded(each, 4))} 分。"


NOTE = "以上按本年度的票数和事项推算，其他各项和其他单位的得分不变；每票、每件的影响是准确数，所需票数、件数向上取整。"
