"""Where a unit stands: its place in each standing, its verdict for each list, and what follows from the lists.

And the registers that all this hangs on beside the marks: lots, earlier lists, decisions, yearly grades.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from pingyi.common import wording
from pingyi.common.codebook import codebook
from pingyi.explain.explanation_parts import Consequence, FactTable, Placing, Verdict, drop_empty, file_and_row
from pingyi.plan import ListRule, Plan
from pingyi.plan.ranking import Bounds, Standing, VotesTie, When, YearsRunning
from pingyi.results.list_states import ListState
from pingyi.results.result_tables import ResultTables, Row

# ---------------------------------------------------------------- places


def explain_placings(tables: ResultTables, unit: str) -> Iterator[Placing]:
    """The unit's place in each standing that looks at it."""
    for one in tables.plan.standings:
        row, reason = tables.totals.get((one.id, unit)), tables.unranked.get((one.id, unit))
        if row is not None:
            yield _explain_place(tables, one, row)
        elif reason:
            yield Placing(one.id, one.title, None, 0, None, wording.flags(reason))


def _explain_place(tables: ResultTables, one: Standing, row: Row) -> Placing:
    sure = tables.ranges.get((one.id, row["unit"]), {})
    apart = sum(standing == one.id for standing, _ in tables.ranked) > 1
    return Placing(
        one.id,
        f"{one.title}（{_group_title(tables.plan, row['grp'])}）" if apart and row["grp"] else one.title,
        row["place"],
        len(tables.ranked[one.id, row["grp"]]),
        row["total"],
        _describe_decider(tables, one, row),
        sure.get("low"),
        sure.get("high"),
        held=bool(sure) and sure["low"] is None,
        full=tables.scope.get((one.of, row["unit"]), {}).get("full_marks"),
    )


def _group_title(plan: Plan, group: str) -> str:
    """What people call a group that is ranked, or has places, of its own."""
    return plan.units.systems.get(group, group)


def _describe_decider(tables: ResultTables, standing: Standing, row: Row) -> str:
    """What separates the unit of a row from others of the same total. row: of `totals`, or of a list's pool."""
    keys, by = [tables.plan.tie_title(tie) for tie in standing.keys], row["decided_by"]
    if by != "tie_keys" or not keys:
        return wording.named(by, wording.DECIDED)
    settled = [tables.plan.tie_title(tie) for tie in _settling_keys(tables, standing, row)]
    which = f"，由{'、'.join(settled)}分出" if settled and settled != keys else ""
    return f"总分相同，依次比较{'、'.join(keys)}定先后{which}"


def _settling_keys(tables: ResultTables, standing: Standing, row: Row) -> list[str | VotesTie]:
    """Which of the standing's keys tell the unit from the others of its total and group: for each the first."""
    mine = tables.totals[standing.id, row["unit"]]
    own = [_tie_value(tables, standing, tie, row["unit"]) for tie in standing.keys]
    found = []
    for other in tables.totals.values():
        alike = (other["standing"], other["total"], other["grp"]) == (standing.id, row["total"], mine["grp"])
        if alike and other["unit"] != row["unit"]:
            pairs = zip(standing.keys, own, strict=True)
            differ = (tie for tie, value in pairs if _tie_value(tables, standing, tie, other["unit"]) != value)
            found.append(next(differ, None))
    return [tie for tie in standing.keys if tie in found]


def _tie_value(tables: ResultTables, standing: Standing, tie: str | VotesTie, unit: str) -> Decimal | int | None:
    """What a tie-breaker compares; None where the unit has no value."""
    if isinstance(tie, VotesTie):
        votes = tables.level_votes.get((standing.id, unit))
        return votes.get(tie.votes, 0) if votes else None
    marks = tables.marks.get((tie, unit))
    return marks["marks"] if marks else None


# ---------------------------------------------------------------- lists


def explain_lists(tables: ResultTables, unit: str) -> Iterator[Verdict]:
    """Where the unit stands towards every list, shortlists first."""
    for rule in tables.plan.every_list:
        state = tables.list_states[rule.id]
        yield _judge_decided(tables, rule, unit, state) if state.decided else _judge_proposed(tables, rule, unit)


def _judge_proposed(tables: ResultTables, rule: ListRule, unit: str) -> Verdict:
    key = (rule.id, unit)
    entry, pool = tables.entries.get(key), tables.pools.get(key)
    margin = tables.margins[key]["margin"] if key in tables.margins else None
    if entry is not None:
        why = _explain_entry(tables, rule, entry, margin)
    elif pool is not None and key in tables.spared and _in_range(pool):
        why = f"{wording.SPARED}：{_failed_conditions(tables, rule, rule.provided, unit)}"
    elif pool is not None:
        why = _explain_distance(tables, rule, pool, margin)
    else:
        why = _explain_absence(tables, rule, unit)
    is_resampled = tables.ranges.get((rule.by, unit), {}).get("low") is not None
    never = Decimal(0) if pool and is_resampled else None
    share = tables.chances[key]["share"] if key in tables.chances else never
    return Verdict(rule.id, rule.title, rule.clause, bool(entry), entry["place"] if entry else None, margin, why, share)


def _judge_decided(tables: ResultTables, rule: ListRule, unit: str, state: ListState) -> Verdict:
    """Where the unit stands towards a decided list: as decided, whatever came to be known later."""
    key = (rule.id, unit)
    entry, row = tables.entries.get(key), tables.decisions.get(key)
    proposed = bool(row and row["proposed"])
    said = f"提出时{'有' if proposed else '没有'}" + (f"，{row['why']}" if row and proposed != row["decided"] else "")
    now, place = key in tables.proposals, entry["place"] if entry else None
    would = f"按后来的数据{'会' if now else '不会'}提出，决定不变" if now != proposed else "后来的数据没有改变这一点"
    verdict = Verdict(rule.id, rule.title, rule.clause, entry is not None, place, None, state.how)
    return replace(verdict, state=state, inside=f"{said}；{would}")


def _in_range(pool: Row) -> bool:
    """Whether its place alone would put the unit on the list."""
    return pool["direct"] or (pool["overall"] is not None and (pool["seats"] is None or pool["nth"] <= pool["seats"]))


def _explain_entry(tables: ResultTables, rule: ListRule, entry: Row, margin: Decimal | None) -> str:
    if entry["direct"] and rule.also:
        ago = "上年度" if rule.also.years_ago == 1 else f"{rule.also.years_ago} 年前"
        return f"{ago}列入{wording.named(rule.also.listed, tables.plan.list_titles)}，直接进入"
    held = [one for when in (rule.when, rule.provided) for one in _check_of_list(tables, rule, when, entry["unit"])]
    lead = _compare_totals(tables, rule, entry, margin, "未列入的第一个单位", above=rule.side == "top")
    conditions = f"符合条件：{_join_conditions(held)}" if held else ""
    return "；".join(filter(None, (lead, conditions))) or "能参加的单位都列入"


def _explain_distance(tables: ResultTables, rule: ListRule, pool: Row, margin: Decimal | None) -> str:
    """How far a unit that could enter is from the list."""
    if pool["overall"] is None:
        return _explain_unranked(tables, rule, pool["unit"])
    group = f"{_group_title(tables.plan, pool['grp'])}中" if pool["grp"] else ""
    place = f"{group}{'从低到高' if rule.side == 'bottom' else '从高到低'}排第 {pool['nth']}"
    seats = "" if pool["seats"] is None else f"名额 {pool['seats']} 个"
    gap = _compare_totals(tables, rule, pool, margin, "列入的最后一个单位", above=rule.side == "bottom")
    return "，".join(filter(None, (place, seats, gap)))


def _compare_totals(
    tables: ResultTables, rule: ListRule, row: Row, margin: Decimal | None, other: str, *, above: bool
) -> str:
    """How the total of a row's unit is to that of another unit; empty where there is no other."""
    if margin is None:
        return ""
    if margin == 0:
        standing = next(one for one in tables.plan.standings if one.id == rule.by)
        decider = _describe_decider(tables, standing, row).removeprefix("总分相同，")
        return f"与{other}总分相同，{decider or '名次在前'}"
    return f"比{other}{'高' if above else '低'} {wording.shown(abs(margin))} 分"


def _explain_absence(tables: ResultTables, rule: ListRule, unit: str) -> str:
    """Why the unit could not enter at all."""
    if absent := wording.absence(tables.roster[unit]):
        return absent
    if rule.good and (unit,) in tables.vetoed:
        return "一票否决，不进入本名单"
    for other in rule.leave_out_direct_of:
        if tables.entries.get((other, unit), {}).get("direct"):
            return f"已直接进入{wording.named(other, tables.plan.list_titles)}，不进本名单"
    sources = [name for name in rule.pool if name != "units"]
    if sources and len(sources) == len(rule.pool) and not any((name, unit) in tables.entries for name in sources):
        return f"不在{'、'.join(wording.named(name, tables.plan.list_titles) for name in sources)}之列"
    if (rule.id, unit) in tables.unmet:
        return f"不符合本名单的条件：{_failed_conditions(tables, rule, rule.when, unit)}"
    return _explain_unranked(tables, rule, unit)


def _explain_unranked(tables: ResultTables, rule: ListRule, unit: str) -> str:
    return wording.flags(tables.unranked.get((rule.by, unit))) or "没有名次"


def _check_of_list(tables: ResultTables, rule: ListRule, when: When, unit: str) -> list["Condition"]:
    """A condition of a list asks for the place on the list as it was drawn."""
    drawn = tables.drawn.get((rule.id, unit))
    return _check_conditions(when, _Asked(tables, unit, drawn["place"] if drawn else None, rule.id))


def _failed_conditions(tables: ResultTables, rule: ListRule, when: When, unit: str) -> str:
    """The conditions that the unit does not meet, with what it has."""
    return _join_conditions([one for one in _check_of_list(tables, rule, when, unit) if not one.holds])


# ---------------------------------------------------------------- conditions


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition in words, what the unit has, and whether it holds."""

    text: str
    actual: str
    holds: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of whom a condition is asked.

    place: the unit's place on the list that a condition means. own_list: the list whose condition it is, if a list's.
    """

    tables: ResultTables
    unit: str
    place: int | None
    own_list: str = ""


Check = Callable[[_Asked], tuple[str, bool]]
"""What a unit has, in words, and whether that will do."""


def describe_conditions(plan: Plan, when: When) -> str:
    """All that must hold, in one line: 总得分 70 分以上（含）；类别为管理执法类; empty where nothing is asked."""
    return "；".join(text for text, _ in _each_condition(plan, when))


def _check_conditions(when: When, asked: _Asked) -> list[Condition]:
    """Every condition of a rule for a unit."""
    return [Condition(text, *check(asked)) for text, check in _each_condition(asked.tables.plan, when)]


def _join_conditions(conditions: list[Condition]) -> str:
    """Conditions in one line, each with what the unit has: 总得分 70 分以上（含），实际 68.50 分."""
    return "；".join(f"{one.text}，实际{one.actual}" for one in conditions)


def _each_condition(plan: Plan, when: When) -> Iterator[tuple[str, Check]]:
    """The conditions one by one, in words and as they are checked: columns, marks, place, grade, years running."""
    for trait, values in when.units.items():
        text = f"{_trait_title(plan, trait)}为{'或'.join(value or '空' for value in values)}"
        yield text, partial(_check_trait, trait, values)
    for component, bounds in when.marks.items():
        text = f"{plan.component(component).title}{_describe_bounds(bounds, '分')}"
        yield text, partial(_check_marks, component, bounds)
    if when.place:
        yield f"名次{_describe_bounds(when.place, '名')}", partial(_check_place, when.place)
    if when.grade:
        yield f"主管部门考绩为{'或'.join(when.grade)}", partial(_check_grade, when.grade)
    if when.running:
        text = f"连续 {when.running.years} 年列入{wording.named(when.running.list_, plan.list_titles)}"
        yield text, partial(_check_running, when.running)


def _trait_title(plan: Plan, trait: str) -> str:
    """What people call a column of the roster."""
    known = {column.name: column.head for column in codebook().facts["units"].columns}
    return (known | plan.units.columns | plan.terms).get(trait, trait)


def _describe_bounds(bounds: Bounds, unit: str) -> str:
    """70 分以上（含）, below 60: 不到 60 分."""
    phrases = (
        (bounds.start, " ", "以上（含）"),
        (bounds.above, "高于 ", ""),
        (bounds.below, "不到 ", ""),
        (bounds.up_to, " ", "以下（含）"),
    )
    return "、".join(f"{start}{wording.plain(value)} {unit}{end}" for value, start, end in phrases if value is not None)


def _check_trait(trait: str, values: list[str], asked: _Asked) -> tuple[str, bool]:
    value = asked.tables.traits.get((asked.unit, trait), "")
    return f"为{value or '空'}", value in values


def _check_marks(component: str, bounds: Bounds, asked: _Asked) -> tuple[str, bool]:
    row = asked.tables.marks.get((component, asked.unit))
    return _check_bounds(row["marks"] if row else None, bounds, "分")


def _check_place(bounds: Bounds, asked: _Asked) -> tuple[str, bool]:
    return _check_bounds(None if asked.place is None else Decimal(asked.place), bounds, "名", places=0)


def _check_grade(grades: list[str], asked: _Asked) -> tuple[str, bool]:
    grade = asked.tables.grades.get((asked.tables.roster[asked.unit]["organ"],))
    return f"为{grade or '空'}", grade in grades


def _check_running(running: YearsRunning, asked: _Asked) -> tuple[str, bool]:
    """In which years the unit was on the list; this year's is looked at unless it is the one being drawn up."""
    tables, this_year = asked.tables, asked.tables.plan.campaign.year
    years = {this_year - ago for ago in range(1, running.years)}
    earlier = {year: tables.earlier.get((running.list_, asked.unit, year)) for year in years}
    listed = {year for year, former in earlier.items() if former is not None}
    if running.list_ != asked.own_list:
        years |= {this_year}
        listed |= {this_year} if (running.list_, asked.unit) in tables.entries else set()
    names = {year: f"（{wording.as_former(former)}）" for year, former in earlier.items() if former}
    words = [f"{year}{names.get(year, '')}" for year in sorted(listed)]
    return f"列入的年度：{'、'.join(words) or '没有'}", listed == years


def _check_bounds(value: Decimal | None, bounds: Bounds, unit: str, places: int = 2) -> tuple[str, bool]:
    if value is None:
        return "没有", False
    low = (bounds.start is None or value >= bounds.start) and (bounds.above is None or value > bounds.above)
    high = (bounds.up_to is None or value <= bounds.up_to) and (bounds.below is None or value < bounds.below)
    return f" {wording.shown(value, places)} {unit}", low and high


# ---------------------------------------------------------------- what follows


def explain_consequences(tables: ResultTables, unit: str) -> Iterator[Consequence]:
    """What follows for the unit from the lists that it is on, in the order of the plan."""
    for row in tables.outcomes.get((unit,), []):
        about = (row["subject_kind"], row["subject"], row["effect"])
        yield Consequence(
            outcome=row["outcome"],
            list=row["list"],
            about=about,
            amount=row["amount"],
            clause=row["clause"],
            text=_describe_outcome(row),
            why=_explain_outcome(tables, row),
            together=tables.outcome_sums.get(about),
        )


def _explain_outcome(tables: ResultTables, row: Row) -> str:
    """The list, and which conditions hold."""
    rule = next(one for one in tables.plan.outcomes if one.id == row["outcome"])
    held = _join_conditions(_check_conditions(rule.when, _Asked(tables, row["unit"], row["place"])))
    start = f"列入{wording.named(row['list'], tables.plan.list_titles)}，第 {row['place']} 位"
    return start + (f"；符合条件：{held}" if held else "")


def _describe_outcome(row: Row) -> str:
    """A consequence in one line: 主管部门 县发改局：年度考绩加减分 −5 分（五(一)）."""
    kind = wording.named(row["subject_kind"], wording.SUBJECTS)
    who = kind if row["subject_kind"].startswith("unit") else f"{kind} {row['subject']}"
    amount = f" {wording.signed(row['amount'])} {row['unit_of_measure'] or ''}" if row["amount"] is not None else ""
    until = f"，至{row['until']}" if row["until"] else ""
    clause = f"（{row['clause']}）" if row["clause"] else ""
    return f"{who}：{row['effect_name']}{amount.rstrip()}{until}{clause}"


# ---------------------------------------------------------------- registers


def tabulate_registers(tables: ResultTables, unit: str) -> tuple[FactTable, ...]:
    """The rows about a unit that places, lists and consequences hang on beside the marks, with file and row."""
    decided = ("名单", "提出", "决定", "理由", "依据文件", "文件", "行")
    return drop_empty(
        FactTable("抽签", ("排名", "种子", "抽签日", "依据文件", "文件", "行"), tuple(_lot_cells(tables, unit))),
        FactTable("往年名单", ("年度", "名单", "当年单位", "文件", "行"), tuple(_history_cells(tables, unit))),
        FactTable("名单决定", decided, tuple(_decision_cells(tables, unit))),
        FactTable("主管部门考绩", ("主管部门", "档次", "文件", "行"), tuple(_grade_cells(tables, unit))),
    )


def _lot_cells(tables: ResultTables, unit: str) -> Iterator[tuple[str, ...]]:
    """The recorded lot of every standing in which it decided the unit's place."""
    titles = tables.plan.standing_titles
    for row in tables.rows("lots"):
        mine = tables.totals.get((row["standing"], unit))
        if mine and mine["decided_by"] == "lot":
            drawn = "" if row["drawn_on"] is None else str(row["drawn_on"])
            yield titles[row["standing"]], str(row["seed"]), drawn, row["document"] or "", *file_and_row(row)


def _history_cells(tables: ResultTables, unit: str) -> Iterator[tuple[str, ...]]:
    for row in tables.rows("earlier_entries"):
        if row["unit"] == unit:
            former = f"前身 {row['former']}" if row["former"] else "本单位"
            yield str(row["year"]), wording.named(row["list"], tables.plan.list_titles), former, *file_and_row(row)


def _decision_cells(tables: ResultTables, unit: str) -> Iterator[tuple[str, ...]]:
    for row in tables.decisions.values():
        if row["unit"] == unit:
            said = ("列入" if row[name] else "不列入" for name in ("proposed", "decided"))
            title = wording.named(row["list"], tables.plan.list_titles)
            yield title, *said, row["why"] or "", row["document"] or "", *file_and_row(row)


def _grade_cells(tables: ResultTables, unit: str) -> Iterator[tuple[str, ...]]:
    whens = [when for one in tables.plan.outcomes for when in (one.when, one.unless)]
    whens += [when for rule in tables.plan.every_list for when in (rule.when, rule.provided)]
    asked = any(when is not None and when.grade for when in whens)
    for row in tables.rows("grades") if asked else []:
        if row["organ"] == tables.roster[unit]["organ"]:
            yield str(row["organ"]), str(row["grade"]), *file_and_row(row)
