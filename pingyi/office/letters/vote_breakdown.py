"""What people said of a unit, leaf by leaf: all votes, then by cycle, channel, group and item, small cells withheld."""

from dataclasses import dataclass
from fractions import Fraction

from pingyi.common import wording
from pingyi.disclosure import APART, LEAST, disclosure_of
from pingyi.office.letters import Block, Cells, Line, fit_grid, table_columns
from pingyi.office.letters.comparison import LEAST_ALIKE, rating_rule
from pingyi.plan import Component, Plan
from pingyi.plan.ratings import Ratings
from pingyi.results.result_tables import Grouped, ResultTables, Row, group_rows, once_per_review

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


@once_per_review
def valued_votes(results: ResultTables) -> Grouped:
    """Published votes whose level has a value, by component and unit; `earned` is value × votes."""
    levels = {one.id: one.ratings.levels for one in results.plan.components if one.ratings}
    rows = [
        row | {"earned": Fraction(value) * row["votes"]}
        for row in results.published("tally").iter_rows(named=True)
        if (value := levels[row["component"]][row["level"]]) is not None
    ]
    return group_rows(rows, "component", "unit")


def voices_of(results: ResultTables, leaf: Component, unit: str) -> Voices | None:
    """A leaf's votes for a unit; None where there is none."""
    rows, rule = valued_votes(results).get((leaf.id, unit), []), rating_rule(leaf)
    votes = _sum_votes(rows)
    if not votes:
        return None
    shown, whole = disclosure_of(results).leaf(leaf.id), _rate_of(rule, rows)
    if not shown.total(unit):
        return Voices(None, whole, False, {}, True, frozenset())
    several = [name for name in DIMENSIONS if len({row[name] for row in rows}) > 1]
    parts = {name: _slice_votes(results.plan, leaf, name, rows) for name in several if shown.apart(unit, name)}
    hidden = {row["cycle"] for row in rows if not shown.spelt(unit, row["cycle"], row["item"] or "")}
    spelt = frozenset(row["cycle"] for row in rows) - hidden | (frozenset() if hidden else {""})
    left_out = len(parts) < len(several) or not shown.rates(unit)
    return Voices(votes, whole, shown.rates(unit), parts, left_out, spelt)


def _slice_votes(plan: Plan, leaf: Component, dimension: str, rows: list[Row]) -> tuple[Slice, ...]:
    """The slices of a dimension in the order of the plan."""
    by_word = {str(word): found for (word,), found in group_rows(rows, dimension).items()}
    known, rule = _words_in_order(plan, leaf, dimension), rating_rule(leaf)
    found = [word for word in known if word in by_word] + sorted(by_word.keys() - set(known))
    return tuple(Slice(word, _sum_votes(by_word[word]), _rate_of(rule, by_word[word])) for word in found)


@once_per_review
def _pooled_votes(results: ResultTables) -> dict[tuple[str, str, str, str], tuple[set[str], Fraction, int]]:
    """Votes of all units of a kind together, by leaf, dimension, word and kind: whose, value earned, number."""
    found: dict[tuple[str, str, str, str], tuple[set[str], Fraction, int]] = {}
    for rows in valued_votes(results).values():
        for row in rows:
            for name in ("", *DIMENSIONS):
                key = (row["component"], name, str(row[name]) if name else "", results.unit_kinds[row["unit"]])
                units, earned, votes = found.get(key, (set(), Fraction(0), 0))
                units.add(row["unit"])
                found[key] = (units, earned + row["earned"], votes + row["votes"])
    return found


def rate_alike(
    results: ResultTables, leaf: Component, unit: str, dimension: str = "", word: str = ""
) -> Fraction | None:
    """The rate of all units like this one together; None where they are too few."""
    kind = results.unit_kinds[unit]
    if not disclosure_of(results).leaf(leaf.id).alike(kind, dimension):
        return None
    units, earned, votes = _pooled_votes(results).get((leaf.id, dimension, word, kind), (set(), Fraction(0), 0))
    return earned / (Fraction(rating_rule(leaf).out_of) * votes) if len(units) >= LEAST_ALIKE else None


def votes_table(results: ResultTables, unit: str) -> list[Block]:
    """The table of a unit's votes, and what is withheld in it."""
    rated = [one for one in results.plan.components if one.ratings]
    heard = [(leaf, voices) for leaf in rated if (voices := voices_of(results, leaf, unit))]
    rows = [row for leaf, voices in heard for row in _leaf_rows(results, leaf, unit, voices)]
    left_out = any(voices.left_out for _, voices in heard)
    return [*fit_grid(COLUMNS, rows), Line(_reading_note(rows, left_out=left_out), "note")] if rows else []


def _leaf_rows(results: ResultTables, leaf: Component, unit: str, voices: Voices) -> list[Cells]:
    if (leaf.id, unit) not in results.marks:
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
            wording.percent(rate_alike(results, leaf, unit, name, one.word), 1),
        )
        for name, title, group, one in slices
    ]


COLUMNS = table_columns(
    {"评价": 46, "分组": 46, "票数（票）": 22, "满意率": 20, "同类满意率": 26},
    numbers=("票数（票）", "满意率", "同类满意率"),
)


def _words_in_order(plan: Plan, leaf: Component, dimension: str) -> list[str]:
    """The words of a dimension as the plan lists them."""
    rule = rating_rule(leaf)
    listed = {
        "cycle": [cycle.id for cycle in plan.cycles[leaf.per]],
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
