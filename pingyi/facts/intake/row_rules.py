"""What the plan asks of each row of facts, and how that is asked of a million rows: once for each combination of values
that decides it.

A row whose component or unit is not known is asked only what does not depend on it: the unknown name is the fault.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import polars as pl

from pingyi.common.codebook import Table, codebook
from pingyi.facts.as_of_date import FORMER, first_day, last_day
from pingyi.facts.intake.issue_log import IssueLog
from pingyi.facts.intake.setting import Choice, Setting, Unit, channel_ids
from pingyi.facts.intake.sheet_grid import ROW
from pingyi.facts.lineage import scored_days
from pingyi.plan import Component, Plan
from pingyi.plan.converts import number_columns
from pingyi.plan.events import Item
from pingyi.plan.marks import Marks
from pingyi.plan.ratings import Ratings
from pingyi.plan.units import CATEGORY, brings_marks, exists_for_kind
from pingyi.rules.base import ELSE

Values = dict[str, Any]
"""One combination of values; of columns in `filled`, only whether there is anything."""


@dataclass(frozen=True, slots=True)
class Row:
    """A combination of values of a table's rows, with what the plan knows of it."""

    setting: Setting
    table: str
    values: Values

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    @property
    def component(self) -> Component | None:
        """The component of the row; none where its method is wrong."""
        return self.setting.component(self.table, self["method"])

    @property
    def ratings(self) -> Ratings | None:
        """The rules for a vote."""
        return self.component.ratings if self.component else None

    @property
    def is_brought(self) -> bool:
        """Whether a mark is one that the unit brings."""
        return self.component is not None and is_brought(self.setting, self.component, self["unit"])

    @property
    def marks(self) -> Marks | None:
        """The rules for a mark that a person gave; none for marks that are brought."""
        return self.component.marks if self.component and not self.is_brought else None

    @property
    def item(self) -> Item | None:
        """The item of an event."""
        return self.setting.items[self["item"]][1] if self["item"] in self.setting.items else None

    @property
    def unit(self) -> Unit | None:
        """The roster's columns of the unit."""
        return self.setting.roster.get(self["unit"] or "")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A value that the plan does not allow, what it should be, and the nearest that are."""

    column: str
    wanted: str
    near: str = ""


Check = Callable[[Row], Iterator[Wrong]]


@dataclass(frozen=True, slots=True)
class Rule:
    """check: combination → what is wrong. columns: those whose values together decide.

    filled: those of which only their presence matters.
    """

    check: Check
    columns: tuple[str, ...]
    filled: tuple[str, ...] = ()

    def find_wrong(
        self, setting: Setting, table: str, combinations: Iterable[Values]
    ) -> Iterator[tuple[Values, Wrong]]:
        """Each combination with each thing that is wrong with it."""
        return ((one, wrong) for one in combinations for wrong in self.check(Row(setting, table, one)))


RULES: dict[str, list[Rule]] = {}
"""Table → the rules for its rows, the more telling ones first, since one fault a cell is kept."""


def _asked_of(tables: str, columns: str, filled: str = "") -> Callable[[Check], Check]:
    """Let a check be a rule of these tables, decided by these columns; names between spaces."""

    def register(check: Check) -> Check:
        for table in tables.split():
            RULES.setdefault(table, []).append(Rule(check, tuple(columns.split()), tuple(filled.split())))
        return check

    return register


def rules_of(table: str) -> list[Rule]:
    """Every rule for rows of a table."""
    choices = [column.name for column in codebook().facts[table].columns if column.kind == "choice"]
    return RULES.get(table, []) + [Rule(partial(_known_value, name), (name,)) for name in choices]


def ask_rules(
    rules: Sequence[Rule], typed: pl.DataFrame, raw: pl.DataFrame, table: Table, setting: Setting, log: IssueLog
) -> None:
    """Note every cell of the sheet that breaks one of the rules; a column that the sheet lacks is noted once a rule.

    typed, raw: the same rows, read and as the file writes them.
    """
    choices = {column.name for column in table.columns if column.kind == "choice"}
    filled = {name for rule in rules for name in rule.filled} - choices
    is_filled = [pl.when(pl.col(name).is_not_null()).then(pl.lit("")).alias(name) for name in filled]
    kinds = typed.select(pl.col(sorted(choices)), *is_filled).unique()  # many rows say the same: each is asked once
    for rule in rules:
        decisive = [pl.col(rule.columns), pl.col(rule.filled).is_not_null()]
        combinations = (kinds if choices.issuperset(rule.columns) else typed).select(decisive).unique()
        if broken := list(rule.find_wrong(setting, table.name, combinations.iter_rows(named=True))):
            _note_broken(broken, typed.select(*decisive, ROW), raw, table, log)


def _note_broken(
    broken: list[tuple[Values, Wrong]], rows: pl.DataFrame, raw: pl.DataFrame, table: Table, log: IssueLog
) -> None:
    """Note every row that holds one of these combinations. rows: what decides, and `row`, of all rows of the sheet."""
    decisive = [name for name in rows.columns if name != ROW]
    schema = {name: rows.schema[name] for name in decisive}
    where = pl.DataFrame([row for row, _ in broken], schema=schema).with_row_index("nth")
    hits = (
        rows.with_row_index("at").join(where, on=decisive, nulls_equal=True).select("at", ROW, "nth").sort("at", "nth")
    )
    for at, row, nth in hits.iter_rows():
        wrong = broken[nth][1]
        if wrong.column not in raw.columns:
            log.note_absent_column(wrong.column, table.column(wrong.column).head, f"：{wrong.wanted}")
            continue
        written = raw[wrong.column][at]
        log.note_cell(row, wrong.column, "" if written is None else str(written), wrong.wanted, wrong.near)


def _one_of(value: str | None, column: str, choice: Choice, nothing: str) -> Iterator[Wrong]:
    """A value that must be among the choices where there are any, and be left out where there are none.

    nothing: what to say to a value where there is no choice.
    """
    if value is None:
        if choice.valid:
            yield Wrong(column, f"不能为空，{choice.wanted}")
    elif not choice.valid:
        yield Wrong(column, nothing)
    elif value not in choice.valid:
        yield Wrong(column, choice.wanted, choice.near(value))


def _known_value(column: str, row: Row) -> Iterator[Wrong]:
    choice, value = row.setting.choice(row.table, column), row[column]
    if choice and value is not None and value not in choice.valid:
        nothing = f"方案中没有可填的{row.setting.table(row.table).column(column).head}"
        yield Wrong(column, choice.wanted if choice.valid else nothing, choice.near(value))


def _at_least(column: str, least: int, row: Row) -> Iterator[Wrong]:
    if row[column] is not None and row[column] < least:
        yield Wrong(column, f"应为不小于 {least} 的整数")


def plain_decimal(number: Decimal) -> str:
    """A number without zeros that say nothing."""
    return format(number.normalize() + 0, "f")


# ---------------------------------------------------------------- cycles

DAYS = {"counts": "counted_on", "marks": "given_on", "measures": "measured_on"}
"""The day of a row, by table."""


def _cycle_of_its_component(row: Row) -> Iterator[Wrong]:
    """The cycle must be one of the component's, and hold the day of the row.

    It may be left out where the day tells it, or where there is only one. A result that is brought is one of the whole
    year.
    """
    component, day = row.component, DAYS[row.table]
    if component is None or (row.table == "marks" and row.is_brought and row["cycle"] is None):
        return
    cycles = {cycle.id: cycle for cycle in row.setting.cycles(component)}
    if row["cycle"] is not None or (len(cycles) > 1 and row[day] is None):
        yield from _one_of(row["cycle"], "cycle", Choice.of(cycles), "")
    cycle = cycles.get(row["cycle"] or "")
    if cycle is not None and row[day] is not None and not cycle.start <= row[day] <= cycle.end:
        yield Wrong(day, f"不在所写的周期 {cycle.id}（{cycle.start} 至 {cycle.end}）之内；请核对日期和周期")


def with_cycles(table: str, frame: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """The rows with the cycle that their day, or the only cycle of an undated row, tells; others keep what they say."""
    told = cycle_of_day(table, pl.col(DAYS[table]), setting, undated=True)
    return frame.with_columns(pl.col("cycle").fill_null(told.cast(frame.schema["cycle"], strict=False)))


def cycle_of_day(table: str, day: pl.Expr, setting: Setting, *, undated: bool) -> pl.Expr:
    """The cycle of each row's component that holds its day. undated: whether a row without one is of the only cycle."""
    method, told = pl.col("method").cast(pl.String), pl.lit(None, pl.String)
    for one in setting.scored_by(table):
        cycles = setting.cycles(one)
        for cycle in cycles:
            dated = day.is_between(cycle.start, cycle.end)
            meant = day.is_null() | dated if undated and len(cycles) == 1 else dated
            told = pl.when((method == one.id) & meant).then(pl.lit(cycle.id)).otherwise(told)
    return told


# ---------------------------------------------------------------- the roster and earlier years


def _unless_of_a_system(column: str, row: Row) -> Iterator[Wrong]:
    choice = row.setting.choice(row.table, column)
    if choice and row[column] is None and row["system"] is None:
        yield from _one_of(None, column, choice, "")


for _column in ("category", "management"):
    _asked_of("units", f"{_column} system")(partial(_unless_of_a_system, _column))


@_asked_of("units", f"changed_on {' '.join(FORMER.values())}")
def _moved_within_the_year(row: Row) -> Iterator[Wrong]:
    former = [name for name in FORMER.values() if row[name]]
    if row["changed_on"] is None:
        yield from (Wrong(name, "填了变动以前的，要填变动日期") for name in former)
        return
    last = scored_days(row.setting.plan)[1]
    if not former:
        yield Wrong("changed_on", "填了变动日期，要填原类别或原主管部门；编号换了的写前身")
    if row["changed_on"] > last:
        told = f"评议期到 {last} 结束，今年仍按变动以前的算"
        yield Wrong("changed_on", f"{told}；类别和主管部门请写变动以前的，变动写进明年的名录")


@_asked_of("units", "founded_on abolished_on")
def _life_in_order(row: Row) -> Iterator[Wrong]:
    founded, abolished = row["founded_on"], row["abolished_on"]
    if founded and abolished and founded > abolished:
        yield Wrong("abolished_on", f"早于设立日期 {founded}，请核对这两个日期")


@_asked_of("units", "founded_on abolished_on")
def _exists_while_scored(row: Row) -> Iterator[Wrong]:
    first, last = scored_days(row.setting.plan)
    if row["abolished_on"] and row["abolished_on"] < first:
        told = f"评议期从 {first} 开始，这个单位那时已经撤销，不应在今年的名录里"
        yield Wrong("abolished_on", f"{told}；请删去这一行，有单位接替的，在接替单位的“前身”写它的编号")
    if row["founded_on"] and row["founded_on"] > last:
        yield Wrong("founded_on", f"评议期到 {last} 结束，以后才设立的单位不应在今年的名录里；请删去这一行")


@_asked_of("units", "unit merged_into abolished_on")
def _merged_into_another(row: Row) -> Iterator[Wrong]:
    if row["merged_into"] is None:
        return
    if row["merged_into"] == row["unit"]:
        yield Wrong("merged_into", "不能并入自己；应写接收它的单位的编号")
    if row["abolished_on"] is None:
        yield Wrong("abolished_on", "填了“并入”的，要填撤销日期")


Users = list[tuple[Component, bool]]
"""Components that count with a column of the roster, each with whether it divides by it."""


def number_rules(setting: Setting, table: str) -> list[Rule]:
    """One rule for each column of the roster that conversions count with; none for other tables."""
    rules = []
    for column, users in number_columns(setting.plan).items() if table == "units" else ():
        # whether a component exists for a unit hangs on these
        traits = {trait for one, _ in users for trait in (*one.units, *one.imported)}
        rules.append(Rule(partial(_number_where_needed, column, users), tuple({column, CATEGORY, *traits})))
    return rules


def _number_where_needed(column: str, users: Users, row: Row) -> Iterator[Wrong]:
    kind = {name: "" if value is None else str(value) for name, value in row.values.items()}
    for one, divides in users:
        if not exists_for_kind(one, kind) or brings_marks(one, kind):
            continue
        if row[column] is None:
            yield Wrong(column, f"不能为空，{one.title}要用这一列的数换算")
        elif divides and row[column] <= 0:
            yield Wrong(column, f"应大于 0，{one.title}要除以这一列的数")


def numbers_as_text(units: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The roster with these columns as plain text, like its others: 12 and 0.5, without zeros that say nothing."""
    columns = [name for name in number_columns(plan) if name in units.columns]
    text = pl.col(columns).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    return units.with_columns(text) if columns else units


@_asked_of("history rechecks", "year")
def _earlier_than_the_campaign(row: Row) -> Iterator[Wrong]:
    year = row.setting.plan.campaign.year
    if row["year"] is not None and not 1990 <= row["year"] < year:
        yield Wrong("year", f"应为 {year} 年以前的年度")


# ---------------------------------------------------------------- ratings and ready counts

LISTED: dict[str, tuple[Callable[[Ratings], Iterable[str]], str]] = {
    "level": (lambda rule: rule.levels, ""),
    "group": (lambda rule: rule.groups, "该指标不分评价人类别，此格应留空"),
    "item": (lambda rule: rule.items, "该指标不分评价内容，此格应留空"),
    "channel": (channel_ids, "该指标不分渠道，此格应留空"),
}
"""Column of a vote → its values in the rules of a component, and what to say to a value where it has none."""


def _value_of_its_component(column: str, row: Row) -> Iterator[Wrong]:
    values, nothing = LISTED[column]
    if (rule := row.ratings) and not (column == "level" and row[column] is None):
        yield from _one_of(row[column], column, Choice.of(values(rule)), nothing)


for _column in LISTED:
    _asked_of("ratings counts", f"method {_column}")(partial(_value_of_its_component, _column))


@_asked_of("ratings counts", "method channel unit")
def _channel_open_to_the_unit(row: Row) -> Iterator[Wrong]:
    rule, unit = row.ratings, row.unit
    for channel in rule.channels if rule and unit else ():
        if channel.id == row["channel"] and unit and not row.setting.fits(unit, channel.units):
            yield Wrong("channel", f"这个渠道只用于{row.setting.describe_traits(channel.units)}的单位")


@_asked_of("ratings", "method", filled="form")
def _form_where_forms_are_judged(row: Row) -> Iterator[Wrong]:
    if (rule := row.ratings) and rule.form and not row["form"]:
        yield Wrong("form", "不能为空，方案按整张表单判定是否有效")


@_asked_of("ratings", "method", filled="respondent")
def _respondent_where_persons_count(row: Row) -> Iterator[Wrong]:
    if (rule := row.ratings) and (rule.form or rule.each) and not row["respondent"]:
        yield Wrong("respondent", "不能为空，方案要求每人只计一次")


_asked_of("counts", "votes")(partial(_at_least, "votes", 0))
_asked_of("counts", "method cycle counted_on")(_cycle_of_its_component)


# ---------------------------------------------------------------- marks and measures


def is_brought(setting: Setting, component: Component, unit: str | None) -> bool:
    """Whether the unit brings this component's marks with it instead of being marked."""
    known = setting.roster.get(unit or "")
    return bool(component.imported) and (known is None or setting.fits(known, component.imported))


def given_rules(setting: Setting) -> list[tuple[Component, Marks]]:
    """Components that people mark, with their rules."""
    return [(one, one.marks) for one in setting.scored_by("marks") if one.marks]


def class_of(rule: Marks, marker: str | None, group: str | None) -> str | None:
    """The class of raters to which a mark belongs; none where nothing tells it. Empty where there are no classes."""
    if group is not None or not rule.markers:
        return group or ""
    if marker in rule.markers:
        return marker
    return next(iter(rule.markers)) if len(rule.markers) == 1 else None


@_asked_of("marks", "method unit")
def _imported_only_by_units_that_may(row: Row) -> Iterator[Wrong]:
    component = row.component
    if component and component.marks is None and not row.is_brought:
        yield Wrong("method", f"只有{row.setting.describe_traits(component.imported)}的单位报送这项成绩")


@_asked_of("marks", "method unit mark")
def _imported_within_full_marks(row: Row) -> Iterator[Wrong]:
    """At most full marks for the unit's category; the greatest where it has none."""
    component, mark = row.component, row["mark"]
    if component is None or mark is None or not row.is_brought:
        return
    by_category = component.full or {}
    category = (row.unit or {}).get("category") or ELSE
    full = by_category.get(category, by_category.get(ELSE, max(by_category.values(), default=None)))
    if mark < 0 or (full is not None and mark > full):
        yield Wrong("mark", f"应在 0 到 {plain_decimal(full)} 之间" if full is not None else "应不小于 0")


@_asked_of("marks", "method unit marker group")
def _class_of_its_rater(row: Row) -> Iterator[Wrong]:
    rule, marker, group = row.marks, row["marker"], row["group"]
    if rule is None:
        return
    classes = Choice.of(rule.markers)
    if group is not None:
        yield from _one_of(group, "group", classes, "该指标不分评分人类别，此格应留空")
    if group in rule.markers and marker in rule.markers and marker != group:
        yield Wrong("marker", f"与评分人类别“{group}”不符")
    if class_of(rule, marker, group) is None:
        wanted = f"{classes.wanted}；写评分人代号的，另在评分人类别一列写明"
        yield Wrong("marker", wanted if marker else f"不能为空，{wanted}", classes.near(marker or ""))


@_asked_of("marks", "method unit mark")
def _mark_in_range(row: Row) -> Iterator[Wrong]:
    rule, mark = row.marks, row["mark"]
    if rule is None or mark is None or mark in rule.means_nothing:
        return
    low, high = rule.range
    if not low <= mark <= high:
        yield Wrong("mark", f"应在 {plain_decimal(low)} 到 {plain_decimal(high)} 之间")
    elif mark.scaleb(rule.decimals) % 1:
        yield Wrong("mark", f"应为至多 {rule.decimals} 位小数的分" if rule.decimals else "应为整数分")


@_asked_of("marks", "method unit mark band")
def _band_holds_the_mark(row: Row) -> Iterator[Wrong]:
    rule, band, mark = row.marks, row["band"], row["mark"]
    if rule is None or band is None:
        return
    yield from _one_of(band, "band", Choice.of(rule.bands), "该指标不分档，此格应留空")
    low, high = rule.bands.get(band, (mark, mark))
    if mark is not None and not low <= mark <= high:
        ends = f"{plain_decimal(low)} 到 {plain_decimal(high)}"
        yield Wrong("band", f"这一档是 {ends} 分，所打的分是 {plain_decimal(mark)}")


_asked_of("marks", "method unit cycle given_on")(_cycle_of_its_component)


@_asked_of("measures", "method denominator")
def _denominator_of_a_rate(row: Row) -> Iterator[Wrong]:
    rule = row.component.measures if row.component else None
    if rule and rule.of == "rate" and row["denominator"] is None:
        yield Wrong("denominator", "不能为空，该指标按比率计算")
    if row["denominator"] is not None and row["denominator"] <= 0:
        yield Wrong("denominator", "应大于 0")


_asked_of("measures", "method cycle measured_on")(_cycle_of_its_component)


# ---------------------------------------------------------------- events

SIGNED = "points_signed"
"""Helper column: whether the file wrote the points with a sign."""


def with_sign(typed: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
    """The typed events with the helper column; a number cell shows a sign only if it is negative."""
    if "points" not in raw.columns:
        return typed.with_columns(pl.lit(False).alias(SIGNED))
    written = raw["points"].cast(pl.String).str.strip_chars().str.contains(r"^[+＋−－-]")
    return typed.with_columns(written.fill_null(False).alias(SIGNED))


def signed_points(events: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """Points as they count: negative for deductions, null where the plan alone says how many."""
    items = {id: item for id, (_, item) in setting.items.items()}
    by_plan = [id for id, item in items.items() if item.ladder or item.fixed is not None]
    deducts = [id for id, item in items.items() if item.deducts]
    item, points = pl.col("item").cast(pl.String), pl.col("points")
    counted = pl.when(item.is_in(by_plan)).then(None).when(item.is_in(deducts)).then(-points.abs()).otherwise(points)
    return events.with_columns(counted.alias("points"))


@_asked_of("events", f"item points {SIGNED}")
def _points_as_the_item_says(row: Row) -> Iterator[Wrong]:
    if row["item"] not in row.setting.items:
        return
    component, item = row.setting.items[row["item"]]
    points: Decimal | None = row["points"]
    if item.ladder:
        if points is not None:
            yield Wrong("points", "这一事项按次数计分，分值由方案定，此格应留空")
    elif item.points is not None:
        yield from _points_within_range(item, points)
    elif item.veto is not None:
        if points is not None and points > 0 and row[SIGNED]:
            yield Wrong("points", "否决事项不能加分")
    elif points is None:
        yield Wrong("points", "不能为空，方案未定这一事项的分值")
    elif component.events and component.events.base > 0 and points and not row[SIGNED]:
        yield Wrong("points", "方案未定这一事项是扣是加，应写明正负，如 -3 或 +3")


def _points_within_range(item: Item, points: Decimal | None) -> Iterator[Wrong]:
    """Points of an item with a value or a range; a deduction may be written with or without its sign."""
    signed = -abs(points) if points is not None and item.deducts else points
    if item.fixed is not None:
        if signed not in (None, item.fixed):
            yield Wrong("points", f"方案规定每件 {plain_decimal(item.fixed)} 分，应照写或留空")
        return
    low, high = item.points or (None, None)
    if signed is None:
        yield Wrong("points", f"不能为空，{_describe_range(item)}")
    elif (low is not None and signed < low) or (high is not None and signed > high):
        yield Wrong("points", _describe_range(item))


def _describe_range(item: Item) -> str:
    """The range of an item's points as people write it: deductions without their sign."""
    low, high = item.points or (None, None)
    kind = ""
    if item.deducts:
        low, high, kind = None if high is None else -high, None if low is None else -low, "（扣分）"
    if high is None:
        return f"应不小于 {plain_decimal(low or Decimal(0))}{kind}"
    if low is None:
        return f"应不大于 {plain_decimal(high)}{kind}"
    return f"应在 {plain_decimal(low)} 到 {plain_decimal(high)} 之间{kind}"


@_asked_of("events", "item factors")
def _factors_of_its_item(row: Row) -> Iterator[Wrong]:
    if row["factors"] is None or row.item is None:
        return
    known, words = row.item.factors, row.setting.words("events", "factors")
    if any(factor not in known for factor in row["factors"].split("+")):
        valid = "、".join(words.get(factor, factor) for factor in known)
        yield Wrong("factors", f"这一事项的情节只有 {valid}" if known else "这一事项不分情节，此格应留空")


_asked_of("events", "times")(partial(_at_least, "times", 1))


@_asked_of("events", "item opened_on closed_on")
def _opened_where_a_deadline_runs(row: Row) -> Iterator[Wrong]:
    if row.item and row.item.within and row["opened_on"] is None:
        yield Wrong("opened_on", "不能为空，这一事项有办理期限，应写交办日期")
    yield from _not_before("opened_on", "closed_on", "交办日期", row)


def _not_before(earlier: str, later: str, head: str, row: Row) -> Iterator[Wrong]:
    if row[later] and row[earlier] and row[later] < row[earlier]:
        yield Wrong(later, f"应不早于{head}")


# ---------------------------------------------------------------- problems, contacts, decisions

RECTIFIED = "rectified"

_asked_of("problems", "found_on due")(partial(_not_before, "found_on", "due", "发现日期"))


@_asked_of("problems", "state found_on rectified_on fed_back_on")
def _rectified_with_its_day(row: Row) -> Iterator[Wrong]:
    if row["state"] == RECTIFIED and row["rectified_on"] is None:
        yield Wrong("rectified_on", "不能为空，状态是“已整改”")
    if row["state"] not in (None, RECTIFIED) and row["rectified_on"] is not None:
        yield Wrong("state", "填了整改日期，状态应为“已整改”")
    yield from _not_before("found_on", "rectified_on", "发现日期", row)
    yield from _not_before("rectified_on", "fed_back_on", "整改日期", row)


_asked_of("problems", "supervised")(partial(_at_least, "supervised", 0))
_asked_of("contacts", "times")(partial(_at_least, "times", 1))


def decision_days(plan: Plan) -> str:
    """The days on which something of the campaign may be decided, as a message says them."""
    said = "方案安排的第一天到最后一天；决定晚于方案日程的，先把日期写进方案的 calendar 或名单的 decided.due"
    return f"应在 {first_day(plan)} 到 {last_day(plan)} 之间（{said}）"


@_asked_of("decisions", "decided_on")
def _decided_within_the_campaign(row: Row) -> Iterator[Wrong]:
    day, plan = row["decided_on"], row.setting.plan
    if day is not None and not first_day(plan) <= day <= last_day(plan):
        yield Wrong("decided_on", decision_days(plan))


@_asked_of("decisions", "proposed decided")
def _proposed_or_decided(row: Row) -> Iterator[Wrong]:
    if row["proposed"] is False and row["decided"] is False:
        yield Wrong("decided", "提出列入和决定列入至少有一个是“是”；两个都不是的单位不用写")


@_asked_of("decisions", "proposed decided", filled="why")
def _differs_with_a_reason(row: Row) -> Iterator[Wrong]:
    proposed, decided = row["proposed"], row["decided"]
    if None not in (proposed, decided) and proposed != decided and not row["why"]:
        yield Wrong("why", f"决定与提出不同（{'调出' if proposed else '调入'}），要写明理由")
