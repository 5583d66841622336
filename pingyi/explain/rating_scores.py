"""How marks come about from levels that people give."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pingyi.common import wording
from pingyi.explain.explanation_parts import UNKNOWN, Cycle, FactTable, Step, drop_empty, join_label
from pingyi.plan import Component
from pingyi.plan.components import scored_cycles
from pingyi.plan.ratings import Ratings
from pingyi.results.result_tables import ResultTables, Row, group_rows
from pingyi.rules.base import of_category
from pingyi.rules.formulas import Formula, from_atoms, marks, number, plan_number, product, share
from pingyi.rules.leaves import AS_THEY_ARE, rate_levels, rate_raters, share_with_mean, weigh_rates


@dataclass(frozen=True, slots=True)
class Rated:
    """A unit as people rate it for one component."""

    tables: ResultTables
    component: Component
    unit: str

    @property
    def rule(self) -> Ratings:
        """The component's rule."""
        assert self.component.ratings is not None
        return self.component.ratings

    def votes_in(self, cycle: str) -> list[Row]:
        """The votes of a cycle that count, or of all cycles where they are pooled (cycle: empty)."""
        votes = self.tables.votes.get((self.component.id, self.unit), [])
        return [vote for vote in votes if cycle in ("", vote["cycle"])]

    def group_weight(self, group: str) -> Decimal | None:
        """What a group weighs for the unit's category; None where the plan gives it no weight."""
        category = self.tables.roster[self.unit]["category"] or ""
        weight: Decimal | None = of_category(self.rule.groups.get(group), category)
        return weight

    def weigh_groups(self, rates: Mapping[str, Formula]) -> Formula:
        """The rates of groups that were heard by the plan's weights; what is asked of the silent is spread, or zero."""
        weights = {group: self.group_weight(group) for group in self.rule.groups}
        every = [weight for weight in weights.values() if weight is not None]
        whole = sum(every, Decimal(0)) if every and self.rule.group_missing == "zero" else None
        unnamed = Decimal(not every)  # where the plan weighs groups, one without a weight counts for nothing
        return weigh_rates([(rate, weights.get(group) or unnamed) for group, rate in rates.items()], whole)


def explain_cycles(tables: ResultTables, component: Component, unit: str) -> list[Cycle]:
    """The marks of each cycle, or of all cycles pooled."""
    rated, order = Rated(tables, component, unit), scored_cycles(tables.plan, component)
    rows = sorted(tables.rating_marks.get((component.id, unit), []), key=lambda row: order.index(row["cycle"]))
    return [_explain_cycle(rated, row, row["cycle"] if len(rows) > 1 else "") for row in rows]


def _explain_cycle(rated: Rated, row: Row, name: str) -> Cycle:
    own = _explain_own(rated, row, name) if row["own"] is not None else []
    ruled = [] if row["rule"] in AS_THEY_ARE else [_explain_few(rated, row, name)]
    return Cycle(row["cycle"], (*own, *ruled))


# ---------------------------------------------------------------- a unit's own marks


def _explain_own(rated: Rated, row: Row, name: str) -> list[Step]:
    """The unit's own marks: rates of items and groups where the plan weighs them, then the full marks they earn."""
    rule, votes = rated.rule, rated.votes_in(row["cycle"])
    steps: list[Step] = []
    groups: dict[str, Formula] = {}
    for group, of_group in _split_votes(votes, "grp", rule.groups):
        items = [
            (join_label(name, group, item), _rate_votes(rule, of_item), _weight_or_one(rule.items.get(item)))
            for item, of_item in _split_votes(of_group, "item", rule.items)
            if _count_valued(rule, of_item)
        ]
        if items:
            rate = _average_items(items, steps)
            groups[group] = _name_rate(rate, join_label(name, group), steps) if group else rate
    earned = product(rated.weigh_groups(groups), plan_number(row["full_marks"]))
    label = join_label(name, "自身") if row["rule"] == "few" else name
    return [*steps, Step(label, earned, "，".join(_remarks(rated, row, votes)))]


def _split_votes(votes: list[Row], column: str, weights: Mapping[str, object]) -> Iterator[tuple[str, list[Row]]]:
    """Votes apart by group or item where the plan weighs them, else all together."""
    if any(weight is not None for weight in weights.values()):
        for word in sorted({vote[column] for vote in votes}):
            yield word, [vote for vote in votes if vote[column] == word]
    else:
        yield "", votes


def _weight_or_one(weight: Decimal | None) -> Decimal:
    return Decimal(1) if weight is None else weight


def _count_valued(rule: Ratings, votes: list[Row]) -> int:
    """Votes whose level has a value."""
    return sum(vote["votes"] for vote in votes if rule.levels[vote["level"]] is not None)


def _rate_votes(rule: Ratings, votes: list[Row]) -> Formula:
    """The rate of some votes: over all of them, or the mean of what each rater's own ratings come to."""
    if rule.mean_first is None:
        return _rate_pooled(rule, votes)
    raters = [own for own in group_rows(votes, "rater").values() if _count_valued(rule, own)]
    return rate_raters([_rate_pooled(rule, own).value for own in raters])


def _rate_pooled(rule: Ratings, votes: list[Row]) -> Formula:
    counts = _count_levels(rule, votes)
    named = {level: number(count, f"{level} {count}") for level, count in counts.items()}
    return rate_levels(rule.levels, rule.out_of, named).settled


def _count_levels(rule: Ratings, votes: list[Row]) -> dict[str, int]:
    return {level: sum(vote["votes"] for vote in votes if vote["level"] == level) for level in rule.levels}


def _average_items(items: list[tuple[str, Formula, Decimal]], steps: list[Step]) -> Formula:
    if len(items) == 1:
        return items[0][1]
    return weigh_rates([(_name_rate(rate, name, steps), weight) for name, rate, weight in items])


def _name_rate(rate: Formula, name: str, steps: list[Step]) -> Formula:
    """Give a rate a line of its own, and go on with what it came to."""
    steps.append(Step(name, rate, percent=True))
    return number(rate.value, f"{name} {share(rate.value).text}", places=4)


def _remarks(rated: Rated, row: Row, votes: list[Row]) -> Iterator[str]:
    """What the formula does not show: levels left out, candidates left unmarked, few votes, groups that are silent."""
    rule = rated.rule
    counts = _count_levels(rule, votes)
    yield from (
        f"{level} {counts[level]} 票不计入" for level, value in rule.levels.items() if value is None and counts[level]
    )
    if rule.form and rule.form.unmarked in rule.levels:
        yield f"有效选票上没有选的计为{rule.form.unmarked}"
    if row["rule"] == "few_flagged" and rule.few:
        yield f"不足{rule.few.below}票，按实得分计"
    if row["group_missing"]:
        heard = {vote["grp"] for vote in votes if rule.levels[vote["level"]] is not None}
        silent = [group for group in rule.groups if rated.group_weight(group) and group not in heard]
        instead = "计 0 分" if rule.group_missing == "zero" else "由其余人员的评价代替"
        yield f"缺{'、'.join(silent)}的评价，{instead}"


# ---------------------------------------------------------------- few votes or none


def _explain_few(rated: Rated, row: Row, name: str) -> Step:
    """The line for a unit with few votes or none."""
    mean, own, few = from_atoms(row["mean"]), from_atoms(row["own"]), rated.rule.few
    label = "没有票" if not row["votes"] else f"不足{few.below if few else 0}票"
    if few and few.counted_per == "year" and row["votes"]:
        label = f"全年 {row['votes_counted']} 票，{label}"
    label = name + label
    if row["rule"] == "none_zero":
        return Step(label, marks(0))
    if row["rule"] == "not_scored":
        return Step(label, None, "本项不计分")
    if mean is None:
        return Step(label, None, "没有可以取平均的单位，不计分")
    over = f"本项平均取自 {len(units_in_mean(rated, row))} 个单位"
    if row["rule"] == "none_mean":
        return Step(label, marks(mean, "本项平均"), over)
    assert own is not None
    return Step(label, share_with_mean(marks(own, "自身"), marks(mean, "本项平均"), share(row["own_share"])), over)


def units_in_mean(rated: Rated, row: Row) -> list[str]:
    """The units whose own marks the mean of a row of `rating_marks` is taken over."""
    tables, few = rated.tables, rated.rule.few
    others = tables.rated_units.get((rated.component.id, row["cycle"]), [])
    if few and few.mean_of == "same_category":
        category = tables.roster[rated.unit]["category"]
        others = [other for other in others if tables.roster[other["unit"]]["category"] == category]
    if few and few.mean_of == "enough_votes":
        others = [other for other in others if other["votes_counted"] >= few.below]
    return [other["unit"] for other in others]


# ---------------------------------------------------------------- the votes behind


def tabulate_votes(tables: ResultTables, component: Component, unit: str) -> tuple[FactTable, ...]:
    """Votes by level, then by channel and by group (never crossed: who rated how stays hidden), and their files."""
    rated = Rated(tables, component, unit)
    votes = rated.votes_in("")
    apart = [_tabulate_words(votes, column, title) for column, title in (("channel", "渠道"), ("grp", "评价人类别"))]
    return drop_empty(_tabulate_levels(rated.rule, votes), *apart, _tabulate_files(rated))


def _tabulate_levels(rule: Ratings, votes: list[Row]) -> FactTable:
    by_item = any(vote["item"] for vote in votes)
    rows = []
    for (cycle, item), same in group_rows(votes, "cycle", "item").items():
        counts = [*_count_levels(rule, same).values()]
        numbers = [wording.counted(count) for count in (*counts, sum(counts))]
        rows.append((str(cycle), *([str(item)] if by_item else []), *numbers))
    levels = [f"{level}（票）" for level in rule.levels]
    return FactTable("票数", ("周期", *(["评价内容"] if by_item else []), *levels, "合计（票）"), tuple(rows))


def _tabulate_words(votes: list[Row], column: str, title: str) -> FactTable:
    sums = {str(word): sum(vote["votes"] for vote in same) for (word,), same in group_rows(votes, column).items()}
    rows = tuple((word or UNKNOWN, wording.counted(sums[word])) for word in sorted(sums))
    return FactTable(f"按{title}", (title, "票数（票）"), rows if any(sums) else ())


def _tabulate_files(rated: Rated) -> FactTable:
    rows = rated.tables.rating_files.get((rated.component.id, rated.unit), [])
    cells = tuple((row["source"] or UNKNOWN, wording.counted(row["ratings"]), _describe_span(row)) for row in rows)
    return FactTable("来源", ("文件", "评价（条）", "在文件中的位置"), cells)


def _describe_span(row: Row) -> str:
    if row["first"] is None:
        return UNKNOWN
    return f"第 {row['first']} 行" if row["first"] == row["last"] else f"第 {row['first']}—{row['last']} 行之间"
