"""What people said of a unit, leaf by leaf: all votes, then by cycle, channel, group and item, small cells withheld."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from pingyi.common import wording
from pingyi.disclosure import APART, LEAST
from pingyi.explain.review_tables import group_rows
from pingyi.office.letters import Block, Cells, Line, fit_grid, table_columns
from pingyi.office.letters.comparison import LEAST_ALIKE, Row, Source, rating_rule
from pingyi.plan import Component
from pingyi.plan.ratings import Ratings

DIMENSIONS = {"cycle": "周期", "channel": "渠道", "group": "评价人", "item": "内容"}
"""By what votes are taken apart; never by two at once, so that nobody's rating can be made out."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Votes of one word of a dimension. rate: what the levels are worth, as a share of the most they could be."""

    word: str
    votes: int
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Voices:
    """A leaf's votes for one unit. votes: None if they must not be shown. rated: whether rates may be shown.

    parts: the slices of each dimension that may be taken apart. left_out: whether any number is withheld.
    spelt: the cycles of which every level is shown; an empty word, where it is of all.
    """

    votes: int | None
    rate: Fraction
    rated: bool
    parts: dict[str, tuple[Slice, ...]]
    left_out: bool
    spelt: frozenset[str]

    def shows(self, dimension: str, word: str) -> bool:
        """Whether the votes and the rate of a word are shown."""
        return self.rated and any(one.word == word for one in self.parts.get(dimension, ()))


class Polls:
    """The votes of all leaves and units of a source."""

    def __init__(self, source: Source) -> None:
        """Look at the votes of a source."""
        self.source = source

    def voices_of(self, leaf: Component, unit: str) -> Voices | None:
        """A leaf's votes for a unit; None where there is none."""
        rows, rule = self.source.votes.get((leaf.id, unit), []), rating_rule(leaf)
        votes = _sum_votes(rows)
        if not votes:
            return None
        shown, whole = self.source.book.disclosure.leaf(leaf.id), _rate_of(rule, rows)
        if not shown.total(unit):
            return Voices(None, whole, False, {}, True, frozenset())
        several = [name for name in DIMENSIONS if len({row[name] for row in rows}) > 1]
        parts = {name: self._slice_votes(leaf, name, rows) for name in several if shown.apart(unit, name)}
        hidden = {row["cycle"] for row in rows if not shown.spelt(unit, row["cycle"], row["item"] or "")}
        spelt = frozenset(row["cycle"] for row in rows) - hidden | (frozenset() if hidden else {""})
        left_out = len(parts) < len(several) or not shown.rates(unit)
        return Voices(votes, whole, shown.rates(unit), parts, left_out, spelt)

    def _slice_votes(self, leaf: Component, dimension: str, rows: list[Row]) -> tuple[Slice, ...]:
        """The slices of a dimension in the order of the plan."""
        by_word = {str(word): found for (word,), found in group_rows(rows, dimension).items()}
        known = _words_in_order(self.source, leaf, dimension)
        found = [word for word in known if word in by_word] + sorted(by_word.keys() - set(known))
        rule = rating_rule(leaf)
        return tuple(Slice(word, _sum_votes(by_word[word]), _rate_of(rule, by_word[word])) for word in found)

    @cached_property
    def _pooled(self) -> dict[tuple[str, str, str, str], tuple[set[str], Fraction, int]]:
        """Votes of all units of a kind together, by leaf, dimension, word and kind: whose, value earned, number."""
        found: dict[tuple[str, str, str, str], tuple[set[str], Fraction, int]] = {}
        for rows in self.source.votes.values():
            for row in rows:
                for name in ("", *DIMENSIONS):
                    key = (row["component"], name, str(row[name]) if name else "", self.source.book.kinds[row["unit"]])
                    units, earned, votes = found.get(key, (set(), Fraction(0), 0))
                    units.add(row["unit"])
                    found[key] = (units, earned + row["earned"], votes + row["votes"])
        return found

    def rate_alike(self, leaf: Component, unit: str, dimension: str = "", word: str = "") -> Fraction | None:
        """The rate of all units like this one together; None where they are too few."""
        kind = self.source.book.kinds[unit]
        if not self.source.book.disclosure.leaf(leaf.id).alike(kind, dimension):
            return None
        key = (leaf.id, dimension, word, kind)
        units, earned, votes = self._pooled.get(key, (set(), Fraction(0), 0))
        return earned / (Fraction(rating_rule(leaf).out_of) * votes) if len(units) >= LEAST_ALIKE else None

    def votes_table(self, unit: str) -> list[Block]:
        """The table of a unit's votes, and what is withheld in it."""
        leaves = [one for one in self.source.plan.components if one.ratings]
        rows = [row for leaf in leaves for row in self._leaf_rows(leaf, unit)]
        left_out = any(voices and voices.left_out for leaf in leaves if (voices := self.voices_of(leaf, unit)))
        return [*fit_grid(COLUMNS, rows), Line(_reading_note(rows, left_out=left_out), "note")] if rows else []

    def _leaf_rows(self, leaf: Component, unit: str) -> list[Cells]:
        voices = self.voices_of(leaf, unit)
        if voices is None or (leaf.id, unit) not in self.source.marks:
            return []
        if voices.votes is None:
            return [(leaf.title, "全部", APART, APART, wording.NOTHING)]
        slices = [("", leaf.title, "全部", Slice("", voices.votes, voices.rate))]
        slices += [
            (name, "", f"{DIMENSIONS[name]}：{one.word or '未写明'}", one)
            for name, parts in voices.parts.items()
            for one in parts
        ]
        return [
            (
                title,
                group,
                wording.counted(one.votes),
                wording.percent(one.rate, 1) if voices.rated else APART,
                wording.percent(self.rate_alike(leaf, unit, name, one.word), 1),
            )
            for name, title, group, one in slices
        ]


COLUMNS = table_columns(
    {"评价": 46, "分组": 46, "票数（票）": 22, "满意率": 20, "同类满意率": 26},
    numbers=("票数（票）", "满意率", "同类满意率"),
)


def _words_in_order(source: Source, leaf: Component, dimension: str) -> list[str]:
    """The words of a dimension as the plan lists them."""
    rule = rating_rule(leaf)
    listed = {
        "cycle": [cycle.id for cycle in source.plan.cycles[leaf.per]],
        "channel": [channel.id for channel in rule.channels],
        "group": [*rule.groups],
        "item": [*rule.items],
    }
    return listed[dimension]


def _sum_votes(rows: list[Row]) -> int:
    return sum(row["votes"] for row in rows)


def _rate_of(rule: Ratings, rows: list[Row]) -> Fraction:
    earned = sum((row["earned"] for row in rows), Fraction(0))
    return earned / (Fraction(rule.out_of) * _sum_votes(rows))


def _reading_note(rows: list[Cells], *, left_out: bool) -> str:
    """How to read the rates, and why some cells are empty."""
    said = f"{wording.SATISFACTION}。少票折算和加权都在其后；同类满意率由同类单位的票合并计算。"
    cells = {cell for row in rows for cell in row}
    why = f"有的组不足{LEAST}票，为免由合计或别的文件倒推，整组分类不列出，有的票数和得分率不单列。"
    return said + (why if left_out or APART in cells else "")
