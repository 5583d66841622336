"""How marks come about from levels that people give."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from pingyi.common import wording
from pingyi.explain.cycles import Cycle, label, places
from pingyi.explain.parts import FactTable, Step
from pingyi.explain.tables import Row, Tables, grouped
from pingyi.plan import Component
from pingyi.plan.ratings import Ratings
from pingyi.rules.base import ELSE
from pingyi.rules.formulas import Formula, from_atoms, marks, number, plan_number, product, quotient, share, total


def cycles(tables: Tables, one: Component, unit: str) -> list[Cycle]:
    """The marks of each cycle, or of all cycles pooled."""
    rows = tables.rating_marks.get((one.id, unit), [])
    order = places(tables.plan, one)
    return [_cycle(tables, one, row, len(rows) > 1) for row in sorted(rows, key=lambda row: order[row["cycle"]])]


def _cycle(tables: Tables, one: Component, row: Row, several: bool) -> Cycle:
    name = row["cycle"] if several else ""
    own = _own(tables, one, row, name) if row["own"] is not None else []
    own[-1:] = [_remarked(tables, one, row, step) for step in own[-1:]]
    if row["rule"] in AS_THEY_ARE:
        return Cycle(row["cycle"], tuple(own))
    if row["rule"] == "few" and own:
        own[-1] = Step(label(name, "自身"), own[-1].formula, own[-1].note)
    return Cycle(row["cycle"], (*own, _ruled(tables, one, row, name)))


AS_THEY_ARE = ("own", "few_flagged")
"""Rules that leave a unit its own marks."""


def _remarked(tables: Tables, one: Component, row: Row, step: Step) -> Step:
    """The unit's own marks with what is to be said of them."""
    rule_, remarks = _of(one), [step.note] if step.note else []
    if row["rule"] == "few_flagged" and rule_.few:
        remarks.append(f"不足{rule_.few.below}票，按实得分计")
    if row["group_missing"]:
        missing = "、".join(_silent(tables, one, row))
        remarks.append(f"缺{missing}的评价，{'计 0 分' if rule_.group_missing == 'zero' else '由其余人员的评价代替'}")
    return Step(step.label, step.formula, "，".join(remarks))


def _silent(tables: Tables, one: Component, row: Row) -> list[str]:
    """Groups with a weight that gave the unit no vote."""
    rule_, category = _of(one), tables.roster[row["unit"]]["category"] or ""
    here = [vote for vote in tables.votes.get((one.id, row["unit"]), []) if row["cycle"] in ("", vote["cycle"])]
    heard = {vote["grp"] for vote in here if rule_.levels[vote["level"]] is not None}
    return [group for group in rule_.groups if _plan_weight(rule_, group, category) and group not in heard]


def _own(tables: Tables, one: Component, row: Row, name: str) -> list[Step]:
    """The unit's own marks: rates of items and groups where the plan weighs them, then the full marks they earn."""
    rule_, category = _of(one), tables.roster[row["unit"]]["category"] or ""
    votes = [vote for vote in tables.votes.get((one.id, row["unit"]), []) if row["cycle"] in ("", vote["cycle"])]
    steps: list[Step] = []
    groups: list[tuple[Formula, Decimal]] = []
    for group, of_group in _split(votes, "grp", _weighted(rule_.groups)):
        items = [
            (_rate(rule_, of_item), _item_weight(rule_, item), label(name, group, item))
            for item, of_item in _split(of_group, "item", _weighted(rule_.items))
            if _votes(rule_, of_item)
        ]
        if items:
            rate = _mean_rate(items, steps)
            groups.append((_noted(rate, label(name, group), steps, bool(group)), _group_weight(rule_, group, category)))
    rate = _over_groups(rule_, groups, category)
    full = plan_number(row["full_marks"])
    return [*steps, Step(name, product(rate, full), _aside(rule_, votes))]


def _of(one: Component) -> Ratings:
    assert one.ratings is not None
    return one.ratings


def _weighted(names: Mapping[str, object]) -> bool:
    return any(weight is not None for weight in names.values())


def _split(votes: list[Row], column: str, weighted: bool) -> Iterable[tuple[str, list[Row]]]:
    """Votes apart by group or item where the plan weighs them, else all together."""
    words_ = sorted({vote[column] for vote in votes}) if weighted else [""]
    return [(word, [vote for vote in votes if not weighted or vote[column] == word]) for word in words_]


def _votes(rule_: Ratings, votes: list[Row]) -> int:
    """Votes whose level has a value."""
    return sum(vote["votes"] for vote in votes if rule_.levels[vote["level"]] is not None)


def _rate(rule_: Ratings, votes: list[Row]) -> Formula:
    """The rate of some votes: over all of them, or the mean of what each rater's own ratings come to."""
    if rule_.mean_first is None:
        return _pooled(rule_, votes)
    raters = [own for own in grouped(votes, "rater").values() if _votes(rule_, own)]
    mean = sum((_pooled(rule_, own).value for own in raters), Fraction(0)) / len(raters)
    return number(mean, f"{len(raters)} 名评价人各自满意率的平均 {share(mean).text}", places=4)


def _pooled(rule_: Ratings, votes: list[Row]) -> Formula:
    """（满意 40×1＋基本满意 5×0.6＋不满意 2×0）÷47."""
    counts = {level: sum(vote["votes"] for vote in votes if vote["level"] == level) for level in rule_.levels}
    earned = total(
        product(number(counts[level], f"{level} {counts[level]}"), plan_number(value))
        for level, value in rule_.levels.items()
        if value is not None
    )
    given = _votes(rule_, votes)
    below = number(given, str(given))
    return Formula("÷", (earned, product(below, plan_number(rule_.out_of)) if rule_.out_of != 1 else below))


def _mean_rate(items: list[tuple[Formula, Decimal, str]], steps: list[Step]) -> Formula:
    if len(items) == 1:
        return items[0][0]
    named = [(_noted(rate, name, steps, True), weight) for rate, weight, name in items]
    return _mean(named, sum((weight for _, weight in named), Decimal(0)))


def _noted(rate: Formula, name: str, steps: list[Step], apart: bool) -> Formula:
    """Give a rate a line of its own, and go on with what it came to."""
    if not apart:
        return rate
    steps.append(Step(name, rate, percent=True))
    return number(rate.value, f"{name} {share(rate.value).text}", places=4)


def _mean(weighed: list[tuple[Formula, Decimal]], whole: Decimal) -> Formula:
    return quotient(total(product(rate, plan_number(weight)) for rate, weight in weighed), plan_number(whole))


def _over_groups(rule_: Ratings, groups: list[tuple[Formula, Decimal]], category: str) -> Formula:
    present = sum((weight for _, weight in groups), Decimal(0))
    every = [weight for name in rule_.groups if (weight := _plan_weight(rule_, name, category)) is not None]
    whole = sum(every, Decimal(0)) if every and rule_.group_missing == "zero" else present
    if len(groups) == 1 and whole == present:
        return groups[0][0]
    return _mean(groups, whole)


def _plan_weight(rule_: Ratings, group: str, category: str) -> Decimal | None:
    by_category = rule_.groups.get(group)
    return by_category.get(category, by_category.get(ELSE)) if by_category else None


def _group_weight(rule_: Ratings, group: str, category: str) -> Decimal:
    weight = _plan_weight(rule_, group, category)
    return Decimal(1) if weight is None else weight


def _item_weight(rule_: Ratings, item: str) -> Decimal:
    weight = rule_.items.get(item)
    return Decimal(1) if weight is None else weight


def _aside(rule_: Ratings, votes: list[Row]) -> str:
    """What the formula does not show: levels left out of the count, and how a candidate left unmarked counts."""
    left_out = {level: 0 for level, value in rule_.levels.items() if value is None}
    for vote in votes:
        if vote["level"] in left_out:
            left_out[vote["level"]] += vote["votes"]
    said = [f"{level} {number_} 票不计入" for level, number_ in left_out.items() if number_]
    if rule_.form and rule_.form.unmarked in rule_.levels:
        said.append(f"有效选票上没有选的计为{rule_.form.unmarked}")
    return "，".join(said)


def _ruled(tables: Tables, one: Component, row: Row, name: str) -> Step:
    """The line for a unit with few votes or none."""
    mean, own, few = from_atoms(row["mean"]), from_atoms(row["own"]), _of(one).few
    said = "没有票" if not row["votes"] else f"不足{few.below if few else 0}票"
    if few and few.counted_per == "year" and row["votes"]:
        said = f"全年 {row['votes_counted']} 票，{said}"
    start = f"{name}{said}"
    if row["rule"] == "none_zero":
        return Step(start, marks(0))
    if row["rule"] == "not_scored":
        return Step(start, None, "本项不计分")
    if mean is None:
        return Step(start, None, "没有可以取平均的单位，不计分")
    over = f"本项平均取自 {len(units_in_mean(tables, one, row))} 个单位"
    if row["rule"] == "none_mean":
        return Step(start, marks(mean, "本项平均"), over)
    assert own is not None
    own_share = Fraction(row["own_share"])
    parts = (product(marks(mean, "本项平均"), share(1 - own_share)), product(marks(own, "自身"), share(own_share)))
    return Step(start, total(parts), over)


def units_in_mean(tables: Tables, one: Component, row: Row) -> list[str]:
    """The units whose own marks the mean of a row of `rating_marks` is taken over."""
    few, rated = _of(one).few, tables.rated_units.get((one.id, row["cycle"]), [])
    if few and few.mean_of == "same_category":
        category = tables.roster[row["unit"]]["category"]
        rated = [other for other in rated if tables.roster[other["unit"]]["category"] == category]
    if few and few.mean_of == "enough_votes":
        rated = [other for other in rated if other["votes_counted"] >= few.below]
    return [other["unit"] for other in rated]


def facts(tables: Tables, one: Component, unit: str) -> tuple[FactTable, ...]:
    """Votes by level, then by channel and by group (never crossed: who rated how stays hidden), and their files."""
    votes = tables.votes.get((one.id, unit), [])
    apart = [_by_word(votes, column, title) for column, title in (("channel", "渠道"), ("grp", "评价人类别"))]
    found = [_by_level(one, votes), *apart, _files(tables, one, unit)]
    return tuple(table for table in found if table is not None)


def _by_level(one: Component, votes: list[Row]) -> FactTable | None:
    levels = [*_of(one).levels]
    by_item = any(vote["item"] for vote in votes)
    keys = list(dict.fromkeys((vote["cycle"], vote["item"]) for vote in votes))
    rows = []
    for cycle, item in keys:
        here = [vote for vote in votes if (vote["cycle"], vote["item"]) == (cycle, item)]
        counts = [sum(vote["votes"] for vote in here if vote["level"] == level) for level in levels]
        rows.append((cycle, *([item] if by_item else []), *map(wording.counted, counts), wording.counted(sum(counts))))
    heads = ("周期", *(["评价内容"] if by_item else []), *(f"{level}（票）" for level in levels), "合计（票）")
    return FactTable("票数", heads, tuple(rows)) if rows else None


def _by_word(votes: list[Row], column: str, title: str) -> FactTable | None:
    sums: dict[str, int] = {}
    for vote in votes:
        sums[vote[column]] = sums.get(vote[column], 0) + vote["votes"]
    if not any(sums):
        return None
    rows = tuple((word or "未写明", wording.counted(sums[word])) for word in sorted(sums))
    return FactTable(f"按{title}", (title, "票数（票）"), rows)


def _files(tables: Tables, one: Component, unit: str) -> FactTable | None:
    rows = tables.rating_files.get((one.id, unit), [])
    told = tuple((row["source"] or "未写明", wording.counted(row["ratings"]), _span(row)) for row in rows)
    return FactTable("来源", ("文件", "评价（条）", "在文件中的位置"), told) if told else None


def _span(row: Row) -> str:
    if row["first"] is None:
        return "未写明"
    return f"第 {row['first']} 行" if row["first"] == row["last"] else f"第 {row['first']}—{row['last']} 行之间"
